package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stakeout/story"
)

func TestHealth(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	now := t0.Add(time.Hour)
	one := firstVersion("a", "1", "x", "text")
	one.At = now.AddDate(0, 0, -1)
	mustRecord(t, s, one)
	mustRecord(t, s, firstVersion("a", "2", "y", "text"))
	for i := range 30 {
		r := sameAs(one, 1, t0.Add(time.Duration(i)*time.Second))
		if i >= 20 {
			r.Outcome, r.Reason, r.Failures = story.Blocked, "captcha", i
		}
		mustRecord(t, s, r)
	}
	if err := s.SetNextRun(ctx, "a", now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.Ran(ctx, "b", now, "no listing could be read"); err != nil {
		t.Fatal(err)
	}
	health, err := s.Health(ctx, now)
	if err != nil || len(health) != 2 {
		t.Fatalf("found %+v %v", health, err)
	}
	a, b := health[0], health[1]
	if a.Source != "a" || a.Stories != 2 || a.Today != 1 || a.Blocked != 10 || a.Failed != 0 || a.Waiting != 1 || a.FieldsFilled != 3 || a.FieldsKnown != 3 {
		t.Errorf("found %+v", a)
	}
	if len(a.LastVisits) != 24 || a.LastVisits[0] != story.Same || a.LastVisits[23] != story.Blocked || a.Trouble != "a wall in 10 of the last 24 visits" {
		t.Errorf("found %v, %q", a.LastVisits, a.Trouble)
	}
	if !a.LastSuccess.Equal(t0.Add(19*time.Second)) || !a.LastVisit.Equal(t0.Add(29*time.Second)) || !a.NextRun.Equal(now.Add(time.Minute)) || a.LastRun != nil {
		t.Errorf("found %v %v %v %v", a.LastSuccess, a.LastVisit, a.NextRun, a.LastRun)
	}
	if b.Trouble != "no listing could be read" || b.Stories != 0 || b.LastVisits == nil || b.NextRun != nil || !b.LastRun.Equal(now) {
		t.Errorf("found %+v", b)
	}
	if err := s.Ran(ctx, "b", now, ""); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Source(ctx, "b"); err != nil || st.LastError != "" || !st.LastRunAt.Equal(now) {
		t.Errorf("found %+v %v", st, err)
	}
}

func TestSourceUnknownIsZero(t *testing.T) {
	s := MustOpen(t)
	if st, err := s.Source(t.Context(), "a"); err != nil || st != (SourceState{Name: "a"}) {
		t.Fatalf("found %+v %v", st, err)
	}
}

func TestNextRuns(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	for name, at := range map[string]time.Time{"a": t0.Add(time.Hour), "b": t0, "c": {}} {
		if err := s.SetNextRun(ctx, name, at); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := s.NextRuns(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range runs {
		names = append(names, r.Name)
	}
	if diff := cmp.Diff([]string{"b", "a"}, names); diff != "" {
		t.Fatal(diff)
	}
	if err := s.SetNextRun(ctx, "b", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Source(ctx, "b"); err != nil || !st.NextRunAt.IsZero() {
		t.Fatalf("found %+v %v", st, err)
	}
}
