package collect

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/newsroom"
	"stakeout/store"
	"stakeout/story"
)

// Every fault of the newsroom, met by the real crawler: the right outcome in one
// plain line, nothing recorded altered, and the other sources undisturbed. The
// faults that last as long as a visit may are for the long form.
func TestCollectMeetsEveryFault(t *testing.T) {
	if testing.Short() {
		t.Skip("185 sites that go wrong take 17 s; run it without -short")
	}
	faults, err := newsroom.OpenFaults(newsroom.FaultsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer faults.Close()
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "f.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fetch := crawler.New(crawler.Options{Roots: faults.Roots()})
	defer fetch.Close()
	c := &Collector{Fetch: fetch, Store: db}
	sites := map[string]*configs.Source{}
	var met []newsroom.Fault
	for _, f := range faults.All() {
		if f.Slow && os.Getenv("STAKEOUT_LONG") == "" {
			continue
		}
		path := filepath.Join(t.TempDir(), "c.yaml")
		writeFile(t, path, "sources:\n  s:\n    start: "+f.Listing+"\n    stories: '"+faults.Stories()+"'\n    private: true\n    delay: 0s\n    parallel: 2\n")
		cfg, err := configs.Load(path, configs.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		cfg.Sources[0].Name = f.Name
		sites[f.Name] = cfg.Sources[0]
		met = append(met, f)
	}
	first, firstErrs := visitEach(ctx, t, c, met, sites)
	versions := map[string]store.Version{}
	for _, f := range met {
		if !f.FromStart {
			v, err := db.Latest(ctx, story.Key{Source: f.Name, ID: f.ID})
			if err != nil {
				t.Fatalf("%s: while sound: %v, %v", f.Name, err, firstErrs[f.Name])
			}
			versions[f.Name] = v
		}
	}
	if err := faults.Break(); err != nil {
		t.Fatal(err)
	}
	second, secondErrs := visitEach(ctx, t, c, met, sites)
	for _, f := range met {
		seen, visitErr := second[f.Name], secondErrs[f.Name]
		if f.FromStart {
			seen, visitErr = first[f.Name], firstErrs[f.Name]
		}
		if !slices.Contains(f.Outcomes, string(seen.Outcome)) {
			t.Errorf("%s: found %q (%s; %v), expected one of %q", f.Name, seen.Outcome, seen.Reason, visitErr, f.Outcomes)
		}
		if strings.ContainsAny(seen.Reason, "\n\r") {
			t.Errorf("%s: the reason is more than one line: %q", f.Name, seen.Reason)
		}
		if seen.Outcome == story.Changed || f.FromStart {
			continue
		}
		if v, err := db.Latest(ctx, story.Key{Source: f.Name, ID: f.ID}); err != nil || v.Hash != versions[f.Name].Hash {
			t.Errorf("%s: its history is another one: %v", f.Name, err)
		}
	}
	if report, err := db.Verify(ctx); err != nil || report.Problem != "" {
		t.Errorf("verify: %s, %v", report.Problem, err)
	}
	t.Logf("%d faults met", len(met))
}

// visitEach collects every site once, many at a time, and returns what was seen
// of each one's story, and the errors of the sites as a whole.
func visitEach(ctx context.Context, t *testing.T, c *Collector, faults []newsroom.Fault, sites map[string]*configs.Source) (map[string]Seen, map[string]error) {
	t.Helper()
	seen, errs := map[string]Seen{}, map[string]error{}
	results := make(chan func(), 4*len(faults))
	want := map[string]string{}
	for _, f := range faults {
		want[f.Name] = f.Story
	}
	c.Tell = func(s Seen) {
		if s.URL == want[s.Source] {
			results <- func() { seen[s.Source] = s }
		}
	}
	var group errgroup.Group
	group.SetLimit(32)
	for _, f := range faults {
		group.Go(func() error {
			ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
			defer stop()
			_, err := c.Collect(ctx, sites[f.Name], Plan{Listed: true, Due: true, Known: true}, nil)
			results <- func() { errs[f.Name] = err }
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	close(results)
	for apply := range results {
		apply()
	}
	return seen, errs
}
