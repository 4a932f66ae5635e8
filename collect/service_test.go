package collect

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/story"
)

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// runFor runs a service until done says so, and stops it.
func runFor(t *testing.T, c *Collector, src *configs.Source, done func(Seen) bool) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	c.Tell = func(s Seen) {
		if done(s) {
			stop()
		}
	}
	service := Service{Collector: c, Sources: []*configs.Source{src}, Tick: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	if err := service.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() == context.DeadlineExceeded {
		t.Fatal("what was waited for never came")
	}
}

func TestServiceCollectsOnScheduleAndRechecks(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", page("Harbour reopens after nine days of storm", "", text...))
	c, src := watch(t, s, byNumber+"    schedule: '@every 1s'\n    recheck: '@every 1s'\n")
	runFor(t, c, src, func(v Seen) bool {
		switch v.Outcome {
		case story.New:
			s.set("/story/1", page("Harbour reopens after ten days of storm", "", text...))
		case story.Changed:
			return true
		}
		return false
	})
	wantEvents(t, c, "1", story.EventNew, story.EventChanged)
}

// A service that was down catches up once, and then keeps to its schedule.
func TestServiceCatchesUpOnce(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", page("Harbour reopens after nine days of storm", "", text...))
	c, src := watch(t, s, byNumber+"    schedule: '@hourly'\n    recheck: never\n")
	now := time.Date(2026, 4, 4, 10, 30, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	runFor(t, c, src, func(v Seen) bool { return v.Outcome == story.New })
	listed := s.asked["/"]
	now = now.Add(5 * time.Hour)
	s.list("/story/1", "/story/2")
	s.set("/story/2", page("Council to vote on a higher wall", "", text[2], text[0]))
	runFor(t, c, src, func(v Seen) bool { return v.Key.ID == "2" })
	if got := s.asked["/"] - listed; got != 1 {
		t.Errorf("five missed runs were caught up by %d", got)
	}
	state, err := c.Store.Source(context.Background(), "s")
	hour := now.Truncate(time.Hour).Add(time.Hour)
	if err != nil || state.NextRunAt.Before(hour) || state.NextRunAt.After(hour.Add(time.Minute)) {
		t.Errorf("next run at %s, %v", state.NextRunAt, err)
	}
}
