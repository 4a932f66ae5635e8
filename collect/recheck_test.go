package collect

import (
	"context"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/scheduler"
	"stakeout/story"
)

// setClock lets a collector live, and its pages come, at a time that the test sets.
func setClock(c *Collector, now *time.Time) {
	c.Now = func() time.Time { return *now }
	c.Fetch = clocked{c.Fetch, now}
}

type clocked struct {
	Fetcher
	now *time.Time
}

func (f clocked) FetchPage(ctx context.Context, src *configs.Source, r crawler.Request) (crawler.Page, error) {
	p, err := f.Fetcher.FetchPage(ctx, src, r)
	p.At = *f.now
	return p, err
}

// A known story is looked at by the policy: soon after an edit, later while it
// is quiet, and what was seen is learnt and kept.
func TestRecheckFollowsTheStory(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", page("Harbour reopens after nine days of storm", "", text...))
	c, src := watch(t, s, byNumber)
	now := time.Date(2026, 4, 4, 10, 30, 0, 0, time.UTC)
	setClock(c, &now)
	visit := func() (time.Duration, story.Outcome) {
		t.Helper()
		a, err := c.Store.Address(t.Context(), "s", s.URL+"/story/1")
		if err != nil {
			t.Fatal(err)
		}
		seen, err := c.Visit(t.Context(), src, a)
		if err != nil {
			t.Fatal(err)
		}
		next, err := c.Store.NextDue(t.Context(), "s")
		if err != nil {
			t.Fatal(err)
		}
		return next.Sub(seen.At), seen.Outcome
	}
	if _, err := c.Collect(t.Context(), src, Plan{Listed: true}, nil); err != nil {
		t.Fatal(err)
	}
	var quiet time.Duration
	for range 4 {
		now = now.Add(time.Hour)
		quiet, _ = visit()
	}
	s.set("/story/1", page("Harbour reopens after ten days of storm", "", text...))
	now = now.Add(time.Hour)
	busy, outcome := visit()
	if outcome != story.Changed || busy >= quiet || busy <= 0 {
		t.Errorf("after an edit (%s) the next look is in %s, before in %s", outcome, busy, quiet)
	}
	kept, ok, err := c.Store.RecheckOf(t.Context(), "s", s.URL+"/story/1")
	state, read := stateOf(kept)
	if err != nil || !ok || !read || state.Edits != 1 || !state.ChangedAt.Equal(state.At) {
		t.Errorf("kept %+v, %v %v %v", state, ok, read, err)
	}
	if err := c.keepLearnt(t.Context(), "s", true); err != nil {
		t.Fatal(err)
	}
	text, err := c.Store.Learnt(t.Context(), "s")
	if err != nil {
		t.Fatal(err)
	}
	if l := newDesk(src, text).Policy.Learnt; l.Looks != 5 || l.Edits != 1 {
		t.Errorf("learnt from %d looks and %d edits, expected 5 and 1", l.Looks, l.Edits)
	}
}

// A budget is kept, and what doesn't fit into it stays due.
func TestChooseKeepsBudgets(t *testing.T) {
	s := newSite(t)
	var paths []string
	for _, id := range []string{"1", "2", "3", "4", "5", "6"} {
		paths = append(paths, "/story/"+id)
		s.set("/story/"+id, page("Harbour number "+id+" reopens", "", text...))
	}
	s.list(paths...)
	c, src := watch(t, s, byNumber+"    budget: {rechecks: 60/h}\n")
	now := time.Date(2026, 4, 4, 10, 30, 0, 0, time.UTC)
	setClock(c, &now)
	if _, err := c.Collect(t.Context(), src, Plan{Listed: true}, nil); err != nil {
		t.Fatal(err)
	}
	looks := 0
	for range 120 {
		now = now.Add(time.Minute)
		chosen, err := c.choose(t.Context(), src, slice)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range chosen {
			if _, err := c.Visit(t.Context(), src, a); err != nil {
				t.Fatal(err)
			}
			looks++
		}
	}
	if looks < 20 || looks > 120 {
		t.Errorf("%d looks in two hours at 60 an hour", looks)
	}
	c.Rechecks.Host = 6
	before := looks
	for range 120 {
		now = now.Add(time.Minute)
		chosen, err := c.choose(t.Context(), src, slice)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range chosen {
			if _, err := c.Visit(t.Context(), src, a); err != nil {
				t.Fatal(err)
			}
			looks++
		}
	}
	if n := looks - before; n < 5 || n > 13 {
		t.Errorf("%d looks in two hours at 6 an hour for the host", n)
	}
}

func TestKindOfLivePages(t *testing.T) {
	s := newSite(t)
	s.list("/story/1")
	s.set("/story/1", page("Storm, as it happens", `<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>`, text...))
	c, src := watch(t, s, byNumber)
	if _, err := c.Collect(t.Context(), src, Plan{Listed: true}, nil); err != nil {
		t.Fatal(err)
	}
	kept, _, err := c.Store.RecheckOf(t.Context(), "s", s.URL+"/story/1")
	if state, _ := stateOf(kept); err != nil || state.Kind != scheduler.KindLive {
		t.Errorf("kept %+v, %v", state, err)
	}
}

// Workers that share the budgets of all sources take no more together than one alone.
func TestBudgetsAreSharedAmongWorkers(t *testing.T) {
	bounds := configs.Rechecks{Total: 720, Host: 120}
	now := time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)
	for _, workers := range []int{0, 1, 3} {
		took, ofHost := 0, 0
		for range max(workers, 1) {
			var d desks
			d.sharedAmong(workers)
			for at := now; at.Before(now.Add(time.Hour)); at = at.Add(time.Minute) {
				for d.left(bounds, at, 1000) > 0 {
					d.spend(configs.Rechecks{Total: bounds.Total}, "other")
					took++
				}
			}
			var h desks
			h.sharedAmong(workers)
			for at := now; at.Before(now.Add(time.Hour)); at = at.Add(time.Minute) {
				for h.hostLeft(bounds, "h", at, 0) {
					h.spend(bounds, "h")
					ofHost++
				}
			}
		}
		if took < 680 || took > 720 || ofHost < 105 || ofHost > 120 {
			t.Errorf("%d workers took %d looks in an hour, and %d at one host, of 720 and 120", workers, took, ofHost)
		}
	}
}
