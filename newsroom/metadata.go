package newsroom

import (
	"fmt"
	"path"
	"slices"
	"time"
)

// credit sets a card's credibility.
func credit(value string) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if p.credibility == "" || p.credibility == value {
			return nil, "", false
		}
		was := p.credibility
		p.credibility = value
		return []string{metadata}, fmt.Sprintf("credibility: %q became %q", was, value), true
	}
}

// tag adds a tag.
func tag(value string) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if slices.Contains(p.tags, value) {
			return nil, "", false
		}
		p.tags = append(slices.Clone(p.tags), value)
		return []string{metadata}, fmt.Sprintf("tag %q added", value), true
	}
}

// attribute lets a card name another source.
func attribute() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if p.desk.Kind == newspaper || p.desk.Kind == wire {
			return nil, "", false
		}
		was := p.publisher
		i := slices.Index(outlets, was)
		p.publisher = outlets[(i+1)%len(outlets)]
		return []string{metadata}, fmt.Sprintf("source: %q became %q", was, p.publisher), true
	}
}

// backdate moves a story's time of publication.
func backdate(d time.Duration) edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		p.published = p.published.Add(-d)
		return []string{metadata}, "published " + d.String() + " earlier than it said before", true
	}
}

// byline adds a second author, or takes one away.
func byline() edit {
	return func(n *Newsroom, p *piece) ([]string, string, bool) {
		if p.desk.Kind != newspaper {
			return nil, "", false
		}
		if len(p.authors) > 1 {
			p.authors = p.authors[:1]
			return []string{metadata}, "an author less", true
		}
		p.authors = []string{p.authors[0], firstNames[n.rng.IntN(len(firstNames))] + " " + lastNames[n.rng.IntN(len(lastNames))]}
		return []string{metadata}, "another author: " + p.authors[1], true
	}
}

// stamp moves the time at which a newspaper says that a story was updated.
func (n *Newsroom) stamp(p *piece) { p.updated = n.now().UTC().Truncate(time.Second) }

// quietly makes a deed of something that no reader of the story can tell.
func quietly(what string, f func(n *Newsroom, p *piece)) deedFunc {
	return func(n *Newsroom, p *piece) (Deed, bool) {
		f(n, p)
		n.touch(p)
		return Deed{Event: eventNoise, What: what}, true
	}
}

func redesign() deedFunc {
	return quietly("new markup around the same words", func(n *Newsroom, p *piece) { p.plainer = !p.plainer })
}

func typeset() deedFunc {
	return quietly("straight quotes became typographic ones", func(n *Newsroom, p *piece) { p.curly = true })
}

func reshare() deedFunc {
	return quietly("another title for social networks", func(n *Newsroom, p *piece) {
		p.shareTitle = "You won't forget this: " + p.headline.String()
	})
}

func restamp() deedFunc {
	return quietly("another time of update, and nothing else", func(n *Newsroom, p *piece) { n.stamp(p) })
}

// move gives a newspaper's story another address; the old one redirects.
func move() deedFunc {
	return func(n *Newsroom, p *piece) (Deed, bool) {
		if p.desk.Kind != newspaper || len(p.former) > 0 {
			return Deed{}, false
		}
		was := p.path
		dir, name := path.Split(p.path)
		p.former, p.path = append(slices.Clone(p.former), was), dir+"updated-"+name
		n.touch(p)
		return Deed{Event: eventMoved, What: "moved from " + was}, true
	}
}
