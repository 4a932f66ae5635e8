package extract

import (
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// attr returns an attribute's value; "" where it is absent.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hasWord reports whether a space-separated list has a word, case ignored.
func hasWord(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// within reports whether n is, or stands inside, an element of one of kinds.
func within(n *html.Node, kinds ...atom.Atom) bool {
	for ; n != nil; n = n.Parent {
		for _, k := range kinds {
			if n.DataAtom == k && n.Type == html.ElementNode {
				return true
			}
		}
	}
	return false
}

// rawText is the text directly inside a script.
func rawText(n *html.Node) string {
	if c := n.FirstChild; c != nil && c.NextSibling == nil {
		return c.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// text is the visible text below nodes as one line: blocks and line breaks
// separate words, inline elements don't; scripts and their kind say nothing.
func text(nodes ...*html.Node) string {
	l := line{limit: maxText}
	for _, n := range nodes {
		l.add(n)
	}
	return story.Plain(string(l.text))
}

// maxText is how many bytes of an element's text are read as one line.
const maxText = 1 << 20

// shortText is the text below n, "" where it is longer than limit bytes: cheap
// on large elements.
func shortText(n *html.Node, limit int) string {
	if only := n.FirstChild; only != nil && only.NextSibling == nil && only.Type == html.TextNode && len(only.Data) <= limit && !silent(n) {
		return atMost(story.Plain(only.Data), limit)
	}
	l := shortLines.Get().(*line)
	defer shortLines.Put(l)
	l.text, l.limit = l.text[:0], 2*limit
	if !l.add(n) {
		return ""
	}
	return atMost(story.Plain(string(l.text)), limit)
}

// shortLines are for shortText, which is asked of most elements of a page.
var shortLines = sync.Pool{New: func() any { return &line{text: make([]byte, 0, 512)} }}

// atMost is s, "" where it is longer than limit bytes.
func atMost(s string, limit int) string {
	if len(s) > limit {
		return ""
	}
	return s
}

// line gathers text with single spaces, up to a limit in bytes.
type line struct {
	text  []byte
	limit int
}

// add adds the visible text below n; it stops, and reports false, past the limit.
func (l *line) add(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		return l.words(n.Data)
	case html.ElementNode:
		if silent(n) {
			return true
		}
		if n.DataAtom == atom.Br {
			l.space()
			return true
		}
	case html.CommentNode, html.DoctypeNode:
		return true
	}
	block := isBlock(n)
	if block {
		l.space()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !l.add(c) {
			return false
		}
	}
	if block {
		l.space()
	}
	return true
}

func (l *line) words(s string) bool {
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && !spaceByte(s[i]) {
			i++
		}
		l.text = append(l.text, s[start:min(i, start+l.limit+1)]...)
		if len(l.text) > l.limit {
			return false
		}
		if i < len(s) {
			l.space()
			for i < len(s) && spaceByte(s[i]) {
				i++
			}
		}
	}
	return true
}

// space parts words, once.
func (l *line) space() {
	if n := len(l.text); n > 0 && l.text[n-1] != ' ' {
		l.text = append(l.text, ' ')
	}
}

func spaceByte(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// fits reports whether the text below n has no more than *left bytes, spaces
// at the ends of its nodes aside. It allocates nothing.
func fits(n *html.Node, left *int) bool {
	if n.Type == html.TextNode {
		*left -= len(strings.TrimSpace(n.Data))
		return *left >= 0
	}
	if n.Type == html.ElementNode && silent(n) {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !fits(c, left) {
			return false
		}
	}
	return true
}

// hasText reports whether there is any text below n.
func hasText(n *html.Node) bool {
	left := 0
	return !fits(n, &left)
}

// Marks that writeText leaves between texts: a block's edge and a line break.
const (
	blockEdge = '\n'
	lineBreak = '\v'
)

// unmarked takes from a text what would look like a mark.
var unmarked = strings.NewReplacer("\n", " ", "\v", " ")

// paragraphs is the text below n, one string a block; two line breaks in a row
// part paragraphs as well.
func paragraphs(n *html.Node) []string {
	var b strings.Builder
	writeText(&b, n, 16<<20)
	var out []string
	for block := range strings.SplitSeq(b.String(), string(blockEdge)) {
		breaks := strings.FieldsFunc(block, func(r rune) bool { return r == lineBreak })
		var run []string
		rest := block
		for _, part := range breaks {
			at := strings.Index(rest, part)
			gap := rest[:at]
			rest = rest[at+len(part):]
			part = story.Plain(part)
			if part == "" {
				continue
			}
			if strings.Count(gap, string(lineBreak)) > 1 && len(run) > 0 {
				out = append(out, strings.Join(run, " "))
				run = nil
			}
			run = append(run, part)
		}
		if len(run) > 0 {
			out = append(out, strings.Join(run, " "))
		}
	}
	return out
}

// writeText writes the visible text below n with its marks, until more than limit bytes are
// written: then it reports false.
func writeText(b *strings.Builder, n *html.Node, limit int) bool {
	if b.Len() > limit {
		return false
	}
	switch n.Type {
	case html.TextNode:
		_, _ = unmarked.WriteString(b, n.Data) // a Builder takes all
		return b.Len() <= limit
	case html.ElementNode:
		if silent(n) {
			return true
		}
		if n.DataAtom == atom.Br {
			b.WriteByte(lineBreak)
			return true
		}
	case html.CommentNode, html.DoctypeNode:
		return true
	}
	block := isBlock(n)
	if block {
		b.WriteByte(blockEdge)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !writeText(b, c, limit) {
			return false
		}
	}
	if block {
		b.WriteByte(blockEdge)
	}
	return true
}

// silent reports whether what an element holds is not text on the page.
func silent(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Svg, atom.Textarea, atom.Select:
		return true
	}
	return n.Namespace == "svg"
}

// isBlock reports whether an element breaks the line around it.
func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details,
		atom.Dialog, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer,
		atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr,
		atom.Li, atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table,
		atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul, atom.Option, atom.Button, atom.Caption:
		return true
	}
	return false
}
