package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stakeout/story"
)

// due lists the addresses that a filter gives, by the end of their URLs.
func due(t *testing.T, s *Store, f DueFilter) []string {
	t.Helper()
	list, err := s.Due(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, a := range list {
		out = append(out, a.URL[len(address("")):])
	}
	return out
}

func mustFind(t *testing.T, s *Store, at time.Time, links ...Link) int {
	t.Helper()
	fresh, err := s.Found(t.Context(), "a", links, at)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func TestFoundMakesNewAndHintedDue(t *testing.T) {
	s := MustOpen(t)
	one := Link{URL: address("1"), Title: "Ferry sinks", Modified: t0}
	two := Link{URL: address("2")}
	if n := mustFind(t, s, t0, one, two); n != 2 {
		t.Fatalf("fresh: found %d, expected 2", n)
	}
	if diff := cmp.Diff([]string{"1", "2"}, due(t, s, DueFilter{Source: "a", At: t0, NewOnly: true})); diff != "" {
		t.Fatal(diff)
	}
	for _, id := range []string{"1", "2"} {
		r := firstVersion("a", id, "x")
		r.NextAt = t0.Add(24 * time.Hour)
		mustRecord(t, s, r)
	}
	later := t0.Add(time.Hour)
	// The same again, then a title where none was known: neither tells anything.
	mustFind(t, s, later, one, Link{URL: address("2"), Title: "Storm", Modified: t0})
	if diff := cmp.Diff([]string{}, due(t, s, DueFilter{At: later})); diff != "" {
		t.Fatal(diff)
	}
	if n := mustFind(t, s, later, Link{URL: address("1"), Title: "Ferry sinks, 14 dead"}, Link{URL: address("2"), Modified: later}, Link{URL: address("3")}); n != 1 {
		t.Fatalf("fresh: found %d, expected 1", n)
	}
	for _, c := range []struct {
		filter DueFilter
		want   []string
	}{
		{DueFilter{Source: "a", At: later}, []string{"1", "2", "3"}},
		{DueFilter{At: later, Limit: 2}, []string{"1", "2"}},
		{DueFilter{Source: "b", At: later}, []string{}},
		{DueFilter{Source: "a", At: later, NewOnly: true}, []string{"3"}},
		{DueFilter{Source: "a", At: later, Hinted: true}, []string{"1", "2"}},
		{DueFilter{Source: "a", At: later, NewOnly: true, Hinted: true, Limit: 2}, []string{"1", "2"}},
		{DueFilter{Source: "a", ListedSince: later}, []string{"1", "2", "3"}},
		{DueFilter{Source: "a", ListedSince: later.Add(1)}, []string{"1", "2", "3"}},
		{DueFilter{Source: "a", ListedSince: later.Add(time.Minute)}, []string{}},
	} {
		if diff := cmp.Diff(c.want, due(t, s, c.filter)); diff != "" {
			t.Errorf("%+v: %s", c.filter, diff)
		}
	}
	mustRecord(t, s, sameAs(firstVersion("a", "1", "x"), 1, later))
	if a, err := s.Address(t.Context(), "a", address("1")); err != nil || a.Hinted || a.Title != "Ferry sinks, 14 dead" {
		t.Fatalf("a visit answers the hint: %+v %v", a, err)
	}
}

// A time of change hints only where it is news: after the last visit, caches'
// five minutes allowed for, and after what was listed before.
func TestFoundHintsAtChangesSinceTheLastVisit(t *testing.T) {
	visited := time.Date(2026, 4, 6, 12, 0, 0, 0, time.UTC)
	day := time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		before, now time.Time
		hinted      bool
	}{
		"none":                           {time.Time{}, time.Time{}, false},
		"first told, before the visit":   {time.Time{}, visited.Add(-time.Hour), false},
		"first told, after the visit":    {time.Time{}, visited.Add(time.Hour), true},
		"later, but before the visit":    {visited.Add(-3 * time.Hour), visited.Add(-time.Hour), false},
		"later, just before the visit":   {visited.Add(-3 * time.Hour), visited.Add(-time.Minute), true},
		"later, after the visit":         {visited.Add(-3 * time.Hour), visited.Add(time.Second), true},
		"the same, after the visit":      {visited.Add(time.Hour), visited.Add(time.Hour), false},
		"earlier, after the visit":       {visited.Add(2 * time.Hour), visited.Add(time.Hour), false},
		"the day of the visit":           {day.AddDate(0, 0, -1), day, true},
		"the day of the visit, again":    {day, day, false},
		"the day before the visit":       {day.AddDate(0, 0, -2), day.AddDate(0, 0, -1), false},
		"no longer told":                 {visited.Add(-time.Hour), time.Time{}, false},
		"told again after it was silent": {time.Time{}, visited.Add(time.Minute), true},
	} {
		t.Run(name, func(t *testing.T) {
			s := MustOpen(t)
			mustFind(t, s, visited.Add(-time.Hour), Link{URL: address("1"), Modified: c.before})
			r := firstVersion("a", "1", "x")
			r.At, r.NextAt = visited, visited.AddDate(0, 0, 7)
			mustRecord(t, s, r)
			later := visited.Add(3 * time.Hour)
			mustFind(t, s, later, Link{URL: address("1"), Modified: c.now})
			if found := len(due(t, s, DueFilter{Source: "a", At: later, Hinted: true})) == 1; found != c.hinted {
				t.Errorf("hinted: %v", found)
			}
		})
	}
}

func TestVanishedHintsOnce(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	links := []Link{{URL: address("1")}, {URL: address("2")}, {URL: address("unread")}}
	mustFind(t, s, t0, links...)
	for _, id := range []string{"1", "2"} {
		r := firstVersion("a", id, "x")
		r.NextAt = t0.Add(24 * time.Hour)
		mustRecord(t, s, r)
	}
	second, third := t0.Add(time.Hour), t0.Add(2*time.Hour)
	mustFind(t, s, second, links[0])
	if err := s.Vanished(ctx, "a", t0, second); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2"}, due(t, s, DueFilter{At: second, Hinted: true})); diff != "" {
		t.Fatal(diff)
	}
	mustRecord(t, s, sameAs(firstVersion("a", "2", "x"), 1, second))
	mustFind(t, s, third, links[0])
	if err := s.Vanished(ctx, "a", second, third); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, due(t, s, DueFilter{At: third, Hinted: true})); diff != "" {
		t.Fatal(diff)
	}
	if err := s.Vanished(ctx, "a", time.Time{}, third); err != nil {
		t.Fatal(err)
	}
}

func TestUnconfirmedAndNextDue(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	if at, err := s.NextDue(ctx, "a"); err != nil || !at.IsZero() {
		t.Fatal(at, err)
	}
	for _, id := range []string{"1", "2"} {
		mustRecord(t, s, firstVersion("a", id, "x"))
	}
	gone := sameAs(firstVersion("a", "2", "x"), 1, t0.Add(time.Minute))
	gone.Outcome, gone.GoneInRow, gone.NextAt = story.Gone, 1, t0.Add(3*time.Minute)
	mustRecord(t, s, gone)
	list, err := s.Unconfirmed(ctx, "a")
	if err != nil || len(list) != 1 || list[0].ID != "2" || list[0].GoneInRow != 1 {
		t.Fatalf("found %+v %v", list, err)
	}
	if at, err := s.NextDue(ctx, "a"); err != nil || !at.Equal(t0.Add(3*time.Minute)) {
		t.Fatal(at, err)
	}
	never := sameAs(firstVersion("a", "1", "x"), 1, t0.Add(time.Minute))
	never.NextAt = time.Time{}
	mustRecord(t, s, never)
	if diff := cmp.Diff([]string{"2"}, due(t, s, DueFilter{At: t0.AddDate(100, 0, 0)})); diff != "" {
		t.Fatal(diff)
	}
}

func TestFind(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	mustRecord(t, s, firstVersion("a", "1", "x"))
	mustRecord(t, s, firstVersion("a", "7", "x"))
	mustRecord(t, s, firstVersion("b", "7", "x"))
	stated := firstVersion("a", "8", "x")
	stated.Reading.URL = "https://example.org/stated/8/"
	mustRecord(t, s, stated)
	noID := firstVersion("a", "https://example.org/path?q=1", "x")
	mustRecord(t, s, noID)
	slash := firstVersion("c/d", "1/2", "x")
	mustRecord(t, s, slash)

	for ref, want := range map[string]story.Key{
		"a/1": {Source: "a", ID: "1"}, "1": {Source: "a", ID: "1"}, "b/7": {Source: "b", ID: "7"},
		address("1"): {Source: "a", ID: "1"}, address("1") + "/": {Source: "a", ID: "1"}, "http://example.org/news/1": {Source: "a", ID: "1"},
		"http://example.org/news/1/": {Source: "a", ID: "1"}, address("8"): stated.Key, "https://example.org/stated/8": stated.Key,
		"http://example.org/stated/8": stated.Key, noID.Key.ID: noID.Key, noID.Key.String(): noID.Key, "1/2": slash.Key,
	} {
		if key, err := s.Find(ctx, ref); err != nil || key != want {
			t.Errorf("%s: found %v %v, expected %v", ref, key, err, want)
		}
	}
	for _, ref := range []string{"", "/", "nothing", "a/nothing", "https://example.org/", "'; DROP TABLE stories; --", "a/"} {
		if key, err := s.Find(ctx, ref); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: found %v %v, expected ErrNotFound", ref, key, err)
		}
	}
	var several *AmbiguousError
	if _, err := s.Find(ctx, "7"); !errors.As(err, &several) || len(several.Keys) != 2 {
		t.Fatalf("found %v, expected both stories", err)
	}
}
