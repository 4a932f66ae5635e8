package listing

import (
	"math"

	"stakeout/crawler/weburl"
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
		if weburl.SameSite(l.shape.host, own) && !l.shape.banned && !l.shape.page && l.shape.last != lastNone {
			groups[l.shape.key] = append(groups[l.shape.key], l)
		}
	}
	scores := map[string]float64{}
	best := 0.0
	for key, links := range groups {
		scores[key] = groupScore(links)
		best = max(best, scores[key])
	}
	chosen := map[string]bool{}
	for key := range groups {
		if known[key] || best >= enough && scores[key] >= max(best*fraction, enough*0.8) {
			chosen[key] = true
		}
	}
	if len(chosen) == 0 {
		return nil
	}
	places := placesOf(groups, chosen)
	var stories []*Link
	for _, l := range p.links {
		switch {
		case groups[l.shape.key] == nil || l.shape.banned || l.shape.page:
		case chosen[l.shape.key] && l.score() >= 0:
			stories = append(stories, l)
			known[l.shape.key] = true
		case places[l.card.path] && !l.card.chrome && weburl.SameSite(l.shape.host, own):
			stories = append(stories, l)
		}
	}
	return stories
}

// placesOf are the places in the page where three or more chosen links stand:
// what else stands in such a place is a story too, whatever its address.
func placesOf(groups map[string][]*Link, chosen map[string]bool) map[string]bool {
	count := map[string]int{}
	for key := range chosen {
		for _, l := range groups[key] {
			if l.score() >= enough && !l.card.chrome && !l.card.aside {
				count[l.card.path]++
			}
		}
	}
	places := map[string]bool{}
	for path, n := range count {
		places[path] = n >= 3
	}
	return places
}

// groupScore is the mean of a group's links, and a little for their number.
func groupScore(links []*Link) float64 {
	sum := 0.0
	for _, l := range links {
		sum += l.score()
	}
	return sum/float64(len(links)) + min(math.Log2(float64(len(links))), 4)/2
}

// score says how much one link looks like a story's.
func (l *Link) score() float64 {
	s := 0.0
	switch c := l.card; {
	case c.words >= 6:
		s += 2
	case c.words >= 4:
		s += 1
	case c.words < 2 && c.text < 8:
		s -= 1.5
	}
	if l.card.heading {
		s += 1.5
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
