package prose

import (
	"golang.org/x/net/html/atom"
)

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

// settle makes noise of what may be noise inside the root.
func (p *page) settle(r int32) {
	root := &p.elems[r]
	total := p.prose(root)
	alike := map[uint64]float64{}
	for i := r + 1; i < root.end; i++ {
		if e := &p.elems[i]; e.sign&noiseSigns != 0 && e.last > e.first {
			alike[e.shape] += p.prose(e)
		}
	}
	for i := r + 1; i < root.end; i++ {
		e := &p.elems[i]
		if e.sign&note != 0 && e.noise == 0 {
			continue
		}
		e.noise |= p.elems[e.parent].noise
		if e.noise == 0 {
			e.noise = p.ownNoise(e, max(p.prose(e), alike[e.shape]), mass{all: total})
		}
	}
	for i := root.first; i < root.last; i++ {
		p.blocks[i].noise |= p.elems[p.blocks[i].elem].noise
	}
}

// clean reports whether no element from e up to the one that holds the block
// too bears a sign of noise.
func (p *page) clean(e, block int32) bool {
	for ; e >= 0; e = p.elems[e].parent {
		k := &p.elems[e]
		if block >= k.first && block < k.last {
			return true
		}
		if p.ownNoise(k, p.prose(k), mass{all: p.proses[len(p.blocks)]}) != 0 {
			return false
		}
	}
	return true
}
