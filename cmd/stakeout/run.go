package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/history"
	"stakeout/notify"
	"stakeout/store"
	"stakeout/terminal"
	"stakeout/web"
)

func (a *app) runCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "The service: watch every source on its schedule",
		Long: `Watches every source that has a schedule until SIGTERM or ^C, then finishes what
is under way and stops. Listings are read on the sources' cron schedules; what is
new or hinted at is visited at once, and known stories are looked at again when
an edit is likely. Missed runs are caught up once. Each change is a line on
standard output. SIGHUP takes up a changed configuration; one that is wrong is
said, and the old one kept.

The page and the API are served to this machine at 127.0.0.1:8437. --listen, or
web.listen in the configuration, says another address; for one that others reach,
web needs a password, tokens, or a proxy's header. Without any source it waits for
the first, which the page takes.
` + exitHelp,
		Example: "  stakeout run\n  stakeout --config configs --db news.db run --listen 127.0.0.1:9000",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.run(cmd.Context(), listen) },
	}
	cmd.Flags().StringVar(&listen, "listen", "", "serve the page and the API at `ADDR`, HOST:PORT, or none")
	return cmd
}

func (a *app) run(ctx context.Context, listen string) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if scheduled(cfg) == 0 && cmp.Or(listen, cfg.Web.Listen) == noPage {
		return a.nothingToWatch()
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	w, err := a.openWatch(ctx, cfg, path)
	if err != nil {
		return err
	}
	served, err := a.servePage(ctx, listen, w.cur, a.workshop(w.fetch, w.service, w.cur, w.log), w.db, w.log)
	if err != nil {
		return errors.Join(err, w.close())
	}
	w.closers = append(w.closers, served.close)
	if w.scheduled == 0 && served == nil {
		return errors.Join(a.nothingToWatch(), w.close())
	}
	a.announce("watching %d sources into %s; stop with ^C", w.scheduled, store.Shown(path))
	if w.scheduled == 0 {
		a.announce("no source of %s has a schedule yet: the page takes the first", a.configPath)
	}
	exports := history.Scheduled{Store: w.db, Exports: w.cur.exports, Zones: w.cur.zones, Software: "stakeout " + version(), Log: w.log}
	tell := notify.Notifier{Store: w.db, Current: w.cur.notify, Log: w.log}
	return w.run(ctx, w.alone("exports", func(ctx context.Context) error { exports.Run(ctx); return nil }), w.alone("notifications", tell.Run))
}

// alone is something that one of all services on a history does at a time.
func (w *watch) alone(what string, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := w.leases.Alone(ctx, what, do); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	}
}

func (a *app) nothingToWatch() error {
	return withHint(badUsage("nothing to watch: no source of %s has a schedule", a.configPath),
		`add a line such as schedule: '*/15 * * * *' to a source, or collect by hand: stakeout crawl`)
}

// servePage serves the page where it is asked for. That the usual address is taken,
// by another stakeout perhaps, keeps nobody from watching.
func (a *app) servePage(ctx context.Context, listen string, cur *current, shop *web.Workshop, db *store.Store, log *slog.Logger) (*page, error) {
	asked := cmp.Or(listen, cur.cfg.Load().Web.Listen)
	if asked == noPage {
		return nil, nil
	}
	served, err := a.serve(ctx, cmp.Or(asked, configs.DefaultListen), cur, shop, db, log)
	switch {
	case err != nil && asked == "":
		a.announce("stakeout: no page is served: %s; stakeout run --listen 127.0.0.1:0 takes any free port", err)
		return nil, nil
	case err != nil:
		return nil, err
	}
	a.announce("the page is at %s", served.Address)
	return served, nil
}

// tellChanges prints each change as it is recorded.
func (a *app) tellChanges() func(collect.Seen) {
	out := a.out()
	var mu sync.Mutex // serialises lines
	return func(s collect.Seen) {
		a.tally.Visit(s.Source, s.Outcome)
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
