package extract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"stakeout/story"
)

// ownPages are the pages of testdata, as seeds.
func ownPages(f *testing.F) [][]byte {
	paths, err := filepath.Glob(filepath.Join("testdata", "*.html"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no pages in testdata: %v", err)
	}
	var pages [][]byte
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		pages = append(pages, b)
	}
	return pages
}

// FuzzRead: no page makes the reader panic; what it yields is plain text, twice
// the same, and either a story or a trouble.
func FuzzRead(f *testing.F) {
	for _, page := range ownPages(f) {
		f.Add(page, "text/html")
	}
	f.Add([]byte("<h1>x<b><p>By A<table><td>ID: 1<td>Tags: a"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		p := Page{URL: "https://n.example/a/1", ContentType: contentType, Body: body}
		read := Read(p, nil, nil)
		texts := append(append(append([]string{read.Headline}, read.Body...), read.Authors...), read.Tags...)
		for _, s := range texts {
			if s != story.Plain(s) {
				t.Errorf("not plain: %q", s)
			}
		}
		for _, m := range []story.Moment{read.Published, read.Updated} {
			if _, ok := m.Time(); m != "" && !ok {
				t.Errorf("no time: %q", m)
			}
		}
		untold := read.Headline == "" && len(read.Body) < untitledParagraphs
		if story := read.Headline != "" || len(read.Body) > 0; (read.Trouble.Outcome == "") != story || story && untold {
			t.Errorf("trouble %+v with headline %q", read.Trouble, read.Headline)
		}
		if again := Read(p, nil, nil); again.Headline != read.Headline || strings.Join(again.Body, "\n") != strings.Join(read.Body, "\n") {
			t.Error("two readings of one page differ")
		}
	})
}

// FuzzJSONLD: broken JSON never panics, and what is read of it is valid text.
func FuzzJSONLD(f *testing.F) {
	for _, s := range []string{`{"@type":"NewsArticle","headline":"a"}`, `[{"@graph":[{"@type":["Article"],"author":[{"name":"A"},"B"]}]}]`,
		`<!-- {"a":"b
c",} -->`, `{"a":"\x"}{"b":1}`, `{"keywords":["a",["b"]]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, n := range parseLD(raw) {
			for key := range n {
				for _, s := range n.strs(key) {
					if s == "" || !utf8.ValidString(s) {
						t.Errorf("%q gives %q", key, s)
					}
				}
			}
		}
	})
}

// FuzzMoment: what is read as a time is one, and reads again as itself.
func FuzzMoment(f *testing.F) {
	for _, s := range []string{"2026-04-04T21:26:49Z", "4. April 2026, 21:26 Uhr", "April 4, 2026 9:26 pm ET", "2026年4月4日 21時26分", "04/05/26", "1775338009", "vor 3 Stunden", "20260404", "٤ أبريل ٢٠٢٦"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, monthFirst bool) {
		m, ok := parseMoment(s, clock{monthFirst: monthFirst, zone: time.UTC})
		if !ok {
			if m != "" {
				t.Errorf("%q gives %q, but says that it is no time", s, m)
			}
			return
		}
		if _, valid := m.Time(); !valid {
			t.Errorf("%q gives %q, which is no time", s, m)
		}
		if again, ok := parseMoment(string(m), clock{}); !ok || !again.Same(m) {
			t.Errorf("%q gives %q, which reads as %q", s, m, again)
		}
	})
}

// FuzzLabels: label lists of any markup never panic, and values hold no label of
// another row as their whole.
func FuzzLabels(f *testing.F) {
	for _, s := range []string{"<dl><dt>Source<dd>x<dt>ID<dd>1</dl>", "<p>Source: a | Sector: b | ID: 7", "<table><tr><th>Tags<td>a, b</table>", "<li><b>By</b>: <a>A</a>"} {
		f.Add(s, "Source")
	}
	f.Fuzz(func(t *testing.T, markup, label string) {
		d, err := parse([]byte(markup), "https://n.example/", nil)
		if err != nil {
			return
		}
		values, items, _ := d.labelled(label)
		for _, s := range append(values, items...) {
			if s == "" || s != story.Plain(s) {
				t.Errorf("label %q gives %q", label, s)
			}
		}
		if c := d.findCard(); c != nil {
			c.remove()
		}
	})
}
