package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

// crawlFlags stand in for the configuration's words where a bare URL has none.
type crawlFlags struct {
	max      int
	private  bool
	delay    time.Duration
	parallel int
}

func (a *app) crawlCommand() *cobra.Command {
	var f crawlFlags
	cmd := &cobra.Command{
		Use:   "crawl [SOURCE|URL…]",
		Short: "Collect once, now",
		Long: `Collects once, now: every source, those named, or a bare address of a listing,
feed, sitemap or story with no configuration at all (its source is named after
the host, a port joined by "-"). Visits every story that is listed now, and
every known one that is due. What is new or changed is a line each, each visit
that brought no story is named on stderr, and a summary ends it.
` + exitHelp,
		Example: `  stakeout crawl
  stakeout crawl whisperx
  stakeout crawl https://whisperx.ai/en/intel --max 20
  stakeout crawl http://127.0.0.1:8080/ --private --delay 100ms --parallel 4`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.crawl(cmd.Context(), args, f) },
	}
	cmd.Flags().IntVar(&f.max, "max", 0, "visit at most `N` stories a source; 0 for all")
	cmd.Flags().BoolVar(&f.private, "private", false, "for a bare URL: allow loopback and private addresses")
	cmd.Flags().DurationVar(&f.delay, "delay", configs.DefaultDelay, "for a bare URL: least time between two requests to one host")
	cmd.Flags().IntVar(&f.parallel, "parallel", configs.DefaultParallel, "for a bare URL: requests at once to one host")
	return cmd
}

func (a *app) crawl(ctx context.Context, args []string, f crawlFlags) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	sources, err := chooseSources(cfg, args, f)
	if err != nil {
		return err
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, path, store.Options{Log: a.log()})
	if err != nil {
		return err
	}
	if err := refuseRenamed(ctx, db, sources); err != nil {
		return errors.Join(err, db.Close())
	}
	leases := collect.NewLeases(db)
	fetch := crawler.New(crawler.Options{Contact: cfg.Contact, Log: a.log(), HighestID: db.HighestID, Usage: db, Gate: leases})
	defer fetch.Close()
	keeper := paceKeeper{fetch, db, time.Now()}
	err = a.collectAll(ctx, &collect.Collector{Fetch: fetch, Store: db, Log: a.log(), Leases: leases}, sources, f.max)
	return errors.Join(err, keeper.keep(context.WithoutCancel(ctx)), leases.Close(context.WithoutCancel(ctx)), db.Close())
}

// chooseSources finds what the arguments name; none names every source.
func chooseSources(cfg *configs.Config, args []string, f crawlFlags) ([]*configs.Source, error) {
	if len(args) == 0 {
		if len(cfg.Sources) == 0 {
			return nil, withHint(badUsage("nothing to crawl: the configuration has no source"),
				"name an address: stakeout crawl https://example.org/news")
		}
		return cfg.Sources, nil
	}
	var chosen []*configs.Source
	for _, arg := range args {
		src, err := chooseSource(cfg, arg, f)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, src)
	}
	return chosen, nil
}

func chooseSource(cfg *configs.Config, arg string, f crawlFlags) (*configs.Source, error) {
	for _, s := range cfg.Sources {
		if s.Name == arg {
			return s, nil
		}
	}
	if u, err := url.Parse(arg); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		src, err := configs.AdHoc(arg, f.private, f.delay, f.parallel)
		if err != nil {
			return nil, &usageError{err}
		}
		return src, nil
	}
	if strings.ContainsAny(arg, "./") {
		return nil, withHint(badUsage("source %q: found no source of that name", arg), "an address says http:// or https://: stakeout crawl https://%s", arg)
	}
	if len(cfg.Sources) == 0 {
		return nil, withHint(badUsage("source %q: the configuration has no source", arg), "write one: stakeout init URL --name %s -o configs/%s.yaml", arg, arg)
	}
	var names []string
	for _, s := range cfg.Sources {
		names = append(names, s.Name)
	}
	return nil, withHint(badUsage("source %q: found no source of that name, expected an address or one of: %s", arg, strings.Join(names, ", ")), "stakeout check lists the sources and their files")
}

// sourcesAtOnce is how many sources are collected at a time; each host's own
// limits hold besides.
const sourcesAtOnce = 16

// collectAll collects sources side by side and says what came of it.
func (a *app) collectAll(ctx context.Context, c *collect.Collector, sources []*configs.Source, limit int) error {
	report := newCrawlReport(a)
	c.Tell = report.visit
	var mu sync.Mutex // protects unread
	unread := 0
	var group errgroup.Group
	group.SetLimit(sourcesAtOnce)
	for _, src := range sources {
		group.Go(func() error {
			plan := collect.Plan{Listed: true, Due: true, Max: limit}
			sum, err := c.Collect(ctx, src, plan, report.progress)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				mu.Lock()
				unread++
				mu.Unlock()
			}
			return report.summary(sum, err)
		})
	}
	err := group.Wait()
	report.end()
	switch {
	case ctx.Err() != nil:
		return withHint(errors.New("interrupted: what was collected so far is on record"), "run it again to go on")
	case err != nil:
		return err
	case unread > 0:
		return errSaid
	}
	return nil
}

// crawlReport tells what a crawl does while it does it. Safe for concurrent use.
type crawlReport struct {
	a        *app
	out, err *terminal.Screen
	bar      *terminal.Progress
	mu       sync.Mutex // serialises lines
	began    time.Time
}

func newCrawlReport(a *app) *crawlReport {
	r := &crawlReport{a: a, out: a.out(), err: a.err(), began: time.Now()}
	r.bar = terminal.NewProgress(r.err)
	return r
}

// progress draws how far a source is, on a terminal.
func (r *crawlReport) progress(s collect.Stage) {
	if s.Total == 0 {
		r.bar.Set(s.Source, 0, s.Listed, "reading the listing")
		return
	}
	took := time.Since(r.began)
	rate := float64(s.Done) / max(took.Seconds(), 0.001)
	words := fmt.Sprintf("%d new  %d changed  %.1f/s", s.New, s.Changed, rate)
	if left := s.Total - s.Done; left > 0 && s.Done > 0 {
		words += fmt.Sprintf("  %s left", (took / time.Duration(s.Done) * time.Duration(left)).Round(time.Second))
	}
	r.bar.Set(s.Source, s.Done, s.Total, words)
}

// visit tells of one visit: what is new or changed on stdout, what brought no
// story on stderr.
func (r *crawlReport) visit(s collect.Seen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch s.Outcome {
	case story.Gone, story.Blocked, story.Unreadable, story.Failed:
		r.bar.Print(fmt.Sprintf("%s  %s  %s", r.err.Set(terminal.Notice, terminal.Pad(string(s.Outcome), 11)), terminal.Safe(s.URL), terminal.Safe(s.Why())))
	}
	if s.Change == nil || r.a.json {
		return
	}
	r.bar.Above(func() { fmt.Fprint(r.out, r.out.Event(*s.Change, s.Headline)) })
}

// summary tells what came of a source.
func (r *crawlReport) summary(s collect.Summary, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.bar.Print("stakeout: error: " + terminal.Safe(err.Error()))
	}
	if s.Left != "" {
		r.bar.Print(terminal.Safe(s.Left))
	}
	if r.a.json {
		return r.a.printJSON(s)
	}
	var printErr error
	r.bar.Above(func() {
		_, printErr = fmt.Fprintf(r.out, "%s  listed %d, visited %d: %s  %.1f s\n", r.out.Set(terminal.Strong, s.Source), s.Listed, s.Fetched, counts(s), s.Seconds)
	})
	return printErr
}

// counts names the outcomes that occurred.
func counts(s collect.Summary) string {
	var parts []string
	for _, c := range []struct {
		n    int
		name string
	}{{s.New, "new"}, {s.Changed, "changed"}, {s.Same, "same"}, {s.Removed, "removed"}, {s.Blocked, "blocked"}, {s.Unreadable, "unreadable"}, {s.Failed, "failed"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	if len(parts) == 0 {
		return "nothing to visit"
	}
	return strings.Join(parts, ", ")
}

func (r *crawlReport) end() { r.bar.End() }
