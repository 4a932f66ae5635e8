package store

import (
	"testing"
	"time"
)

// policed records a first version of a story that the re-check policy keeps.
func policed(t *testing.T, s *Store, id string, next time.Time) {
	t.Helper()
	r := firstVersion("a", id, "x")
	r.NextAt, r.Recheck = next, []byte(`{"id":"`+id+`"}`)
	mustRecord(t, s, r)
}

func rechecks(t *testing.T, s *Store, n int) []Recheck {
	t.Helper()
	list, err := s.Rechecks(t.Context(), "a", n)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRechecksAreFirstByTheirTime(t *testing.T) {
	s := MustOpen(t)
	mustFind(t, s, t0, Link{URL: address("1")}, Link{URL: address("2")}, Link{URL: address("3")}, Link{URL: address("4")})
	policed(t, s, "1", t0.Add(3*time.Hour))
	policed(t, s, "2", t0.Add(time.Hour))
	policed(t, s, "3", time.Time{})
	list := rechecks(t, s, 10)
	if len(list) != 2 || list[0].URL != address("2") || string(list[0].State) != `{"id":"2"}` || !list[0].NextAt.Equal(t0.Add(time.Hour)) {
		t.Fatalf("found %+v", list)
	}
	if n := len(rechecks(t, s, 1)); n != 1 {
		t.Errorf("found %d, expected 1", n)
	}
	if d := due(t, s, DueFilter{Source: "a", At: t0.Add(5 * time.Hour), Urgent: true}); len(d) != 1 || d[0] != "4" {
		t.Errorf("urgent are %v, expected the one that was never read", d)
	}
	list[0].NextAt = t0.Add(9 * time.Hour)
	if err := s.Postpone(t.Context(), list[:1]); err != nil {
		t.Fatal(err)
	}
	if list := rechecks(t, s, 1); list[0].URL != address("1") {
		t.Errorf("first is %s after the other was postponed", list[0].URL)
	}
	// A failure makes it urgent: it is retried on its own times.
	r := sameAs(firstVersion("a", "1", "x"), 1, t0.Add(time.Hour))
	r.Failures, r.NextAt = 1, t0.Add(2*time.Hour)
	mustRecord(t, s, r)
	if list := rechecks(t, s, 10); len(list) != 1 {
		t.Errorf("found %d, expected the one that didn't fail", len(list))
	}
	if d := due(t, s, DueFilter{Source: "a", At: t0.Add(2 * time.Hour), Urgent: true}); len(d) != 2 {
		t.Errorf("urgent are %v", d)
	}
	if err := s.Postpone(t.Context(), []Recheck{{Address: Address{Source: "a", URL: address("1"), NextAt: t0.Add(99 * time.Hour)}}}); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Address(t.Context(), "a", address("1")); err != nil || !a.NextAt.Equal(t0.Add(2*time.Hour)) {
		t.Errorf("a story that failed was postponed to %s %v", a.NextAt, err)
	}
}

func TestVanishedIsTheirPolicysToWeigh(t *testing.T) {
	s := MustOpen(t)
	mustFind(t, s, t0, Link{URL: address("1")})
	policed(t, s, "1", t0.Add(9*time.Hour))
	second, third := t0.Add(time.Hour), t0.Add(2*time.Hour)
	if err := s.Vanished(t.Context(), "a", t0, second); err != nil {
		t.Fatal(err)
	}
	list := rechecks(t, s, 10)
	if len(list) != 1 || list[0].Hinted || !list[0].LeftAt.Equal(second) || !list[0].NextAt.Equal(second) {
		t.Fatalf("found %+v", list)
	}
	mustFind(t, s, third, Link{URL: address("1")})
	if r, ok, err := s.RecheckOf(t.Context(), "a", address("1")); !ok || err != nil || !r.LeftAt.IsZero() {
		t.Errorf("listed again, it left at %s, %v %v", r.LeftAt, ok, err)
	}
	if _, ok, err := s.RecheckOf(t.Context(), "a", address("2")); ok || err != nil {
		t.Errorf("of an unknown address: %v %v", ok, err)
	}
}

func TestLearnt(t *testing.T) {
	s := MustOpen(t)
	if l, err := s.Learnt(t.Context(), "a"); l != nil || err != nil {
		t.Fatalf("found %s %v", l, err)
	}
	for _, l := range []string{`{"n":1}`, `{"n":2}`} {
		if err := s.Learn(t.Context(), "a", []byte(l), t0); err != nil {
			t.Fatal(err)
		}
		if back, err := s.Learnt(t.Context(), "a"); string(back) != l || err != nil {
			t.Errorf("found %s %v, expected %s", back, err, l)
		}
	}
}
