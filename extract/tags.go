package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	uuidTag   = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f-]{20,}$|^[0-9a-f]{16,}$|^\d{5,}$|^#?[a-z]{1,3}\d{3,}$`)
	codeTag   = regexp.MustCompile(`^[a-z0-9]+(?:_[a-z0-9-]+)+$`)
	prefixTag = regexp.MustCompile(`^[A-Z][\p{L} ]{2,24}: \S`)
	tagCount  = regexp.MustCompile(`\s*\(\d+[^)]*\)$`)
	pathTag   = regexp.MustCompile(`^[a-z-]+/([^/]+)$`)
)

// tagMetas are the names under which pages state their tags, most telling first.
var tagMetas = []string{"news_keywords", "parsely-tags", "cxenseparse:keywords", "cxenseparse:tags", "article:tags", "keywords", "keyword", "dc.subject", "dcterms.subject", "citation_keywords", "sailthru.tags", "tags"}

// tags are the page's keywords for its story. What the page shows wins over its
// metadata where it says more, and always over the vague "keywords".
func (d *doc) tags() finding {
	stated := d.statedTags()
	shown := d.shownTags()
	switch {
	case len(stated.texts) == 0:
		return shown
	case len(shown.texts) == 0:
		return stated
	case strings.HasPrefix(stated.via, "meta keyword"), coversTags(shown.texts, stated.texts):
		return shown
	}
	return stated
}

// statedTags are the tags of the metadata.
func (d *doc) statedTags() finding {
	if tags := d.cleanTags(d.metas["article:tag"]); len(tags) > 0 {
		return finding{tags, "meta article:tag"}
	}
	if a := d.article(); a != nil {
		if tags := d.cleanTags(a.strs("keywords")); len(tags) > 0 {
			return finding{tags, "json-ld keywords"}
		}
	}
	for _, name := range tagMetas {
		if tags := d.cleanTags(d.metas[name]); len(tags) > 0 && !(name == "keywords" && d.foreign(tags)) {
			return finding{tags, "meta " + name}
		}
	}
	if d.article() == nil {
		for _, n := range d.ld {
			if tags := d.cleanTags(n.strs("keywords")); len(tags) > 0 {
				return finding{tags, "json-ld keywords"}
			}
		}
	}
	return finding{}
}

// foreign reports whether keywords are the site's rather than the story's: none
// of them is about what the headline and the summary say.
func (d *doc) foreign(tags []string) bool {
	about := " " + fold(d.headline().first()+" "+d.description()+" "+d.bodyText) + " "
	for _, t := range tags {
		if strings.Contains(about, fold(t)) {
			return false
		}
	}
	return len(tags) > 2 && len(about) > 20
}

// coversTags reports whether shown tags have nearly all that the metadata has.
func coversTags(shown, stated []string) bool {
	has := map[string]bool{}
	for _, t := range shown {
		has[fold(t)] = true
	}
	n := 0
	for _, t := range stated {
		if has[fold(t)] {
			n++
		}
	}
	return len(shown) >= len(stated) && n*10 >= len(stated)*8
}

// cleanTags parts the values of a keywords property and drops what is no tag:
// identifiers, category codes, the site's own name.
func (d *doc) cleanTags(values []string) []string {
	var all []string
	for _, v := range values {
		all = append(all, splitTags(v)...)
	}
	paths, coded := len(all) > 0, 0
	for _, t := range all {
		paths = paths && pathTag.MatchString(t)
		if prefixTag.MatchString(t) {
			coded++
		}
	}
	var out []string
	for _, t := range all {
		if paths {
			t = pathTag.FindStringSubmatch(t)[1]
		}
		t = strings.TrimSpace(strings.TrimLeft(strings.Trim(t, " \"'“”"), "#"))
		switch {
		case t == "" || len(t) > 100 || uuidTag.MatchString(t) || codeTag.MatchString(t) || strings.Contains(t, "://"):
		case coded > 1 && prefixTag.MatchString(t):
		case d.isStatedSite(t) && len(all) > 1, strings.EqualFold(t, hostOf(d.url)):
		default:
			out = append(out, t)
		}
	}
	return distinct(out)
}

// splitTags parts a list of tags in one text.
func splitTags(v string) []string {
	parts := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",;，、،；|", r) })
	if len(parts) == 1 && strings.ContainsFunc(v, ideograph) && strings.Count(v, " ") > 1 {
		return strings.Fields(v)
	}
	return parts
}

// shownTags are the tags that the page shows with its story: a group of links
// that are marked as tags.
func (d *doc) shownTags() finding {
	groups := map[*html.Node][]string{}
	score := map[*html.Node]float64{}
	var order []*html.Node
	for n := range d.root.Descendants() {
		if n.DataAtom != atom.A || n.Type != html.ElementNode {
			continue
		}
		group, weight := d.tagGroup(n)
		if group == nil {
			continue
		}
		name := strings.TrimLeft(shortText(n, 80), "# ")
		if name == "" {
			continue
		}
		if groups[group] == nil {
			order = append(order, group)
		}
		groups[group] = append(groups[group], strings.Trim(name, ",;|· "))
		score[group] = max(score[group], weight)
	}
	var best *html.Node
	for _, g := range order {
		if len(groups[g]) > 30 || score[g] < 3 {
			continue
		}
		if best == nil || score[g] > score[best] {
			best = g
		}
	}
	if best == nil {
		return finding{}
	}
	tags := groups[best]
	for _, g := range order { // people, places and topics may stand in groups of one kind
		if g != best && score[g] >= 3 && attr(g, "class") != "" && attr(g, "class") == attr(best, "class") && len(tags)+len(groups[g]) <= 40 {
			tags = append(tags, groups[g]...)
		}
	}
	return finding{d.cleanShown(tags), "css " + selectorOf(best) + " a"}
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
	if leadsTo(attr(a, "href"), tagSegments) {
		weight += 1.5
	}
	marked := weight > 0
	for p, i := a, 0; p != nil && i < 5 && !marked; p, i = p.Parent, i+1 {
		marked = d.signsOf(p)&signTag != 0
	}
	if !marked {
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
		switch p.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside, atom.H1, atom.H2, atom.H3, atom.Figure:
			if !d.holdsHeading(p) && (p.DataAtom != atom.Footer || !within(p.Parent, atom.Article, atom.Main)) {
				weight -= 2
			}
		case atom.P:
			weight -= 2 // a link in running text
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
	if weight < 2.5 {
		return nil, 0
	}
	if group == nil || group == a {
		group = a.Parent
	}
	for i := 0; i < 4 && group.Parent != nil && single(group) && d.linksOnly(group.Parent); i++ {
		group = group.Parent
	}
	return group, weight
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
