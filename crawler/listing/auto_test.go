package listing

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each page of testdata/listings begins with a comment: its address, what it is
// (list or story), and the links that are stories, one a line.
func TestListings(t *testing.T) {
	files, err := filepath.Glob("testdata/listings/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no listings: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, _, found := strings.Cut(strings.TrimPrefix(string(text), "<!--"), "-->")
			lines := strings.Fields(head)
			if !found || len(lines) < 2 {
				t.Fatal("no comment at its head")
			}
			p, err := Parse(lines[0], text)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("story score %.1f", p.storyScore())
			if got, want := p.IsStory(), lines[1] == "story"; got != want {
				t.Errorf("is a story: %v, expected %v (meta %.1f, text %.1f)", got, want, p.metaScore(), p.textScore())
			}
			if lines[1] != "story" {
				compare(t, p, lines[2:])
			}
		})
	}
}

func compare(t *testing.T, p *Page, want []string) {
	t.Helper()
	expected := map[string]bool{}
	for _, u := range want {
		expected[u] = true
	}
	for _, l := range p.Stories(Shapes{}) {
		if !expected[l.URL] {
			t.Errorf("%s is taken for a story: %s", l.URL, explain(l))
		}
		delete(expected, l.URL)
	}
	for _, l := range p.Links() {
		if expected[l.URL] {
			t.Errorf("%s is not found: %s", l.URL, explain(l))
			delete(expected, l.URL)
		}
	}
	for u := range expected {
		t.Errorf("%s is not among the page's links", u)
	}
}

func explain(l *Link) string {
	return fmt.Sprintf("score %.1f, %q, shape %+v, card %+v", l.score(), l.Title, l.shape, l.card)
}
