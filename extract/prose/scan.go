package prose

import (
	"encoding/hex"
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

	// Running totals over the blocks, so that blocks[i:j] hold x[j]-x[i].
	values, proses, weights, linked []float64

	stored bool

	run   strings.Builder
	cur   block
	owner int32
	brs   int
	last  rune // the last one read, for a point that ends a sentence only before a gap
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

// isStored reports whether an element holds HTML that browsers don't show.
func isStored(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Template, atom.Noscript:
		return true
	case atom.Script:
		for _, a := range n.Attr {
			if a.Key == "type" {
				return strings.Contains(a.Val, "template") || a.Val == "text/html" || a.Val == "text/plain"
			}
		}
	}
	return false
}

// unpack reads stored HTML as if it stood on the page.
func (p *page) unpack(n *html.Node, parent, owner int32) {
	if n.DataAtom == atom.Template {
		p.walk(n, parent, owner, where{})
		return
	}
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode || len(c.Data) > maxStored {
			continue
		}
		nodes, err := html.ParseFragment(strings.NewReader(c.Data), context)
		if err != nil {
			continue
		}
		box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		for _, k := range nodes {
			box.AppendChild(k)
		}
		p.element(box, parent, owner, where{})
	}
}

// maxStored bounds the bytes of one stored piece of HTML that is read.
const maxStored = 2 << 20

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
			if !unicode.IsLetter(prev) && !closes(prev) {
				r = ' ' // a number's point, or one of several
			}
		case ends(r):
			if !ends(prev) {
				p.cur.ends++
			}
		case r == ',' || r == '、' || r == '，' || r == '،' || r == ';' || r == '؛':
			p.cur.commas++
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

// dense reports whether a rune is of a script written without spaces, where a
// character says about as much as two letters.
func dense(r rune) bool {
	return r >= 0x1100 && (r <= 0x11FF || r >= 0x2E80 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7AF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0xFF66 && r <= 0xFF9F || r >= 0x20000 && r <= 0x3FFFF)
}

// closes reports whether a rune closes what was quoted or put in brackets.
func closes(r rune) bool {
	switch r {
	case '"', '”', '’', '\'', '»', ')', '“', '›', ']', '%':
		return true
	}
	return false
}

// ends reports whether a rune ends a sentence wherever it stands.
func ends(r rune) bool {
	switch r {
	case '!', '?', '。', '！', '？', '．', '।', '۔', '؟', '…', '։', '።', '။', '។':
		return true
	}
	return false
}

// hiddenMail is the mail address that an element hides from harvesters as
// Cloudflare does: hex digits, the first byte the key to the others. Browsers
// show the address, so it is what the page says.
func hiddenMail(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key != "data-cfemail" {
			continue
		}
		code, err := hex.DecodeString(a.Val)
		if err != nil || len(code) < 2 || len(code) > 300 {
			return ""
		}
		out := make([]byte, len(code)-1)
		for i, c := range code[1:] {
			out[i] = c ^ code[0]
		}
		return string(out)
	}
	return ""
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

// unread are elements whose text is no part of what a page says.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true,
	atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Audio: true, atom.Video: true,
	atom.Canvas: true, atom.Svg: true, atom.Button: true, atom.Select: true, atom.Option: true,
	atom.Textarea: true, atom.Input: true, atom.Datalist: true, atom.Rt: true, atom.Rp: true,
	atom.Img: true, atom.Noframes: true, atom.Noembed: true, atom.Map: true, atom.Progress: true,
	atom.Meter: true, atom.Applet: true,
}

// blockTags are elements that part the text around them.
var blockTags = map[atom.Atom]bool{
	atom.Html: true, atom.Body: true, atom.Address: true, atom.Article: true, atom.Aside: true,
	atom.Blockquote: true, atom.Center: true, atom.Details: true, atom.Dialog: true, atom.Dd: true,
	atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true,
	atom.Figure: true, atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Header: true, atom.Hgroup: true, atom.Hr: true,
	atom.Li: true, atom.Main: true, atom.Menu: true, atom.Nav: true, atom.Ol: true, atom.P: true,
	atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true,
	atom.Thead: true, atom.Tfoot: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Ul: true,
	atom.Caption: true, atom.Legend: true, atom.Dir: true, atom.Listing: true, atom.Xmp: true,
}
