package prose

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// findHeading finds the block of the story's heading: the h1 that says the
// headline, else the longest h1, else any block that says the headline.
func (p *page) findHeading(h Hints) {
	want := key(h.Headline)
	best, bestScore := int32(-1), 0.0
	long := 40.0 // letters of an h1 that is no site's name
	if p.h1s = p.countHeadings(); p.h1s > 3 {
		long = 15
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if !p.within(b.elem, atom.H1) || b.weight > 600 {
			continue
		}
		k := b.key()
		score := min(1, float64(b.weight)/long)
		switch {
		case want == "":
		case k == want:
			score += 4
		case strings.Contains(want, k) || strings.Contains(k, want):
			score += 2 * float64(min(len(k), len(want))) / float64(max(len(k), len(want)))
		}
		if score > bestScore {
			best, bestScore = int32(i), score
		}
	}
	if want != "" && best < 0 {
		best = p.findTitle(want)
	}
	p.h1 = best
}

// countHeadings counts the blocks in an h1; where there are many, sections have
// them too.
func (p *page) countHeadings() int {
	n := 0
	for i := range p.blocks {
		if p.within(p.blocks[i].elem, atom.H1) {
			n++
		}
	}
	return n
}

// findTitle finds, on a page without an h1, the block that says the headline or,
// if it is a heading, the greater part of it.
func (p *page) findTitle(want string) int32 {
	part := int32(-1)
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.weight < 10 || b.weight > 400 || b.link*2 > b.weight {
			continue
		}
		k := b.key()
		if k == want {
			return int32(i)
		}
		if part < 0 && p.isHeading(b) && len(k)*2 > len(want) && strings.Contains(want, k) {
			part = int32(i)
		}
	}
	return part
}

// headlines are the keys of what the metadata and the page's heading say.
func (p *page) headlines(h Hints) []string {
	out := []string{key(h.Headline)}
	if p.h1 >= 0 {
		out = append(out, p.blocks[p.h1].key())
	}
	return out
}

// isTitle reports whether a block says one of the headlines again; before the
// first paragraph, with a kicker or in part too.
func isTitle(k string, headlines []string, prose bool) bool {
	for _, headline := range headlines {
		switch {
		case headline == "":
		case k == headline,
			!prose && len(headline) > 20 && strings.Contains(k, headline) && len(k) < 2*len(headline),
			!prose && len(k) > 20 && strings.Contains(headline, k):
			return true
		}
	}
	return false
}
