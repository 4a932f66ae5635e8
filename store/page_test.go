package store

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// frame is markup that the pages of a source share.
func frame(seed uint64, size int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	var b bytes.Buffer
	for b.Len() < size {
		fmt.Fprintf(&b, `<div class="c%d"><a href="/%x">`, r.IntN(40), r.Uint64())
	}
	return b.Bytes()
}

func recordPage(t *testing.T, s *Store, source, id string, from int, body []byte) {
	t.Helper()
	r := firstVersion(source, id, fmt.Sprint(id, from))
	r.From, r.Pages[0].Body = from, body
	mustRecord(t, s, r)
}

// based counts the pages that are kept as what they add to another.
func based(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.read.db.QueryRow("SELECT count(*) FROM pages WHERE base_id IS NOT NULL").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func mustHavePages(t *testing.T, s *Store, pages [][]byte) {
	t.Helper()
	for i, want := range pages {
		got, err := s.PageBody(t.Context(), PageID(want))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("page %d came back otherwise: %v", i, err)
		}
	}
}

func TestPagesAreKeptAsWhatTheyAdd(t *testing.T) {
	s := MustOpen(t)
	shared := frame(1, 40<<10)
	var pages [][]byte
	add := func(id string, from int, body []byte) {
		t.Helper()
		pages = append(pages, body)
		recordPage(t, s, "a", id, from, body)
	}
	for i := range 5 {
		add(fmt.Sprint(i), 0, slices.Concat(shared, frame(uint64(100+i), 4<<10)))
	}
	if n := based(t, s); n != 4 {
		t.Fatalf("%d of 5 first versions are based on another page, expected all but the first", n)
	}
	for n := range 30 {
		add("0", n+1, slices.Concat(shared, frame(uint64(1000+n), 8<<10)))
	}
	if n := based(t, s); n != 34 {
		t.Fatalf("%d of 35 pages are based on another one", n)
	}
	var depth int
	if err := s.read.db.QueryRow(`WITH RECURSIVE d (page_id, depth) AS (SELECT page_id, 0 FROM pages WHERE base_id IS NULL
		UNION ALL SELECT p.page_id, d.depth + 1 FROM d JOIN pages p ON p.base_id = d.page_id) SELECT max(depth) FROM d`).Scan(&depth); err != nil || depth > maxDepth {
		t.Fatalf("a page is %d deep, expected at most %d: %v", depth, maxDepth, err)
	}
	mustHavePages(t, s, pages)
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := mustOpenFile(t, s.path, Options{}) // the base is found after a restart
	before := based(t, again)
	recordPage(t, again, "a", "later", 0, slices.Concat(shared, frame(7, 4<<10)))
	if n := based(t, again); n != before+1 {
		t.Fatal("after opening again a first version is kept by itself")
	}
	mustHavePages(t, again, pages)
}

func TestPagesOfManyShapesAndSizesComeBack(t *testing.T) {
	s := MustOpen(t)
	binary := make([]byte, 100<<10)
	rand.NewChaCha8([32]byte{1}).Read(binary)
	pages := [][]byte{frame(1, 60<<10), {}, []byte("x"), binary, frame(1, 300<<10), bytes.Repeat([]byte("a"), 5<<20), frame(9, 1<<20), frame(1, 2<<10)}
	for i, body := range pages {
		recordPage(t, s, "a", fmt.Sprint(i), 0, body)
		recordPage(t, s, "a", fmt.Sprint(i), 1, pages[(i+3)%len(pages)]) // another page altogether
	}
	mustHavePages(t, s, pages)
	mustVerify(t, s)
}

func TestSourceGetsAnotherBaseWhenItsPagesChange(t *testing.T) {
	s := MustOpen(t)
	var pages [][]byte
	for design := range 3 {
		for i := range misses + 4 {
			body := slices.Concat(frame(uint64(design), 20<<10), frame(uint64(1000+i), 500))
			pages = append(pages, body)
			recordPage(t, s, "a", fmt.Sprint(design, "-", i), 0, body)
		}
	}
	if n, want := based(t, s), len(pages)-1-2*misses; n < want {
		t.Fatalf("%d of %d pages are based on another, expected %d", n, len(pages), want)
	}
	mustHavePages(t, s, pages)
}

func TestTouchedBaseIsFound(t *testing.T) {
	s := MustOpen(t)
	first, second := frame(1, 30<<10), slices.Concat(frame(1, 30<<10), []byte("more"))
	recordPage(t, s, "a", "1", 0, first)
	recordPage(t, s, "a", "2", 0, second)
	raw := rawConn(t, s.path)
	dropTriggers(t, raw)
	if _, err := raw.Exec(s.d.text("UPDATE pages SET zstd = ? WHERE page_id = 1"), s.packs.pack(frame(2, 30<<10))); err != nil {
		t.Fatal(err)
	}
	for _, body := range [][]byte{first, second} {
		if _, err := s.PageBody(t.Context(), PageID(body)); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("found %v, expected ErrCorrupt", err)
		}
	}
	if r, err := s.Verify(t.Context()); err != nil || r.Problem != "page "+PageID(first)+" (row 1) is not as it was recorded" {
		t.Fatalf("found %q %v", r.Problem, err)
	}
}

// gunzipped reads a file of the shared data.
func gunzipped(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lines calls do with each line of JSON of a shared file.
func lines[T any](t *testing.T, path string, do func(T)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no pages; put them at %s", filepath.Dir(path))
	}
	defer f.Close()
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			var v T
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatal(err)
			}
			do(v)
		}
		if err != nil {
			return
		}
	}
}

const sharedData = "../../shared/data/"

// TestRealPagesShrink keeps real pages of publishers with several of them, and
// real pages with their later readings: a first version takes at most 14 % of
// its raw bytes, a further one 4 %. STAKEOUT_LONG=1 takes every pair.
func TestRealPagesShrink(t *testing.T) {
	if testing.Short() {
		t.Skip("run without -short")
	}
	s := MustOpen(t)
	sites := map[string][][]byte{}
	for _, c := range []string{"fundus", "trafilatura"} {
		lines(t, sharedData+"extraction/"+c+"/truth.jsonl", func(l struct{ URL, File string }) {
			u, err := url.Parse(l.URL)
			if err != nil {
				t.Fatal(err)
			}
			sites[u.Hostname()] = append(sites[u.Hostname()], gunzipped(t, sharedData+"extraction/"+c+"/"+l.File))
		})
	}
	for site, pages := range sites {
		for i, body := range pages {
			if len(pages) > 1 {
				recordPage(t, s, site, fmt.Sprint(i), 0, body)
			}
		}
	}
	n, pairs := 0, 0
	lines(t, sharedData+"pairs/pairs.jsonl", func(l struct{ ID, Group, Old, New string }) {
		if n++; l.Group == "fetch" || os.Getenv("STAKEOUT_LONG") != "1" && n%5 != 0 {
			return
		}
		source := "pair " + l.ID // none has a sibling
		recordPage(t, s, source, l.ID, 0, gunzipped(t, sharedData+"pairs/"+l.Old))
		recordPage(t, s, source, l.ID, 1, gunzipped(t, sharedData+"pairs/"+l.New))
		pairs++
	})
	// The first page of a site, story 0, has no sibling yet.
	first := shareKept(t, s, "v.number = 1 AND s.source NOT LIKE 'pair %' AND s.id <> '0'")
	further := shareKept(t, s, "v.number = 2")
	t.Logf("first versions beside a sibling: %.1f %% of their raw bytes; further versions of %d stories: %.2f %%", first, pairs, further)
	if first > 14 || further > 4 {
		t.Errorf("expected at most 14 %% and 4 %%")
	}
	mustVerify(t, s)
}

// shareKept is how many per cent of their raw bytes some versions' pages take.
// Bytes that an earlier version brought are not counted.
func shareKept(t *testing.T, s *Store, where string) (percent float64) {
	t.Helper()
	if err := s.read.db.QueryRow(`SELECT 100.0 * sum(length(p.zstd)) / sum(p.raw_bytes) FROM pages p
		JOIN versions v ON v.version_id = (SELECT min(version_id) FROM version_pages vp WHERE vp.page_id = p.page_id)
		JOIN stories s ON s.story_id = v.story_id WHERE ` + where).Scan(&percent); err != nil {
		t.Fatal(err)
	}
	return percent
}
