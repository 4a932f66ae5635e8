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

// What a page announces as its feeds are addresses.
func FuzzFeeds(f *testing.F) {
	f.Add("https://site.example/news", `<link rel="alternate" type="application/rss+xml" href="/feed.xml">`)
	f.Add("https://site.example/a/b", `<base href="//other.example/"><LINK REL="home Alternate" TYPE="application/atom+xml; x" HREF=" ?feed=1 ">`)
	f.Add("https://site.example/", `<link rel=alternate type=application/feed+json href="javascript:alert(1)"><link rel=alternate type=rss href="http://[">`)
	f.Fuzz(func(t *testing.T, url, text string) {
		p, err := Parse(url, []byte(text))
		if err != nil {
			return
		}
		for _, feed := range p.Feeds() {
			if !strings.HasPrefix(feed, "http://") && !strings.HasPrefix(feed, "https://") {
				t.Errorf("feed %q", feed)
			}
		}
	})
}

// Whatever JSON a listing is, what is found in it are addresses, and its next page
// is another one.
func FuzzParseJSON(f *testing.F) {
	f.Add("https://site.example/api?page=1", `{"data":[{"url":"/news/1","title":{"rendered":"A"}}],"paging":{"next":"?page=2","has_more":true}}`)
	f.Add("https://site.example/api?offset=0&limit=2", `[{"link":"//x/","html":"<a href=/b>b</a>"},["/news/2"]]`)
	f.Add("https://site.example/api", ")]}',\n"+`{"next_cursor":"a&b=c","items":[1,null,{"href":"/x"}]}`)
	f.Fuzz(func(t *testing.T, url, text string) {
		j, err := ParseJSON(url, []byte(text), "application/json")
		if err != nil {
			return
		}
		links := append(append(j.Links(), j.Addresses()...), j.Stories(Shapes{})...)
		if more, _, err := j.Items(nil, nil); err == nil {
			links = append(links, more...)
		}
		for _, l := range links {
			if !strings.HasPrefix(l.URL, "http://") && !strings.HasPrefix(l.URL, "https://") {
				t.Errorf("link %q", l.URL)
			}
		}
		if next := j.Next(nil, len(links)); next != "" && next == url {
			t.Errorf("its next page is itself: %q", next)
		}
	})
}
