package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/extract/prose"
)

// A list of labels and values is taken for a story's, as an intel card has it,
// from this many rows, of which so many have labels whose meaning is known.
const (
	minRows  = 3
	minKnown = 3
)

// card is the page's list of labels and values.
type card struct {
	rows   []pair
	holder *html.Node // the nearest element that holds all rows
	others []pair     // rows whose labels mean no field of a story
}

// findCard finds the list of labels and values that says what the page's story
// is, without any rule; nil where the page has none. A lone "Note: x" in prose
// is no list, nor are the facts of a book.
func (d *doc) findCard() *card {
	var best *card
	most := 0
	for _, c := range gatherRows(d.root) {
		if n := c.known(); n > most {
			best, most = c, n
		}
	}
	if best != nil {
		best.settle()
	}
	return best
}

// settle drops the rows that are none of the card's: without a meaning, and not
// in line with those that have one.
func (c *card) settle() {
	c.others = c.unknown()
	rows := c.others
	for _, r := range c.rows {
		if meanings[labelKey(r.label)] != "" {
			rows = append(rows[:len(rows):len(rows)], r)
		}
	}
	c.rows = rows
}

// known counts the fields that the card's labels mean; 0 where it is no card.
func (c *card) known() int {
	fields, cardly := map[string]bool{}, 0
	for _, r := range c.rows {
		key := labelKey(r.label)
		if key == "isbn" || key == "isbn-13" || key == "runtime" {
			return 0
		}
		if f := meanings[key]; f != "" && !fields[f] {
			fields[f] = true
			if cardLabels[f] {
				cardly++
			}
		}
	}
	if len(c.rows) < minRows || len(fields) < minKnown || cardly < 2 || 3*len(fields) < len(c.rows) {
		return 0
	}
	return len(fields)
}

// row is the card's first row whose label means the field.
func (c *card) row(field string) (pair, bool) {
	if c == nil {
		return pair{}, false
	}
	for _, r := range c.rows {
		if meanings[labelKey(r.label)] == field && r.text() != "" {
			return r, true
		}
	}
	return pair{}, false
}

// unnamed are the rows whose labels mean no field of a story; none of no card.
func (c *card) unnamed() []pair {
	if c == nil {
		return nil
	}
	return c.others
}

// unknown are the rows whose labels mean no field of a story. They stand in line
// with rows that do, marked up as they are: an advert's "Sponsored: x" between the
// paragraphs doesn't.
func (c *card) unknown() []pair {
	type place struct {
		in    *html.Node
		style string
	}
	lines := map[place]bool{}
	known := map[*html.Node]bool{}
	for _, r := range c.rows {
		known[r.from] = true
		if meanings[labelKey(r.label)] != "" {
			lines[place{r.from.Parent, rowStyle(r)}] = true
			if lineOf(r) != nil {
				lines[place{lineOf(r), rowStyle(r)}] = true
			}
		}
	}
	var out []pair
	for _, r := range append(c.rows[:len(c.rows):len(c.rows)], c.alike(known)...) {
		if style := rowStyle(r); meanings[labelKey(r.label)] == "" && r.text() != "" && (lines[place{r.from.Parent, style}] || lines[place{lineOf(r), style}]) {
			out = append(out, r)
		}
	}
	return out
}

// rowStyle is how a row's label is marked up.
func rowStyle(r pair) string {
	style := r.from.Data + "." + attr(r.from, "class")
	if r.from.Type == html.TextNode {
		style = ""
	}
	return style + " in " + r.from.Parent.Data + "." + attr(r.from.Parent, "class")
}

// alike are the rows beside those of known meaning that nothing marks as rows but
// their form: an element of two, a label and a value.
func (c *card) alike(known map[*html.Node]bool) []pair {
	var out []pair
	seen := map[*html.Node]bool{}
	for _, r := range c.rows {
		line := lineOf(r)
		if line == nil || seen[line] || meanings[labelKey(r.label)] == "" || twoIn(r.from.Parent) != r.from {
			continue
		}
		seen[line] = true
		for row := range line.ChildNodes() {
			label := twoIn(row)
			if label == nil || known[label] || row.Data != r.from.Parent.Data || !plausibleLabel(shortText(label, maxLabel)) {
				continue
			}
			if p := (pair{label: shortText(label, maxLabel), nodes: []*html.Node{nextElement(label)}, from: label}); plausibleValue(p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// twoIn is the first of the two elements that are all that an element has; nil
// where it has anything else.
func twoIn(n *html.Node) *html.Node {
	if n == nil || n.Type != html.ElementNode {
		return nil
	}
	first := firstElement(n)
	if first == nil || nextElement(first) == nil || nextElement(nextElement(first)) != nil {
		return nil
	}
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return nil
		}
	}
	return first
}

// lineOf is what holds the row's line.
func lineOf(r pair) *html.Node {
	if r.from.Parent == nil {
		return nil
	}
	return r.from.Parent.Parent
}

// gatherRows finds every label on the page that is marked as one or has a known
// meaning, and groups them by the nearest element that holds enough of them.
func gatherRows(root *html.Node) []*card {
	var rows []pair
	styles := map[string]bool{}      // how labels of known meaning are marked up
	claimed := map[*html.Node]bool{} // what is a value already holds no labels
	for n := range root.Descendants() {
		if len(rows) > 400 {
			break
		}
		if claimed[n.Parent] {
			claimed[n] = true
		}
		if claimed[n] {
			continue
		}
		for _, p := range anyPairs(n, styles) {
			rows = append(rows, p)
			for _, v := range p.nodes {
				claimed[v] = true
			}
		}
	}
	held := map[*html.Node]int{}
	for _, r := range rows {
		for i, a := 0, r.from.Parent; a != nil && i < 5 && a.DataAtom != atom.Body; i, a = i+1, a.Parent {
			held[a]++
		}
	}
	var cards []*card
	at := map[*html.Node]*card{}
	for _, r := range rows {
		holder := r.from.Parent
		for i := 0; holder != nil && i < 5 && held[holder] < minRows; i++ {
			holder = holder.Parent
		}
		if holder == nil || held[holder] < minRows {
			continue
		}
		for p := holder.Parent; p != nil; p = p.Parent { // rows of uneven depth belong together
			if at[p] != nil {
				holder = p
			}
		}
		if at[holder] == nil {
			at[holder] = &card{holder: holder}
			cards = append(cards, at[holder])
		}
		at[holder].rows = append(at[holder].rows, r)
	}
	return cards
}

// anyPairs are the pairs whose labels are at n, whatever they say, where n is
// marked as a label: dt, th, a colon, the markup of a label of known meaning, or
// a meaning of its own. styles learns how known labels are marked up.
func anyPairs(n *html.Node, styles map[string]bool) []pair {
	if n.Type == html.TextNode {
		return textPairs(n)
	}
	if n.Type != html.ElementNode || !holdsLabel(n) {
		return nil
	}
	s := shortText(n, maxLabel)
	if !plausibleLabel(s) {
		return nil
	}
	known := meanings[labelKey(s)] != ""
	marked := n.DataAtom == atom.Dt || n.DataAtom == atom.Th || strings.HasSuffix(s, ":") || colonFollows(n)
	style := n.Data + "." + attr(n, "class")
	if !known && !marked && !styles[style] || notForLabels(n) {
		return nil
	}
	p, ok := pairAt(n, labelKey(s))
	if !ok || !plausibleValue(p) || n.DataAtom != atom.Dt && n.DataAtom != atom.Th && isNote(p) {
		return nil
	}
	if known && (attr(n, "class") != "" || !plainKind(n)) {
		styles[style] = true
	}
	return []pair{p}
}

// textPairs are the pairs of a text node that begins a line.
func textPairs(n *html.Node) []pair {
	if colonIn(n.Data) < 0 {
		return nil
	}
	if label, _, ok := splitLabel(strings.TrimLeft(n.Data, "|•· \n\t")); !ok || !plausibleLabel(label) {
		return nil // before the cost of looking at its line
	}
	var out []pair
	for _, p := range linePairs(n) {
		if !plausibleLabel(p.label) || !plausibleValue(p) || notForLabels(n) || isNote(p) {
			return nil
		}
		out = append(out, p)
	}
	return out
}

// isNote reports whether a pair is an editor's note to the readers, not a label
// and its value.
func isNote(p pair) bool {
	value := p.text()
	return len(strings.Fields(value)) > 3 && prose.IsNote(p.label+": "+value)
}

// notForLabels reports whether n stands where a page keeps no list of labels.
func notForLabels(n *html.Node) bool {
	return within(n, atom.Nav, atom.Footer, atom.Form, atom.Script, atom.Style, atom.Head, atom.Noscript, atom.Template)
}

// plainKind reports whether an element's tag says nothing of what it holds.
func plainKind(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.P, atom.Span, atom.Td:
		return true
	}
	return false
}

// plausibleValue reports whether a value is there, and no longer than a list of
// labels has them.
func plausibleValue(p pair) bool {
	if len(p.lead) > 1200 {
		return false
	}
	for _, n := range p.nodes {
		if left := 1200; !fits(n, &left) {
			return false
		}
	}
	s := p.text()
	return s != "" && len(s) < 600
}

// holdsLabel reports whether an element is of a kind that labels are set in.
func holdsLabel(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Dt, atom.Th, atom.Td, atom.Strong, atom.B, atom.Span, atom.Em, atom.I, atom.Label, atom.Div, atom.P, atom.Small,
		atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dfn:
		return true
	}
	return strings.Contains(n.Data, "-") // custom elements
}

// plausibleLabel reports whether a text is short and plain enough for a label.
func plausibleLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] >= '0' && s[0] <= '9' || s[0] == '-' || s == "http" || s == "https" {
		return false
	}
	words, inWord := 0, false
	for _, r := range s {
		switch r {
		case '.', '!', '?', '"', '“', '”', '„', '«', '»', '{', '}', '<', '>', '=', '/':
			return false
		}
		if space := unicode.IsSpace(r); space || inWord {
			inWord = !space
			continue
		}
		inWord = true
		if words++; words > 4 {
			return false
		}
	}
	return true
}

// remove takes the list off the page, so that it is not read as prose: its
// holder where it holds nothing else to speak of, else row by row.
func (c *card) remove() {
	said := 0
	for _, r := range c.rows {
		said += len(r.label) + len(r.text())
	}
	whole := len(text(c.holder))
	if c.holder.Parent != nil && c.holder.DataAtom != atom.Body && whole-said < 10*len(c.rows)+20 {
		c.holder.Parent.RemoveChild(c.holder)
	}
	for _, r := range c.rows {
		for _, n := range append(r.nodes, r.from) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
}
