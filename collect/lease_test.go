package collect

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stakeout/store"
)

func openTwice(t *testing.T) (one, two *Leases) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.db")
	var both [2]*Leases
	for i := range both {
		db, err := store.Open(context.Background(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		both[i] = NewLeases(db)
	}
	return both[0], both[1]
}

// Two programs that ask one host never do within its delay of each other: one
// waits until the other gives the host back, and then for the delay.
func TestLeasesShareAHost(t *testing.T) {
	one, two := openTwice(t)
	const gap = 300 * time.Millisecond
	if err := one.Enter(t.Context(), "h", gap); err != nil {
		t.Fatal(err)
	}
	var entered time.Time
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if err := two.Enter(t.Context(), "h", gap); err != nil {
			t.Error(err)
		}
		entered = time.Now()
	})
	time.Sleep(150 * time.Millisecond)
	if err := one.Enter(t.Context(), "h", gap); err != nil { // at once: it is its own
		t.Fatal(err)
	}
	asked := time.Now()
	if err := one.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	waiting.Wait()
	if wait := entered.Sub(asked); wait < gap-time.Millisecond {
		t.Errorf("the other asked %s later, the delay is %s", wait, gap)
	}
}

// A holder that was killed is noticed at once; the host still has its rest.
func TestLeasesOfTheDead(t *testing.T) {
	one, two := openTwice(t)
	one.holder = "nowhere-else 1 x y"
	if !alive(one.holder) || alive("malformed") == false {
		t.Error("a holder on another machine may be alive")
	}
	here := NewLeases(one.store)
	if !alive(here.holder) {
		t.Error("this process is dead")
	}
	parts := here.holder
	one.holder = parts[:len(parts)-1] // another of this process
	if err := one.Enter(t.Context(), "h", 0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer stop()
	if err := two.Enter(ctx, "h", 0); err == nil {
		t.Error("it asked a host that another holds")
	}
	if err := one.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestHoldASource(t *testing.T) {
	one, two := openTwice(t)
	release, ok, err := one.Hold(t.Context(), "s", false)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, ok, err := two.Hold(t.Context(), "s", false); ok || err != nil {
		t.Errorf("two run one source: %v %v", ok, err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if _, ok, err := two.Hold(ctx, "s", true); ok || err == nil {
		t.Errorf("two run one source after waiting: %v %v", ok, err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, ok, err = two.Hold(t.Context(), "s", true)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}
