package collect

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/newsroom"
	"stakeout/store"
	"stakeout/story"
)

// What meeting all faults may cost. The long form waits for the real limits.
const (
	shortPatience = 3 * time.Second
	faultsAtOnce  = 64
	mostHeap      = 1 << 30 // bytes, with that many pages of up to 20 MB in hand
)

// Every fault of the newsroom, met by the real crawler: in bounded time and
// memory, with the right outcome, told in one plain line that names the address
// and the next step; nothing on record altered, nothing else disturbed.
func TestCollectMeetsEveryFault(t *testing.T) {
	if testing.Short() {
		t.Skip("200 sites that go wrong take half a minute; run it without -short")
	}
	patience := shortPatience
	if os.Getenv("STAKEOUT_LONG") != "" {
		patience = time.Minute
	}
	f := openFaults(t, patience)
	heap := watchHeap(t)
	first := f.collect(t)
	sound := f.versions(t, first)
	if err := f.sites.Break(); err != nil {
		t.Fatal(err)
	}
	second := f.collect(t)
	for _, x := range f.sites.All() {
		seen := second[x.Name]
		if x.FromStart {
			seen = first[x.Name]
		}
		f.judge(t, x, seen)
		if v, recorded := sound[x.Name]; recorded && seen.story.Outcome != story.Changed {
			if now, err := f.db.Latest(t.Context(), v.Key); err != nil || now.Hash != v.Hash {
				t.Errorf("%s: its history is another one: %v", x.Name, err)
			}
		}
	}
	if report, err := f.db.Verify(t.Context()); err != nil || report.Problem != "" {
		t.Errorf("verify: %s, %v", report.Problem, err)
	}
	most := heap()
	t.Logf("%d faults met, at most %d MB of heap", len(f.sites.All()), most>>20)
	if most > mostHeap {
		t.Errorf("%d MB of heap, expected at most %d", most>>20, mostHeap>>20)
	}
}

// met is what one look at a site came to.
type met struct {
	story  Seen          // the visit to the story that breaks; zero for none
	others []Seen        // those to the stories that don't
	err    error         // of the source as a whole
	took   time.Duration // all of it
}

// faulty is all of the newsroom's faults, each a source.
type faulty struct {
	sites    *newsroom.Faults
	sources  map[string]*configs.Source
	db       *store.Store
	c        *Collector
	patience time.Duration
}

func openFaults(t *testing.T, patience time.Duration) *faulty {
	t.Helper()
	sites, err := newsroom.OpenFaults(newsroom.FaultsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sites.Close() })
	f := &faulty{sites: sites, sources: map[string]*configs.Source{}, patience: patience}
	if f.db, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "f.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.db.Close() })
	fetch := crawler.New(crawler.Options{Roots: sites.Roots(), Patience: f.patience})
	t.Cleanup(fetch.Close)
	f.c = &Collector{Fetch: fetch, Store: f.db}
	for _, x := range sites.All() {
		path := filepath.Join(t.TempDir(), "c.yaml")
		writeFile(t, path, "sources:\n  s:\n    start: "+x.Listing+"\n    stories: '"+sites.Stories()+"'\n    private: true\n    delay: 0s\n    parallel: 2\n")
		cfg, err := configs.Load(path, configs.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		cfg.Sources[0].Name = x.Name
		f.sources[x.Name] = cfg.Sources[0]
	}
	return f
}

// collect collects every site once, many at a time.
func (f *faulty) collect(t *testing.T) map[string]met {
	t.Helper()
	var mu sync.Mutex // protects all
	all := map[string]met{}
	add := func(name string, change func(*met)) {
		mu.Lock()
		defer mu.Unlock()
		m := all[name]
		change(&m)
		all[name] = m
	}
	breaks := map[string]string{}
	for _, x := range f.sites.All() {
		breaks[x.Name] = x.Story
	}
	f.c.Tell = func(s Seen) {
		add(s.Source, func(m *met) {
			if s.URL == breaks[s.Source] {
				m.story = s
			} else {
				m.others = append(m.others, s)
			}
		})
	}
	var group errgroup.Group
	group.SetLimit(faultsAtOnce)
	for name, src := range f.sources {
		group.Go(func() error {
			began := time.Now()
			_, err := f.c.Collect(context.Background(), src, Plan{Listed: true, Due: true, Known: true}, nil)
			add(name, func(m *met) { m.err, m.took = err, time.Since(began) })
			return nil
		})
	}
	_ = group.Wait()
	return all
}

// versions are those on record while all was sound.
func (f *faulty) versions(t *testing.T, first map[string]met) map[string]store.Version {
	t.Helper()
	all := map[string]store.Version{}
	for _, x := range f.sites.All() {
		if x.FromStart {
			continue
		}
		v, err := f.db.Latest(t.Context(), story.Key{Source: x.Name, ID: x.ID})
		if err != nil {
			t.Fatalf("%s: while sound: %v, %v, %s", x.Name, err, first[x.Name].err, first[x.Name].story.Reason)
		}
		all[x.Name] = v
	}
	return all
}

// judge holds what was seen of a fault against what is right.
func (f *faulty) judge(t *testing.T, x newsroom.Fault, m met) {
	t.Helper()
	s := m.story
	if !slices.Contains(x.Outcomes, string(s.Outcome)) {
		t.Errorf("%s: found %q (%s; %v), expected one of %q", x.Name, s.Outcome, s.Reason, m.err, x.Outcomes)
	}
	// Three visits, one behind the other, and a listing; the slack is for a busy machine.
	if most := 4*f.patience + 20*time.Second; m.took > most {
		t.Errorf("%s: it took %s, expected at most %s", x.Name, m.took, most)
	}
	if x.FromStart {
		if m.err != nil {
			f.judgeLine(t, x, m.err.Error())
		}
		return
	}
	for _, other := range m.others {
		if other.Outcome != story.Same && !x.Site {
			t.Errorf("%s: another story of the site: %s %s", x.Name, other.Outcome, other.Reason)
		}
	}
	switch s.Outcome {
	case story.Failed, story.Unreadable, story.Blocked, story.Gone:
		f.judgeLine(t, x, s.Line())
	}
}

// judgeLine holds the words about a fault to what they must say.
func (f *faulty) judgeLine(t *testing.T, x newsroom.Fault, line string) {
	t.Helper()
	t.Logf("%-40s %s", x.Name, line)
	host, _ := url.Parse(x.Listing)
	if strings.ContainsAny(line, "\n\r") || len(line) > 600 {
		t.Errorf("%s: no plain line: %q", x.Name, line)
	}
	if !strings.Contains(line, host.Host) {
		t.Errorf("%s: the line names no address: %q", x.Name, line)
	}
	if !strings.Contains(line, "; ") && !strings.Contains(line, "(`") {
		t.Errorf("%s: the line says no next step: %q", x.Name, line)
	}
}

// watchHeap measures the heap until the returned function is called, which
// returns the most that was seen.
func watchHeap(t *testing.T) func() uint64 {
	t.Helper()
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-tick.C:
			case <-done:
				result <- most
				return
			}
		}
	}()
	return func() uint64 { close(done); return <-result }
}
