package listing

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

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
