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
	"stakeout/crawler"
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
	scheduled := 0
	for _, src := range cfg.Sources {
		if src.Schedule != nil {
			scheduled++
		}
	}
	if scheduled == 0 && cmp.Or(listen, cfg.Web.Listen) == noPage {
		return a.nothingToWatch()
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	log := a.serviceLog()
	db, err := store.Open(ctx, path, store.Options{Log: log})
	if err != nil {
		return err
	}
	if err := refuseRenamed(ctx, db, cfg.Sources); err != nil {
		return errors.Join(err, db.Close())
	}
	leases := collect.NewLeases(db)
	fetch := crawler.New(crawler.Options{Contact: cfg.Contact, Log: log, HighestID: db.HighestID, Usage: db, Gate: leases})
	defer fetch.Close()
	c := &collect.Collector{Fetch: fetch, Store: db, Log: log, Tell: a.tellChanges(), Rechecks: cfg.Rechecks, Leases: leases}
	service := collect.Service{Collector: c, Sources: cfg.Sources, Log: log}
	cur := newCurrent(cfg)
	served, err := a.servePage(ctx, listen, cur, a.workshop(fetch, &service, cur, log), db, log)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	if scheduled == 0 && served == nil {
		return errors.Join(a.nothingToWatch(), db.Close())
	}
	a.announce("watching %d sources into %s; stop with ^C", scheduled, store.Shown(path))
	if scheduled == 0 {
		a.announce("no source of %s has a schedule yet: the page takes the first", a.configPath)
	}
	watching, stop := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() { paceKeeper{fetch, db, time.Now()}.watch(watching, log) })
	exports := history.Scheduled{Store: db, Exports: cur.exports, Zones: cur.zones, Software: "stakeout " + version(), Log: log}
	keeping.Go(func() { exports.Run(watching) })
	tell := notify.Notifier{Store: db, Current: cur.notify, Log: log}
	keeping.Go(func() {
		if err := tell.Run(watching); err != nil {
			log.Error("nobody is told any more", "error", err)
		}
	})
	keeping.Go(func() { a.reloadOnHangUp(watching, &service, cur, log) })
	err = service.Run(ctx)
	stop()
	keeping.Wait()
	err = errors.Join(err, served.close(), leases.Close(context.WithoutCancel(ctx)), db.Close())
	if err == nil {
		a.announce("stopped; everything that was seen is on record")
	}
	return err
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
