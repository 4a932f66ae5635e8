package main

import (
	"context"
	"fmt"
	"time"

	"stakeout/collect"
	"stakeout/scheduler"
	"stakeout/scheduler/river"
	"stakeout/store"
	"stakeout/terminal"
)

// workersJSON is what `sources --workers --json` prints.
type workersJSON struct {
	Workers []workerJSON `json:"workers"`
	Queue   *queueJSON   `json:"queue"` // null on SQLite, where a process has its own
	// What is due and not visited yet, and for how many seconds the first of it.
	Due        int     `json:"due"`
	LagSeconds float64 `json:"lag_seconds"`
}

type workerJSON struct {
	store.Worker
	HoldsSources int `json:"holds_sources"`
	HoldsHosts   int `json:"holds_hosts"`
}

type queueJSON struct {
	river.Queue
	LongestSeconds float64 `json:"longest_seconds"`
}

// printWorkers shows who runs rounds, what they hold, and what waits.
func (a *app) printWorkers(ctx context.Context, db *store.Store) error {
	now := time.Now()
	all, err := workersOf(ctx, db, now)
	if err != nil {
		return err
	}
	address, err := a.databaseInUse()
	if err != nil {
		return err
	}
	if store.OnServer(address) {
		q, err := river.Look(ctx, address)
		if err != nil {
			return err
		}
		all.Queue = &queueJSON{q, q.Longest.Seconds()}
	}
	if a.json {
		return a.printJSON(all)
	}
	out := a.out()
	fmt.Fprintln(out, out.Set(terminal.Quiet, fmt.Sprintf("%-28s  %-12s  %8s  %7s  %7s  %6s  LAST HEARD", "WORKER", "VERSION", "WATCHES", "ROUNDS", "SOURCES", "HOSTS")))
	for _, w := range all.Workers {
		fmt.Fprintf(out, "%-28s  %-12s  %8d  %7d  %7d  %6d  %s ago\n", terminal.Safe(w.Name), terminal.Safe(w.Version), w.Sources, w.Rounds, w.HoldsSources, w.HoldsHosts, scheduler.Age(now.Sub(w.At)))
	}
	if q := all.Queue; q != nil {
		fmt.Fprintf(out, "queue: %d rounds wait, the longest for %.1f s; %d run; planned by %s\n", q.Waiting, q.LongestSeconds, q.Running, terminal.Safe(leaderOf(q.Leader)))
	}
	fmt.Fprintf(out, "due: %d addresses, the first for %s\n", all.Due, scheduler.Age(time.Duration(all.LagSeconds*float64(time.Second))))
	if len(all.Workers) == 0 {
		fmt.Fprintln(a.stderr, "no worker has said anything for a while: start stakeout run, on Postgres stakeout worker too")
	}
	return nil
}

func leaderOf(name string) string {
	if name == "" {
		return "nobody yet"
	}
	return name
}

func workersOf(ctx context.Context, db *store.Store, now time.Time) (workersJSON, error) {
	all := workersJSON{Workers: []workerJSON{}}
	list, err := db.Workers(ctx, now.Add(-store.WorkerAlive))
	if err != nil {
		return all, err
	}
	held, err := db.Holdings(ctx, now)
	if err != nil {
		return all, err
	}
	for _, w := range list {
		one := workerJSON{Worker: w}
		for holder, h := range held {
			if collect.WorkerOf(holder) == w.Name {
				one.HoldsSources, one.HoldsHosts = one.HoldsSources+h.Sources, one.HoldsHosts+h.Hosts
			}
		}
		all.Workers = append(all.Workers, one)
	}
	health, err := db.Health(ctx, now)
	if err != nil {
		return all, err
	}
	for _, h := range health {
		due, since, err := db.Backlog(ctx, h.Source, now)
		if err != nil {
			return all, err
		}
		all.Due += due
		if !since.IsZero() {
			all.LagSeconds = max(all.LagSeconds, now.Sub(since).Seconds())
		}
	}
	return all, nil
}
