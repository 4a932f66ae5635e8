package listing

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"stakeout/weburl"
)

// IsStory reports whether the page is a story rather than a list of stories. It
// weighs what speaks for either: what the metadata says, how much text stands
// in paragraphs, what the address looks like beside those it links to.
func (p *Page) IsStory() bool { return p.storyScore() >= 2.5 }

func (p *Page) storyScore() float64 {
	own := shapeOf(mustCanonical(p.URL))
	listed := p.Stories(Shapes{})
	text := p.textScore()
	s := p.metaScore() + text + addressScore(own, listed)
	if text < 2 && p.doc.Find("article").Length() >= 4 {
		s -= 2
	}
	return s
}

func mustCanonical(url string) string {
	c, err := weburl.Canonical(url)
	if err != nil {
		return url
	}
	return c
}

// articleTypes are the schema.org types of single stories.
var articleTypes = []string{`"NewsArticle"`, `"Article"`, `"ReportageNewsArticle"`, `"AnalysisNewsArticle"`, `"OpinionNewsArticle"`, `"BlogPosting"`,
	`"LiveBlogPosting"`, `"ReviewNewsArticle"`, `"BackgroundNewsArticle"`, `"Report"`, `"TechArticle"`}

// listTypes are those of pages that list.
var listTypes = []string{`"CollectionPage"`, `"ItemList"`, `"SearchResultsPage"`, `"Blog"`}

// metaScore is what the metadata says; above 0 for a story.
func (p *Page) metaScore() float64 {
	s := 0.0
	if p.doc.Find(`meta[property="og:type" i]`).First().AttrOr("content", "") == "article" {
		s++ // blogs say so of everything
	}
	if p.doc.Find(`meta[property="article:published_time" i], meta[name="article:published_time" i]`).Length() > 0 {
		s += 2
	}
	headlines, article, list := 0, false, false
	p.doc.Find(`script[type="application/ld+json" i]`).Each(func(_ int, e *goquery.Selection) {
		text := e.Text()
		headlines += strings.Count(text, `"headline"`)
		article = article || containsAny(text, articleTypes)
		list = list || containsAny(text, listTypes)
	})
	switch {
	case list && !article || headlines > 2:
		s -= 2
	case article && headlines > 0 && !list:
		s += 3
	}
	return s
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// textScore looks for a run of paragraphs: those of a story stand side by side,
// those of a list each beside a link of its own.
func (p *Page) textScore() float64 {
	runs := map[*html.Node]run{}
	best := run{}
	p.doc.Find("p, div, td, section, article, main").Each(func(_ int, e *goquery.Selection) {
		n := e.Nodes[0]
		place, words := n, plainWords(n)
		if n.Data == "p" {
			place, words = n.Parent, paragraphWords(e)
		}
		if words == 0 || e.Closest("nav, footer, aside, a, li").Length() > 0 || n.Data == "p" && (followsLink(n) || beginsWithLink(n)) {
			return
		}
		r := runs[place]
		r.words += words
		if words >= 15 {
			r.long++
		}
		runs[place] = r
		if r.words > best.words {
			best = r
		}
	})
	s := 0.0
	if best.words >= 80 {
		s++
	}
	if best.words >= 150 || best.long >= 3 {
		s++
	}
	if p.doc.Find("h1").Length() == 1 {
		s += 0.5
	}
	return s
}

// run is the text that stands together in one element.
type run struct{ words, long int }

// paragraphWords counts a paragraph's words; one that is mostly links has none.
func paragraphWords(e *goquery.Selection) int {
	n := wordCount(e.Text())
	if linked := wordCount(e.Find("a").Text()); linked*2 > n {
		return 0
	}
	return n
}

// plainWords counts the words that stand in an element by themselves, between
// line breaks rather than in paragraphs.
func plainWords(n *html.Node) int {
	words := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			words += wordCount(c.Data)
		}
	}
	if words < 15 {
		return 0
	}
	return words
}

// followsLink reports whether a paragraph stands under a heading, or its like,
// that is a link.
func followsLink(n *html.Node) bool {
	for n = n.PrevSibling; n != nil; n = n.PrevSibling {
		if n.Type == html.ElementNode && n.Data != "p" {
			link := find(n, 20, func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "a" && attr(n, "href") != "" })
			return link != nil && (isHeading(n) || wordCount(textOf(link)) >= 4)
		}
	}
	return false
}

// beginsWithLink reports whether a paragraph's first words are a link's.
func beginsWithLink(n *html.Node) bool {
	first := find(n, 10, func(n *html.Node) bool {
		return n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" || n.Type == html.ElementNode && n.Data == "a"
	})
	return first != nil && first.Type == html.ElementNode && wordCount(textOf(first)) >= 3
}

// MayBeStory reports whether a page that lists nothing can be a story: it has a
// headline, some text, and an address of its own.
func (p *Page) MayBeStory() bool {
	own := shapeOf(mustCanonical(p.URL))
	if own.last == lastNone || own.page || own.banned {
		return false
	}
	return p.doc.Find("h1, h2, meta[property='og:title']").Length() > 0 && wordCount(textOf(p.doc.Nodes[0])) >= 20
}

// addressScore compares the page's address with those that it lists.
func addressScore(own shape, listed []*Link) float64 {
	s := 0.0
	if own.last == lastNone || own.page || own.banned && own.last != lastSlug && own.last != lastMixed {
		s -= 2
	}
	switch {
	case own.last != lastNone && own.last != lastWord:
		s++
	case own.page:
	case own.file:
		s += 0.5
	}
	alike, below := 0, 0
	for _, l := range listed {
		if l.shape.key == own.key {
			alike++
		}
		if l.shape.depth > own.depth {
			below++
		}
	}
	switch {
	case len(listed) == 0:
		s++
	case alike*2 >= len(listed) && own.last != lastWord:
		s += 1.5 // its links are its like: related stories
	case below*2 >= len(listed):
		s--
	}
	if len(listed) >= 10 {
		s--
	}
	return s
}

// StoryAddresses says which of a sitemap's addresses look like stories, by the
// shapes that they share.
func StoryAddresses(addresses []string) map[string]bool {
	shapes := make([]shape, len(addresses))
	count := map[string]int{}
	for i, a := range addresses {
		shapes[i] = shapeOf(mustCanonical(a))
		count[shapes[i].key]++
	}
	likely := map[string]bool{}
	for i, a := range addresses {
		s := shapes[i]
		if s.elsewhere("") || s.page || s.last == lastNone {
			continue
		}
		likely[a] = s.score() >= 1 || count[s.key] >= 5 && s.depth > 1
	}
	return likely
}
