package extract_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stakeout/extract"
	"stakeout/story"
)

func TestNextPage(t *testing.T) {
	for _, c := range []struct{ name, url, link, want string }{
		{"rel next in the head", "https://n.example/a/story", `<link rel="next" href="/a/story?page=2">`, "https://n.example/a/story?page=2"},
		{"number in a row", "https://n.example/a/story", `<div class=pages><b>1</b> <a href="/a/story/2">2</a> <a href="/a/story/3">3</a></div>`, "https://n.example/a/story/2"},
		{"next word", "https://n.example/a/story.html", `<a href="story-page-2.html">Next page »</a>`, "https://n.example/a/story-page-2.html"},
		{"German", "https://n.example/a/story,1", `<a href="/a/story,1?seite=2">Weiter</a>`, "https://n.example/a/story,1?seite=2"},
		{"second of three", "https://n.example/a/story?page=2", `<a href="/a/story">1</a> <a href="/a/story?page=3">3</a> <a rel=next href="/a/story?page=3">Next</a>`, "https://n.example/a/story?page=3"},
		{"bare number, with page 1", "https://n.example/a/story/2", `<a href="/a/story">1</a> 2 <a href="/a/story/3">Next</a>`, "https://n.example/a/story/3"},
		{"last page", "https://n.example/a/story?page=3", `<a href="/a/story">1</a> <a href="/a/story?page=2">2</a>`, ""},
		{"the next story", "https://n.example/a/story", `<a rel=next href="/a/other-story">Next post</a>`, ""},
		{"the next card", "https://n.example/intel/12", `<a rel=next href="/intel/13">Next</a>`, ""},
		{"the next card by a long number", "https://n.example/intel/50193", `<a rel=next href="/intel/50194">Next</a>`, ""},
		{"pages of comments", "https://n.example/a/story", `<a href="/a/story?page=2#comments">Next</a>`, ""},
		{"another host", "https://n.example/a/story", `<a rel=next href="https://m.example/a/story?page=2">Next</a>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			head, foot := "", c.link
			if strings.HasPrefix(c.link, "<link") {
				head, foot = c.link, ""
			}
			page := `<html><head><title>A long story</title>` + head + `</head><body><article><h1>A long story</h1>` +
				strings.Repeat("<p>It went on and on, as stories of this kind do when nobody stops them, and so it did on this page.</p>", 4) + foot + `</article></body></html>`
			read := extract.Read(extract.Page{URL: c.url, Body: []byte(page)}, nil, nil)
			if read.Next != c.want {
				t.Errorf("next is %q, want %q (%+v)", read.Next, c.want, read.Trouble)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	page := func(headline string, body ...string) story.Reading {
		return story.Reading{Fields: story.Fields{Headline: headline, Body: body}, Next: "x"}
	}
	got := extract.Join(page("A long story", "lead", "one"), page("A long story – page 2", "lead", "two", "***", "three", "***"), page("Another matter", "four"))
	if diff := cmp.Diff([]string{"lead", "one", "two", "***", "three", "***"}, got.Body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if got.Next != "" {
		t.Errorf("next is %q", got.Next)
	}
}
