package store

import (
	"errors"
	"testing"
	"time"
)

// A holder that stood still while another took over records nothing more: not until
// it holds the lease anew.
func TestRecordUnderALeaseThatWasTakenOver(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "x")
	take := func(holder string, now time.Time) Fence {
		t.Helper()
		_, number, mine, err := s.Take(ctx, SourceLease("a"), Lease{Holder: holder, Until: now.Add(10 * time.Second)}, nil, now)
		if !mine || err != nil {
			t.Fatal(mine, err)
		}
		return Fence{SourceLease("a"), number}
	}
	first := take("A", t0)
	one.Fence = first
	mustRecord(t, s, one)
	if renewed := take("A", t0.Add(5*time.Second)); renewed != first {
		t.Fatalf("renewed: found %+v, expected %+v", renewed, first)
	}
	second := take("B", t0.Add(20*time.Second))
	late := sameAs(one, 1, t0.Add(21*time.Second))
	late.Fence = first
	if _, err := s.Record(ctx, late); !errors.Is(err, ErrLeaseLost) {
		t.Fatalf("found %v, expected ErrLeaseLost", err)
	}
	if n := rowCount(t, s, "visits"); n != 1 {
		t.Fatalf("found %d visits, expected the first alone", n)
	}
	late.Fence = second
	mustRecord(t, s, late)
}
