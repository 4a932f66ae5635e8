package evidence_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stakeout/evidence"
	"stakeout/store"
	"stakeout/story"
)

var begin = time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)

// unpacked writes the evidence of a story with three versions, and unpacks it.
func unpacked(t *testing.T) string {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	key := story.Key{Source: "wire", ID: "https://news.example/ä?1"}
	for n, headline := range []string{"12 dead", "14 dead <script>alert(1)</script>", "12 dead"} {
		r := store.Result{
			Visit: store.Visit{Source: key.Source, URL: key.ID, FinalURL: key.ID, Key: key, Kind: store.KindStory, At: begin.Add(time.Duration(n) * time.Hour), Status: 200,
				Outcome: story.Changed, Header: http.Header{"Server": {"test"}}},
			From: n, Print: headline, Reading: &story.Reading{URL: key.ID, Fields: story.Fields{Headline: headline, Body: []string{"Naïve — 漢字"}}},
			Pages:  []store.Page{{URL: key.ID, ContentType: "text/html", Body: []byte("<h1>" + headline)}},
			Change: &story.Change{Event: story.EventChanged, Fields: []story.FieldChange{{Field: "headline", Class: story.Fact, Old: "12", New: headline}}},
		}
		if _, err := db.Record(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := evidence.Write(t.Context(), &file, db, key, "", begin); err != nil {
		t.Fatal(err)
	}
	return unzip(t, file.Bytes())
}

func unzip(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func check(t *testing.T, dir string) (string, bool) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3")
	}
	out, err := exec.Command(python, filepath.Join(dir, "check.py")).CombinedOutput()
	return string(out), err == nil
}

// A stranger checks it with Python alone, and every alteration is named.
func TestAStrangerCanCheckIt(t *testing.T) {
	dir := unpacked(t)
	if out, ok := check(t, dir); !ok || !strings.Contains(out, "3 versions of wire/") {
		t.Fatalf("check.py: %s", out)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil || strings.Contains(string(page), "<script>") || !strings.Contains(string(page), "14 dead") {
		t.Errorf("index.html: %v\n%s", err, page)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "pages", "*"))
	if err != nil || len(pages) != 2 { // two versions say the same
		t.Errorf("pages %q, %v", pages, err)
	}
	for _, alter := range []struct{ file, from, to, want string }{
		{"versions/0002/reading.json", "14 dead", "15 dead", "version 2: its words"},
		{"manifest.json", `"at_ms": 1775379600000`, `"at_ms": 1775379600001`, "version 2: its words, time"},
		{"manifest.json", `"version": 3`, `"version": 2`, "not those that were recorded"},
		{"manifest.json", `"event": "changed"`, `"event": "new"`, "it is not the one that was recorded"},
		{"head.json", `"cursor": `, `"cursor": 1`, "the head is not that of this log"},
		{"pages/" + filepath.Base(pages[0]), "dead", "live", "is not the one that was recorded"},
	} {
		dir := unpacked(t)
		path := filepath.Join(dir, filepath.FromSlash(alter.file))
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		altered := strings.Replace(string(content), alter.from, alter.to, 1)
		if altered == string(content) {
			t.Fatalf("%s has no %q:\n%s", alter.file, alter.from, content)
		}
		if err := os.WriteFile(path, []byte(altered), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, ok := check(t, dir); ok || !strings.Contains(out, alter.want) {
			t.Errorf("%s altered: %s", alter.file, out)
		}
	}
}
