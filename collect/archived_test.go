package collect

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/archive"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/store"
	"stakeout/story"
)

// archivedSource watches https://h.example/news/N.
func archivedSource(t *testing.T, more string) *configs.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	writeFile(t, path, "sources:\n  s:\n    start: https://h.example/news\n"+more)
	cfg, err := configs.Load(path, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Sources[0]
}

const numbered = "    stories: '/news/(?P<id>\\d+)$'\n"

func storyPage(headline, text string) string {
	return fmt.Sprintf(`<html><head><title>%[1]s</title></head><body><article><h1>%[1]s</h1><p>%[2]s</p>
<p>The ferry between the two harbours has been the only way across for forty years, and its timetable is known by heart.</p>
<p>Those who wait for it say that they would rather wait than drive around the bay, which takes an hour and a half.</p></article></body></html>`, headline, text)
}

func archivedAt(hour int) time.Time { return time.Date(2026, 4, 4, hour, 0, 0, 0, time.UTC) }

// copies gathers answers as an archive would.
func copiesOf(t *testing.T, all ...archive.Response) *archive.Copies {
	t.Helper()
	c, err := archive.NewCopies()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	for _, r := range all {
		if r.Header == nil {
			r.Header = http.Header{"Content-Type": {"text/html; charset=utf-8"}}
		}
		if r.Status == 0 {
			r.Status = 200
		}
		if err := c.Add(r.URL, r); err != nil {
			t.Fatal(err)
		}
	}
	c.Sort(func(s string) string { return s })
	return c
}

func mustImport(t *testing.T, db *store.Store, src *configs.Source, copies *archive.Copies) Taken {
	t.Helper()
	im := &Importer{Store: db, Sources: []*configs.Source{src}, Name: "a.warc.gz"}
	taken, err := im.Import(context.Background(), copies)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := db.Verify(context.Background()); err != nil || report.Problem != "" {
		t.Fatalf("verify: %s %v", report.Problem, err)
	}
	return taken[0]
}

func openStore(t *testing.T) *store.Store {
	t.Helper()
	db, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

// The copies of a story become its history, in the order of their times, and the
// same archive again brings nothing.
func TestImportCopies(t *testing.T) {
	ctx := context.Background()
	db, src := openStore(t), archivedSource(t, numbered)
	const one, two, three = "https://h.example/news/1", "https://h.example/news/2", "https://h.example/news/3"
	zipped := http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}, "Set-Cookie": {"secret=1"}}
	all := copiesOf(t,
		archive.Response{URL: one, At: archivedAt(12), Body: []byte(storyPage("Ferry runs aground", "Fourteen people were hurt."))},
		archive.Response{URL: one, At: archivedAt(10), Body: gzipped(storyPage("Ferry runs aground", "Twelve people were hurt.")), Header: zipped},
		archive.Response{URL: one, At: archivedAt(11), Body: []byte(storyPage("Ferry runs aground", "Twelve people were hurt."))},
		archive.Response{URL: one, At: archivedAt(13), Status: 503, Body: []byte("busy")},
		archive.Response{URL: one, At: archivedAt(14), Status: 304},
		archive.Response{URL: two, At: archivedAt(10), Status: 301, Header: http.Header{"Location": {"/moved/2"}}},
		archive.Response{URL: "https://h.example/moved/2", At: archivedAt(10).Add(time.Second), Body: []byte(storyPage("Bridge to open", "The bridge opens in May."))},
		archive.Response{URL: two, At: archivedAt(15), Status: 302, Header: http.Header{"Location": {"/lost"}}},
		archive.Response{URL: three, At: archivedAt(10), Status: 404, Body: []byte("<h1>Not found</h1>")},
		archive.Response{URL: "https://h.example/about", At: archivedAt(10), Body: []byte(storyPage("About", "Us."))},
		archive.Response{URL: "https://other.example/news/9", At: archivedAt(10), Body: []byte(storyPage("Elsewhere", "No."))},
	)
	taken := mustImport(t, db, src, all)
	if taken.New != 2 || taken.Changed != 1 || taken.Same != 1 || taken.Removed != 1 || taken.Copies != 8 || len(taken.Refused) > 0 {
		t.Fatalf("%+v", taken)
	}
	for _, why := range []string{"an error of the server", "it says only that nothing changed (HTTP 304)", "where its redirect leads isn't in the archive"} {
		if taken.Unusable[why] != 1 {
			t.Errorf("unusable: %v", taken.Unusable)
		}
	}
	key := story.Key{Source: "s", ID: "1"}
	for number, hour := range map[int]int{1: 10, 2: 12} {
		if v, err := db.VersionAt(ctx, key, number); err != nil || !v.At.Equal(archivedAt(hour)) {
			t.Errorf("version %d is of %s, expected hour %d: %v", number, v.At, hour, err)
		}
	}
	visits, err := db.Visits(ctx, key, -1)
	if err != nil || len(visits) != 3 || visits[0].Reason != "imported from a.warc.gz" || visits[2].Header.Get("Set-Cookie") != "" {
		t.Errorf("visits: %+v %v", visits, err)
	}
	if due, err := db.Due(ctx, store.DueFilter{Source: "s", At: time.Now(), Limit: 9}); err != nil || !slices.ContainsFunc(due, func(a store.Address) bool { return a.URL == one }) {
		t.Errorf("the story isn't due to be looked at today: %+v %v", due, err)
	}
	if health, err := db.Health(ctx, time.Now()); err != nil || len(health) != 1 || len(health[0].LastVisits) != 0 {
		t.Errorf("what was imported counts as a visit of today: %+v %v", health, err)
	}
	again := mustImport(t, db, src, all)
	if again.Known != 5 || again.New+again.Changed+again.Same+again.Removed != 0 || len(again.Refused) > 0 {
		t.Errorf("again: %+v", again)
	}
	if visits, err := db.Visits(ctx, key, -1); err != nil || len(visits) != 3 {
		t.Errorf("again: %d visits", len(visits))
	}
}

// A history grows at its end only.
func TestImportCopiesRefusesWhatIsOlderThanTheRecord(t *testing.T) {
	ctx := context.Background()
	db, src := openStore(t), archivedSource(t, numbered)
	const one = "https://h.example/news/1"
	live := &Collector{Store: db, Fetch: pagesOf{one: storyPage("Ferry runs aground", "Thirteen people were hurt.")}, Now: func() time.Time { return archivedAt(12) }}
	if seen, err := live.Visit(ctx, src, store.Address{Source: "s", URL: one, LinkID: "1"}); err != nil || seen.Outcome != story.New {
		t.Fatal(seen, err)
	}
	before, err := db.Latest(ctx, story.Key{Source: "s", ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	old := copiesOf(t,
		archive.Response{URL: one, At: archivedAt(9), Body: []byte(storyPage("Ferry runs aground", "Eleven people were hurt."))},
		archive.Response{URL: one, At: archivedAt(12), Body: []byte(storyPage("Ferry runs aground", "Twelve people were hurt."))})
	taken := mustImport(t, db, src, old)
	if len(taken.Refused) != 1 || !strings.HasPrefix(taken.Refused[0], "s/1: 2 archived copies are no later than") || taken.New+taken.Changed != 0 {
		t.Errorf("%+v", taken)
	}
	if v, err := db.Latest(ctx, before.Key); err != nil || v.Hash != before.Hash {
		t.Errorf("the chain is another one: %v", err)
	}
	later := copiesOf(t, archive.Response{URL: one, At: archivedAt(13), Body: []byte(storyPage("Ferry runs aground", "Fourteen people were hurt."))})
	if taken := mustImport(t, db, src, later); taken.Changed != 1 || len(taken.Refused) != 0 {
		t.Errorf("later: %+v", taken)
	}
}

// A source that doesn't say what its stories' addresses look like: pages that
// look like stories are taken, and what is known.
func TestImportCopiesUnasked(t *testing.T) {
	db, src := openStore(t), archivedSource(t, "")
	long := strings.Repeat("The harbour master said that nobody had seen the ferry come in. ", 20)
	page := storyPage("Ferry runs aground off the point", long)
	list := `<html><body><ul><li><a href="/news/ferry-runs-aground-off">Ferry runs aground off the point</a></li><li><a href="/news/bridge-to-open-soon">Bridge to open soon</a></li></ul></body></html>`
	taken := mustImport(t, db, src, copiesOf(t,
		archive.Response{URL: "https://h.example/news/ferry-runs-aground-off", At: archivedAt(10), Body: []byte(page)},
		archive.Response{URL: "https://h.example/news", At: archivedAt(10), Body: []byte(list)},
		archive.Response{URL: "https://h.example/style.css", At: archivedAt(10), Body: []byte("p{}"), Header: http.Header{"Content-Type": {"text/css"}}},
		archive.Response{URL: "https://h.example/news/ferry-runs-aground-off", At: archivedAt(11), Status: 404},
	))
	if taken.New != 1 || taken.Copies != 2 || taken.Removed != 1 {
		t.Errorf("%+v", taken)
	}
}

// pagesOf is a Fetcher of fixed pages.
type pagesOf map[string]string

func (p pagesOf) FetchPage(_ context.Context, _ *configs.Source, r crawler.Request) (crawler.Page, error) {
	return crawler.Page{URL: r.URL, FinalURL: r.URL, Status: 200, ContentType: "text/html", Body: []byte(p[r.URL]), At: archivedAt(12)}, nil
}

func (pagesOf) Discover(context.Context, *configs.Source, func(crawler.Link) error) (crawler.Listing, error) {
	return crawler.Listing{}, nil
}

func (p pagesOf) DiscoverScheduled(ctx context.Context, src *configs.Source, yield func(crawler.Link) error) (crawler.Listing, error) {
	return p.Discover(ctx, src, yield)
}
