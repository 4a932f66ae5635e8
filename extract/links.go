package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// linksIn are the targets of the links in nodes, in order, as written.
func linksIn(nodes []*html.Node) []string {
	var out []string
	for _, n := range nodes {
		if n.DataAtom == atom.A && attr(n, "href") != "" {
			out = append(out, attr(n, "href"))
		}
		for c := range n.Descendants() {
			if c.DataAtom == atom.A && attr(c, "href") != "" {
				out = append(out, attr(c, "href"))
			}
		}
	}
	return out
}

// linkIn is the first link's target in n; "" where there is none.
func linkIn(n *html.Node) string {
	if links := linksIn([]*html.Node{n}); len(links) > 0 {
		return links[0]
	}
	return ""
}
