package listing

import (
	"strings"

	"golang.org/x/net/html"

	"stakeout/story"
)

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

// textOf is the text of a node as a reader sees it; images stand for their alt.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			switch n.Data {
			case "script", "style", "noscript", "template", "svg":
				return
			}
			b.WriteByte(' ')
		}
		if b.Len() > 2000 {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return story.Plain(b.String())
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
