package prose

import (
	"golang.org/x/net/html/atom"
)

// judge weighs every block, finds the story's heading, and marks the elements
// whose signs make them no part of the story.
func (p *page) judge(h Hints) {
	total := 0.0
	for i := range p.blocks {
		b := &p.blocks[i]
		b.value = p.weigh(b)
		if b.value > 0 {
			total += b.value
		}
	}
	p.findHeading(h)
	p.sum()
	p.inherit(total)
	p.markTeasers()
	for i := range p.blocks {
		b := &p.blocks[i]
		b.noise |= p.elems[b.elem].noise
		if b.noise != 0 && b.value > 0 {
			b.value = -0.1 * float64(b.weight)
		}
	}
	p.sum()
}

// weigh says how much a block, by its own text, speaks for being prose.
func (p *page) weigh(b *block) float64 {
	own := float64(b.weight - b.link)
	switch {
	case b.link*2 > b.weight:
		return -5 - 0.7*float64(min(b.link, 100))
	case b.aside*10 > b.weight*7:
		return -5
	case b.ends > 0 && own >= 40:
		return own
	case p.isHeading(b):
		return 0
	case own >= 100:
		return 0.8 * own
	case own >= 40:
		return 0.3 * own
	}
	return -4
}

func (p *page) isHeading(b *block) bool {
	return p.elems[b.elem].sign&heading != 0
}

// sum prepares the running totals by which an element's share is told at once.
func (p *page) sum() {
	p.values = grow(p.values, len(p.blocks)+1)
	p.proses = grow(p.proses, len(p.blocks)+1)
	p.weights = grow(p.weights, len(p.blocks)+1)
	p.linked = grow(p.linked, len(p.blocks)+1)
	for i, b := range p.blocks {
		p.values[i+1] = p.values[i] + b.value
		p.proses[i+1] = p.proses[i] + max(b.value, 0)
		p.weights[i+1] = p.weights[i] + float64(b.weight)
		p.linked[i+1] = p.linked[i] + float64(b.link)
	}
}

func grow(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}

func (p *page) value(e *elem) float64  { return p.values[e.last] - p.values[e.first] }
func (p *page) prose(e *elem) float64  { return p.proses[e.last] - p.proses[e.first] }
func (p *page) weight(e *elem) float64 { return p.weights[e.last] - p.weights[e.first] }
func (p *page) links(e *elem) float64  { return p.linked[e.last] - p.linked[e.first] }

// findHeading finds the block of the story's heading: the h1 that says the
// headline, else the longest h1, else any block that says the headline.
func (p *page) findHeading(h Hints) {
	want := key(h.Headline)
	best, bestWeight := int32(-1), 0
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.within(b.elem, atom.H1) {
			if want != "" && key(b.text) == want {
				p.h1 = int32(i)
				return
			}
			if b.weight > bestWeight {
				best, bestWeight = int32(i), b.weight
			}
		}
	}
	if want != "" && best < 0 {
		for i := range p.blocks {
			if b := &p.blocks[i]; b.weight < 400 && b.link == 0 && key(b.text) == want {
				best = int32(i)
				break
			}
		}
	}
	p.h1 = best
}

// within reports whether an element or one of its three nearest ancestors is a
// tag.
func (p *page) within(e int32, tag atom.Atom) bool {
	for range 4 {
		if e < 0 {
			return false
		}
		if p.elems[e].tag == tag {
			return true
		}
		e = p.elems[e].parent
	}
	return false
}

// inherit settles which elements are noise: by their own signs, unless they hold
// too much of the page to be that, or by an ancestor's.
func (p *page) inherit(total float64) {
	for i := range p.elems {
		e := &p.elems[i]
		if e.parent >= 0 {
			e.noise = p.elems[e.parent].noise
		}
		if e.noise == 0 {
			e.noise = p.ownNoise(e, total)
		}
	}
}

// ownNoise is what of an element's signs of noise can be true of it.
func (p *page) ownNoise(e *elem, total float64) sign {
	s := e.sign & noiseSigns
	if s == 0 || e.tag == atom.Body || e.tag == atom.Html || e.sign&(bodyProp|mainTag) != 0 {
		return 0
	}
	prose, weight := p.prose(e), p.weight(e)
	if p.h1 >= e.first && p.h1 < e.last {
		return 0
	}
	for _, limit := range limits {
		if s&limit.signs != 0 && (weight > limit.weight || prose > limit.share*total) {
			s &^= limit.signs
		}
	}
	return s
}

// limits say how much text, and what share of the page's prose, an element may
// hold and still be what its signs say.
var limits = []struct {
	signs  sign
	weight float64
	share  float64
}{
	{byline | tags | counter | widget, 400, 0.3},
	{sharing | media, 600, 0.3},
	{bio | newsletter | paywall | embed, 1500, 0.3},
	{advert | form | caption | hidden | asideBox | related, 1e9, 0.4},
	{navigation | footer | cookies, 1e9, 0.6},
}

// markTeasers marks cards that lead to other stories: a heading that is all
// link, and the short text beside it.
func (p *page) markTeasers() {
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.noise != 0 || !p.isHeading(b) || b.link*10 < b.weight*9 || int32(i) == p.h1 {
			continue
		}
		e := p.elems[b.elem].parent
		if e < 0 || p.weight(&p.elems[e]) > 500 {
			continue
		}
		for up := p.elems[e].parent; up >= 0 && p.weight(&p.elems[up]) <= 300; up = p.elems[e].parent {
			e = up
		}
		c := &p.elems[e]
		if c.sign&(bodyName|bodyProp) != 0 || p.h1 >= c.first && p.h1 < c.last {
			continue
		}
		for j := c.first; j < c.last; j++ {
			p.blocks[j].noise |= related
		}
	}
}
