package prose

import (
	"golang.org/x/net/html/atom"
)

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

// markAppeals marks small boxes in which the site asks its readers for something,
// by their words: the appeal, and the heading, the words and the link around it.
func (p *page) markAppeals() {
	free := min(0.1*p.proses[len(p.blocks)], 90)
	wrappers := p.wrappers()
	for i := range p.blocks {
		b := &p.blocks[i]
		if int32(i) <= p.h1 || p.elems[b.elem].noise|p.elems[b.elem].doubt != 0 || !b.isAppeal() {
			continue
		}
		for e := b.elem; e >= 0; e = p.elems[e].parent {
			k := &p.elems[e]
			if k.last-k.first > 6 || p.weight(k) > 500 || k.sign&(bodyName|bodyProp|articleTag|mainTag|note) != 0 ||
				p.h1 >= k.first && p.h1 < k.last || wrappers[k.shape] >= 500 {
				break
			}
			if k.isBlock && !leafTags[k.tag] && p.leadsOn(k) && p.proseBesideAppeals(k) <= free {
				p.blot(e, newsletter)
				break
			}
		}
	}
}

// leadsOn reports whether an element has something to follow or to press.
func (p *page) leadsOn(e *elem) bool {
	if e.forms > 0 {
		return true
	}
	for i := e.first; i < e.last; i++ {
		if b := &p.blocks[i]; b.link*2 > b.weight {
			return true
		}
	}
	return false
}

func (p *page) proseBesideAppeals(e *elem) (prose float64) {
	for i := e.first; i < e.last; i++ {
		if b := &p.blocks[i]; !b.isAppeal() {
			prose += b.prose
		}
	}
	return prose
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
		p.cards++
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
