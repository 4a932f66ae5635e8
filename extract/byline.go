package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// byline is a place on the page that may say who wrote the story.
type byline struct {
	node  *html.Node
	via   string
	score float64
	names []string
}

var (
	bylineClass = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:by-?line|author|autor(?:e|en|in)?|auteur|writer|verfasser|posted-?by|reporter|journalist|signature|redacteur|redakteur|skribent|firmante|firma|autoria|toimittaja|yazar|muhabir|creator|contributor)s?`)
	notByline   = regexp.MustCompile(`(?i)bio|avatar|image|photo|img|picture|social|follow|count|comment|related|more-|mehr|box|widget|list-of|archive|desc|about|job|role|position|title|twitter|mail|contact|share|icon|date|time|newsletter|caption|copyright|credit|tooltip|modal|popup`)
	otherStory  = regexp.MustCompile(`(?i)comment|kommentar|disqus|reply|related|recommend|teaser|most-?read|sidebar|widget|newsletter|popular|trending|promo|more-(?:from|stories)|read-?more|latest|also-?read|outbrain|taboola|carousel|slider|breadcrumb|menu|navigation|footer|card-list|archive`)
	byText      = regexp.MustCompile(`^(?i:by|von|par|por|di|door|af|av|text|texte|texto|testo|tekst|author|autor(?:in|en)?|auteurs?|written by|posted by|geschrieben von|ein beitrag von|artikel von|interview|autore|redaktion|publié par|veröffentlicht von|作者|文|记者|記者|責任編輯|责任编辑|责编|Автор|Автор[ы]?|Yazar|Haber|Från)(?:\s*[:：|]\s*|\s+)\S`)
)

// bylineOf finds the place where the page signs its story.
func (d *doc) bylineOf() *byline {
	if d.bylineKnown {
		return d.bylineFound
	}
	d.bylineKnown = true
	heading := d.bestH1()
	stated := map[string]bool{}
	for _, n := range d.statedPeople() {
		stated[fold(n)] = true
	}
	order, headingAt, seen := 0, -1, 0
	for n := range d.root.Descendants() {
		order++
		if n == heading {
			headingAt = order
		}
		if n.Type != html.ElementNode || seen > 400 {
			continue
		}
		base, via := bylineSign(n)
		if base == 0 {
			continue
		}
		seen++
		b := d.weighByline(n, base, via, stated)
		if b == nil {
			continue
		}
		if heading != nil {
			b.score += nearness(order, headingAt)
		}
		if d.bylineFound == nil || b.score > d.bylineFound.score {
			d.bylineFound = b
		}
	}
	return d.bylineFound
}

// nearness favours what stands soon after the headline; at is -1 where the
// headline is still to come.
func nearness(order, at int) float64 {
	switch gap := order - at; {
	case at < 0:
		return 0
	case gap < 60:
		return 4
	case gap < 200:
		return 2.5
	case gap < 800:
		return 1
	}
	return 0
}

// bylineSign says by its markup or words whether an element may be a byline; 0
// for no.
func bylineSign(n *html.Node) (score float64, via string) {
	switch n.DataAtom {
	case atom.Body, atom.Html, atom.Head, atom.Script, atom.Style, atom.Img, atom.Meta, atom.Link, atom.Article, atom.Main,
		atom.Form, atom.Input, atom.Button, atom.Picture, atom.Figure, atom.Figcaption, atom.Video, atom.Svg, atom.Nav, atom.Footer:
		return 0, ""
	}
	if strings.Contains(attr(n, "itemprop"), "author") {
		return 5, "microdata author"
	}
	if hasWord(attr(n, "rel"), "author") {
		return 4.5, "rel author"
	}
	class := attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "data-testid") + " " + attr(n, "property") + " " + attr(n, "data-component")
	if len(class) > 4 && bylineClass.MatchString(class) {
		if notByline.MatchString(class) {
			return 1.5, "css " + selectorOf(n)
		}
		return 4, "css " + selectorOf(n)
	}
	if href := attr(n, "href"); n.DataAtom == atom.A && href != "" && authorPath.MatchString(href) {
		return 3, "css a"
	}
	if n.DataAtom == atom.Address {
		return 2, "css address"
	}
	switch n.DataAtom {
	case atom.P, atom.Span, atom.Div, atom.Em, atom.Strong, atom.I, atom.B, atom.Li, atom.H5, atom.H6, atom.Small, atom.Cite, atom.Td, atom.Font, atom.H4, atom.H3:
		if s := leadingText(n); s != "" && byText.MatchString(s) {
			return 2, "css " + selectorOf(n)
		}
	}
	return 0, ""
}

var authorPath = regexp.MustCompile(`(?i)/(?:authors?|autor(?:en|es|e|in)?|auteurs?|profile?|people|staff|writers?|journalists?|redakteure?|contributors?|by|person|reporter|user|member)s?/[^/?#]`)

// leadingText is the text of an element whose own first words begin it, where it
// is short; "" otherwise.
func leadingText(n *html.Node) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if t := strings.TrimSpace(c.Data); t != "" {
				if len(t) > 150 {
					return ""
				}
				return shortText(n, 150)
			}
			continue
		}
		if c.Type == html.ElementNode {
			return ""
		}
	}
	return ""
}

// selectorOf is a short selector for an element: its tag and first class.
func selectorOf(n *html.Node) string {
	if class := strings.Fields(attr(n, "class")); len(class) > 0 {
		return n.Data + "." + class[0]
	}
	return n.Data
}

// weighByline reads the names at a place and weighs it; nil where it has none.
func (d *doc) weighByline(n *html.Node, base float64, via string, stated map[string]bool) *byline {
	s := shortText(n, 300)
	if s == "" || hiddenNode(n) {
		return nil
	}
	names := d.namesAt(n)
	if len(names) == 0 || len(names) > 8 {
		return nil
	}
	b := &byline{node: n, via: via, names: names, score: base}
	for _, name := range names {
		if stated[fold(name)] {
			b.score += 3
		}
		if !likeName(name) {
			b.score -= 3
		}
		if d.isSiteName(name) {
			b.score -= 2
		}
	}
	b.score += 0.2 * float64(min(len(names), 3))
	if byText.MatchString(s) {
		b.score++
	}
	if len(s) > 120 {
		b.score -= 1.5
	}
	for p := n; p != nil; p = p.Parent {
		if p.DataAtom == atom.Aside || p.DataAtom == atom.Footer || p.DataAtom == atom.Nav {
			b.score -= 3
		}
		if p.DataAtom != atom.Body && p.DataAtom != atom.Html && p.Type == html.ElementNode && otherStory.MatchString(attr(p, "class")+" "+attr(p, "id")) {
			b.score -= 5
			break
		}
	}
	if b.score < 3.5 {
		return nil
	}
	return b
}

// namesAt are the names in a byline: each its own link or element, else the text
// parted.
func (d *doc) namesAt(n *html.Node) []string {
	var links []string
	for c := range n.Descendants() {
		if c.Type != html.ElementNode {
			continue
		}
		if strings.Contains(attr(c, "itemprop"), "name") || c.DataAtom == atom.A && (hasWord(attr(c, "rel"), "author") || authorPath.MatchString(attr(c, "href"))) {
			for _, p := range people(shortText(c, 150)) {
				if likeName(p) {
					links = append(links, p)
				}
			}
		}
	}
	if len(links) > 0 {
		return distinct(links)
	}
	var names []string
	for _, line := range paragraphs(n) {
		for _, p := range people(line) {
			if likeName(p) {
				names = append(names, p)
			}
		}
		if len(names) > 0 && !strings.HasSuffix(strings.TrimSpace(line), ",") {
			break // what stands below the names is their role, or the date
		}
	}
	return distinct(names)
}
