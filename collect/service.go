package collect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/store"
)

// Service watches sources on their schedules until it is stopped: it reads
// listings when they are due, and visits what is new, hinted at, or due for a
// re-check. What is due lives in the store, so a restart loses nothing and
// catches up once.
type Service struct {
	Collector *Collector
	Sources   []*configs.Source
	// Tick is how often a source looks for what is due. Defaults to 1 s.
	Tick time.Duration
	Log  *slog.Logger
}

// slice is how many due addresses a source takes at a time; between two slices
// it looks at its schedule again.
const slice = 16

// Run watches until ctx ends, finishes the visits under way, and returns. The
// error is of the store: without it nothing can be recorded.
func (s *Service) Run(ctx context.Context) error {
	if s.Tick == 0 {
		s.Tick = time.Second
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, src := range s.Sources {
		if src.Schedule == nil {
			continue
		}
		group.Go(func() error {
			err := s.watch(ctx, src)
			if errors.Is(err, context.Canceled) {
				err = s.Collector.Keep(context.WithoutCancel(ctx), src.Name)
			}
			if err != nil {
				return fmt.Errorf("watch %s: %w", src.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// watch does what is due of one source, and waits for more.
func (s *Service) watch(ctx context.Context, src *configs.Source) error {
	if err := s.setFirstRun(ctx, src); err != nil {
		return err
	}
	tick := time.NewTicker(s.Tick)
	defer tick.Stop()
	var rest time.Time // until when the source's budget is used up
	for ctx.Err() == nil {
		if err := s.listIfDue(ctx, src); err != nil {
			return err
		}
		visited := 0
		if s.Collector.now().After(rest) {
			var err error
			visited, err = s.visitDue(ctx, src)
			until, used := crawler.IsBudget(err)
			if err != nil && !used {
				return err
			}
			if used {
				rest, visited = until, 0
				s.Log.Info("the source rests", "source", src.Name, "until", until.UTC(), "why", err)
			}
		}
		if visited == slice {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return ctx.Err()
}

// setFirstRun sets when a source runs first: a source that never ran runs at
// once, one that missed runs catches up once, and one whose schedule now comes
// sooner keeps to it.
func (s *Service) setFirstRun(ctx context.Context, src *configs.Source) error {
	state, err := s.Collector.Store.Source(ctx, src.Name)
	if err != nil {
		return err
	}
	now := s.Collector.now()
	next := src.Schedule.Next(now)
	switch {
	case state.LastRunAt.IsZero():
		next = now
	case !state.NextRunAt.IsZero() && state.NextRunAt.Before(next):
		next = state.NextRunAt
	}
	return s.Collector.Store.SetNextRun(ctx, src.Name, next)
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
	if err := s.Collector.Store.SetNextRun(ctx, src.Name, src.Schedule.Next(now)); err != nil {
		return err
	}
	found, err := s.Collector.List(ctx, src)
	if ctx.Err() != nil {
		// The run was cut short: it is due again.
		return errors.Join(ctx.Err(), s.Collector.Store.SetNextRun(context.WithoutCancel(ctx), src.Name, now))
	}
	if err != nil {
		s.Log.Warn("source could not be read", "source", src.Name, "error", err)
		return nil
	}
	s.Log.Info("source listed", "source", src.Name, "stories", found)
	return nil
}

// visitDue visits a slice of what is due, and says how many it was.
func (s *Service) visitDue(ctx context.Context, src *configs.Source) (int, error) {
	due, err := s.Collector.Store.Due(ctx, store.DueFilter{Source: src.Name, At: s.Collector.now(), Limit: slice})
	if err != nil {
		return 0, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(src.Parallel)
	for _, a := range due {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			_, err := s.Collector.Visit(ctx, src, a)
			return err
		})
	}
	return len(due), group.Wait()
}
