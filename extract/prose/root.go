package prose

import (
	"golang.org/x/net/html/atom"
)

// chooseRoot finds the element that the story is in. It returns -1 where nothing
// on the page is prose.
//
// The part whose blocks add up to the most is where the story must be; within it
// the container of the most paragraphs is the story's core, which grows to its
// ancestors as long as they add more of the same.
func (p *page) chooseRoot(h Hints) int32 {
	best, bestValue := int32(-1), 0.0
	for i := range p.elems {
		e := &p.elems[i]
		if e.noise != 0 || e.last == e.first {
			continue
		}
		if v := p.value(e) * p.bonus(e); v > 0 && v >= bestValue {
			best, bestValue = int32(i), v
		}
	}
	if best < 0 {
		return best
	}
	return p.climb(p.core(best), best)
}

// bonus prefers elements marked up as the story's text.
func (p *page) bonus(e *elem) float64 {
	switch {
	case e.sign&bodyProp != 0:
		return 1.5
	case e.sign&articleTag != 0:
		return 1.15
	case e.sign&bodyName != 0:
		return 1.1
	}
	return 1
}

// core is the element within r that has the most prose directly: paragraphs
// that are its children, or text of its own. What stands before the story's
// heading counts half.
func (p *page) core(r int32) int32 {
	direct := map[int32]float64{}
	e := &p.elems[r]
	for i := e.first; i < e.last; i++ {
		if b := &p.blocks[i]; b.noise == 0 && b.value > 0 {
			v := b.value
			if i < p.h1 {
				v /= 2
			}
			direct[p.container(b.elem, r)] += v
		}
	}
	best, bestValue := r, 0.0
	for c := r; c < e.end; c++ {
		if v := direct[c] * p.bonus(&p.elems[c]); v > bestValue {
			best, bestValue = c, v
		}
	}
	return best
}

// container is the element that a block's paragraph stands in, at most r: the
// nearest that holds other blocks too and is no part of a paragraph, list, quote
// or table.
func (p *page) container(e, r int32) int32 {
	for e > r {
		k := &p.elems[e]
		if k.isBlock && k.last-k.first > 1 && !leafTags[k.tag] {
			break
		}
		e = k.parent
	}
	return e
}

// climb steps from the core up to at most top, to the last ancestor that adds
// prose of the story: in containers like the core's own, or so much that it can
// be nothing else.
func (p *page) climb(core, top int32) int32 {
	root := core
	for a := core; a > top; {
		if k := &p.elems[a]; k.tag == atom.Article && p.h1 >= k.first && p.h1 < k.last {
			break // heading and text: the story ends with its article
		}
		child := a
		a = p.elems[a].parent
		up, cur := &p.elems[a], &p.elems[root]
		if up.sign&bodyProp != 0 {
			root = a
			continue
		}
		added := p.prose(up) - p.prose(cur)
		if added <= 0 {
			continue
		}
		if p.belongs(a, child, cur) {
			root = a
		}
	}
	return root
}

// belongs reports whether what an element adds to the child that holds the root
// so far is more of the story: prose in elements like that child, or one that
// holds so much, and hardly anything else, that it can be nothing else.
func (p *page) belongs(a, child int32, root *elem) bool {
	up := &p.elems[a]
	const share = 0.45
	like := 0.0
	for c := a + 1; c < up.end; c = p.elems[c].end {
		k := &p.elems[c]
		if c == child || k.noise != 0 || k.last <= p.h1 && root.first > p.h1 {
			continue // what ends before the story's heading is not of the story
		}
		prose := p.prose(k)
		if k.shape == p.elems[child].shape && prose >= 0.5*p.weight(k) {
			like += prose
		}
		if prose >= share*p.prose(root) && prose >= 0.6*p.weight(k) {
			return true
		}
	}
	return like > 0 && like >= 0.5*(p.prose(up)-p.prose(root))
}
