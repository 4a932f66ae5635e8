package prose

import (
	"encoding/hex"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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
		if c.Type != html.TextNode || len(c.Data) > maxStored || placeholder.MatchString(c.Data) {
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

// placeholder is where a script puts what a form or a template is filled with.
var placeholder = regexp.MustCompile(`<[#%]|\{\{|\$\{|\{%`)

// maxStored bounds the bytes of one stored piece of HTML that is read.
const maxStored = 2 << 20

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
