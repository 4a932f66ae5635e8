package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/extract"
	"stakeout/story"
	"stakeout/terminal"
)

func (a *app) tryCommand() *cobra.Command {
	var source, address string
	var f crawlFlags
	cmd := &cobra.Command{
		Use:   "try URL|FILE",
		Short: "Show what would be recorded from a page, and which rule gave each field",
		Long: `Reads one page, from its address or from a file (gzip too), and shows what would
be recorded and which rule or signal gave each field. Writes nothing. Without
--source the source is the one whose pattern of stories matches the address;
where there is none, everything is found automatically.
` + exitHelp,
		Example: `  stakeout try https://whisperx.ai/en/intel/50193
  stakeout try page.html --source whisperx --url https://whisperx.ai/en/intel/50193`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.try(cmd.Context(), args[0], source, address, f)
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "read by the rules of this source")
	cmd.Flags().StringVar(&address, "url", "", "of a file: the address it came from")
	cmd.Flags().BoolVar(&f.private, "private", false, "without a source: allow loopback and private addresses")
	return cmd
}

func (a *app) try(ctx context.Context, what, source, address string, f crawlFlags) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if isAddress(what) {
		address = what
	}
	src, err := sourceFor(cfg, source, address, f)
	if err != nil {
		return err
	}
	page, err := a.pageToTry(ctx, cfg, src, what, address)
	if err != nil {
		return err
	}
	read, others := extract.Explain(page, src.Rules, nil)
	s := collect.AsStory(src, read, address)
	s.Via = read.Via
	if a.json {
		v, err := triedJSON(s, read.Trouble, others)
		if err != nil {
			return err
		}
		if err := a.printJSON(v); err != nil {
			return err
		}
	} else {
		a.printTry(s, read, others)
	}
	if read.Trouble.Outcome != "" {
		return withHint(fmt.Errorf("%s: %s: %s", terminal.Safe(what), read.Trouble.Outcome, terminal.Safe(read.Trouble.Reason)),
			"give rules for the fields it should have: see configs/examples/all-keys.yaml")
	}
	return nil
}

// triedJSON is a story as JSON, with what is wrong with its page and what the
// page's other signals say of its fields beside it.
func triedJSON(s story.Story, trouble story.Trouble, others map[string][]extract.Candidate) (json.RawMessage, error) {
	first, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	second, err := json.Marshal(struct {
		Trouble story.Trouble                  `json:"trouble,omitzero"`
		Others  map[string][]extract.Candidate `json:"runners_up"`
	}{trouble, others})
	if err != nil {
		return nil, err
	}
	return append(append(first[:len(first)-1], ','), second[1:]...), nil
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// sourceFor finds the source whose rules read an address: the one named, else
// the one whose pattern of stories matches, else one without rules.
func sourceFor(cfg *configs.Config, name, address string, f crawlFlags) (*configs.Source, error) {
	if name != "" {
		return chooseSource(cfg, name, f)
	}
	for _, s := range cfg.Sources {
		if s.Watches(address) {
			return s, nil
		}
	}
	if address == "" {
		address = "https://example.org/"
	}
	src, err := configs.AdHoc(address, f.private, configs.DefaultDelay, configs.DefaultParallel)
	if err != nil {
		return nil, &usageError{err}
	}
	return src, nil
}

// pageToTry fetches or opens the page.
func (a *app) pageToTry(ctx context.Context, cfg *configs.Config, src *configs.Source, what, address string) (extract.Page, error) {
	if !isAddress(what) {
		body, err := readMaybeGzip(what)
		return extract.Page{URL: address, Body: body}, err
	}
	fetch := crawler.New(crawler.Options{Contact: cfg.Contact, Log: a.log()})
	defer fetch.Close()
	page, err := fetch.FetchPage(ctx, src, crawler.Request{URL: what})
	if err != nil {
		return extract.Page{}, err
	}
	if page.Status != 200 {
		return extract.Page{}, fmt.Errorf("%s: the server answered %d; nothing would be recorded", what, page.Status)
	}
	return extract.Page{URL: page.FinalURL, ContentType: page.ContentType, Body: page.Body}, nil
}

// printTry prints every field, its value and where it was read, and under it
// what other signals say.
func (a *app) printTry(s story.Story, read story.Reading, others map[string][]extract.Candidate) {
	out := a.out()
	row := func(name, value, via string) {
		if value == "" {
			value = out.Set(terminal.Quiet, "–")
		}
		fmt.Fprintf(out, "%s %s  %s\n", out.Set(terminal.Quiet, terminal.Pad(name, 12)), value, out.Set(terminal.Quiet, via))
		for _, c := range others[name] {
			fmt.Fprintf(out, "%s\n", out.Set(terminal.Quiet, fmt.Sprintf("%12s or %s  %s", "", terminal.Cut(terminal.Safe(c.Value), 80), c.Via)))
		}
	}
	text := func(name, value string) { row(name, terminal.Safe(value), read.Via[name]) }
	text("id", s.ID)
	text("url", s.URL)
	text("headline", s.Headline)
	text("authors", strings.Join(s.Authors, "; "))
	text("publisher", s.Publisher)
	text("sector", s.Sector)
	text("tags", strings.Join(s.Tags, ", "))
	text("credibility", s.Credibility)
	text("published", string(s.Published))
	text("updated", string(s.Updated))
	text("language", s.Language)
	labels := make([]string, 0, len(s.Metadata))
	for label := range s.Metadata {
		if label != "links" {
			labels = append(labels, label)
		}
	}
	sort.Strings(labels)
	for _, label := range labels {
		row(terminal.Safe(label), terminal.Safe(s.Metadata[label]), read.Via["metadata."+label])
	}
	row("body", fmt.Sprintf("%d paragraphs", len(s.Body)), read.Via["body"])
	for _, p := range s.Body {
		fmt.Fprintf(out, "  %s\n", terminal.Safe(p))
	}
	for _, i := range read.Ignored {
		fmt.Fprintf(out, "%s\n", out.Set(terminal.Quiet, fmt.Sprintf("ignored, %s: %s", i.Why, terminal.Cut(terminal.Safe(i.Text), 80))))
	}
}

// when writes a time for people, in the local zone.
func when(t time.Time) string { return t.Local().Format("2 Jan 15:04") }
