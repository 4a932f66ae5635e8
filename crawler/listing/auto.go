package listing

import (
	"math"
	"strings"

	"golang.org/x/net/html"

	"stakeout/weburl"
)

// Shapes are the shapes of address that were found to be stories on earlier
// pages of the same listing. The zero value knows none.
type Shapes map[string]bool

// Thresholds of a group's mean score, found by trying listings of many kinds.
const (
	enough   = 3.0 // the best group must reach it
	fraction = 0.6 // and the others this part of the best
)

// Stories finds which links are stories, without being told. It groups links by
// the shape of their address and takes the groups that look like stories: many
// of one kind, in headings and repeated blocks, with dates, numbers or titles
// in their addresses, and texts of some length. nil where no group does. What
// it takes, it adds to known.
func (p *Page) Stories(known Shapes) []*Link {
	own := weburl.Host(p.URL)
	groups := map[string][]*Link{}
	for _, l := range p.links {
		if weburl.SameSite(l.shape.host, own) && !l.shape.elsewhere(p.URL) && !l.shape.page && l.shape.last != lastNone {
			groups[l.shape.key] = append(groups[l.shape.key], l)
		}
	}
	scores := map[string]float64{}
	best := 0.0
	for key, links := range groups {
		scores[key] = groupScore(links)
		if below(links[0].URL, p.URL) {
			scores[key]++
		}
		best = max(best, scores[key])
	}
	chosen := map[string]bool{}
	for key := range groups {
		if known[key] || best >= enough && scores[key] >= max(best*fraction, enough*0.8) {
			chosen[key] = true
		}
	}
	if len(chosen) == 0 {
		return p.plainStories(groups, known)
	}
	company := newCompany(groups, chosen)
	var stories []*Link
	for _, l := range p.links {
		if groups[l.shape.key] == nil || l.isNumbered() {
			continue
		}
		if chosen[l.shape.key] && l.score() >= 0 {
			known[l.shape.key] = true
			stories = append(stories, l)
		} else if !chosen[l.shape.key] && company.takes(l) {
			stories = append(stories, l)
		}
	}
	return stories
}

// below reports whether an address begins with that of the listing.
func below(address, listing string) bool {
	listing, _, _ = strings.Cut(strings.TrimSuffix(mustCanonical(listing), "/"), "?")
	return strings.Count(listing, "/") > 2 && strings.HasPrefix(address, listing+"/")
}

// plainStories is for a page that gives nothing but its links, such as a bare
// row of them: those count whose addresses alone say that they are stories.
func (p *Page) plainStories(groups map[string][]*Link, known Shapes) []*Link {
	var stories []*Link
	for _, l := range p.links {
		links := groups[l.shape.key]
		if len(links) < 2 || l.isNumbered() || !l.shape.telling() || l.card.named {
			continue
		}
		known[l.shape.key] = true
		stories = append(stories, l)
	}
	return stories
}

// telling reports whether an address alone says that it is a story's.
func (s shape) telling() bool {
	return s.last >= lastNumber || s.dated && s.last == lastSlug || s.word
}

// isNumbered reports whether a link is to a numbered page of a listing.
func (l *Link) isNumbered() bool {
	return len(l.Title) <= 3 && reNumber.MatchString(l.Title) && !l.card.heading
}

// company is where the chosen stories stand: a link among them that is made as
// theirs are is a story too, whatever its address looks like.
type company struct {
	paths  map[string]bool
	inside map[*html.Node]int // how many stories an element holds
}

func newCompany(groups map[string][]*Link, chosen map[string]bool) company {
	c := company{paths: map[string]bool{}, inside: map[*html.Node]int{}}
	for key := range chosen {
		for _, l := range groups[key] {
			if l.score() < enough || l.card.chrome || l.card.aside {
				continue
			}
			c.paths[l.card.path] = true
			for _, n := range above(l.anchors[0]) {
				c.inside[n]++
			}
		}
	}
	return c
}

// takes reports whether a link stands in the company of three stories or more.
func (c company) takes(l *Link) bool {
	if l.card.chrome || l.score() < 0.5 || !c.paths[l.card.path] {
		return false
	}
	for _, n := range above(l.anchors[0]) {
		if c.inside[n] >= 3 {
			return true
		}
	}
	return false
}

// above are the elements around an anchor, up to a few, without the page's own.
func above(a *html.Node) []*html.Node {
	var list []*html.Node
	for n := a.Parent; n != nil && n.Type == html.ElementNode && n.Data != "body" && n.Data != "main" && len(list) < climb; n = n.Parent {
		list = append(list, n)
	}
	return list
}

// groupScore is the mean of a group's links, and a little for their number.
// Links below 0 (in navigation, say) are no members.
func groupScore(links []*Link) float64 {
	sum, n := 0.0, 0.0
	for _, l := range links {
		if s := l.score(); s >= 0 && !l.isNumbered() {
			sum += s
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum/n + min(math.Log2(n), 4)/2
}

// score says how much one link looks like a story's.
func (l *Link) score() float64 {
	s := 0.0
	switch c := l.card; {
	case c.words >= 6:
		s += 2
	case c.words >= 4:
		s += 1
	case c.words < 2 && c.text < 5:
		s -= 1.5
	}
	if l.card.heading {
		s += 1.5
	}
	if l.card.second {
		s -= 2
	}
	if l.card.dated {
		s++
	}
	if l.card.block {
		s += 0.5
	}
	if l.card.text >= 15 {
		s += 0.5
	}
	if l.card.chrome {
		s -= 4
	} else if l.card.aside {
		s -= 2
	}
	return s + l.shape.score()
}

// score says how much an address looks like a story's.
func (s shape) score() float64 {
	n := 0.0
	switch s.last {
	case lastNumber, lastMixed, lastQuery:
		n += 1.5
	case lastSlug:
		n += 1.5
	case lastWord:
		if s.depth == 1 {
			n -= 1.5
		}
	}
	if s.dated {
		n++
	}
	if s.word {
		n++
	}
	if s.banned {
		n -= 6
	}
	return n
}
