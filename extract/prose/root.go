package prose

import "strings"

// chooseRoot finds the element that the story is in: the one whose blocks add
// up to the most, narrowed while one child holds nearly all of it. It returns -1
// where nothing on the page is prose.
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
	return p.narrow(best)
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

// narrow steps down while one child holds nearly all the prose and the others
// are no further parts of it.
func (p *page) narrow(r int32) int32 {
	for {
		e := &p.elems[r]
		if e.sign&bodyProp != 0 {
			return r
		}
		heavy := int32(-1)
		alike := map[uint64]int{}
		for c := r + 1; c < e.end; c = p.elems[c].end {
			k := &p.elems[c]
			if !k.isBlock || k.noise != 0 {
				continue
			}
			prose := p.prose(k)
			if prose > 0 {
				alike[k.shape]++
			}
			share := 0.92
			if k.sign&bodyName != 0 {
				share = 0.75
			}
			if prose >= share*p.prose(e) && k.last-k.first > 1 {
				heavy = c
			}
		}
		if heavy < 0 || alike[p.elems[heavy].shape] > 1 {
			return r
		}
		r = heavy
	}
}

// key is a text by which two are told to say the same: letters and digits only,
// lower case.
func key(s string) string {
	var out strings.Builder
	for _, r := range s {
		if isWord(r) {
			out.WriteRune(lower(r))
		}
	}
	return out.String()
}
