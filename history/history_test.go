package history_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/export"
	"stakeout/filter"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

var begin = time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)

func open(t *testing.T) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// tell records what a story says at one of its versions.
func tell(t *testing.T, db *store.Store, source, id string, number int, tag, headline string, class story.Class, disclosed bool) {
	t.Helper()
	at := begin.Add(time.Duration(number) * time.Hour)
	address := "https://example.org/" + id
	r := store.Result{
		Visit: store.Visit{Source: source, URL: address, FinalURL: address, Key: story.Key{Source: source, ID: id}, Kind: store.KindStory, At: at,
			Status: 200, Outcome: story.New, Header: http.Header{"Server": {"test"}}},
		From: number - 1, Print: headline,
		Reading: &story.Reading{ID: id, URL: address, Fields: story.Fields{Headline: headline, Body: []string{"One.", "Two."}, Tags: []string{tag}}},
		Pages:   []store.Page{{URL: address, ContentType: "text/html", Body: []byte("<h1>" + headline + "</h1>")}},
		Change:  &story.Change{Event: story.EventNew, Headline: headline, URL: address},
	}
	if number > 1 {
		r.Outcome = story.Changed
		r.Change = &story.Change{Event: story.EventChanged, Headline: headline, URL: address, Classes: []story.Class{class}, Disclosed: disclosed,
			Fields: []story.FieldChange{{Field: "headline", Class: class, Old: "12 dead", New: headline}}}
	}
	if _, err := db.Record(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// filled is a history of three stories and five versions.
func filled(t *testing.T) *store.Store {
	db := open(t)
	tell(t, db, "wire", "1", 1, "Floods", "12 dead", "", false)
	tell(t, db, "wire", "2", 1, "Rail", "Trains stop", "", false)
	tell(t, db, "post", "3", 1, "Floods", "River rises", "", false)
	tell(t, db, "wire", "1", 2, "Floods", "14 dead", story.Fact, false)
	tell(t, db, "wire", "2", 2, "Rail", "Trains stop.", story.Typo, true)
	return db
}

func query(t *testing.T, s string) history.Query {
	t.Helper()
	f, err := filter.Parse(s, begin.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return history.Query{Filter: f}
}

func TestWhatAFilterMeans(t *testing.T) {
	db := filled(t)
	for _, c := range []struct {
		filter                     string
		stories, versions, changes []string
	}{
		{"", []string{"1", "2", "3"}, []string{"1 1", "1 2", "2 1", "2 2", "3 1"}, []string{"1 1", "2 1", "3 1", "1 2", "2 2"}},
		{"source:wire class:fact", []string{"1"}, []string{"1 2"}, []string{"1 2"}},
		{"tag:floods", []string{"1", "3"}, []string{"1 1", "1 2", "3 1"}, []string{"1 1", "3 1", "1 2"}},
		{"disclosed:no event:changed", []string{"1"}, []string{"1 2"}, []string{"1 2"}},
		{"-source:wire", []string{"3"}, []string{"3 1"}, []string{"3 1"}},
		{`"12 dead"`, nil, []string{"1 1"}, []string{"1 1", "1 2", "2 2"}}, // of changes, before or after
		{"since:2026-04-05T10:00:00Z", []string{"1", "2"}, []string{"1 2", "2 2"}, []string{"1 2", "2 2"}},
		{"class:correction", nil, nil, nil},
	} {
		q := query(t, c.filter)
		var stories, versions, changes []string
		for s, err := range history.Stories(t.Context(), db, q) {
			if err != nil {
				t.Fatal(err)
			}
			stories = append(stories, s.ID)
		}
		for s, err := range history.Versions(t.Context(), db, q) {
			if err != nil {
				t.Fatal(err)
			}
			versions = append(versions, fmt.Sprintf("%s %d", s.ID, s.Version))
		}
		for ch, err := range history.Changes(t.Context(), db, q) {
			if err != nil {
				t.Fatal(err)
			}
			changes = append(changes, fmt.Sprintf("%s %d", ch.ID, ch.To))
		}
		slices.Sort(stories)
		slices.Sort(versions)
		if !slices.Equal(stories, c.stories) || !slices.Equal(versions, c.versions) || !slices.Equal(changes, c.changes) {
			t.Errorf("%s:\n found    %q %q %q\n expected %q %q %q", c.filter, stories, versions, changes, c.stories, c.versions, c.changes)
		}
	}
}

func TestEveryFormatIsWritten(t *testing.T) {
	db := filled(t)
	for _, format := range history.Formats {
		for _, what := range history.Whats {
			e := history.Export{Format: format, What: what, Query: query(t, "id:1"), Zones: func(string) *time.Location { return nil }, Software: "test"}
			if e.Check() != nil {
				continue
			}
			var out bytes.Buffer
			if err := e.Write(t.Context(), &out, db); err != nil || out.Len() == 0 {
				t.Errorf("%s of %s: %d bytes, %v", format, what, out.Len(), err)
			}
		}
	}
	pages := history.Export{Format: "html", What: "stories", Zones: func(string) *time.Location { return nil }}
	dir := t.TempDir()
	if n, err := pages.File(t.Context(), db, dir); n != 3 || err != nil {
		t.Errorf("pages in a folder: %d, %v", n, err)
	}
	if page, err := os.ReadFile(filepath.Join(dir, "wire", "1.html")); err != nil || !strings.Contains(string(page), "14 dead") || !strings.Contains(string(page), "12 dead") {
		t.Errorf("page %s, %v", page, err)
	}
	if err := pages.Write(t.Context(), &bytes.Buffer{}, db); err == nil {
		t.Error("several stories as one page: expected an error")
	}
}

// exported reads the IDs and versions in a file of JSON lines.
func exported(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		var s story.Story
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %d", s.ID, s.Version))
	}
	slices.Sort(out)
	return out
}

// Whatever an export under a cursor is killed between, each version is in exactly
// one finished file.
func TestCursorExportsEachVersionOnce(t *testing.T) {
	ctx := context.Background()
	for name, die := range map[string]func(t *testing.T, db *store.Store, e history.Export, path string){
		"never": func(t *testing.T, db *store.Store, e history.Export, path string) {
			if _, err := e.Next(ctx, db, "n", path, nil); err != nil {
				t.Fatal(err)
			}
		},
		"before the file is in its place": func(t *testing.T, db *store.Store, e history.Export, path string) {
			onItsWay(t, db, e, path)
		},
		"behind it": func(t *testing.T, db *store.Store, e history.Export, path string) {
			arrive(t, onItsWay(t, db, e, path), path)
		},
		"behind it, and its reader took it away": func(t *testing.T, db *store.Store, e history.Export, path string) {
			arrive(t, onItsWay(t, db, e, path), path)
			arrive(t, path, path+".taken")
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := filled(t)
			e := history.Export{Format: "jsonl", What: "versions"}
			first, second := filepath.Join(t.TempDir(), "1.jsonl"), filepath.Join(t.TempDir(), "2.jsonl")
			die(t, db, e, first)
			tell(t, db, "wire", "1", 3, "Floods", "15 dead", story.Fact, false)
			if _, err := e.Next(ctx, db, "n", second, nil); err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, path := range []string{first, first + ".taken"} {
				if _, err := os.Stat(path); err == nil {
					all = append(all, exported(t, path)...)
				}
			}
			all = append(all, exported(t, second)...)
			slices.Sort(all)
			if want := []string{"1 1", "1 2", "1 3", "2 1", "2 2", "3 1"}; !slices.Equal(all, want) {
				t.Errorf("in the files: %q, expected %q", all, want)
			}
			if _, err := e.Next(ctx, db, "n", second, nil); err != nil || len(exported(t, second)) != 0 {
				t.Errorf("and once more: %q, %v", exported(t, second), err)
			}
		})
	}
}

// onItsWay is an export under the cursor n that was killed when its file was whole
// and not yet in its place; it returns where that waits.
func onItsWay(t *testing.T, db *store.Store, e history.Export, path string) string {
	t.Helper()
	c, err := db.Cursor(t.Context(), "n")
	if err != nil {
		t.Fatal(err)
	}
	last, err := db.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.File(t.Context(), db, path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(text))
	arrive(t, path, export.Beside(path, sum))
	if err := db.PrepareCursor(t.Context(), c, store.PendingExport{To: last, Path: path, SHA256: sum}); err != nil {
		t.Fatal(err)
	}
	return export.Beside(path, sum)
}

func arrive(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// Of two exports under one name at once, one is told that there is another, and
// puts no file into its place.
func TestTwoExportsUnderOneName(t *testing.T) {
	db := filled(t)
	e := history.Export{Format: "jsonl", What: "versions"}
	dir := t.TempDir()
	c, err := db.Cursor(t.Context(), "n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Next(t.Context(), db, "n", filepath.Join(dir, "1.jsonl"), nil); err != nil {
		t.Fatal(err)
	}
	if err := db.PrepareCursor(t.Context(), c, store.PendingExport{To: 5, Path: "x", SHA256: "00"}); !errors.Is(err, store.ErrCursorMoved) {
		t.Errorf("behind another: %v", err)
	}
	if c, err = db.Cursor(t.Context(), "n"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, store.ErrCursorMoved} {
		if err := db.PrepareCursor(t.Context(), c, store.PendingExport{To: 9, Path: "x", SHA256: "00"}); !errors.Is(err, want) {
			t.Errorf("%d at once: %v, expected %v", i+1, err, want)
		}
	}
}
