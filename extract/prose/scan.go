package prose

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// elem is an element of the page, in document order.
type elem struct {
	node          *html.Node
	tag           atom.Atom
	parent        int32
	end           int32 // one past its last descendant
	first, last   int32 // its blocks are page.blocks[first:last]
	sign          sign  // what its own name and attributes say
	noise         sign  // why it is no part of the story, its own or inherited; 0 if it may be
	doubt         sign  // why it may be none, if it is inside the story's part
	shape         uint64
	isBlock       bool
	images, forms int32 // within it
}

// block is a run of text that nothing parts: a paragraph, a heading, a cell.
type block struct {
	text   string
	keyed  string // see key
	elem   int32  // its innermost block-level element
	weight int    // letters and digits, those of scripts without spaces counted twice
	link   int    // weight within links
	aside  int    // weight within inline elements that bear a sign of noise
	strong int    // weight in bold
	timed  int    // weight within time elements
	ends   int    // marks that end a sentence
	commas int
	digits int
	links  int
	prose  float64 // how much it speaks for being prose, by its text alone; 0 in noise
	value  float64 // what it says for its being part of the story
	noise  sign
}

// page is a page cut into elements and blocks.
type page struct {
	elems  []elem
	blocks []block
	h1     int32 // the block of the story's heading, -1 without one
	h1s    int   // how many blocks are in an h1
	cards  int   // how many cards lead to other stories
	host   string

	// Running totals over the blocks, so that blocks[i:j] hold x[j]-x[i].
	values, proses, weights, linked []float64

	stored bool

	run     strings.Builder
	cur     block
	owner   int32
	brs     int
	figures int  // how many digits were read in a row
	last    rune // the last one read, for a point that ends a sentence only before a gap
}

// scan cuts a page into elements and blocks, leaving out what no reader sees.
// With stored, it reads what the page holds ready for its scripts or for readers
// without them: templates and noscript.
func scan(doc *html.Node, stored bool) *page {
	p := &page{h1: -1, owner: -1, stored: stored}
	p.walk(doc, -1, -1, where{})
	p.flush()
	return p
}

// where is what the ancestors of a node say about it.
type where struct {
	link, aside, strong, timed, pre, heading bool
}

func (p *page) walk(n *html.Node, parent, owner int32, w where) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			if w.pre {
				p.addPre(c.Data, owner, w)
			} else {
				p.add(c.Data, owner, w)
			}
		case html.ElementNode:
			p.element(c, parent, owner, w)
		}
	}
}

func (p *page) element(n *html.Node, parent, owner int32, w where) {
	switch {
	case n.DataAtom == atom.Br:
		p.lineBreak()
		return
	case p.stored && isStored(n):
		p.unpack(n, parent, owner)
		return
	case unread[n.DataAtom] || n.Namespace == "svg":
		if n.DataAtom == atom.Img || n.DataAtom == atom.Picture {
			p.count(parent, 1, 0)
		} else if n.DataAtom == atom.Input || n.DataAtom == atom.Button || n.DataAtom == atom.Select {
			p.count(parent, 0, 1)
		}
		return
	}
	isBlock := blockTags[n.DataAtom]
	if isBlock {
		p.flush()
	}
	s, shape := read(n)
	if n.DataAtom == 0 && strings.Contains(n.Data, "-") {
		s |= nameSigns(n.Data, false) // an element of the site's own making
	}
	switch n.DataAtom {
	case atom.Blockquote, atom.Table, atom.Pre:
		p.uncaption(parent)
	}
	if !isBlock && (s&hidden != 0 || s&(counter|sharing|advert) != 0 && isShort(n) ||
		n.DataAtom != atom.A && s&concealed != 0 && isShort(n)) {
		return
	}
	i := int32(len(p.elems))
	p.elems = append(p.elems, elem{
		node: n, tag: n.DataAtom, parent: parent, first: int32(len(p.blocks)),
		sign: s, shape: shape, isBlock: isBlock,
	})
	if isBlock {
		owner = i
		w.aside, w.heading = false, tagSigns[n.DataAtom]&heading != 0
	} else {
		switch n.DataAtom {
		case atom.A:
			if leadsAway(n, w.heading) {
				w.link = true
				p.cur.links++
			}
		case atom.B, atom.Strong, atom.U:
			w.strong = true
		case atom.Time:
			w.timed = true
		}
		if s&noiseSigns != 0 {
			w.aside = true
		}
	}
	if n.DataAtom == atom.Pre || n.DataAtom == atom.Textarea {
		w.pre = true
	}
	if mail := hiddenMail(n); mail != "" {
		p.add(mail, owner, w)
	} else {
		p.walk(n, i, owner, w)
	}
	if isBlock {
		p.flush()
	}
	e := &p.elems[i]
	e.end, e.last = int32(len(p.elems)), int32(len(p.blocks))
	if parent >= 0 {
		p.count(parent, e.images, e.forms)
	}
}

// uncaption takes the sign of a caption from the figure around a quote, a table
// or a listing: there the figure's text is the story's.
func (p *page) uncaption(e int32) {
	for range 4 {
		if e < 0 {
			return
		}
		if p.elems[e].tag == atom.Figure {
			p.elems[e].sign &^= caption
			return
		}
		e = p.elems[e].parent
	}
}

func (p *page) count(parent, images, forms int32) {
	if parent >= 0 {
		p.elems[parent].images += images
		p.elems[parent].forms += forms
	}
}

// lineBreak ends the block at the second of two breaks, and after a line that is
// set off by its type, which is a heading; else one break alone is a space.
func (p *page) lineBreak() {
	p.brs++
	if p.brs >= 2 || p.cur.weight > 0 && p.cur.weight < 100 && p.cur.strong == p.cur.weight {
		p.flush()
		return
	}
	if p.run.Len() > 0 {
		p.run.WriteByte('\n')
	}
}

// addPre adds preformatted text, in which an empty line parts paragraphs.
func (p *page) addPre(s string, owner int32, w where) {
	parts := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n")
	for i, part := range parts {
		if i > 0 {
			p.flush()
		}
		p.add(part, owner, w)
	}
}

func (p *page) add(s string, owner int32, w where) {
	before := p.cur.weight
	prev := p.last
	for _, r := range s {
		if prev == '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			p.cur.ends++
		}
		if r >= 'a' && r <= 'z' {
			p.cur.weight++
			p.figures = 0
			prev = r
			continue
		}
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			p.cur.weight++
			if dense(r) {
				p.cur.weight++
			} else if unicode.IsDigit(r) {
				p.cur.digits++
			}
		case r == '.':
			if !unicode.IsLetter(prev) && !closes(prev) && p.figures < 3 {
				r = ' ' // an ordinal's or a list's point, or one of several; a year may end a sentence
			}
		case ends(r):
			if !ends(prev) {
				p.cur.ends++
			}
		case r == ',' || r == '、' || r == '，' || r == '،' || r == ';' || r == '؛':
			p.cur.commas++
		}
		if unicode.IsDigit(r) {
			p.figures++
		} else {
			p.figures = 0
		}
		prev = r
	}
	p.last = prev
	d := p.cur.weight - before
	if d > 0 || strings.TrimSpace(s) != "" {
		p.brs = 0
		p.owner = owner
	}
	if w.link {
		p.cur.link += d
	}
	if w.aside {
		p.cur.aside += d
	}
	if w.strong {
		p.cur.strong += d
	}
	if w.timed {
		p.cur.timed += d
	}
	p.run.WriteString(s)
}

// flush ends the block that is being read, and keeps it if it says something.
func (p *page) flush() {
	p.brs = 0
	if p.last == '.' {
		p.cur.ends++
	}
	p.last = 0
	b := p.cur
	p.cur = block{}
	if p.run.Len() == 0 {
		return
	}
	if b.weight > 0 && p.owner >= 0 {
		b.text, b.elem = p.run.String(), p.owner
		p.blocks = append(p.blocks, b)
	}
	p.run.Reset()
}

// leadsAway reports whether an element is a link. A heading's link to itself is
// none.
func leadsAway(n *html.Node, inHeading bool) bool {
	for _, a := range n.Attr {
		if a.Key == "href" {
			return !inHeading || !strings.HasPrefix(a.Val, "#")
		}
	}
	return false
}

// isShort reports whether an inline element holds a few words and nothing else.
func isShort(n *html.Node) bool {
	bytes := 0
	for k := range n.Descendants() {
		switch {
		case k.Type == html.TextNode:
			if bytes += len(strings.TrimSpace(k.Data)); bytes > 60 {
				return false
			}
		case blockTags[k.DataAtom]:
			return false
		}
	}
	return true
}
