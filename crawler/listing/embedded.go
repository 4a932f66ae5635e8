package listing

import (
	"encoding/json"
	"strings"
	"time"

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
		if !s.elsewhere(p.URL) && !s.page && weburl.SameSite(s.host, own) && (s.telling() || s.last == lastSlug) && count[s.key] >= 2 {
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
	isArray             bool
	key                 string // the next value's
	atKey               bool
	url, title          string
	rendered            string // what it says is shown
	published, modified time.Time
	rank                struct{ url, title, published, modified int } // of the name that told each
}

func (e *embedded) read(text string) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
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
			done := open[len(open)-1]
			e.close(done)
			if open = open[:len(open)-1]; len(open) > 0 {
				open[len(open)-1].takeIn(done)
			}
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
		t.key, t.atKey = text, false
		return
	}
	t.atKey = true
	if number, ok := token.(json.Number); ok {
		text, isText = number.String(), true
	}
	if isText {
		t.say(t.key, text)
	}
}

// What objects call their address, title and times, in lower case without signs,
// the surest name first.
var (
	addressNames   = ranks("url href link permalink canonicalurl weburl articleurl pageurl fullurl detailurl targeturl path pathname relativeurl uri shorturl @id")
	titleNames     = ranks("headline title name")
	publishedNames = ranks("published publishedat datepublished firstpublished pubdate publishdate publicationdate dategmt date createdat")
	modifiedNames  = ranks("modifiedgmt updated updatedat modified modifiedat datemodified dateupdated lastmodified lastupdated")
)

func ranks(names string) map[string]int {
	m := map[string]int{}
	for i, name := range strings.Fields(names) {
		m[name] = i + 1
	}
	return m
}

// surer reports whether a name tells something more surely than the one that
// told it so far, whose rank it replaces; 0 is that of nothing told.
func surer(names map[string]int, name string, so *int) bool {
	rank := names[name]
	if rank == 0 || *so != 0 && *so <= rank {
		return false
	}
	*so = rank
	return true
}

// say takes in what an object says under a name.
func (t *thing) say(name, text string) {
	name = strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(name), "_", ""), "-", "")
	switch {
	case text == "":
	case name == "rendered": // {"title":{"rendered":"…"}}
		t.rendered = text
	case strings.HasPrefix(text, "/") || strings.HasPrefix(text, "http"):
		if surer(addressNames, name, &t.rank.url) {
			t.url = text
		}
	case surer(titleNames, name, &t.rank.title):
		t.title = text
	case publishedNames[name] > 0:
		if at := momentOf(text); !at.IsZero() && surer(publishedNames, name, &t.rank.published) {
			t.published = at
		}
	case modifiedNames[name] > 0:
		if at := momentOf(text); !at.IsZero() && surer(modifiedNames, name, &t.rank.modified) {
			t.modified = at
		}
	}
}

// takeIn takes what an inner object says for the outer one.
func (t *thing) takeIn(inner thing) {
	if inner.rendered != "" && t.title == "" && titleNames[strings.ToLower(t.key)] > 0 {
		t.title = html.UnescapeString(inner.rendered)
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
	e.links = append(e.links, &Link{URL: url, Title: story.Plain(t.title), Published: t.published, Modified: t.modified, shape: shapeOf(url)})
}
