package collect

import (
	"context"
	"errors"
	"time"

	"stakeout/configs"
	"stakeout/store"
)

// setFirstRuns sets when sources run first that were just taken up.
func (s *Service) setFirstRuns(ctx context.Context) error {
	s.mu.Lock()
	var fresh []*watched
	for _, w := range s.watched {
		if !w.started {
			fresh = append(fresh, w)
		}
	}
	s.mu.Unlock()
	for _, w := range fresh {
		err := s.setFirstRun(ctx, w.src)
		if other := new(store.RenamedError); errors.As(err, &other) {
			s.Log.Error("the source isn't watched", "source", w.src.Name, "error", err)
			err = nil
		}
		if err != nil {
			return err
		}
		s.mu.Lock()
		w.started = true
		s.mu.Unlock()
	}
	return nil
}

// setFirstRun sets when a source runs first: a source that never ran runs as
// soon as its window is open, one that missed runs catches up once, and one whose
// schedule now comes sooner keeps to it.
func (s *Service) setFirstRun(ctx context.Context, src *configs.Source) error {
	state, err := s.Collector.Store.Source(ctx, src.Name)
	if err != nil {
		return err
	}
	now := s.Collector.now()
	next := NextRun(src, now)
	switch {
	case state.LastRunAt.IsZero():
		next = now
	case !state.NextRunAt.IsZero() && (next.IsZero() || state.NextRunAt.Before(next)):
		next = state.NextRunAt
	}
	if next.Equal(state.NextRunAt) {
		return nil
	}
	return s.Collector.Store.SetNextRun(ctx, src.Name, next)
}

// NextRun is when the service runs a source next after t: on its schedule, within
// its windows, and put off a little so that sources of one schedule don't run all
// at once. The zero time is for never.
func NextRun(src *configs.Source, t time.Time) time.Time {
	next := src.Schedule.NextWithin(t, src.Windows)
	if next.IsZero() {
		return next
	}
	return next.Add(src.Schedule.Jitter(src.Name, t))
}

// listIfDue reads the listings where the schedule says so. A source that can't
// be read is said in its health and tried again at its next run.
func (s *Service) listIfDue(ctx context.Context, src *configs.Source) error {
	state, err := s.Collector.Store.Source(ctx, src.Name)
	if err != nil {
		return err
	}
	now := s.Collector.now()
	if state.NextRunAt.IsZero() || state.NextRunAt.After(now) {
		return nil
	}
	found, err := s.Collector.List(ctx, src)
	if ctx.Err() != nil {
		return ctx.Err() // it stays due, as where the program is killed meanwhile
	}
	if err := s.Collector.Store.SetNextRun(ctx, src.Name, NextRun(src, now)); err != nil {
		return err
	}
	if err != nil {
		s.Log.Warn("source could not be read", "source", src.Name, "error", err)
		return nil
	}
	s.Log.Info("source listed", "source", src.Name, "stories", found)
	return nil
}
