// Command watching holds what a watcher of pages alarms of against what was really
// done: the demo's newsroom is edited act by act, on pages that are never twice the
// same, and after each act every story is looked at once. urlwatch looks with each of
// four ways to filter a page, the last two with selectors for each publication, written
// by somebody who knows the sites; stakeout is told nothing but where the
// listings are.
//
//	cd bench && go run -mod=mod ./watching
//
// It needs urlwatch (apt-get install urlwatch). urlwatch is given every address,
// also of stories that are published meanwhile, since it finds none itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"stakeout/demo"
	"stakeout/newsroom"
)

func main() {
	seed := flag.Uint64("seed", 1, "what the newsroom is made from")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *seed); err != nil {
		fmt.Fprintf(os.Stderr, "watching: %v\n", err)
		os.Exit(1)
	}
}

// way is how urlwatch makes a page's text. filter is a list of its filters, in YAML,
// for a page of a source.
type way struct {
	name   string
	filter func(source string) string
}

// ways are what its documentation begins with, and what somebody would end with.
var ways = []way{
	{"urlwatch, the page as it comes", func(string) string { return "" }},
	{"urlwatch, html2text", func(string) string { return "filter: [html2text]" }},
	{"urlwatch, html2text of selectors made for each site", func(source string) string {
		return "filter: [{css: {selector: '" + selectors[source] + "'}}, html2text]"
	}},
	{"  and spaces and quotation marks made alike", func(source string) string {
		return "filter: [{css: {selector: '" + selectors[source] + "'}}, html2text, " +
			`{re.sub: {pattern: '[“”„«»]', repl: '"'}}, {re.sub: {pattern: '[‘’]', repl: "'"}}, {re.sub: {pattern: '[\u200b\u00ad]', repl: ''}}, {re.sub: {pattern: '\s+', repl: ' '}}]`
	}},
}

// selectors name the parts that are the story, and as little else as can be, in the
// newsroom's three layouts.
var selectors = map[string]string{
	"intel":   "h1, .card-body > p, .card-body > h2, .card-body > h3, .card-body > blockquote, .card-body > ul, .card-meta",
	"courier": "h1, .standfirst, .byline, .article-body > p, .article-body > h2, .article-body > h3, .article-body > blockquote, .article-body > ul",
	"wire":    "h1, .item-data, .item-text > p, .item-text > h2, .item-text > h3, .item-text > blockquote, .item-text > ul",
}

// score is what a watcher came to.
type score struct {
	name           string
	edits, caught  int // edits, removals and returns of known stories
	alarms, looked int // alarms without any; looks in all
	errors         int // walls and faults that it told of as errors
}

func run(ctx context.Context, w io.Writer, seed uint64) error {
	if _, err := exec.LookPath("urlwatch"); err != nil {
		return errors.New("urlwatch is not here: apt-get install urlwatch")
	}
	fmt.Fprintf(w, "%-52s %8s %13s %8s %8s\n", "watcher", "edits", "caught", "false", "looks")
	for _, way := range ways {
		s, err := watch(ctx, way, seed)
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		s.print(w)
	}
	s, err := ours(ctx, seed)
	if err != nil {
		return fmt.Errorf("stakeout: %w", err)
	}
	s.print(w)
	return nil
}

func (s score) print(w io.Writer) {
	fmt.Fprintf(w, "%-52s %8d %13d %8d %8d\n", s.name, s.edits, s.caught, s.alarms, s.looked)
}

// ours is the demo's own round.
func ours(ctx context.Context, seed uint64) (score, error) {
	s := score{name: "stakeout, no rule"}
	d, err := demo.Start(ctx, demo.Options{Seed: seed})
	if err != nil {
		return s, err
	}
	round, err := d.PlayRound(ctx, nil)
	if err := errors.Join(err, d.Close()); err != nil {
		return s, err
	}
	s.looked = round.Visits
	for _, row := range round.Rows {
		switch {
		case row.Event == "": // nothing was done
			s.alarms++
		case isEdit(row.Event):
			s.edits++
			if row.Right {
				s.caught++
			}
		}
	}
	return s, nil
}

// isEdit reports whether a deed is one that a watcher of known stories should tell.
func isEdit(event string) bool {
	return slices.Contains([]string{"changed", "removed", "restored", "moved"}, event)
}

// watch plays a round before urlwatch.
func watch(ctx context.Context, way way, seed uint64) (score, error) {
	s := score{name: way.name}
	news := newsroom.New(newsroom.Options{Seed: seed})
	server := httptest.NewServer(news)
	defer server.Close()
	dir, err := os.MkdirTemp("", "watching-")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(dir)
	u := urlwatch{dir: dir, base: server.URL, way: way}
	if err := u.configure(); err != nil {
		return s, err
	}
	for act := 0; ; act++ {
		told, err := u.look(ctx, news.Truth())
		if err != nil {
			return s, err
		}
		s.looked += u.jobs
		s.hold(news.Truth(), act, told)
		if _, ok := news.Play(); !ok {
			return s, nil
		}
	}
}

// hold holds what urlwatch told after an act against what was done in it. What it
// calls new or an error is no alarm; an error is taken for the removal it may be.
func (s *score) hold(truth []newsroom.Deed, act int, told map[string]string) {
	done := map[string]bool{}
	for _, d := range truth {
		if d.Act != act || !isEdit(d.Event) || act == 0 {
			continue
		}
		s.edits++
		done[d.Source+"/"+d.StoryID] = true
		if told[d.Source+"/"+d.StoryID] != "" {
			s.caught++
		}
	}
	for key, what := range told {
		if what == "CHANGED" && !done[key] {
			s.alarms++
		}
	}
}

// urlwatch is one that looks at the newsroom's stories.
type urlwatch struct {
	dir, base string
	way       way
	jobs      int
}

func (u *urlwatch) configure() error {
	return os.WriteFile(filepath.Join(u.dir, "urlwatch.yaml"), []byte(`
display: {error: true, new: true, unchanged: false, empty-diff: true}
report:
  text: {details: false, footer: false, line_length: 200, minimal: false, separate: false}
  stdout: {color: false, enabled: true}
  markdown: {details: false, footer: false, minimal: false}
  html: {diff: unified}
job_defaults: {all: {}, browser: {}, shell: {}, url: {}}
`), 0o600)
}

// told is a line of urlwatch's report.
var told = regexp.MustCompile(`(?m)^\s*\d*\.?\s*(CHANGED|NEW|ERROR|CHANGED,NO_REPORT): (\S+)`)

// look has urlwatch look at every story that was ever published, once, and returns
// what it says of each by its source and ID.
func (u *urlwatch) look(ctx context.Context, truth []newsroom.Deed) (map[string]string, error) {
	var b strings.Builder
	u.jobs = 0
	for _, d := range truth {
		if d.Event != "new" {
			continue
		}
		if u.jobs++; u.jobs > 1 {
			b.WriteString("---\n")
		}
		fmt.Fprintf(&b, "name: %s/%s\nurl: %s%s\n%s\n", d.Source, d.StoryID, u.base, d.Path, u.way.filter(d.Source))
	}
	jobs := filepath.Join(u.dir, "urls.yaml")
	if err := os.WriteFile(jobs, []byte(b.String()), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "urlwatch", "--urls", jobs, "--config", filepath.Join(u.dir, "urlwatch.yaml"), "--cache", filepath.Join(u.dir, "cache.db"), "--hooks", filepath.Join(u.dir, "hooks.py"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	all := map[string]string{}
	for _, m := range told.FindAllStringSubmatch(string(out), -1) {
		all[m[2]] = m[1]
	}
	return all, nil
}
