// Package listing reads listing pages: which links are stories, and where the
// next page is. It fetches nothing.
package listing

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/weburl"
)

// Page is a listing page, parsed.
type Page struct {
	URL  string // the address it came from
	base string // what its links are relative to
	doc  *goquery.Document
	data string // of a listing that is JSON
	// links are in order of the document, one an address.
	links  []*Link
	linkOf map[*html.Node]*Link // by anchor
	bars   map[*html.Node]bool  // whether an element is a row of links
}

// Link is an address that the page links to, with all that its anchors say.
type Link struct {
	URL   string // canonical
	Title string // the best text of its anchors, or the heading beside them
	// Published and Modified are what data says of it; zero for nothing.
	Published, Modified time.Time

	anchors []*html.Node
	said    int // words of the anchor that says most
	shape   shape
	card    card
}

// Parse reads a page from its text in UTF-8.
func Parse(url string, text []byte) (*Page, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(text))
	if err != nil {
		// x/net/html gives up where elements are nested over 512 deep
		if doc, err = goquery.NewDocumentFromReader(bytes.NewReader(flatten(text))); err != nil {
			return nil, fmt.Errorf("parsing %s: %w", url, err)
		}
	}
	return New(url, doc), nil
}

// New reads a page that is parsed already.
func New(url string, doc *goquery.Document) *Page {
	p := &Page{URL: url, base: url, doc: doc}
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if base, err := weburl.Resolve(url, strings.TrimSpace(href)); err == nil {
			p.base = base
		}
	}
	p.collect()
	return p
}

// maxLinks is how many addresses of one page are looked at.
const maxLinks = 10000

// collect gathers the page's links to other pages.
func (p *Page) collect() {
	self, _ := weburl.Canonical(p.URL)
	byURL := map[string]*Link{}
	p.doc.Find("a[href], area[href]").EachWithBreak(func(_ int, a *goquery.Selection) bool {
		href := strings.TrimSpace(a.AttrOr("href", ""))
		if href == "" || strings.HasPrefix(href, "#") {
			return true
		}
		url, err := weburl.CanonicalRef(p.base, href)
		if err != nil || url == self {
			return true
		}
		l := byURL[url]
		if l == nil {
			l = &Link{URL: url, shape: shapeOf(url)}
			byURL[url] = l
			p.links = append(p.links, l)
		}
		l.anchors = append(l.anchors, a.Nodes[0])
		return len(p.links) < maxLinks
	})
	p.readCards()
}

// Links returns every address that the page links to, in order, each once.
func (p *Page) Links() []*Link { return p.links }

// Feeds returns the feeds that the page announces (link rel=alternate).
func (p *Page) Feeds() []string {
	var feeds []string
	p.doc.Find(`link[rel~="alternate" i][href]`).Each(func(_ int, l *goquery.Selection) {
		kind := strings.ToLower(l.AttrOr("type", ""))
		if !strings.Contains(kind, "rss") && !strings.Contains(kind, "atom") && !strings.Contains(kind, "feed+json") {
			return
		}
		if url, err := weburl.Resolve(p.base, strings.TrimSpace(l.AttrOr("href", ""))); err == nil {
			feeds = append(feeds, url)
		}
	})
	return feeds
}

// flatten keeps of a page nested too deeply what a listing is read from: its
// links, headings and text.
func flatten(text []byte) []byte {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(text))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return out.Bytes()
		case html.TextToken:
			out.Write(z.Raw())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			switch string(name) {
			case "a", "h1", "h2", "h3", "h4", "base", "link", "meta", "script", "style":
				out.Write(raw)
			default:
				out.WriteByte(' ')
			}
		}
	}
}
