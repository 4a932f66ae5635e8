package extract

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// byline is a place on the page that may say who wrote the story.
type byline struct {
	node  *html.Node
	via   string
	score float64
	names []string
	// marked says that each name is an element of its own.
	marked bool
}

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
		if n.Type != html.ElementNode && n.Type != html.TextNode || seen > 400 {
			continue
		}
		var b *byline
		if base, via := d.bylineSign(n); base > 0 {
			b = d.weighByline(n, base, via, stated)
		}
		if b == nil {
			b = labelledByline(n)
		}
		if b == nil && headingAt >= 0 && order-headingAt < underHeadline {
			b = d.signedLine(n)
		}
		if b == nil || within(b.node, atom.Pre, atom.Code) {
			continue
		}
		seen++
		if heading != nil {
			b.score += nearness(order, headingAt)
		}
		if b.score >= 3.9 && (d.bylineFound == nil || b.score > d.bylineFound.score) {
			d.bylineFound = b
		}
	}
	return d.bylineFound
}

// labelledByline reads "Author: Eva Muster", whatever the tags around it.
func labelledByline(n *html.Node) *byline {
	p, ok := labelledPair(n)
	if !ok {
		return nil
	}
	names := onlyNames(p.text())
	if value := p.text(); len(names) == 0 || len(value) > 150 {
		return nil
	}
	return &byline{node: n, via: "label " + strings.TrimRight(p.label, ":： "), names: names, score: 4}
}

// labelledPair is the pair at n whose label means authors.
func labelledPair(n *html.Node) (pair, bool) {
	if n.Type == html.TextNode {
		if len(n.Data) > 300 {
			return pair{}, false
		}
		for _, p := range linePairs(n) {
			if meanings[labelKey(p.label)] == "authors" {
				return p, true
			}
		}
		return pair{}, false
	}
	if !holdsLabel(n) || n.DataAtom == atom.Td {
		return pair{}, false
	}
	s := shortText(n, 40)
	if s == "" || meanings[labelKey(s)] != "authors" {
		return pair{}, false
	}
	if n.DataAtom != atom.Dt && n.DataAtom != atom.Th && !endsInColon(n) && !colonFollows(n) && !onlyBy.MatchString(s) {
		return pair{}, false
	}
	p, ok := pairAt(n, labelKey(s))
	return p, ok && (p.clear || onlyBy.MatchString(s) && fullNames(onlyNames(p.text())))
}

// endsInColon reports whether the last text in an element ends in a colon.
func endsInColon(n *html.Node) bool {
	for c := n.LastChild; c != nil; c = c.PrevSibling {
		switch {
		case c.Type == html.TextNode:
			if t := strings.TrimSpace(c.Data); t != "" {
				return strings.HasSuffix(t, ":") || strings.HasSuffix(t, "：")
			}
		case c.Type == html.ElementNode && hasText(c):
			return endsInColon(c)
		}
	}
	return false
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
func (d *doc) bylineSign(n *html.Node) (score float64, via string) {
	if n.Type != html.ElementNode {
		return 0, ""
	}
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
	if s := d.signsOf(n); s&signByline != 0 {
		if s&signNotName != 0 {
			return 1.5, "css " + selectorOf(n)
		}
		return 4, "css " + selectorOf(n)
	}
	if href := attr(n, "href"); n.DataAtom == atom.A && href != "" && leadsTo(href, authorSegments) {
		if strings.Contains(strings.ToLower(href), "/aut") {
			return 3, "css a"
		}
		return 1.5, "css a"
	}
	if n.DataAtom == atom.Address {
		return 2, "css address"
	}
	switch n.DataAtom {
	case atom.P, atom.Span, atom.Div, atom.Em, atom.Strong, atom.I, atom.B, atom.Li, atom.H5, atom.H6, atom.Small, atom.Cite, atom.Td, atom.Font, atom.H4, atom.H3:
		if s := leadingText(n); s != "" && startsByline(s) {
			return textSign, "css " + selectorOf(n)
		}
	}
	return 0, ""
}

// textSign is the weight of words alone: "By Eva Muster".
const textSign = 2.2

// fullNames reports whether all names have several words that are all capital:
// without markup, "From now on" is soon taken for a byline.
func fullNames(names []string) bool {
	for _, name := range names {
		words := strings.Fields(name)
		for _, w := range words {
			if r := []rune(w)[0]; unicode.IsLower(r) && !particle[w] {
				return false
			}
		}
		if len(words) < 2 && !strings.ContainsFunc(name, ideograph) && !agency[strings.ToLower(name)] && (len(name) < 3 || len(name) > 6 || strings.ToUpper(name) != name) {
			return false
		}
	}
	return true
}

// byFirst are the first words of bylines that have no markup.
var byFirst = wordSet("by von vom par por di da door af av przez od yazan pisze geschrieben verfasst veröffentlicht erstellt gepostet eingestellt publiziert posted created submitted published written reported story words text texte texto testo tekst foto artikel article report escrito publicado publié écrit scritto skrevet redactie een ein interview author authors autor autoren autorin autora autores auteur auteurs autrice redakteur redakteurin verfasser verfasserin reporter writer journalist автор авторы редактор yazar muhabir haber toimittaja skribent")

// startsByline reports whether a text begins as bylines do.
func startsByline(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '：' })
	if end <= 0 {
		return false
	}
	first := strings.ToLower(s[:end])
	return (byFirst[first] || strings.ContainsFunc(first, ideograph)) && byWord.MatchString(s)
}

// leadingText is the text of an element whose own first words begin it, where it
// is short; "" otherwise.
func leadingText(n *html.Node) string {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if t := strings.TrimSpace(c.Data); t != "" {
				if len(t) > 150 || !startsByline(strings.TrimLeft(t, "(（【[")+" ") {
					return ""
				}
				return strings.TrimLeft(shortText(n, 150), "(（[【")
			}
			continue
		}
		if c.Type == html.ElementNode && hasText(c) {
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
	names, marked := d.namesAt(n)
	if len(names) == 0 || len(names) > 8 {
		return nil
	}
	if base == textSign && !fullNames(names) || !slices.ContainsFunc(names, isNamed) {
		return nil
	}
	b := &byline{node: n, via: via, names: names, marked: marked, score: base}
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
	if startsByline(s) {
		b.score++
	}
	if len(s) > 120 {
		b.score -= 1.5
	}
	for p := n; p != nil && !d.holdsHeading(p); p = p.Parent {
		if p.DataAtom == atom.Aside || p.DataAtom == atom.Footer || p.DataAtom == atom.Nav {
			b.score -= 3
		}
		if p.DataAtom != atom.Body && p.DataAtom != atom.Html && p.Type == html.ElementNode && d.signsOf(p)&signOther != 0 {
			b.score -= 5
			break
		}
	}
	return b
}

// isNamed reports whether a name is more than the initials of a desk or a writer
// who doesn't sign: "red", "amw".
func isNamed(name string) bool {
	return len(name) > 4 || strings.ToLower(name) != name || strings.ToUpper(name) == name || agency[name]
}

// holdsHeading reports whether an element holds the headline.
func (d *doc) holdsHeading(n *html.Node) bool {
	if d.headingHolders == nil {
		d.headingHolders = map[*html.Node]bool{}
		for h := d.bestH1(); h != nil; h = h.Parent {
			d.headingHolders[h] = true
		}
	}
	return d.headingHolders[n]
}
