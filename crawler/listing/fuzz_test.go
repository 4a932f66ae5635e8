package listing

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzListing(f *testing.F) {
	files, _ := filepath.Glob("testdata/listings/*.html")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("https://site.example/news", string(text[:min(len(text), 3000)]))
	}
	f.Add("https://site.example/", strings.Repeat("<div>", 600)+`<a href="/story/1">x</a>`)
	f.Fuzz(func(t *testing.T, url, text string) {
		p, err := Parse(url, []byte(text))
		if err != nil {
			return
		}
		p.IsStory()
		p.MayBeStory()
		p.Feeds()
		known := map[string]bool{}
		for _, l := range append(p.Links(), p.Embedded()...) {
			if !strings.HasPrefix(l.URL, "http://") && !strings.HasPrefix(l.URL, "https://") || known[l.URL] {
				t.Errorf("link %q", l.URL)
			}
			known[l.URL] = true
		}
		for _, l := range append(p.Stories(Shapes{}), p.EmbeddedStories()...) {
			if !known[l.URL] {
				t.Errorf("story %q is not among the links", l.URL)
			}
		}
		for _, selector := range []string{"", "a.next"} {
			if next := p.Next(selector); next != "" && !strings.HasPrefix(next, "http") {
				t.Errorf("next %q", next)
			}
		}
	})
}
