package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// maxLabel is how long a label may be, in bytes.
const maxLabel = 80

// pair is a label of the page and the value beside or after it.
type pair struct {
	label string
	lead  string       // text of the value that shares a text node with the label
	nodes []*html.Node // the rest of the value
	from  *html.Node   // where the label stands
	clear bool         // the label is marked as one: a colon, dt, th
}

// text is the value as one line.
func (p pair) text() string {
	return story.Plain(strings.TrimLeft(p.lead+" "+text(p.nodes...), " :：–—→\u00a0\n\v"))
}

// items are the value's parts where each is an element of its own (list items,
// links, chips), else nil.
func (p pair) items() []string {
	if strings.Trim(p.lead, " :：\u00a0") != "" {
		return nil
	}
	var parts []string
	for _, n := range p.nodes {
		parts = append(parts, chips(n, true)...)
	}
	if len(parts) < 2 {
		return nil
	}
	return parts
}

// chips are the texts of the smallest elements of one kind that hold all of a
// node's text but separators. top is true for the node of the value itself,
// which may be a chip too.
func chips(n *html.Node, top bool) []string {
	if n.Type == html.TextNode {
		if s := strings.Trim(story.Plain(n.Data), " ,;·•|/:：#"); s != "" {
			return []string{s}
		}
		return nil
	}
	if n.Type != html.ElementNode || silent(n) {
		return nil
	}
	elements, loose := 0, false
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.ElementNode && c.DataAtom != atom.Br:
			if shortText(c, 200) != "" {
				elements++
			}
		case c.Type == html.TextNode && strings.Trim(story.Plain(c.Data), " ,;·•|/:：#") != "":
			loose = true
		}
	}
	if elements == 0 || loose || elements == 1 && !top && !isBlock(n) {
		if s := strings.Trim(text(n), " ,;·•|#"); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for c := range n.ChildNodes() {
		out = append(out, chips(c, elements == 1)...)
	}
	return out
}

// labelled are the values that stand beside or after a label; items are their
// parts where the page sets them apart. A label marked as one wins over an
// element that merely has its text.
func (d *doc) labelled(label string) (values, items []string, from []*html.Node) {
	want := labelKey(label)
	if want == "" {
		return nil, nil, nil
	}
	best := 0
	for n := range d.root.Descendants() {
		p, ok := pairAt(n, want)
		if !ok {
			continue
		}
		value := p.text()
		if value == "" {
			continue
		}
		rank := 1
		if p.clear {
			rank = 3
		}
		if within(n, atom.Nav, atom.Footer, atom.A, atom.Button) {
			rank--
		}
		if rank > best {
			best, values, items, from = rank, []string{value}, p.items(), p.nodes
		}
	}
	return values, items, from
}

// labelKey is a label as labels are compared: case, accents and the colon at
// its end ignored.
func labelKey(s string) string {
	return strings.ToLower(strings.TrimRightFunc(story.Normal(s), func(r rune) bool {
		return r == ':' || r == '：' || unicode.IsSpace(r)
	}))
}

// pairAt is the pair whose label is the element or text at n, where it is want.
func pairAt(n *html.Node, want string) (pair, bool) {
	if n.Type == html.TextNode {
		for _, p := range linePairs(n) {
			if labelKey(p.label) == want {
				return p, true
			}
		}
		return pair{}, false
	}
	if n.Type != html.ElementNode || silent(n) || n.FirstChild == nil {
		return pair{}, false
	}
	s := shortText(n, maxLabel)
	if s == "" || labelKey(s) != want || onlyChildSays(n, s) {
		return pair{}, false
	}
	marked := strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || n.DataAtom == atom.Dt || n.DataAtom == atom.Th || colonFollows(n)
	return pair{label: s, nodes: valueAfter(n), from: n, clear: marked}, true
}

// linePairs are the pairs in a text node that begins a line: "Source: x", or
// several with bars between them. The rest of the line is the last one's.
func linePairs(n *html.Node) []pair {
	if i := colonIn(n.Data); i < 0 || i > maxLabel+20 || !startsLine(n) {
		return nil
	}
	var out []pair
	for rest := strings.TrimLeft(n.Data, "|•· \n\t"); rest != ""; {
		label, value, ok := splitLabel(rest)
		if !ok {
			break
		}
		p := pair{label: label, from: n, clear: true}
		p.lead, rest = cutNextLabel(value)
		if rest == "" {
			p.nodes = restOfLine(n)
			if strings.Trim(p.lead, " :：\u00a0\n\t") == "" && blank(p.nodes) {
				p.lead, p.nodes = "", valueAfter(n)
			}
		}
		out = append(out, p)
	}
	return out
}

// blank reports whether nodes have no text.
func blank(nodes []*html.Node) bool {
	for _, n := range nodes {
		if hasText(n) {
			return false
		}
	}
	return true
}

// onlyChildSays reports whether a single child element holds all of n's text:
// the child is the label then, found on its own.
func onlyChildSays(n *html.Node, s string) bool {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && shortText(c, maxLabel) == s {
			return true
		}
	}
	return false
}

// colonIn is where the first colon of either width stands; -1 for none.
func colonIn(s string) int {
	i := strings.IndexByte(s, ':')
	if j := strings.Index(s, "："); j >= 0 && (i < 0 || j < i) {
		return j
	}
	return i
}

// splitLabel parts "Label: value" at its first colon.
func splitLabel(s string) (label, value string, ok bool) {
	i := colonIn(s)
	if i < 0 || i > maxLabel {
		return "", "", false
	}
	label = strings.TrimLeft(story.Plain(s[:i]), "([（【")
	for _, colon := range []string{":", "："} {
		if v, found := strings.CutPrefix(s[i:], colon); found {
			value = v
		}
	}
	return label, value, label != ""
}

// cutNextLabel ends a value where another label begins in the same line:
// "Deadline | Sector: The Stage".
func cutNextLabel(value string) (own, rest string) {
	if !strings.ContainsAny(value, "|•·") {
		return strings.TrimRight(value, " \n\t"), ""
	}
	for i, r := range value {
		if !strings.ContainsRune("|•·", r) {
			continue
		}
		next := value[i+len(string(r)):]
		if label, _, ok := splitLabel(next); ok && plausibleLabel(label) {
			return value[:i], next
		}
	}
	return strings.TrimRight(value, " |•·\n\t"), ""
}

// startsLine reports whether a text node begins a line: nothing but space
// stands before it since the last block edge or line break.
func startsLine(n *html.Node) bool {
	for p := n; p != nil; p = p.Parent {
		for s := p.PrevSibling; s != nil; s = s.PrevSibling {
			if s.Type == html.ElementNode && (s.DataAtom == atom.Br || isBlock(s)) {
				return true
			}
			if s.Type == html.TextNode {
				if t := strings.TrimSpace(s.Data); t != "" {
					return strings.HasSuffix(t, "|") || strings.HasSuffix(t, "•") || strings.HasSuffix(t, "·")
				}
			} else if s.Type == html.ElementNode && shortText(s, 20) != "" {
				return false
			}
		}
		if p.Parent == nil || isBlock(p.Parent) {
			return true
		}
	}
	return true
}

// colonFollows reports whether the text right after an element begins with a
// colon.
func colonFollows(n *html.Node) bool {
	s := n.NextSibling
	if s == nil || s.Type != html.TextNode {
		return false
	}
	t := strings.TrimSpace(s.Data)
	return strings.HasPrefix(t, ":") || strings.HasPrefix(t, "：")
}

// restOfLine are the siblings after n up to the end of its line.
func restOfLine(n *html.Node) []*html.Node {
	var out []*html.Node
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.ElementNode && (s.DataAtom == atom.Br || isBlock(s)) {
			break
		}
		if looksLikeLabel(s) {
			break
		}
		out = append(out, s)
	}
	return out
}

// looksLikeLabel reports whether a node in a line is the label of another value.
func looksLikeLabel(n *html.Node) bool {
	if n.Type == html.TextNode {
		label, _, ok := splitLabel(strings.TrimLeft(n.Data, " |•·\n"))
		return ok && strings.ContainsAny(n.Data[:min(len(n.Data), 6)], "|•·") && len(strings.Fields(label)) <= 3
	}
	if n.Type != html.ElementNode {
		return false
	}
	s := shortText(n, maxLabel)
	if s == "" {
		return false
	}
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || colonFollows(n) && !strings.HasSuffix(s, ".")
}

// valueAfter finds the value of a label element: the cell or definition beside
// it, the rest of its line, or the block after it.
func valueAfter(label *html.Node) []*html.Node {
	n := label
	for range 5 {
		switch n.DataAtom {
		case atom.Dt:
			return definitions(n)
		case atom.Th, atom.Td:
			return cellBeside(n)
		}
		if nodes := valueBeside(n); len(nodes) > 0 {
			return nodes
		}
		p := n.Parent
		if p == nil || p.DataAtom == atom.Body || labelKey(shortText(p, maxLabel)) != labelKey(text(label)) {
			return nil
		}
		n = p
	}
	return nil
}

// valueBeside is what follows a label among its siblings: the rest of its line,
// else the next block.
func valueBeside(n *html.Node) []*html.Node {
	var out []*html.Node
	said := false
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.CommentNode {
			continue
		}
		if s.Type == html.ElementNode {
			if s.DataAtom == atom.Br {
				if said {
					break
				}
				continue
			}
			if isBlock(s) {
				if !said && hasText(s) && !looksLikeLabel(s) {
					return []*html.Node{s}
				}
				if !hasText(s) {
					continue
				}
				break
			}
		}
		if looksLikeLabel(s) {
			break
		}
		out = append(out, s)
		if strings.Trim(text(s), " :：|") != "" {
			said = true
			if isBlock(n) && s.Type == html.ElementNode {
				break
			}
		}
	}
	if !said {
		return nil
	}
	return out
}

// definitions are the dd elements after a dt.
func definitions(dt *html.Node) []*html.Node {
	var out []*html.Node
	for s := dt.NextSibling; s != nil; s = s.NextSibling {
		if s.DataAtom == atom.Dt {
			if len(out) > 0 {
				break
			}
			continue
		}
		if s.DataAtom == atom.Dd {
			out = append(out, s)
		}
	}
	return out
}

// cellBeside is the cell to the right of a label's cell, or below it where the
// whole row is labels.
func cellBeside(cell *html.Node) []*html.Node {
	column := 0
	for s := cell.PrevSibling; s != nil; s = s.PrevSibling {
		if s.DataAtom == atom.Td || s.DataAtom == atom.Th {
			column++
		}
	}
	for s := cell.NextSibling; s != nil; s = s.NextSibling {
		if s.DataAtom == atom.Td {
			return []*html.Node{s}
		}
		if s.DataAtom == atom.Th {
			break
		}
	}
	if cell.DataAtom != atom.Th {
		return nil
	}
	return cellBelow(cell, column)
}

// cellBelow is the cell of a column in the row after a header's.
func cellBelow(header *html.Node, column int) []*html.Node {
	row := header.Parent
	next := nextElement(row)
	if next == nil && row != nil && row.Parent != nil { // thead, then tbody
		if body := nextElement(row.Parent); body != nil {
			next = firstElement(body)
		}
	}
	if next == nil || next.DataAtom != atom.Tr {
		return nil
	}
	for c := range next.ChildNodes() {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		if column == 0 {
			return []*html.Node{c}
		}
		column--
	}
	return nil
}

func nextElement(n *html.Node) *html.Node {
	if n == nil {
		return nil
	}
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.ElementNode {
			return s
		}
	}
	return nil
}

func firstElement(n *html.Node) *html.Node {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}
