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
	if n := d.shownH1(); n != nil {
		h.H1 = d.headingText(n)
	}
	return h
}

// trustedH1 is the score from which on an h1 is a story's, whatever the metadata
// say.
const trustedH1 = 3

// shownH1 is the h1 that readers see as the headline, even where the metadata
// say something else; nil where there is none.
func (d *doc) shownH1() *html.Node {
	var shown *html.Node
	best := 0.0
	for _, n := range d.headings {
		if n.DataAtom != atom.H1 {
			continue
		}
		if score := d.headingScore(n); score >= trustedH1 && score > best {
			best, shown = score, n
		}
	}
	return shown
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
	return said(d.titlePart(), "title")
}

// titlePart is the part of the title that stands on the page by itself, else the
// title without the site's name.
func (d *doc) titlePart() string {
	whole := d.withoutSite(d.title)
	parts := []string{whole}
	for _, sep := range titleSeparators {
		if sep == ": " || sep == "_" || sep == "-" && !strings.ContainsFunc(whole, ideograph) {
			continue
		}
		var split []string
		for _, p := range parts {
			split = append(split, strings.Split(p, sep)...)
		}
		parts = split
	}
	best, longest := whole, 0
	for _, p := range parts {
		p = strings.Trim(p, " »›/-–|")
		if n := len(tokens(p)); n > longest && !d.isSiteName(p) {
			best, longest = p, n
		}
	}
	if len(parts) == 1 || longest < 2 {
		return whole
	}
	return best
}

// bestH1 is the heading that is the story's headline; nil where none is.
func (d *doc) bestH1() *html.Node {
	if d.headingKnown {
		return d.heading
	}
	d.headingKnown = true
	best := 0.0
	for _, first := range []bool{true, false} {
		for _, n := range d.headings {
			if (n.DataAtom == atom.H1) != first {
				continue
			}
			if score := d.headingScore(n); score > best {
				best, d.heading = score, n
			}
		}
		if best > 10 || first && d.onlyHeadline() {
			break // no lesser heading says it better
		}
	}
	return d.heading
}

// onlyHeadline reports whether the h1 that was found is a headline by itself,
// whatever the metadata says: the page's only one of some words, where stories
// stand. Its editors may have changed it alone.
func (d *doc) onlyHeadline() bool {
	if d.heading == nil {
		return false
	}
	worded := 0
	for _, n := range d.h1 {
		if words := len(tokens(text(n))); words >= 4 && !hiddenNode(n) {
			worded++
		}
	}
	return worded == 1 && len(tokens(text(d.heading))) >= 4 && ofStory(d.heading) && !d.likeSite(text(d.heading))
}

// ofStory reports whether a heading stands where stories do, not in the head of
// the site.
func ofStory(n *html.Node) bool {
	switch {
	case within(n, atom.Nav, atom.Footer, atom.Aside):
		return false
	case within(n, atom.Article, atom.Main), strings.Contains(attr(n, "itemprop"), "headline"):
		return true
	}
	return !within(n, atom.Header)
}

// headingScore says how likely a heading is the headline; 0 or less for no.
func (d *doc) headingScore(n *html.Node) float64 {
	s := text(n)
	words := len(tokens(s))
	if s == "" || len(s) > 500 || words < 1 || hiddenNode(n) || d.isSiteName(s) {
		return 0
	}
	like := d.titleLikeness(s)
	score := 10 * like
	if n.DataAtom == atom.H1 {
		if like < 0.15 && len(d.titles()) > 0 && (!ofStory(n) || words < 2) {
			return 0 // the name of a show, a greeting of the site
		}
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

// headingText is a heading's text as its readers take it: with the kicker set in
// or above it where the metadata has it so, without it otherwise.
func (d *doc) headingText(n *html.Node) string {
	if n == d.heading && d.headingRead != "" {
		return d.headingRead
	}
	s := d.readHeading(n)
	if n == d.heading {
		d.headingRead = s
	}
	return s
}

func (d *doc) readHeading(n *html.Node) string {
	own, composed := d.headingVariants(n)
	best, most := "", -1.0
	for _, v := range own {
		if agree := d.agreeing(v); v != "" && agree > most {
			best, most = v, agree
		}
	}
	for _, v := range composed {
		if agree := d.agreeing(v); agree >= 1 && agree > most {
			best, most = v, agree
		}
	}
	if !strings.HasPrefix(d.lang, "fr") {
		best = strings.ReplaceAll(best, " : ", ": ")
	}
	return d.punctuated(best, len(own) > 1)
}

// headingVariants are the ways to read a heading, the likeliest first: its own,
// and composed with the line above or below it.
func (d *doc) headingVariants(n *html.Node) (own, composed []string) {
	whole := strings.TrimSpace(strings.Trim(text(n), "|•·"))
	own = []string{whole}
	if kicker, rest := splitKicker(n); kicker != "" && rest != "" {
		own = []string{trimTitle(rest), whole}
		composed = append(composed, kicker+": "+trimTitle(rest))
	}
	longest := ""
	for _, part := range headingParts(n) {
		if len(part) > len(longest) && len(part) < len(whole) {
			longest = part
		}
	}
	own = append(own, trimTitle(longest))
	if k := lineBeside(n, false); k != "" && !d.isSiteName(k) {
		composed = append(composed, k+": "+whole)
	}
	if k := lineBeside(n, true); k != "" {
		composed = append(composed, whole+" "+k)
	}
	for i, v := range own {
		own[i] = d.cutSite(v)
	}
	return own, composed
}

// punctuated gives a headline set in several parts the metadata's punctuation
// between them, which on the page may be a matter of style alone.
func (d *doc) punctuated(s string, parts bool) string {
	if !parts {
		return s
	}
	for _, t := range d.titleSignals() {
		if fold(t) == fold(s) && len(t) >= len(s) && len(t) <= len(s)+4 {
			return t
		}
	}
	return s
}

// agreeing is how many of the metadata's titles say just what a variant of the
// headline says, and a little for how like it the nearest one is.
func (d *doc) agreeing(s string) float64 {
	score, nearest := 0.0, 0.0
	key := fold(s)
	for _, t := range d.titleSignals() {
		if fold(t) == key {
			score++
		}
		nearest = max(nearest, likeness(s, t))
	}
	if nearest < 0.9 {
		return score // too far off to choose by
	}
	return score + nearest/10
}

// titleSignals are the metadata's titles, each signal's by itself.
func (d *doc) titleSignals() []string {
	var out []string
	if a := d.article(); a != nil {
		out = append(out, a.str("headline"))
	}
	og, _ := d.meta("og:title")
	tw, _ := d.meta("twitter:title")
	out = append(out, og, tw, d.title)
	kept := out[:0]
	for _, s := range out {
		if s != "" {
			kept = append(kept, d.withoutSite(s))
		}
	}
	return kept
}

// splitKicker parts a heading into the elements whose class says kicker, and
// what is left.
func splitKicker(n *html.Node) (kicker, rest string) {
	var above, parts []*html.Node
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && isKicker(c) {
			above = append(above, c)
		} else {
			parts = append(parts, c)
		}
	}
	if len(parts) == 1 && len(above) == 0 && parts[0].Type == html.ElementNode {
		return splitKicker(parts[0])
	}
	return trimTitle(text(above...)), text(parts...)
}

// headingParts are the texts of a heading's child elements, where it has several.
func headingParts(n *html.Node) []string {
	var out []string
	for c := range n.ChildNodes() {
		if s := text(c); s != "" {
			out = append(out, s)
		}
	}
	if len(out) == 1 && n.FirstChild != nil {
		for c := range n.ChildNodes() {
			if c.Type == html.ElementNode {
				return headingParts(c)
			}
		}
		return nil
	}
	return out
}

// lineBeside is the short line right above a heading, or below it.
func lineBeside(n *html.Node, below bool) string {
	step := func(n *html.Node) *html.Node {
		if below {
			return n.NextSibling
		}
		return n.PrevSibling
	}
	for range 3 {
		for s := step(n); s != nil; s = step(s) {
			if s.Type != html.ElementNode {
				continue
			}
			if t := trimTitle(shortText(s, 150)); t != "" {
				return t
			}
			if hasText(s) {
				return ""
			}
		}
		if n = n.Parent; n == nil || n.DataAtom == atom.Body {
			return ""
		}
	}
	return ""
}

// trimTitle drops the marks that a cut leaves at a title's ends.
func trimTitle(s string) string {
	return strings.TrimSpace(strings.Trim(strings.TrimLeft(s, ":-–—|•· "), "|•· "))
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
