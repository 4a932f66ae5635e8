package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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

// readHeading is a heading's text in the way that the metadata agrees with most.
// Its letters and marks are the page's own, but for those of lines set apart by
// style alone.
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
	return unbroken.Replace(best)
}

// unbroken drops the marks of where a line may break.
var unbroken = strings.NewReplacer("\u00AD", "", "\u200B", "", "\u2060", "", "\uFEFF", "")

// headingVariants are the ways to read a heading, the likeliest first: its own,
// and composed with the line above or below it.
func (d *doc) headingVariants(n *html.Node) (own, composed []string) {
	parts := headingParts(n)
	whole := d.joined(text(n), parts)
	own = []string{whole}
	if kicker, rest := splitKicker(parts); kicker != "" && rest != "" {
		own = []string{rest, whole}
		composed = append(composed, d.together(kicker, rest, ": "))
	}
	longest := ""
	for _, part := range parts {
		if len(part.text) > len(longest) && len(part.text) < len(whole) {
			longest = part.text
		}
	}
	own = append(own, longest)
	if k := lineBeside(n, false); k != "" && !d.isSiteName(k) {
		composed = append(composed, d.together(k, whole, ": "))
	}
	if k := lineBeside(n, true); k != "" {
		composed = append(composed, d.together(whole, k, " "))
	}
	for i, v := range own {
		own[i] = d.cutSite(strings.TrimRight(v, "|•·-–— "))
	}
	return own, composed
}

// headingPart is a part of a heading in an element of its own, or between such.
type headingPart struct {
	text   string
	kicker bool // its class says that it is a line above the headline, or a badge
}

// headingParts are the parts of a heading, where it has several.
func headingParts(n *html.Node) []headingPart {
	var out []headingPart
	var only *html.Node
	for c := range n.ChildNodes() {
		switch s := text(c); {
		case s == "":
		case len(out) > 0 && len(tokens(s)) == 0:
			out[len(out)-1].text += s // a mark between two parts
		default:
			only = c
			out = append(out, headingPart{s, c.Type == html.ElementNode && isKicker(c)})
		}
	}
	switch {
	case len(out) > 1:
		return out
	case len(out) == 1 && only.Type == html.ElementNode:
		return headingParts(only)
	}
	return nil
}

// splitKicker parts a heading into what is set above the headline and the rest.
// After the headline's own words only a short badge is none of it.
func splitKicker(parts []headingPart) (kicker, rest string) {
	var above, own []string
	for _, p := range parts {
		switch {
		case !p.kicker, len(own) > 0 && len(tokens(p.text)) > 2:
			own = append(own, p.text)
		case len(own) == 0:
			above = append(above, p.text)
		}
	}
	return trimTitle(strings.Join(above, " ")), trimTitle(strings.Join(own, " "))
}

// joined is a heading's text with the marks that the metadata has between its
// parts, which on the page are a matter of style alone.
func (d *doc) joined(whole string, parts []headingPart) string {
	end := 0
	for i, p := range parts {
		at := strings.Index(whole[end:], p.text)
		if at < 0 {
			return whole
		}
		if i > 0 {
			left := d.together(whole[:end], whole[end+at:], whole[end:end+at])
			end = len(left) - len(whole[end+at:])
			whole, at = left, 0
		}
		end += at + len(p.text)
	}
	return whole
}

// joints are the marks between a kicker and its headline.
var joints = []string{": ", " – ", " — ", " - ", " | ", " • ", " · ", " / ", ". ", ", ", "? ", "! ", " "}

// together joins two lines with the mark that the metadata has between them,
// otherwise where it has none.
func (d *doc) together(left, right, otherwise string) string {
	if strings.ContainsAny(right[:1], ":,.;!?)") {
		return left + otherwise + right // one line, with a word marked up
	}
	for _, t := range d.titleSignals() {
		rest, ok := strings.CutPrefix(t, left)
		if !ok {
			continue
		}
		if mark, ok := strings.CutSuffix(rest, right); ok && mark != "" && len(mark) <= 4 && len(tokens(mark)) == 0 {
			return left + mark + right
		}
		for _, mark := range joints {
			if strings.HasPrefix(rest, mark) {
				return left + mark + right
			}
		}
	}
	if strings.ContainsAny(left[len(left)-1:], ":?!.-|") {
		otherwise = " " // it ends in its own mark
	}
	return left + otherwise + right
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
			if shortText(s, 150) != "" {
				lines := paragraphs(s)
				if below {
					return trimTitle(lines[0])
				}
				return trimTitle(lines[len(lines)-1])
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
