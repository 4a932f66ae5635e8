package collect

import (
	"context"
	"time"
)

// steady notices that the machine's clock was set: it compares it with one that
// only ever counts on.
type steady struct {
	wall    time.Time
	counted time.Time // has Go's monotonic reading
}

// mostDrift is by how much the two clocks may differ from one tick to the next.
const mostDrift = 20 * time.Second

// jumped is by how much the clock was set since the last call, forwards or, below
// 0, backwards; 0 for not.
func (s *steady) jumped(wall time.Time) time.Duration {
	counted := time.Now()
	defer func() { s.wall, s.counted = wall, counted }()
	if s.wall.IsZero() {
		return 0
	}
	jump := wall.Round(0).Sub(s.wall.Round(0)) - counted.Sub(s.counted)
	if jump.Abs() < mostDrift {
		return 0
	}
	return jump
}

// clockJumped sets what was to come by the clock as it was. A clock that was set
// forward finds things due, and they are caught up once; of one that was set
// back, what is due comes as much sooner.
func (s *Service) clockJumped(ctx context.Context, by time.Duration) error {
	s.Log.Warn("the clock was set", "seconds", int(by.Seconds()))
	if by > 0 {
		return nil
	}
	s.mu.Lock()
	var names []string
	for name, w := range s.watched {
		w.started, w.rested, w.spent = false, time.Time{}, time.Time{}
		names = append(names, name)
	}
	s.mu.Unlock()
	for _, name := range names {
		if err := s.Collector.Store.SetBack(ctx, name, by, s.Collector.now()); err != nil {
			return err
		}
	}
	return nil
}
