package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/internal/testpg"
	"stakeout/store"
)

// workersScenario is what several workers are put through; the short form has fewer
// hosts, and as much patience as a lease takes.
func workersScenario() scenario {
	s := scenarioOf()
	if os.Getenv("STAKEOUT_LONG") != "1" {
		s.lasts, s.killEach = 12*time.Second, 6*time.Second
	}
	return s
}

// takenUpWithin is how soon a lost worker's host must be asked again.
const takenUpWithin = 30 * time.Second

// Three workers share a Postgres, and one after the other is killed and started anew:
// nothing is lost and nothing doubled, no host is asked sooner than its delay allows by
// whichever worker, and what a killed one was at is taken up soon.
func TestKilledWorkersLoseAndDoubleNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	s := workersScenario()
	db := testpg.Shared(t).Database(t)
	program := filepath.Join(t.TempDir(), "stakeout")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	papers, cfg := newsstand(t, s)
	kills := make([]func(), 3)
	begin := func(n int) {
		args := []string{"--config", cfg, "--db", db, "worker"}
		if n == 0 {
			args = []string{"--config", cfg, "--db", db, "run", "--listen", "none"}
		}
		kills[n] = startOn(t, fmt.Sprintf("machine-%d", n), program, args...)
	}
	for n := range kills {
		begin(n)
	}
	defer func() {
		for _, kill := range kills {
			kill()
		}
	}()
	history := openHistory(t, db)
	var lost []lostHost
	until := time.Now().Add(s.lasts)
	edits := 0
	for n := 0; time.Now().Before(until); n = (n + 1) % len(kills) {
		for life := time.Now().Add(s.killEach); time.Now().Before(life); edits++ {
			time.Sleep(s.killEach / 20)
			for h := range papers {
				if (edits+h)%7 == 0 {
					papers[h].edit((edits + h) % s.stories)
				}
			}
		}
		var held []lostHost // rounds of a few stories are over soon: wait for one
		for end := time.Now().Add(3 * time.Second); len(held) == 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			held = heldBy(t, history, fmt.Sprintf("machine-%d", n))
		}
		kills[n]()
		lost = append(lost, held...)
		begin(n)
	}
	settleAs(t, db, papers, s)
	checkPapers(t, db, papers, s)
	var longest time.Duration
	for _, l := range lost {
		var h int
		if _, err := fmt.Sscanf(l.source, "h%d", &h); err != nil {
			t.Fatal(err)
		}
		wait, ok := papers[h].askedAfter(l.at)
		longest = max(longest, wait)
		if !ok || wait > takenUpWithin {
			t.Errorf("%s: its worker was killed, and it was asked again after %s", l.source, wait)
		}
	}
	if len(lost) == 0 && namesMachines() {
		t.Error("no worker had a source when it was killed")
	}
	t.Logf("%d hosts lost their worker, each was asked again within %s", len(lost), longest.Round(time.Millisecond))
}

// lostHost is a source whose worker was killed.
type lostHost struct {
	source string
	at     time.Time
}

func openHistory(t *testing.T, db string) *store.Store {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		s, err := store.Open(t.Context(), db, store.Options{ReadOnly: true})
		if err == nil {
			t.Cleanup(func() { s.Close() })
			return s
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// heldBy lists what a machine is at.
func heldBy(t *testing.T, s *store.Store, machine string) (out []lostHost) {
	t.Helper()
	leases, err := s.SourceLeases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for source, l := range leases {
		if strings.HasPrefix(l.Holder, machine+" ") {
			out = append(out, lostHost{source, time.Now()})
		}
	}
	return out
}

// askedAfter is how long after a time the host was asked first.
func (p *paper) askedAfter(at time.Time) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at = at.Add(100 * time.Millisecond) // what was under way may still have come
	i := slices.IndexFunc(p.asked, func(a time.Time) bool { return a.After(at) })
	if i < 0 {
		return time.Since(at), false
	}
	return p.asked[i].Sub(at), true
}

// namesMachines reports whether a program can be started as on another machine.
func namesMachines() bool {
	_, err := exec.LookPath("unshare")
	return err == nil && os.Getuid() == 0
}

// startOn starts the program as on a machine of that name, where that is possible;
// elsewhere a dead worker is noticed by its process.
func startOn(t *testing.T, machine, program string, args ...string) (kill func()) {
	t.Helper()
	if !namesMachines() {
		return start(t, program, args...)
	}
	script := `hostname "$1" && shift && exec "$@"`
	return start(t, "unshare", append([]string{"--uts", "sh", "-c", script, "sh", machine, program}, args...)...)
}
