package web

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"golang.org/x/net/html"

	"stakeout/propose"
)

// copied are the elements of a page that its copy has, as they are or as another;
// every other is a div. left are those that the copy leaves out with all in them.
var (
	copied = map[string]string{"html": "", "body": "", "a": "span", "font": "span", "label": "span", "center": "div", "form": "div", "fieldset": "div"}
	left   = map[string]bool{}
)

func init() {
	for _, name := range strings.Fields("h1 h2 h3 h4 h5 h6 p ul ol li dl dt dd table thead tbody tfoot tr th td caption blockquote q cite pre code b strong i em u s small sub sup mark span div section article aside header footer nav main figure figcaption time address hr br abbr del ins details summary") {
		copied[name] = name
	}
	for _, name := range strings.Fields("head script style noscript template iframe frame frameset object embed applet param svg math canvas video audio source track img picture map input button select textarea option datalist output meter progress dialog link meta base title") {
		left[name] = true
	}
}

// copyStyle is how a copy looks: its text, and what can be pressed in it.
const copyStyle = `:root{color-scheme:light}body{color:#1c1b19;background:#fff;font:15px/1.5 Georgia,serif;margin:1rem;overflow-wrap:anywhere}a{color:inherit;text-decoration:none}a:hover,a:focus{outline:2px solid #b4650a;background:#b4650a22}[data-f]{box-shadow:0 0 0 2px #1f6f43;border-radius:3px}[data-f]::before{content:attr(data-f);font:600 11px sans-serif;background:#1f6f43;color:#fff;padding:0 .35em;margin-right:.4em;border-radius:3px;text-decoration:none}:target{box-shadow:0 0 0 3px #b4650a}table{border-collapse:collapse}td,th{padding:.1rem .5rem;text-align:left;vertical-align:top}`

// copyPolicy lets a copy do nothing but show itself, and be left by a press.
var copyPolicy = func() string {
	sum := sha256.Sum256([]byte(copyStyle))
	return "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
}()

// copyPage writes a copy of a page: its text in elements without attributes, every
// text a link to where a rule is made of the element that it stands in. fields name
// elements by their numbers.
func copyPage(p propose.Parsed, address string, fields map[int]string) string {
	c := copier{parsed: p, address: template.HTMLEscapeString(address), fields: fields}
	c.b.WriteString("<!doctype html><html lang=\"und\"><head><meta charset=\"utf-8\"><title>A copy of the page</title><style>" + copyStyle + "</style></head><body>")
	c.children(p.Root, 0)
	c.b.WriteString("</body></html>")
	return c.b.String()
}

type copier struct {
	b       strings.Builder
	parsed  propose.Parsed
	address string // of what a press leads to, without the number
	fields  map[int]string
}

// maxCopyDepth is how deep a copy nests: what is deeper stands side by side.
const maxCopyDepth = 200

func (c *copier) children(n *html.Node, depth int) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.Type {
		case html.TextNode:
			c.text(child)
		case html.ElementNode:
			c.element(child, depth)
		}
	}
}

func (c *copier) element(n *html.Node, depth int) {
	if left[n.Data] || n.Namespace != "" {
		return
	}
	name, known := copied[n.Data]
	if !known {
		name = "div"
	}
	if name == "" || depth > maxCopyDepth {
		c.children(n, depth)
		return
	}
	number := c.parsed.Number[n]
	fmt.Fprintf(&c.b, `<%s id="n%d"`, name, number)
	if f := c.fields[number]; f != "" {
		fmt.Fprintf(&c.b, ` data-f="%s"`, template.HTMLEscapeString(f))
	}
	c.b.WriteByte('>')
	if name == "br" || name == "hr" {
		return
	}
	c.children(n, depth+1)
	c.b.WriteString("</" + name + ">")
}

func (c *copier) text(n *html.Node) {
	if strings.TrimSpace(n.Data) == "" {
		c.b.WriteByte(' ')
		return
	}
	fmt.Fprintf(&c.b, `<a target="_top" href="%s&amp;n=%d">%s</a>`, c.address, c.parsed.Number[n.Parent], template.HTMLEscapeString(n.Data))
}
