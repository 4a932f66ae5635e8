package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Weights of a link, or a group of them: from likeTag on it may be one of the
// story's tags, from sureTags on it surely is. A group that has all that the
// metadata states needs no further weight.
const (
	likeTag  = 2.5
	sureTags = 3
)

// farAbove is how many nodes before the headline a group of links is the site's.
const farAbove = 100

// tagLinks are links of one group that may be tags.
type tagLinks struct {
	node   *html.Node
	all    []string // whatever their weight
	likely []string
	weight float64 // the heaviest link's
	last   int     // the last link's place on the page, in nodes
	paths  int     // how many lead where tags do
}

// shownTags are the tags that the page shows with its story: a group of links
// that are marked as tags, or that has those which the metadata states.
func (d *doc) shownTags(stated []string) finding {
	var best *tagLinks
	groups := d.tagGroups()
	for i := range groups {
		g := &groups[i]
		if len(stated) > 0 && len(g.all) > 1 && coversTags(g.all, stated) {
			g.weight += sureTags
			g.likely = g.all
		}
		if len(g.likely) <= 30 && g.weight >= sureTags && (best == nil || g.weight > best.weight) {
			best = g
		}
	}
	if best == nil {
		return finding{}
	}
	tags := best.likely
	for _, g := range groups { // people, places and topics may stand in groups of one kind
		class := attr(g.node, "class")
		if g.node != best.node && g.weight >= sureTags && class != "" && class == attr(best.node, "class") && len(tags)+len(g.likely) <= 40 {
			tags = append(tags, g.likely...)
		}
	}
	return finding{d.cleanShown(tags), "css " + selectorOf(best.node) + " a"}
}

// tagGroups are the page's groups of links that may be tags, in page order.
func (d *doc) tagGroups() []tagLinks {
	var groups []tagLinks
	index := map[*html.Node]int{}
	order, headingAt := 0, 0
	for n := range d.root.Descendants() {
		if order++; n == d.bestH1() {
			headingAt = order
		}
		if n.DataAtom != atom.A || n.Type != html.ElementNode {
			continue
		}
		node, weight := d.tagGroup(n)
		name := strings.Trim(strings.TrimLeft(shortText(n, 80), "# "), ",;|· ")
		if node == nil || name == "" {
			continue
		}
		i, known := index[node]
		if !known {
			i = len(groups)
			index[node] = i
			groups = append(groups, tagLinks{node: node})
		}
		g := &groups[i]
		g.all = append(g.all, name)
		if weight >= likeTag {
			g.likely = append(g.likely, name)
		}
		g.weight = max(g.weight, weight)
		g.last = order
		if leadsTo(attr(n, "href"), tagSegments) {
			g.paths++
		}
	}
	for i := range groups {
		if groups[i].paths > 2 {
			groups[i].weight++
		}
		if groups[i].last < headingAt-farAbove {
			groups[i].weight -= 2
		}
	}
	return groups
}

func (d *doc) cleanShown(tags []string) []string {
	var out []string
	for _, t := range tags {
		t = tagCount.ReplaceAllString(t, "")
		if t != "" && !uuidTag.MatchString(t) {
			out = append(out, t)
		}
	}
	return distinct(out)
}

// tagGroup is the element that holds the tags which a link is one of, and how
// surely; nil where the link is none.
func (d *doc) tagGroup(a *html.Node) (*html.Node, float64) {
	weight := 0.0
	if hasWord(attr(a, "rel"), "tag") {
		weight += 3
		if hasWord(attr(a, "rel"), "category") {
			weight -= 1.5
		}
	}
	if leadsTo(attr(a, "href"), tagSegments) && d.sameSite(attr(a, "href")) {
		weight += 1.5
	}
	marked := weight > 0
	for p, i := a, 0; p != nil && i < 5 && !marked; p, i = p.Parent, i+1 {
		marked = d.signsOf(p)&signTag != 0
	}
	if !marked && !d.labelledTags(a) {
		return nil, 0
	}
	var group *html.Node
	for p, i := a, 0; p != nil && p.DataAtom != atom.Body && i < 12; p, i = p.Parent, i+1 {
		sign := d.signsOf(p)
		if i < 5 && sign&signTag != 0 && d.linksOnly(p) {
			if group == nil {
				weight += 1.5
			}
			group = p
		}
		if attr(p, "role") == "navigation" && p.DataAtom != atom.Nav && !d.holdsHeading(p) {
			weight -= 2
		}
		switch p.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside, atom.H1, atom.H2, atom.H3, atom.Figure:
			if !d.holdsHeading(p) && !d.inArticle(p) {
				weight -= 2
			}
		case atom.P:
			if !d.linksOnly(p) {
				weight -= 2 // a link in running text
			}
		case atom.Article, atom.Main:
			weight += 0.5
		}
		if !d.holdsHeading(p) && sign&signOther != 0 {
			weight -= 3
		}
		if d.holdsHeading(p) {
			weight++
			break
		}
	}
	if group == nil || group == a {
		group = a.Parent
	}
	for i := 0; i < 6 && group.Parent != nil && single(group) && d.linksOnly(group.Parent); i++ {
		group = group.Parent
	}
	weight += d.labelWeight(group)
	return group, weight
}

// sameSite reports whether an address leads to a page of the same site.
func (d *doc) sameSite(href string) bool {
	host := hostOf(d.resolve(href))
	return host == "" || hostWord(host) == hostWord(hostOf(d.url))
}

// inArticle reports whether an element is the foot or the menu of the article
// that has the headline, not of the page.
func (d *doc) inArticle(n *html.Node) bool {
	if n.DataAtom == atom.Footer && within(n.Parent, atom.Article, atom.Main) {
		return true
	}
	for p := n.Parent; p != nil && n.DataAtom == atom.Nav; p = p.Parent {
		if p.DataAtom == atom.Article || p.DataAtom == atom.Section {
			return d.holdsHeading(p)
		}
	}
	return false
}

// labelledTags reports whether a link is one of a line of links after a label
// that means tags, where none of them tells by its address that it is one.
func (d *doc) labelledTags(a *html.Node) bool {
	for p, i := a.Parent, 0; p != nil && i < 3; p, i = p.Parent, i+1 {
		if d.labelWeight(p) <= 0 {
			continue
		}
		for c := range p.Descendants() {
			if c.DataAtom == atom.A && leadsTo(attr(c, "href"), tagSegments) {
				return false
			}
		}
		return d.linksOnly(p)
	}
	return false
}

// labelWeight is what the label over a group of links says for its being tags:
// it stands in the group itself, or right before it.
func (d *doc) labelWeight(group *html.Node) float64 {
	weight, known := d.tagLabels[group]
	if !known {
		inside := leadText(group)
		switch {
		case meanings[labelKey(inside)] == "tags", meanings[labelKey(d.lineBefore(group))] == "tags":
			weight = 3
		case inside != "" && readSigns(inside)&signOther != 0:
			weight = -3
		}
		d.tagLabels[group] = weight
	}
	return weight
}

// leadText is the short text in an element before its first link.
func leadText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.DataAtom == atom.A && c.Type == html.ElementNode || b.Len() > maxLabel {
			break
		}
		if c.Type == html.TextNode && !silent(c.Parent) {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// lineBefore is the short text right before an element, in its parent or the
// parent's.
func (d *doc) lineBefore(n *html.Node) string {
	for range 2 {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if t := strings.TrimSpace(s.Data); s.Type == html.TextNode && t != "" {
				return firstPart(t, maxLabel)
			}
			if s.Type == html.ElementNode && hasText(s) {
				if single(s) && !d.linksOnly(s) {
					return shortText(s, maxLabel)
				}
				return "" // a link is no label
			}
		}
		if n = n.Parent; n == nil {
			break
		}
	}
	return ""
}

// single reports whether an element holds one link at most.
func single(n *html.Node) bool {
	links := 0
	for c := range n.Descendants() {
		if c.DataAtom == atom.A {
			if links++; links > 1 {
				return false
			}
		}
	}
	return true
}

// linksOnly is mostlyLinks, remembered.
func (d *doc) linksOnly(n *html.Node) bool {
	known, ok := d.linkers[n]
	if !ok {
		known = mostlyLinks(n)
		d.linkers[n] = known
	}
	return known
}

// mostlyLinks reports whether an element holds little but a few links.
func mostlyLinks(n *html.Node) bool {
	if n.DataAtom == atom.Article || n.DataAtom == atom.Main || n.DataAtom == atom.Body {
		return false
	}
	all := shortText(n, 1500)
	if all == "" {
		return false
	}
	linked := 0
	for c := range n.Descendants() {
		if c.DataAtom == atom.A {
			linked += len(shortText(c, 200))
		}
	}
	return linked*10 >= len(all)*5 || n.DataAtom == atom.A
}
