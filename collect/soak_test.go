package collect

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/newsroom"
)

var soakFor = flag.Duration("soak", time.Hour, "how long TestSoak watches, in the long form")

// What a soak may use more at its end than in its first third.
const (
	moreHeap       = 16 << 20 // bytes, of what is alive
	moreResident   = 96 << 20 // bytes
	moreGoroutines = 10
)

// TestSoak watches every fault of the newsroom, and a sound site that is edited
// each round, round after round, while the faulty sites break and heal: memory
// and goroutines stay flat, each edit is caught, the history stays whole.
//
//	STAKEOUT_LONG=1 go test ./collect -run Soak -v -timeout 3h -soak 1h
func TestSoak(t *testing.T) {
	long := os.Getenv("STAKEOUT_LONG") != ""
	if testing.Short() {
		t.Skip("rounds among sites that go wrong take 20 s; run it without -short")
	}
	f := openFaults(t, shortPatience)
	rounds, until := 3, time.Time{}
	if long {
		rounds, until = 1<<30, time.Now().Add(*soakFor)
	} else {
		f.keep(func(x newsroom.Fault) bool { return !x.Slow })
	}
	sound := openSound(t, f)
	var used []usage
	for n := 0; n < rounds && (until.IsZero() || time.Now().Before(until)); n++ {
		if n%2 == 1 {
			mustDo(t, f.sites.Break)
		} else if n > 0 {
			mustDo(t, f.sites.Heal)
		}
		want := sound.edit(t, n)
		f.collect(t)
		sum, err := f.c.Collect(context.Background(), sound.src, Plan{Listed: true}, nil)
		if err != nil || sum.New+sum.Changed != want || sum.Failed+sum.Blocked+sum.Unreadable+sum.Removed > 0 {
			t.Errorf("round %d: the sound site: %+v, %v, expected %d new or changed", n, sum, err, want)
		}
		u := measure()
		used = append(used, u)
		t.Logf("round %4d  %s", n, u)
	}
	if report, err := f.db.Verify(t.Context()); err != nil || report.Problem != "" {
		t.Errorf("verify: %s, %v", report.Problem, err)
	}
	flat(t, used, long)
}

func mustDo(t *testing.T, do func() error) {
	t.Helper()
	if err := do(); err != nil {
		t.Fatal(err)
	}
}

// keep leaves out the faults that aren't wanted.
func (f *faulty) keep(wanted func(newsroom.Fault) bool) {
	for _, x := range f.sites.All() {
		if !wanted(x) {
			delete(f.sources, x.Name)
		}
	}
}

// soundSite is a site without faults that is edited.
type soundSite struct {
	cards *newsroom.Cards
	src   *configs.Source
}

func openSound(t *testing.T, f *faulty) *soundSite {
	t.Helper()
	cards := newsroom.NewCards(newsroom.CardsOptions{Count: 20})
	server := httptest.NewServer(cards)
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "c.yaml")
	writeFile(t, path, "sources:\n  sound:\n    start: "+server.URL+cards.Desk().ListingPath+"\n    stories: '"+cards.Desk().Stories+"'\n    private: true\n    delay: 0s\n    parallel: 4\n")
	cfg, err := configs.Load(path, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &soundSite{cards, cfg.Sources[0]}
}

// edit alters one story, and returns how many are new or changed then.
func (s *soundSite) edit(t *testing.T, round int) int {
	t.Helper()
	all := s.cards.All()
	if round == 0 {
		return len(all)
	}
	c := all[round%len(all)]
	s.cards.Edit(c.ID, func(c *newsroom.Card) {
		c.Body[len(c.Body)-1] = fmt.Sprintf("By the evening %d letters had been counted, and the count went on in the town hall.", 100+round)
	})
	return 1
}

// usage is what the process uses between two rounds.
type usage struct {
	heap, resident int64 // bytes
	goroutines     int
}

func (u usage) String() string {
	return fmt.Sprintf("heap %3d MB  resident %4d MB  goroutines %4d", u.heap>>20, u.resident>>20, u.goroutines)
}

// measure waits for what is about to end, and measures what is left.
func measure() usage {
	var u usage
	for range 50 {
		u.goroutines = runtime.NumGoroutine()
		time.Sleep(20 * time.Millisecond)
		if now := runtime.NumGoroutine(); now >= u.goroutines {
			break
		}
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.heap, u.resident = int64(m.HeapAlloc), resident()
	return u
}

// resident is what the process holds in memory, SQLite's included; 0 where the
// system doesn't tell.
func resident() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// flat holds the end of a soak against its first third, after the first rounds in
// which caches fill.
func flat(t *testing.T, used []usage, long bool) {
	t.Helper()
	if long && len(used) < 12 {
		t.Fatalf("%d rounds are too few to tell; give it longer: -soak 20m", len(used))
	}
	from := min(2, len(used)-2)
	third := max(1, (len(used)-from)/3)
	first, last := middle(used[from:from+third]), middle(used[len(used)-third:])
	t.Logf("%d rounds: first third: %s; last third: %s", len(used), first, last)
	if last.heap > first.heap+moreHeap || last.resident > first.resident+moreResident || last.goroutines > first.goroutines+moreGoroutines {
		t.Errorf("not flat: first %s; last %s", first, last)
	}
}

// middle is the median of each figure.
func middle(used []usage) usage {
	median := func(get func(usage) int64) int64 {
		var all []int64
		for _, u := range used {
			all = append(all, get(u))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return usage{
		heap:       median(func(u usage) int64 { return u.heap }),
		resident:   median(func(u usage) int64 { return u.resident }),
		goroutines: int(median(func(u usage) int64 { return int64(u.goroutines) })),
	}
}
