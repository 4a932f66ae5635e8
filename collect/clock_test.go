package collect

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/scheduler"
)

func TestSteadyNoticesJumps(t *testing.T) {
	var s steady
	now := time.Now()
	for i, c := range []struct{ by, want time.Duration }{
		{0, 0}, {time.Second, 0}, {time.Hour, time.Hour}, {0, 0}, {-time.Hour, -time.Hour}, {-5 * time.Second, 0}, {0, 0},
	} {
		now = now.Add(c.by)
		if got := s.jumped(now); (got - c.want).Abs() > time.Second {
			t.Errorf("%d: found a jump of %s, expected %s", i, got, c.want)
		}
	}
}

// A clock that is set back by two hours delays nothing by two hours.
func TestServiceNoticesAClockSetBack(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", page("Harbour reopens after nine days of storm", "", text...))
	c, src := watch(t, s, byNumber+"    schedule: '@every 30m'\n")
	now := time.Date(2026, 4, 4, 10, 30, 0, 0, time.UTC)
	setClock(c, &now)
	if _, err := c.Collect(t.Context(), src, Plan{Listed: true}, nil); err != nil {
		t.Fatal(err)
	}
	service := Service{Collector: c, Sources: []*configs.Source{src}, Engine: nobody{}, Log: slog.New(slog.DiscardHandler)}
	service.Reload(service.Sources)
	plan := func() {
		t.Helper()
		if err := service.plan(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	plan()
	due := func() (run, look time.Duration) {
		t.Helper()
		state, err := c.Store.Source(t.Context(), "s")
		if err != nil {
			t.Fatal(err)
		}
		next, err := c.Store.NextDue(t.Context(), "s")
		if err != nil {
			t.Fatal(err)
		}
		return state.NextRunAt.Sub(now), next.Sub(now)
	}
	run, look := due()
	if run <= 0 || run > 32*time.Minute || look <= 0 {
		t.Fatalf("next run in %s, next look in %s", run, look)
	}
	now = now.Add(-2 * time.Hour)
	plan()
	if run2, look2 := due(); run2 > run || look2 > look+time.Second {
		t.Errorf("after the clock was set back the next run is in %s and the next look in %s, before in %s and %s", run2, look2, run, look)
	}
}

// nobody is an engine that runs nothing.
type nobody struct{}

func (nobody) Enqueue(context.Context, ...scheduler.Round) error { return nil }
func (nobody) Run(context.Context, scheduler.Work) error         { return nil }

// What was missed while the service was down is caught up once, and a source
// that is outside of its window, or paused, isn't watched.
func TestServiceWindowsAndPause(t *testing.T) {
	s := newSite(t)
	c, src := watch(t, s, byNumber+"    schedule: '@hourly'\n    window: mon-fri 06-22 UTC\n")
	now := time.Date(2026, 4, 4, 10, 30, 0, 0, time.UTC) // a Saturday
	setClock(c, &now)
	var asked []string
	service := Service{Collector: c, Sources: []*configs.Source{src}, Engine: asking{&asked}, Log: slog.New(slog.DiscardHandler)}
	service.Reload(service.Sources)
	for _, step := range []struct {
		at   time.Time
		want int
	}{{now, 0}, {now.AddDate(0, 0, 1), 0}, {time.Date(2026, 4, 6, 6, 0, 1, 0, time.UTC), 1}} {
		now = step.at
		if err := service.plan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(asked) != step.want {
			t.Errorf("at %s it was asked for %d rounds, expected %d", now, len(asked), step.want)
		}
	}
	paused := *src
	paused.Paused = true
	service.Reload([]*configs.Source{&paused})
	if err := service.plan(t.Context()); err != nil || len(asked) != 1 {
		t.Errorf("a paused source was asked for: %v %v", asked, err)
	}
	service.Reload([]*configs.Source{src})
	if err := service.plan(t.Context()); err != nil || len(asked) != 2 {
		t.Errorf("a source that is paused no more: %v %v", asked, err)
	}
}

// asking notes what it is asked for.
type asking struct{ names *[]string }

func (a asking) Enqueue(_ context.Context, rounds ...scheduler.Round) error {
	for _, r := range rounds {
		*a.names = append(*a.names, r.Name)
	}
	return nil
}

func (asking) Run(context.Context, scheduler.Work) error { return nil }
