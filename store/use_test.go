package store

import (
	"testing"
	"time"
)

func TestUseOutlivesTheProgram(t *testing.T) {
	s := MustOpen(t)
	ctx, now := t.Context(), time.Date(2026, 4, 4, 12, 30, 30, 0, time.UTC)
	for _, ago := range []time.Duration{26 * time.Hour, 2 * time.Hour, 30 * time.Minute, 30*time.Minute - 5*time.Second, 0} {
		if err := s.Use(ctx, "a", now.Add(-ago), 1, 1000); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Use(ctx, "b", now, 7, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpenFile(t, s.path, Options{})
	for _, c := range []struct {
		per             time.Duration
		requests, bytes int64
		first           time.Time
	}{
		{time.Minute, 1, 1000, now.Truncate(time.Minute)},
		{time.Hour, 3, 3000, now.Add(-30 * time.Minute).Truncate(time.Minute)},
		{24 * time.Hour, 4, 4000, now.Add(-2 * time.Hour).Truncate(time.Minute)},
		{100 * time.Hour, 4, 4000, now.Add(-2 * time.Hour).Truncate(time.Minute)},
	} {
		requests, bytes, first, err := s.Used(ctx, "a", now.Add(-c.per))
		if err != nil || requests != c.requests || bytes != c.bytes || !first.Equal(c.first) {
			t.Errorf("%s: %d requests, %d bytes since %s, %v", c.per, requests, bytes, first, err)
		}
	}
	if _, _, first, err := s.Used(ctx, "c", now); err != nil || !first.IsZero() {
		t.Errorf("a source that asked nothing: %s, %v", first, err)
	}
}

func TestPacesOverRuns(t *testing.T) {
	s := MustOpen(t)
	ctx, now := t.Context(), time.Date(2026, 4, 4, 12, 0, 0, 0, time.UTC)
	run := func(host string, began time.Time, requests int, gap, delay time.Duration) {
		t.Helper()
		if err := s.PutPaces(ctx, []Pace{{Host: host, Began: began, At: began.Add(time.Minute), Requests: requests, LeastGap: gap, Delay: delay}}); err != nil {
			t.Fatal(err)
		}
	}
	run("a.example", now.Add(-40*24*time.Hour), 9, time.Millisecond, time.Second) // too long ago
	run("a.example", now, 5, 3*time.Second, 2*time.Second)
	run("a.example", now, 10, 2100*time.Millisecond, 2*time.Second) // the same run, later
	run("a.example", now.Add(time.Hour), 1, 0, 4*time.Second)
	run("b.example", now, 1, 0, time.Second)
	got, err := s.Paces(ctx)
	want := []Pace{
		{"a.example", now, now.Add(61 * time.Minute), 11, 2100 * time.Millisecond, 4 * time.Second},
		{"b.example", now, now.Add(time.Minute), 1, 0, time.Second},
	}
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i := range want {
		got[i].Began, got[i].At = got[i].Began.UTC(), got[i].At.UTC()
		if got[i] != want[i] {
			t.Errorf("found %+v, expected %+v", got[i], want[i])
		}
	}
}
