package collect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/crawler"
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
	if _, err := one.Enter(t.Context(), "h", gap); err != nil {
		t.Fatal(err)
	}
	var entered time.Time
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if _, err := two.Enter(t.Context(), "h", gap); err != nil {
			t.Error(err)
		}
		entered = time.Now()
	})
	time.Sleep(150 * time.Millisecond)
	if _, err := one.Enter(t.Context(), "h", gap); err != nil { // at once: it is its own
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
	if _, err := one.Enter(t.Context(), "h", 0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 250*time.Millisecond)
	defer stop()
	if _, err := two.Enter(ctx, "h", 0); err == nil {
		t.Error("it asked a host that another holds")
	}
	if err := one.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestHoldASource(t *testing.T) {
	one, two := openTwice(t)
	held, err := one.Hold(t.Context(), "s", false)
	if held == nil || err != nil {
		t.Fatal(held, err)
	}
	if held, err := two.Hold(t.Context(), "s", false); held != nil || err != nil {
		t.Errorf("two run one source: %v %v", held, err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if held, err := two.Hold(ctx, "s", true); held != nil || err == nil {
		t.Errorf("two run one source after waiting: %v %v", held, err)
	}
	if err := held.Release("left"); err != nil {
		t.Fatal(err)
	}
	for i, l := range []*Leases{two, two, one} {
		held, err := l.Hold(t.Context(), "s", true)
		if held == nil || err != nil {
			t.Fatal(held, err)
		}
		if held.Taught != "left" || held.Elsewhere != (i != 1) {
			t.Errorf("hold %d: found %+v, expected what was left before, and who ran it last", i, held)
		}
		if err := held.Release(""); err != nil {
			t.Fatal(err)
		}
	}
}

// Who stood still while another took its source over records nothing of what it
// fetched meanwhile.
func TestStalledHolderRecordsNothing(t *testing.T) {
	one, two := openTwice(t)
	one.holder = "elsewhere 1 x y" // nobody here can tell whether it runs
	at, text := time.Now(), "12 dead"
	taken := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "<title>s</title><article><h1>The ferry sank</h1><p>%s, said the coast guard on Tuesday, and that nobody else was on board.</p></article>", text)
		if taken {
			return
		}
		taken = true
		now := time.Now().Add(leaseFor) // as if it had stood still for so long
		if _, _, mine, err := two.store.Take(t.Context(), store.SourceLease("s"), store.Lease{Holder: two.holder, Until: now.Add(leaseFor)}, alive, now); !mine || err != nil {
			t.Error(mine, err)
		}
	}))
	defer server.Close()
	src := &configs.Source{Name: "s", Private: true, IgnoreRobots: true, Parallel: 1}
	visit := func(l *Leases) error {
		fetch := crawler.New(crawler.Options{})
		defer fetch.Close()
		held, err := l.Hold(t.Context(), "s", false)
		if held == nil || err != nil {
			t.Fatal(held, err)
		}
		c := &Collector{Fetch: fetch, Store: l.store, Leases: l}
		_, err = c.Visit(t.Context(), src, store.Address{Source: "s", URL: server.URL + "/1", FoundAt: at})
		return errors.Join(err, held.Release(""))
	}
	if err := visit(one); !errors.Is(err, store.ErrLeaseLost) || !strings.Contains(err.Error(), "another program took over") {
		t.Fatalf("found %v, expected ErrLeaseLost", err)
	}
	if err := two.store.GiveBack(t.Context(), two.holder, store.Given{Name: store.SourceLease("s")}); err != nil {
		t.Fatal(err)
	}
	if due, err := two.store.Address(t.Context(), "s", server.URL+"/1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("on record: %+v, %v", due, err)
	}
	if err := visit(two); err != nil {
		t.Fatal(err)
	}
}
