package listing

import (
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
