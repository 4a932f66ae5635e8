package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/crawler"
	"stakeout/store"
	"stakeout/terminal"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "The service: watch every source on its schedule",
		Long: `Watches every source that has a schedule until SIGTERM or ^C, then finishes what
is under way and stops. Listings are read on the sources' cron schedules; what is
new or hinted at is visited at once, and known stories are looked at again the
sooner the younger they are. Missed runs are caught up once. Each change is a
line on standard output.
` + exitHelp,
		Example: "  stakeout run\n  stakeout --config configs --db news.db run",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.run(cmd.Context()) },
	}
}

func (a *app) run(ctx context.Context) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	scheduled := 0
	for _, src := range cfg.Sources {
		if src.Schedule != nil {
			scheduled++
		}
	}
	if scheduled == 0 {
		return withHint(badUsage("nothing to watch: no source of %s has a schedule", a.configPath),
			`add a line such as schedule: '*/15 * * * *' to a source, or collect by hand: stakeout crawl`)
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	db, err := store.Open(ctx, path, store.Options{Log: log})
	if err != nil {
		return err
	}
	fetch := crawler.New(crawler.Options{Contact: cfg.Contact, Log: log, HighestID: db.HighestID})
	defer fetch.Close()
	c := &collect.Collector{Fetch: fetch, Store: db, Log: log, Tell: a.tellChanges()}
	fmt.Fprintf(a.stderr, "watching %d sources into %s; stop with ^C\n", scheduled, path)
	service := collect.Service{Collector: c, Sources: cfg.Sources, Log: log}
	err = errors.Join(service.Run(ctx), db.Close())
	if err == nil {
		fmt.Fprintln(a.stderr, "stopped; everything that was seen is on record")
	}
	return err
}

// tellChanges prints each change as it is recorded.
func (a *app) tellChanges() func(collect.Seen) {
	out := a.out()
	var mu sync.Mutex // serialises lines
	return func(s collect.Seen) {
		if s.Change == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if a.json {
			if err := a.printJSON(s.Change); err != nil {
				fmt.Fprintf(a.stderr, "stakeout: error: %s\n", err)
			}
			return
		}
		fmt.Fprintf(out, "%s%s", out.Set(terminal.Quiet, time.Now().Format("15:04:05")), out.Event(*s.Change, s.Headline))
	}
}
