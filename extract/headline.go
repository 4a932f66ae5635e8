package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// headlines are the page's headline signals, each as it stands.
func (d *doc) headlines() story.Headlines {
	h := story.Headlines{Title: d.title}
	h.OG, _ = d.meta("og:title")
	h.Twitter, _ = d.meta("twitter:title")
	if a := d.article(); a != nil {
		h.JSONLD = a.str("headline")
	}
	if n := d.bestH1(); n != nil {
		h.H1 = d.headingText(n)
	}
	return h
}

// headline is what the page's readers see as its headline; where no heading can
// be told to be it, what the metadata says, without the site's name.
func (d *doc) headline() finding {
	if n := d.bestH1(); n != nil {
		return said(d.headingText(n), "css "+n.Data)
	}
	if a := d.article(); a != nil {
		for _, key := range []string{"headline", "name"} {
			if s := a.str(key); s != "" {
				return said(d.withoutSite(s), "json-ld "+key)
			}
		}
	}
	for _, name := range []string{"og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title"} {
		if s, _ := d.meta(name); s != "" {
			return said(d.withoutSite(s), "meta "+name)
		}
	}
	return said(d.withoutSite(d.title), "title")
}

// bestH1 is the heading that is the story's headline; nil where none is.
func (d *doc) bestH1() *html.Node {
	if d.headingKnown {
		return d.heading
	}
	d.headingKnown = true
	best := 0.0
	for _, n := range d.headings {
		if score := d.headingScore(n); score > best {
			best, d.heading = score, n
		}
	}
	return d.heading
}

// headingScore says how likely a heading is the headline; 0 or less for no.
func (d *doc) headingScore(n *html.Node) float64 {
	s := text(n)
	words := len(tokens(s))
	if s == "" || len(s) > 500 || words < 1 || hiddenNode(n) || d.isSiteName(s) {
		return 0
	}
	score := 10 * d.titleLikeness(s)
	if n.DataAtom == atom.H1 {
		score += 3
		if within(n, atom.Nav, atom.Footer, atom.Aside) {
			score -= 4
		}
	} else if score < 7 || within(n, atom.Nav, atom.Footer, atom.Aside) {
		return 0 // another heading needs the metadata's word for it
	}
	if attr(n, "itemprop") != "" {
		score++
	}
	if within(n, atom.Article, atom.Main) {
		score++
	}
	if words < 2 {
		score -= 2
	}
	return score
}

// titleLikeness is how like a text is to what the metadata says is the title.
func (d *doc) titleLikeness(s string) float64 {
	best := 0.0
	for _, t := range d.titles() {
		l := likeness(s, t)
		if o := overlap(s, t); o > 0.99 && len(tokens(s)) > 2 {
			l = max(l, 0.8)
		}
		best = max(best, l)
	}
	return best
}

// titles are what the metadata says is the title, site names dropped.
func (d *doc) titles() []string {
	if d.titlesKnown != nil {
		return d.titlesKnown
	}
	var out []string
	if a := d.article(); a != nil {
		out = append(out, a.str("headline"), a.str("name"))
	}
	for _, name := range []string{"og:title", "twitter:title"} {
		s, _ := d.meta(name)
		out = append(out, s)
	}
	out = append(out, d.title)
	for i := range out {
		out[i] = d.withoutSite(out[i])
	}
	d.titlesKnown = distinct(out)
	return d.titlesKnown
}

// headingText is a heading's text without a kicker or label set inside it.
func (d *doc) headingText(n *html.Node) string {
	whole := text(n)
	var parts []*html.Node
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && isKicker(c) && text(c) != whole {
			continue
		}
		parts = append(parts, c)
	}
	if s := text(parts...); s != "" {
		return s
	}
	return whole
}

// isKicker reports whether an element's class says that it is a line above the
// headline, a badge, or text for screen readers.
func isKicker(n *html.Node) bool {
	class := strings.ToLower(attr(n, "class") + " " + attr(n, "itemprop"))
	for _, word := range []string{"kicker", "overline", "eyebrow", "topline", "dachzeile", "spitzmarke", "label", "badge", "category", "rubri", "surtitle", "pretitle", "pre-title", "antetitulo", "flag", "sr-only", "visually-hidden", "screen-reader", "visuallyhidden", "hidden", "roofline", "catchline", "headline-intro", "intro", "volanta", "occhiello"} {
		if strings.Contains(class, word) {
			return true
		}
	}
	return n.DataAtom == atom.Button || n.DataAtom == atom.Time
}

// hiddenNode reports whether an element or one around it is marked as not shown.
func hiddenNode(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "hidden":
				return true
			case "style":
				style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
				if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
					return true
				}
			}
		}
	}
	return false
}
