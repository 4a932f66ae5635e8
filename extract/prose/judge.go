package prose

import (
	"golang.org/x/net/html/atom"
)

// judge weighs every block, finds the story's heading, and marks the elements
// whose signs make them no part of the story.
func (p *page) judge(h Hints) {
	for i := range p.blocks {
		b := &p.blocks[i]
		b.value = p.weigh(b)
		b.prose = max(b.value, 0)
	}
	p.findHeading(h)
	p.sum()
	p.inherit()
	p.markOthers()
	p.markComments()
	p.markBoxes()
	p.markAppeals()
	p.markCards()
	p.markTeasers()
	p.markPictures()
	for i := range p.blocks {
		b := &p.blocks[i]
		b.noise |= p.elems[b.elem].noise
		doubt := p.elems[b.elem].doubt
		if b.noise != 0 {
			b.prose = 0
		}
		switch {
		case b.value <= 0 && b.noise|doubt != 0:
			b.value = -1
		case b.value <= 0:
		case b.noise != 0:
			b.value = -1
		case doubt != 0:
			b.value *= 0.3
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
	case b.isAside():
		return -5
	case b.ends > 0 && own >= 40:
		return own
	case p.isHeading(b):
		return 0
	case own >= 100:
		return 0.8 * own
	case own >= 40:
		return 0.3 * own
	case p.elems[b.elem].tag == atom.Li && b.link == 0:
		return 0
	}
	return -4
}

// isAside reports whether a block is short and nearly all within inline elements
// that bear a sign of noise: a counter, a byline, a date.
func (b *block) isAside() bool {
	return b.weight < 150 && (b.aside*10 > b.weight*7 || b.timed*10 > b.weight*6)
}

// isDate reports whether a block is hardly more than the digits of a date.
func (b *block) isDate() bool {
	return b.digits >= 6 && b.digits <= 14 && b.digits*10 >= b.weight*6
}

func (p *page) isHeading(b *block) bool {
	return p.hasSign(b.elem, heading, 2)
}

// sum prepares the running totals by which an element's share is told at once.
func (p *page) sum() {
	p.values = grow(p.values, len(p.blocks)+1)
	p.proses = grow(p.proses, len(p.blocks)+1)
	p.weights = grow(p.weights, len(p.blocks)+1)
	p.linked = grow(p.linked, len(p.blocks)+1)
	for i, b := range p.blocks {
		p.values[i+1] = p.values[i] + b.value
		p.proses[i+1] = p.proses[i] + b.prose
		weight, link := b.weight, b.link
		if b.noise != 0 {
			weight, link = 0, 0
		}
		p.weights[i+1] = p.weights[i] + float64(weight)
		p.linked[i+1] = p.linked[i] + float64(link)
	}
}

func grow(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}

func (p *page) value(e *elem) float64 { return p.values[e.last] - p.values[e.first] }

func (p *page) prose(e *elem) float64 { return p.proses[e.last] - p.proses[e.first] }

func (p *page) weight(e *elem) float64 { return p.weights[e.last] - p.weights[e.first] }

func (p *page) links(e *elem) float64 { return p.linked[e.last] - p.linked[e.first] }

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

// hasSign reports whether an element or one of its n-1 nearest ancestors bears
// a sign.
func (p *page) hasSign(e int32, s sign, n int) bool {
	for ; n > 0 && e >= 0; n-- {
		if p.elems[e].sign&s != 0 {
			return true
		}
		e = p.elems[e].parent
	}
	return false
}
