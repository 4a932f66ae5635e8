package collect

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"stakeout/scheduler"
	"stakeout/store"
)

// How often a worker says that it runs, and what it watches; and for how long that
// holds.
const (
	reportEach = store.WorkerAlive / 4
	watchEach  = 5 * time.Minute
	watchHolds = 3 * watchEach
)

// planShared enqueues what is due and not being run: of sources that this worker
// watches, and of those that another says it does. Each round bears the number of its
// source's last lease, by which the job of a worker that died stands in nobody's way.
// One machine's clock that is set moves nothing that all share.
func (s *Service) planShared(ctx context.Context, now time.Time) error {
	due, err := s.Collector.Store.DueSources(ctx, now)
	if err != nil {
		return err
	}
	leases, err := s.Collector.Store.SourceLeases(ctx)
	if err != nil {
		return err
	}
	watched, err := s.Collector.Store.Watched(ctx, now.Add(-watchHolds))
	if err != nil {
		return err
	}
	var rounds []scheduler.Round
	for _, d := range due {
		l := leases[d.Name]
		if l.Holder != "" && l.Until.After(now) {
			continue // it is being run
		}
		var r resting
		if l.Taught != "" {
			_ = json.Unmarshal([]byte(l.Taught), &r) // what can't be read has no rest
		}
		if s.wantedAnywhere(d, r, watched[d.Name], now) {
			rounds = append(rounds, scheduler.Round{Name: d.Name, Lease: l.Number})
		}
	}
	return s.Engine.Enqueue(ctx, rounds...)
}

// wantedAnywhere reports whether a source gets a round, whoever runs it. Of one that
// only others watch it isn't known when its windows are open: its worker knows.
func (s *Service) wantedAnywhere(d store.DueSource, r resting, watched bool, now time.Time) bool {
	src := s.source(d.Name)
	if src == nil && !watched || src != nil && !scheduler.Open(src.Windows, now) {
		return false
	}
	looks := d.Rechecks || src != nil && s.Collector.bounded(src)
	return d.Run || !now.Before(r.Visits) && (d.Urgent || looks && !now.Before(r.Looks))
}

// report says again and again that this worker runs and what it watches, until ctx
// ends, and then that it has ended.
func (s *Service) report(ctx context.Context) error {
	w := store.Worker{Name: s.Collector.Leases.Worker(), Began: time.Now(), Version: s.Version}
	var said time.Time
	var watching []string
	for {
		s.mu.Lock()
		names := make([]string, 0, len(s.watched))
		for name := range s.watched {
			names = append(names, name)
		}
		s.mu.Unlock()
		slices.Sort(names)
		w.At, w.Sources, w.Rounds = time.Now(), len(names), s.Collector.Leases.running()
		err := s.setFirstRuns(ctx)
		if err == nil {
			err = s.Collector.Store.PutWorker(ctx, w)
		}
		if err == nil && (w.At.Sub(said) >= watchEach || !slices.Equal(names, watching)) {
			err = s.Collector.Store.Watch(ctx, names, s.Collector.now())
			said, watching = w.At, names
		}
		var all []store.Worker
		if err == nil {
			all, err = s.Collector.Store.Workers(ctx, w.At.Add(-store.WorkerAlive))
			s.Collector.desks.sharedAmong(len(all))
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		if pause(ctx, reportEach) != nil {
			ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			return errors.Join(s.Collector.Store.EndWorker(ended, w.Name))
		}
	}
}
