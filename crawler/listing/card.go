package listing

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// card is the part of the page that belongs to one link: the largest element
// around it in which no other link of its shape stands.
type card struct {
	words   int    // of the best anchor text
	text    int    // words of the whole card
	heading bool   // an anchor in a heading, around one, or with one in its card
	dated   bool   // a <time>, or its like
	block   bool   // article, or a class that says card, story, teaser
	chrome  bool   // every anchor is in navigation, header, footer
	aside   bool   // every anchor is in an aside or a sidebar
	named   bool   // chrome or aside because an element says so
	second  bool   // in every card another link says more: an author, a section
	path    string // tags and classes from the anchor up: alike links have one
}

// climb is how many elements up a card may reach.
const climb = 8

// readCards finds each link's card and what is in it.
func (p *Page) readCards() {
	// owner says which link of a shape an element belongs to, nil for several.
	type spot struct {
		n   *html.Node
		key string
	}
	owner := map[spot]*Link{}
	for _, l := range p.links {
		for _, a := range l.anchors {
			n := a
			for range climb {
				at := spot{n, l.shape.key}
				if first, taken := owner[at]; taken && first != l {
					owner[at] = nil
				} else if !taken {
					owner[at] = l
				}
				if n = n.Parent; n == nil || n.Type != html.ElementNode || n.Data == "body" || n.Data == "main" {
					break
				}
			}
		}
	}
	p.sayWords()
	for _, l := range p.links {
		l.card.chrome, l.card.aside, l.card.named, l.card.second = true, true, true, true
		for _, a := range l.anchors {
			top := a
			for n := a; n != nil && n.Type == html.ElementNode && owner[spot{n, l.shape.key}] == l; n = n.Parent {
				top = n
			}
			p.read(l, a, top)
			l.card.second = l.card.second && p.isSecond(l, a, top)
		}
	}
}

// sayWords notes what each link's anchors say by themselves.
func (p *Page) sayWords() {
	p.linkOf, p.bars = map[*html.Node]*Link{}, map[*html.Node]bool{}
	for _, l := range p.links {
		for _, a := range l.anchors {
			p.linkOf[a] = l
			if text := textOf(a); !isBoilerplate(text) {
				l.said = max(l.said, wordCount(text))
			}
		}
	}
}

// isSecond reports whether a card has another link that says much more than
// this one, and no heading that is this one's.
func (p *Page) isSecond(l *Link, a, top *html.Node) bool {
	if hasHeadingAbove(a, top) || find(a, 100, isHeading) != nil {
		return false
	}
	return find(top, 400, func(n *html.Node) bool {
		other := p.linkOf[n]
		return other != nil && other != l && other.said >= max(4, 2*l.said)
	}) != nil
}

// read takes in one anchor and its card.
func (p *Page) read(l *Link, a, top *html.Node) {
	text := textOf(a)
	if text == "" {
		text = imageAlt(a)
	}
	c := &l.card
	inHeading := isHeading(a) || hasHeadingAbove(a, top)
	heading := p.freeHeading(l, top)
	if heading != "" || inHeading {
		c.heading = true
	}
	title := text
	if h := headingIn(a); h != "" {
		title = h
	} else if isBoilerplate(text) && heading != "" {
		title = heading
	}
	if better(title, l.Title) {
		l.Title = title
	}
	if !isBoilerplate(title) {
		c.words = max(c.words, wordCount(title))
	}
	c.text = max(c.text, wordCount(textOf(top)))
	c.dated = c.dated || hasTime(top)
	chrome, aside, block := surroundings(a)
	c.named = c.named && (chrome || aside)
	c.chrome = c.chrome && (chrome || !inHeading && p.isBar(a.Parent))
	c.aside = c.aside && aside
	c.block = c.block || block
	if c.path == "" {
		c.path = pathOf(a)
	}
}

// better prefers a text that says something over one that doesn't, then the
// first: later anchors of a story tend to say less.
func better(text, than string) bool {
	return text != "" && (than == "" || isBoilerplate(than) && !isBoilerplate(text) || wordCount(than) < 3 && wordCount(text) > 3)
}

// boilerplate are anchor texts that name no story.
var boilerplate = phrases("read more|more|continue reading|read|view|view details|details|open|full story|read article|learn more|" +
	"weiterlesen|mehr|mehr lesen|lire la suite|lire plus|leer más|leer mas|leggi|lees meer|läs mer|comments|share|link|permalink|" +
	"see more|show more|view all|see all|watch|listen|#|go|here|click here")

func phrases(list string) map[string]bool {
	m := map[string]bool{}
	for p := range strings.SplitSeq(list, "|") {
		m[p] = true
	}
	return m
}

func isBoilerplate(s string) bool {
	s = strings.ToLower(strings.Trim(s, " .…»›→>[]()"))
	return s == "" || boilerplate[s] || strings.HasPrefix(s, "read more") || strings.HasPrefix(s, "continue reading") ||
		strings.HasSuffix(s, " comments") || strings.HasSuffix(s, " comment")
}

// wordCount counts words; scripts written without spaces count a word for two
// characters.
func wordCount(s string) int {
	words := len(strings.Fields(s))
	wide := 0
	for _, r := range s {
		if r >= 0x2E80 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7AF || r >= 0x0E00 && r <= 0x0E7F {
			wide++
		}
	}
	return max(words, wide/2)
}

func isHeading(n *html.Node) bool {
	return n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' ||
		n.Type == html.ElementNode && attr(n, "role") == "heading"
}

// hasHeadingAbove reports whether a stands in a heading, within its card.
func hasHeadingAbove(a, top *html.Node) bool {
	for n := a.Parent; n != nil && n != top.Parent; n = n.Parent {
		if isHeading(n) {
			return true
		}
	}
	return false
}

// isBar reports whether an element is a row of links with short texts and
// little beside them, which is what navigation is, named so or not.
func (p *Page) isBar(n *html.Node) bool {
	if bar, known := p.bars[n]; known {
		return bar
	}
	links, words, beside := 0, 0, 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			beside += wordCount(strings.Trim(c.Data, " \n\t|·•/-»›"))
		case p.linkOf[c] != nil:
			links++
			words += wordCount(textOf(c))
		case c.Type == html.ElementNode && c.Data != "br":
			beside += wordCount(textOf(c))
		}
	}
	bar := links >= 3 && words <= 3*links && beside <= links
	p.bars[n] = bar
	return bar
}

// freeHeading is the text of a card's first heading, "" where that is another
// link's.
func (p *Page) freeHeading(l *Link, top *html.Node) string {
	heading := find(top, 400, isHeading)
	if heading == nil {
		return ""
	}
	inside := find(heading, 100, func(n *html.Node) bool { return p.linkOf[n] != nil })
	if inside == nil {
		for n := heading.Parent; n != nil && inside == nil; n = n.Parent {
			if p.linkOf[n] != nil {
				inside = n
			}
		}
	}
	switch {
	case inside != nil && p.linkOf[inside] != l:
		return ""
	case inside == nil && l.said > 0 && p.hasMute(l, top):
		return "" // it names what "read more" leads to
	}
	return textOf(heading)
}

// hasMute reports whether a card has another link whose text says nothing.
func (p *Page) hasMute(l *Link, top *html.Node) bool {
	return find(top, 400, func(n *html.Node) bool {
		other := p.linkOf[n]
		return other != nil && other != l && other.said == 0
	}) != nil
}

// headingIn is the text of the first heading in n.
func headingIn(n *html.Node) string {
	found := find(n, 400, isHeading)
	if found == nil {
		return ""
	}
	return textOf(found)
}

func hasTime(n *html.Node) bool {
	return find(n, 400, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		return n.Data == "time" || strings.Contains(strings.ToLower(attr(n, "class")), "date") || attr(n, "itemprop") == "datePublished"
	}) != nil
}

// find returns the first node that ok likes, among the first most nodes.
func find(root *html.Node, most int, ok func(*html.Node) bool) *html.Node {
	var found *html.Node
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if most--; most < 0 || found != nil {
			return
		}
		if ok(n) {
			found = n
			return
		}
		for c := n.FirstChild; c != nil && found == nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return found
}

func imageAlt(a *html.Node) string {
	img := find(a, 100, func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "img" && attr(n, "alt") != "" })
	if img == nil {
		return attr(a, "title")
	}
	return attr(img, "alt")
}

// Words in classes and ids that say what an element is for. The loose ones mean
// the parts of a card where a word of block stands beside them (card-header).
var (
	chromeWords = words("nav navigation navbar menu submenu breadcrumb breadcrumbs pagination pager toolbar topbar masthead cookie cookies legal colophon")
	looseWords  = words("header footer share social tags tag taglist meta byline")
	asideWords  = words("sidebar aside related widget tagcloud promo sponsor sponsored advert ad ads")
	blockWords  = words("card story stories article articles post posts teaser entry headline result intel")
	blockHints  = words("item items list news feed latest")
)

func words(list string) map[string]bool { return set(list) }

// surroundings says what the elements around an anchor are for.
func surroundings(a *html.Node) (chrome, aside, block bool) {
	for n := a; n != nil; n = n.Parent {
		if n.Type != html.ElementNode || n.Data == "body" || n.Data == "html" {
			continue
		}
		own := classWords(n)
		isBlock := n.Data == "article" || attr(n, "role") == "article" || anyOf(own, blockWords)
		switch n.Data {
		case "nav", "footer":
			chrome = chrome || n.Data == "nav" || !block
		case "header":
			chrome = chrome || !block && !isBlock // a card has a header too
		case "aside":
			aside = true
		}
		switch attr(n, "role") {
		case "navigation", "contentinfo", "menu", "menubar", "banner":
			chrome = true
		case "complementary":
			aside = true
		}
		chrome = chrome || anyOf(own, chromeWords) || !isBlock && anyOf(own, looseWords)
		aside = aside || anyOf(own, asideWords)
		block = block || isBlock || anyOf(own, blockHints)
	}
	return chrome, aside, block
}

func anyOf(list []string, in map[string]bool) bool {
	for _, w := range list {
		if in[w] {
			return true
		}
	}
	return false
}

// classWords splits an element's class and id into words.
func classWords(n *html.Node) []string {
	return strings.FieldsFunc(strings.ToLower(attr(n, "class")+" "+attr(n, "id")), func(r rune) bool {
		return r == ' ' || r == '_' || r == '-' || r == ':' || r < utf8.RuneSelf && r < '0'
	})
}

// pathOf writes an anchor's place: tags and first classes, four levels up.
func pathOf(a *html.Node) string {
	var b strings.Builder
	n := a
	for range 5 {
		if n == nil || n.Type != html.ElementNode {
			break
		}
		class, _, _ := strings.Cut(strings.TrimSpace(attr(n, "class")), " ")
		b.WriteString(n.Data + "." + class + "<")
		n = n.Parent
	}
	return b.String()
}
