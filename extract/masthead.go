package extract

import (
	"regexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var mastheadName = regexp.MustCompile(`(?i)\b(?:top-?bar|masthead|site-?header|page-?header|header-?top|(?:current|todays?|server)-?(?:date|time)|clock)\b`)

// inMasthead reports whether a node stands above the story, in the part of the
// page that says whose site it is and what day today is: outside of what holds
// the headline, with the site's menu in it or between it and the headline.
func (d *doc) inMasthead(n *html.Node) bool {
	part := n
	for part.Parent != nil && !d.holdsHeading(part.Parent) {
		part = part.Parent
	}
	around := part.Parent
	if around == nil || within(part, atom.Article, atom.Main) {
		return false
	}
	for p := n; p != around; p = p.Parent {
		if p.Type == html.ElementNode && mastheadName.MatchString(attr(p, "class")+" "+attr(p, "id")) {
			return d.beforeHeading(part)
		}
	}
	menu := false
	for k := part; k != nil; k = k.NextSibling {
		if d.holdsHeading(k) {
			return menu
		}
		menu = menu || holdsMenu(k)
	}
	return false
}

// beforeHeading reports whether a sibling behind a node holds the headline.
func (d *doc) beforeHeading(n *html.Node) bool {
	for k := n.NextSibling; k != nil; k = k.NextSibling {
		if d.holdsHeading(k) {
			return true
		}
	}
	return false
}

func holdsMenu(n *html.Node) bool {
	if isMenu(n) {
		return true
	}
	for e := range n.Descendants() {
		if isMenu(e) {
			return true
		}
	}
	return false
}

func isMenu(n *html.Node) bool { return n.DataAtom == atom.Nav || attr(n, "role") == "navigation" }
