package listing

import (
	"encoding/json"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/story"
	"stakeout/weburl"
)

// maxEmbedded is how many bytes of one script's JSON are read.
const maxEmbedded = 8 << 20

// Embedded returns the links that the page carries only as data for its scripts
// (JSON-LD lists, __NEXT_DATA__ and their kind), for pages that are drawn by
// scripts and have no other. It finds objects that have an address and a title.
func (p *Page) Embedded() []*Link {
	e := embedded{page: p, seen: map[string]bool{}}
	for _, l := range p.links {
		e.seen[l.URL] = true
	}
	e.read(p.data)
	p.doc.Find(`script[type="application/json" i], script[type="application/ld+json" i], script#__NEXT_DATA__`).Each(func(_ int, s *goquery.Selection) {
		if text := s.Text(); len(text) < maxEmbedded {
			e.read(text)
		}
	})
	return e.links
}

// ParseJSON reads a listing that is JSON altogether, such as what a page's "load
// more" fetches: its links are Embedded ones.
func ParseJSON(url string, text []byte) *Page {
	p := &Page{URL: url, base: url, data: string(text)}
	p.doc = goquery.NewDocumentFromNode(&html.Node{Type: html.DocumentNode})
	return p
}

// EmbeddedStories are those of the Embedded links whose addresses look like
// stories.
func (p *Page) EmbeddedStories() []*Link {
	links := p.Embedded()
	count := map[string]int{}
	for _, l := range links {
		count[l.shape.key]++
	}
	own := weburl.Host(p.URL)
	var stories []*Link
	for _, l := range links {
		s := l.shape
		if !s.banned && !s.page && weburl.SameSite(s.host, own) && (s.telling() || s.last == lastSlug) && count[s.key] >= 2 {
			stories = append(stories, l)
		}
	}
	return stories
}

// embedded walks JSON in the order of its text.
type embedded struct {
	page  *Page
	seen  map[string]bool
	links []*Link
}

// thing is an object that is open.
type thing struct {
	isArray    bool
	key        string // the next value's
	atKey      bool
	url, title string
}

func (e *embedded) read(text string) {
	d := json.NewDecoder(strings.NewReader(text))
	var open []thing
	for {
		token, err := d.Token()
		if err != nil {
			return // broken or done: what was found counts
		}
		if delim, ok := token.(json.Delim); ok && (delim == '{' || delim == '[') {
			if len(open) > 200 {
				return
			}
			open = append(open, thing{isArray: delim == '[', atKey: delim == '{'})
			continue
		} else if ok {
			e.close(open[len(open)-1])
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			open[len(open)-1].value(token)
		}
	}
}

// value takes in a key or a value of an object; a nested one has just ended
// where token is its end.
func (t *thing) value(token json.Token) {
	if t.isArray {
		return
	}
	text, isText := token.(string)
	if t.atKey {
		t.key, t.atKey = strings.ToLower(text), false
		return
	}
	t.atKey = true
	if !isText {
		return
	}
	switch t.key {
	case "url", "href", "link", "permalink", "path", "pathname", "canonicalurl", "canonical_url", "uri", "@id":
		if t.url == "" && (strings.HasPrefix(text, "/") || strings.HasPrefix(text, "http")) {
			t.url = text
		}
	case "title", "headline", "name":
		if t.title == "" {
			t.title = text
		}
	}
}

// close takes the link of an object that ends.
func (e *embedded) close(t thing) {
	if t.url == "" || len(e.links) >= maxLinks {
		return
	}
	url, err := weburl.CanonicalRef(e.page.base, t.url)
	if err != nil || e.seen[url] {
		return
	}
	e.seen[url] = true
	e.links = append(e.links, &Link{URL: url, Title: story.Plain(t.title), shape: shapeOf(url)})
}
