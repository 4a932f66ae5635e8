package history

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"stakeout/configs"
	"stakeout/export"
	"stakeout/scheduler"
	"stakeout/store"
)

// Scheduled writes the exports of a configuration when they are due.
type Scheduled struct {
	Store    *store.Store
	Exports  func() []configs.Export // as they are by now
	Zones    export.Zones
	Software string
	Log      *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Tick is how often it looks for what is due. Defaults to a second.
	Tick time.Duration
}

// Run writes exports until ctx ends. One that fails is said in the log, and written
// at its next time.
func (s Scheduled) Run(ctx context.Context) {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Tick == 0 {
		s.Tick = time.Second
	}
	type appointment struct {
		schedule *scheduler.Schedule
		at       time.Time
	}
	next := map[string]appointment{} // by the export's name
	plan := func(e configs.Export, now time.Time) { next[e.Name] = appointment{e.Schedule, e.Schedule.Next(now)} }
	for _, e := range s.Exports() {
		plan(e, s.Now())
	}
	tick := time.NewTicker(s.Tick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, e := range s.Exports() {
			now, due := s.Now(), next[e.Name]
			if due.at.IsZero() || now.Before(due.at) {
				if due.schedule != e.Schedule {
					plan(e, now) // the configuration was read again
				}
				continue
			}
			path := e.PathAt(due.at)
			plan(e, now)
			if err := s.write(ctx, e, path); err != nil && ctx.Err() == nil {
				s.Log.Error("export not written", "export", e.Name, "path", path, "error", err)
				continue
			}
			s.Log.Info("export written", "export", e.Name, "path", path, "next", next[e.Name].at)
		}
	}
}

func (s Scheduled) write(ctx context.Context, e configs.Export, path string) error {
	out := Export{Format: e.Format, What: e.What, Query: Query{Filter: e.Where}, Zones: s.Zones, Software: s.Software}
	if err := out.Check(); err != nil {
		return fmt.Errorf("exports %s: %w", e.Name, err)
	}
	if !e.New {
		_, err := out.File(ctx, s.Store, path)
		return err
	}
	name := "exports/" + e.Name
	if nothing, err := s.nothingNew(ctx, name); nothing || err != nil {
		return err
	}
	_, err := out.Next(ctx, s.Store, name, path, nil)
	return err
}

// nothingNew reports whether an export of what is new would have nothing to write:
// then there is no file.
func (s Scheduled) nothingNew(ctx context.Context, name string) (bool, error) {
	c, err := s.Store.Cursor(ctx, name)
	if err != nil {
		return false, err
	}
	last, err := s.Store.LastChange(ctx)
	return last == c.At && c.Pending == nil, err
}
