package extract_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"stakeout/extract"
	"stakeout/story"
)

// TestHostilePages: what is no page says so, and what hides a story in absurd
// markup still yields it.
func TestHostilePages(t *testing.T) {
	article := "<title>Ferry runs again</title><h1>Ferry runs again</h1>" + strings.Repeat("<p>The ferry across the fjord runs again after nine days in which nobody could cross it, the county said.</p>", 4)
	for _, c := range []struct {
		name, contentType string
		body              []byte
		readable          bool
	}{
		{"empty", "text/html", nil, false},
		{"spaces", "text/html", []byte(" \n\t "), false},
		{"pdf", "application/pdf", []byte("%PDF-1.7 ..."), false},
		{"png named html", "text/html", []byte("\x89PNG\r\n\x1a\n\x00\x00"), false},
		{"binary", "", bytes.Repeat([]byte{0, 1, 2, 3, 250, 251}, 2000), false},
		{"50 MB", "text/html", bytes.Repeat([]byte("<p>x</p>"), 50<<20/8), false},
		{"a million tags", "text/html", []byte(article + strings.Repeat("<i>x</i>", 500_000)), false},
		{"100,000 nested div", "text/html", []byte(strings.Repeat("<div>", 100_000) + article), true},
		{"100,000 nested b", "text/html", []byte(strings.Repeat("<b>", 100_000) + article), true},
		{"100,000 nested table", "text/html", []byte(article + strings.Repeat("<table><tr><td>", 33_000)), true},
		{"100,000 closing tags", "text/html", []byte(strings.Repeat("</div>", 100_000) + article), true},
		{"invalid UTF-8", "text/html; charset=utf-8", []byte(strings.ReplaceAll(article, "fjord", "fj\xffrd")), true},
		{"no story", "text/html", []byte("<title>Login</title><form><input name=user><input type=password></form>"), false},
		{"only a tag", "text/html", []byte("<"), false},
		{"deep JSON-LD", "text/html", []byte(`<script type="application/ld+json">` + strings.Repeat(`{"a":[`, 100_000) + "</script>" + article), true},
		{"attributes without end", "text/html", []byte("<div " + strings.Repeat("a=b ", 200_000) + ">" + article), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := extract.Read(extract.Page{URL: "https://news.example/a/ferry", ContentType: c.contentType, Body: c.body}, nil, nil)
			if !c.readable {
				if read.Trouble.Outcome == "" || read.Headline != "" || len(read.Body) > 0 {
					t.Errorf("read as a story: %q, %d paragraphs", read.Headline, len(read.Body))
				}
				return
			}
			if read.Trouble.Outcome != "" || read.Headline != "Ferry runs again" || len(read.Body) == 0 {
				t.Errorf("not read: %+v, %q, %d paragraphs", read.Trouble, read.Headline, len(read.Body))
			}
		})
	}
}

// TestReadabilityPages: none of the pages of another reader's test set may
// crash, hang, or be slow or fat beyond measure.
func TestReadabilityPages(t *testing.T) {
	dir := filepath.Join(shared(t), "readability")
	lines, err := os.ReadFile(filepath.Join(dir, "pages.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		var row struct{ ID, File, Title string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		body := readGzip(t, filepath.Join(dir, row.File))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		read := extract.Read(extract.Page{URL: "https://pages.example/" + row.ID, Body: body}, nil, nil)
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		checkSane(t, row.ID, body, read)
		t.Logf("%-40s %4d KB %6.1f ms %4d MB allocated, %2d paragraphs, %s %q", row.ID, len(body)>>10, took.Seconds()*1000,
			(after.TotalAlloc-before.TotalAlloc)>>20, len(read.Body), read.Trouble.Reason, read.Headline)
	}
}

// checkSane holds what is true of every reading: text in its plain form, lists
// without empty items, times that are times, no fields where there is trouble.
func checkSane(t *testing.T, id string, page []byte, read story.Reading) {
	t.Helper()
	texts := append(append(append([]string{read.Headline, read.Publisher, read.Sector}, read.Body...), read.Authors...), read.Tags...)
	for i, s := range texts {
		if s != story.Plain(s) {
			t.Errorf("%s: text not plain: %q", id, s)
		}
		if i > 2 && s == "" {
			t.Errorf("%s: an empty item in a list", id)
		}
	}
	for _, m := range []story.Moment{read.Published, read.Updated} {
		if _, ok := m.Time(); m != "" && !ok {
			t.Errorf("%s: no time: %q", id, m)
		}
	}
	if read.Trouble.Outcome != "" && (read.Headline != "" || len(read.Body) > 0) {
		t.Errorf("%s: trouble and a story: %+v", id, read.Trouble)
	}
	long := len(strings.Join(read.Body, "")) >= 1000 // a story even without any headline
	if read.Trouble.Outcome == "" && (read.Headline == "" && !long || len(read.Body) == 0) {
		t.Errorf("%s: neither trouble nor a story", id)
	}
}
