package prose

import (
	"strings"

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
	p.markBoxes()
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

func (p *page) value(e *elem) float64  { return p.values[e.last] - p.values[e.first] }
func (p *page) prose(e *elem) float64  { return p.proses[e.last] - p.proses[e.first] }
func (p *page) weight(e *elem) float64 { return p.weights[e.last] - p.weights[e.first] }
func (p *page) links(e *elem) float64  { return p.linked[e.last] - p.linked[e.first] }

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

// hardSigns are signs that are hardly ever on what holds a story; the others
// are believed only of what is inside the story's part of the page.
const hardSigns = navigation | comments | related | cookies | footer | hidden

// inherit settles which elements are noise beyond doubt, by their own signs or
// an ancestor's, and which may be.
func (p *page) inherit() {
	m := p.measure()
	for i := range p.elems {
		e := &p.elems[i]
		if e.parent >= 0 {
			e.noise, e.doubt = p.elems[e.parent].noise, p.elems[e.parent].doubt
		}
		if e.sign&note != 0 && e.noise&(navigation|comments|related|hidden|cookies) == 0 {
			e.noise, e.doubt = 0, 0
			continue
		}
		s := p.ownNoise(e, p.prose(e), m)
		if e.noise == 0 {
			e.noise = s & hardSigns
		}
		if e.doubt == 0 {
			e.doubt = s &^ hardSigns
		}
	}
}

// mass is the prose of a page or a part of it: all, and what no element with a
// sign of noise holds.
type mass struct{ all, free float64 }

func (p *page) measure() mass {
	m := mass{all: p.proses[len(p.blocks)]}
	signed := make([]bool, len(p.elems))
	for i := range p.elems {
		e := &p.elems[i]
		signed[i] = e.sign&noiseSigns != 0 && e.tag != atom.Body && e.tag != atom.Html || e.parent >= 0 && signed[e.parent]
	}
	for i := range p.blocks {
		if b := &p.blocks[i]; !signed[b.elem] {
			m.free += b.prose
		}
	}
	return m
}

// ownNoise is what of an element's signs of noise can be true of it, given the
// prose that it and its like hold, and that of what it is a part of.
func (p *page) ownNoise(e *elem, prose float64, m mass) sign {
	s := e.sign & noiseSigns
	if s == 0 || e.tag == atom.Body || e.tag == atom.Html || e.sign&(bodyProp|mainTag) != 0 {
		return 0
	}
	weight := p.weight(e)
	if s&comments != 0 && p.proses[e.first]-p.proses[max(p.h1, 0)] < 100 {
		s &^= comments // comments come after what they are about
	}
	if p.h1 >= e.first && p.h1 < e.last {
		return 0
	}
	for _, limit := range limits {
		if s&limit.signs != 0 && (weight > limit.weight || prose > limit.share*m.all && prose > 2*m.free) {
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
	{picture, 300, 0.2},
	{byline | tags | counter | widget, 400, 0.3},
	{sharing | media, 600, 0.3},
	{bio | newsletter | paywall | infobox, 1500, 0.3},
	{advert | form | caption | hidden | concealed | overlay | asideBox | related, 1e9, 0.4},
	{navigation | footer | cookies, 1e9, 0.6},
}

// markOthers marks articles with a heading of the first order that is not the
// story's, after a good deal of text: further stories that the page goes on with.
func (p *page) markOthers() {
	if p.h1 < 0 {
		return
	}
	own := p.blocks[p.h1].key()
	for i := range p.blocks {
		b := &p.blocks[i]
		if int32(i) <= p.h1 || !p.within(b.elem, atom.H1) || b.key() == own {
			continue
		}
		for e := b.elem; e >= 0; e = p.elems[e].parent {
			k := &p.elems[e]
			if p.h1 >= k.first && p.h1 < k.last {
				break
			}
			if k.sign&articleTag != 0 && p.proses[k.first]-p.proses[p.h1] >= max(300, p.prose(k)/2) {
				p.blot(e, related)
				break
			}
		}
	}
}

// markCards marks elements named teasers where the page has several alike:
// alone, a teaser is the story's lead.
func (p *page) markCards() {
	alike := map[uint64]int{}
	for i := range p.elems {
		if e := &p.elems[i]; e.sign&teaser != 0 && e.last > e.first {
			alike[e.shape]++
		}
	}
	for i := range p.elems {
		e := &p.elems[i]
		if e.sign&teaser == 0 || e.noise != 0 || e.last == e.first || p.h1 >= e.first && p.h1 < e.last {
			continue
		}
		if alike[e.shape] > 1 && p.weight(e) <= 500 {
			p.blot(int32(i), related)
		} else {
			e.sign |= lead
		}
	}
}

// blot makes noise of an element and all within it.
func (p *page) blot(e int32, s sign) {
	for i := e; i < p.elems[e].end; i++ {
		p.elems[i].noise |= s
	}
}

// wrappers is how much prose the named elements of each kind hold: a kind that
// holds a good deal wraps the story's paragraphs, and no box of it is a notice.
func (p *page) wrappers() map[uint64]float64 {
	out := map[uint64]float64{}
	for i := range p.elems {
		e := &p.elems[i]
		if e.isBlock && e.last-e.first <= 4 && e.last > e.first && e.shape != hash(offset64, e.node.Data) {
			out[e.shape] += p.prose(e)
		}
	}
	return out
}

// holds reports whether an element of a tag is within e.
func (p *page) holds(e int32, tag atom.Atom) bool {
	for i := e; i < p.elems[e].end; i++ {
		if p.elems[i].tag == tag {
			return true
		}
	}
	return false
}

// markPictures marks what is little more than a picture and a line under it.
func (p *page) markPictures() {
	wrappers := p.wrappers()
	for i := range p.elems {
		e := &p.elems[i]
		if e.isBlock && e.noise == 0 && e.images > 0 && !leafTags[e.tag] && e.last > e.first && e.last-e.first <= 2 &&
			p.weight(e) <= 150 && p.prose(e) < 90 && e.sign&(heading|headerTag) == 0 && !(p.h1 >= e.first && p.h1 < e.last) && !p.isHeading(&p.blocks[e.first]) &&
			wrappers[e.shape] < 500 {
			p.blot(int32(i), caption)
		}
	}
}

// markBoxes marks small boxes that ask for something: a form or a button, and
// the few words around it.
func (p *page) markBoxes() {
	total := p.proses[len(p.blocks)]
	wrappers := p.wrappers()
	for i := range p.elems {
		e := &p.elems[i]
		if e.isBlock && e.noise == 0 && e.forms > 0 && e.last > e.first && p.weight(e) <= 300 && !leafTags[e.tag] &&
			p.prose(e) <= min(0.1*total, 90) && e.sign&headerTag == 0 && !(p.h1 >= e.first && p.h1 < e.last) &&
			wrappers[e.shape] < 500 && !p.holds(int32(i), atom.Table) {
			p.blot(int32(i), form)
		}
	}
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
		p.blot(e, related)
	}
}
