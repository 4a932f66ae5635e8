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
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/scheduler/river"
	"stakeout/store"
	"stakeout/web"
)

func (a *app) workerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "One more machine for a service on Postgres",
		Long: `Runs rounds beside stakeout run and other workers on one Postgres, until SIGTERM or
^C, then finishes what is under way and stops. Any of them may be started, stopped
or killed at any time: what one was doing is taken up by another within half a
minute, and no host is asked sooner than its delay allows, whoever asks it.

Each worker reads its own configuration. Give all of them the same; a source that one
doesn't have is left to the others. The page, exports and notifications are run's.
SIGHUP takes up a changed configuration.
` + exitHelp,
		Example: "  stakeout worker --db postgres://stakeout@db.example/stakeout",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.work(cmd.Context()) },
	}
	return cmd
}

func (a *app) work(ctx context.Context) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if scheduled(cfg) == 0 {
		return a.nothingToWatch()
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	if !store.OnServer(path) {
		return withHint(badUsage("worker: found the database %s, expected one on Postgres: a file is one machine's", path),
			"stakeout run watches into a file; stakeout worker --db postgres://user@host/name")
	}
	w, err := a.openWatch(ctx, cfg, path)
	if err != nil {
		return err
	}
	a.announce("working on %d sources into %s; stop with ^C", w.scheduled, store.Shown(path))
	return w.run(ctx, func(context.Context) error { return nil })
}

// scheduled is how many sources have a schedule.
func scheduled(cfg *configs.Config) (n int) {
	for _, src := range cfg.Sources {
		if src.Schedule != nil {
			n++
		}
	}
	return n
}

// serverWait is how long a service waits for a server that is restarted, or fails over
// to another.
const serverWait = 2 * time.Minute

// watch is a service that watches sources, by its own or with others.
type watch struct {
	a         *app
	scheduled int
	cur       *current
	log       *slog.Logger
	db        *store.Store
	leases    *collect.Leases
	fetch     *crawler.Crawler
	service   *collect.Service
	closers   []func() error // run in reverse
}

// openWatch opens what a service needs. On Postgres its rounds are shared with every
// other one there.
func (a *app) openWatch(ctx context.Context, cfg *configs.Config, path string) (w *watch, err error) {
	w = &watch{a: a, scheduled: scheduled(cfg), cur: newCurrent(cfg), log: a.serviceLog()}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	opts := store.Options{Log: w.log}
	if store.OnServer(path) {
		opts.Wait = serverWait
	}
	if w.db, err = store.Open(ctx, path, opts); err != nil {
		return w, err
	}
	w.closers = append(w.closers, w.db.Close)
	if err := refuseRenamed(ctx, w.db, cfg.Sources); err != nil {
		return w, err
	}
	w.leases = collect.NewLeases(w.db)
	w.closers = append(w.closers, func() error { return w.leases.Close(context.WithoutCancel(ctx)) })
	w.fetch = crawler.New(crawler.Options{Contact: cfg.Contact, Log: w.log, HighestID: w.db.HighestID, Usage: w.db, Gate: w.leases})
	w.closers = append(w.closers, func() error { w.fetch.Close(); return nil })
	c := &collect.Collector{Fetch: w.fetch, Store: w.db, Log: w.log, Tell: a.tellChanges(), Rechecks: cfg.Rechecks, Leases: w.leases}
	w.service = &collect.Service{Collector: c, Sources: cfg.Sources, Log: w.log, Version: version()}
	if store.OnServer(path) {
		engine, err := river.Open(ctx, path, river.Options{Workers: collect.Rounds, Worker: w.leases.Worker(), Log: w.log})
		if err != nil {
			return w, fmt.Errorf("database %s: %w", store.Shown(path), err)
		}
		w.closers = append(w.closers, func() error { engine.Close(); return nil })
		w.service.Engine, w.service.Shared = engine, true
		a.queue = func(ctx context.Context) (web.Queue, error) {
			q, err := engine.Queue(ctx)
			return web.Queue{Waiting: q.Waiting, Running: q.Running, Longest: q.Longest}, err
		}
	}
	return w, nil
}

// run watches until ctx ends, with what else is to be done meanwhile, and closes.
func (w *watch) run(ctx context.Context, meanwhile ...func(context.Context) error) error {
	watching, stop := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() { paceKeeper{w.fetch, w.db, time.Now()}.watch(watching, w.log) })
	keeping.Go(func() { w.a.reloadOnHangUp(watching, w.service, w.cur, w.log) })
	for _, do := range meanwhile {
		keeping.Go(func() {
			if err := do(watching); err != nil && watching.Err() == nil {
				w.log.Error("a part of the service has ended", "error", err)
			}
		})
	}
	err := w.service.Run(ctx)
	stop()
	keeping.Wait()
	err = errors.Join(err, w.close())
	if err == nil {
		w.a.announce("stopped; everything that was seen is on record")
	}
	return err
}

func (w *watch) close() error {
	var errs []error
	for i := len(w.closers) - 1; i >= 0; i-- {
		errs = append(errs, w.closers[i]())
	}
	w.closers = nil
	return errors.Join(errs...)
}
