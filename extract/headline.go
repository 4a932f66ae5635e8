package extract

import (
	"net/url"
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
	for _, name := range []string{"headline", "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title"} {
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
	if s == "" || len(s) > 500 || words < 1 || hiddenNode(n) || d.isSiteName(s) || d.linksHome(n) {
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

// linksHome reports whether all of a heading is a link to the site's front page:
// the site's own name or motto.
func (d *doc) linksHome(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.DataAtom != atom.A || text(c) != text(n) {
			continue
		}
		u, err := url.Parse(d.resolve(attr(c, "href")))
		return err == nil && u.Host != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && hostOf(u.String()) == hostOf(d.url) && d.url != u.String()
	}
	return false
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
	for _, name := range []string{"headline", "og:title", "twitter:title"} {
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
