package store

import (
	"testing"
	"time"
)

func TestWorkersAndWhatTheyWatch(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	for i, name := range []string{"old", "b", "a", "b"} {
		at := t0.Add(time.Duration(i) * time.Minute)
		if name == "old" {
			at = t0.Add(-25 * time.Hour)
		}
		if err := s.PutWorker(ctx, Worker{Name: name, Began: t0, At: at, Version: "1", Sources: i, Rounds: 2}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Workers(ctx, t0.Add(2*time.Minute)); err != nil || len(got) != 2 || got[0].Name != "a" || got[1].Sources != 3 || !got[1].Began.Equal(t0) {
		t.Errorf("found %+v, %v", got, err)
	}
	if n := rowCount(t, s, "workers"); n != 2 {
		t.Errorf("%d workers are remembered, one of them said nothing for a day", n)
	}
	if err := s.EndWorker(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Workers(ctx, time.Time{}); err != nil || len(got) != 1 {
		t.Errorf("found %+v, %v", got, err)
	}
	if err := s.SetNextRun(ctx, "s", t0); err != nil {
		t.Fatal(err)
	}
	if err := s.Watch(ctx, []string{"s", "unknown"}, t0); err != nil {
		t.Fatal(err)
	}
	for since, want := range map[time.Time]bool{t0: true, t0.Add(time.Second): false} {
		if got, err := s.Watched(ctx, since); err != nil || got["s"] != want || got["unknown"] {
			t.Errorf("since %s: found %v, %v", since, got, err)
		}
	}
}

// The leases of sources are told from those of hosts, and say what was left.
func TestSourceLeases(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	for _, name := range []string{"example.org", "sources.example", SourceLease("a"), SourceLease("ä b")} {
		if _, _, mine, err := s.Take(ctx, name, Lease{Holder: "A", Until: t0.Add(time.Second)}, nil, t0); !mine || err != nil {
			t.Fatal(mine, err)
		}
	}
	if err := s.GiveBack(ctx, "A", Given{Name: SourceLease("a"), Taught: "rest"}, Given{Name: "example.org", Taught: "slow"}); err != nil {
		t.Fatal(err)
	}
	got, err := s.SourceLeases(ctx)
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	if l := got["a"]; l.Holder != "" || l.Number != 1 || l.Taught != "rest" {
		t.Errorf("given back: %+v", l)
	}
	if l := got["ä b"]; l.Holder != "A" || !l.Until.Equal(t0.Add(time.Second)) {
		t.Errorf("held: %+v", l)
	}
	if held, err := s.Holdings(ctx, t0); err != nil || len(held) != 1 || held["A"] != (Holding{Sources: 1, Hosts: 1}) {
		t.Errorf("held: %+v, %v", held, err)
	}
	before, number, mine, err := s.Take(ctx, SourceLease("a"), Lease{Holder: "B", Until: t0.Add(time.Second)}, nil, t0)
	if !mine || err != nil || before.Taught != "rest" || number != 2 {
		t.Errorf("taken again: %+v, %d, %v, %v", before, number, mine, err)
	}
}
