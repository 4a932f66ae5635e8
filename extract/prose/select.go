package prose

import (
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
func lower(r rune) rune  { return unicode.ToLower(r) }

// select_ chooses the blocks of the root that are the story's, and the lead.
func (p *page) select_(r int32, h Hints) []int32 {
	e := &p.elems[r]
	start := e.first
	if p.h1 >= e.first && p.h1 < e.last && p.proses[p.h1]-p.proses[e.first] < 0.3*p.prose(e) {
		start = p.h1 + 1
	}
	p.settle(r)
	var out []int32
	headline := key(h.Headline)
	seen := map[string]bool{}
	prose := false
	for i := start; i < e.last; i++ {
		b := &p.blocks[i]
		if b.noise != 0 || p.within(b.elem, atom.H1) {
			continue
		}
		if b.isAside() || p.isLink(b) {
			continue
		}
		k := key(b.text)
		if k == headline && headline != "" {
			continue
		}
		if b.weight >= 60 {
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		if !prose && p.isPreface(b) {
			continue
		}
		if b.prose > 0 {
			prose = true
		}
		out = append(out, i)
	}
	for len(out) > 0 && p.isHeading(&p.blocks[out[len(out)-1]]) {
		out = out[:len(out)-1]
	}
	return append(p.findLead(r, h, seen), out...)
}

// isPreface reports whether a block before the first paragraph belongs to the
// story's head (kicker, byline, date) rather than to its text.
func (p *page) isPreface(b *block) bool {
	if b.prose > 0 || p.hasSign(b.elem, lead, 2) && b.weight >= 20 {
		return false
	}
	if p.isHeading(b) {
		return b.weight < 40
	}
	return b.ends == 0
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
		e.noise |= p.elems[e.parent].noise
		if e.noise == 0 {
			e.noise = p.ownNoise(e, max(p.prose(e), alike[e.shape]), total)
		}
	}
	for i := root.first; i < root.last; i++ {
		p.blocks[i].noise |= p.elems[p.blocks[i].elem].noise
	}
}

// isLink reports whether a block is a link rather than text with links in it.
func (p *page) isLink(b *block) bool {
	if b.link == 0 {
		return false
	}
	if p.isHeading(b) {
		return b.link*10 >= b.weight*9
	}
	return b.link*10 > b.weight*6 && (b.ends == 0 || b.link*10 > b.weight*9)
}

// findLead finds the standfirst outside the root: what between the heading and
// the root is prose, or else is named or known as a standfirst. seen holds what
// the root says already.
func (p *page) findLead(r int32, h Hints, seen map[string]bool) []int32 {
	first := p.elems[r].first
	if p.h1 < 0 || p.h1 >= first {
		return nil
	}
	want := key(h.Description)
	var prose, named []int32
	for i := p.h1 + 1; i < first; i++ {
		b := &p.blocks[i]
		if b.weight < 20 || p.isLink(b) || b.isAside() {
			continue
		}
		k := key(b.text)
		clean := b.noise == 0 && p.clean(b.elem, first)
		switch {
		case seen[k]:
		case k == want && want != "":
			return []int32{i}
		case clean && b.prose > 0 && b.ends > 0:
			prose = append(prose, i)
		case clean && (b.prose > 0 || p.hasSign(b.elem, lead, 3)):
			named = append(named, i)
		default:
			continue
		}
		seen[k] = true
	}
	if len(prose) == 0 && len(named) > 0 {
		return named[:1]
	}
	return prose
}

// clean reports whether no element from e up to the one that holds the block
// too bears a sign of noise.
func (p *page) clean(e, block int32) bool {
	for ; e >= 0; e = p.elems[e].parent {
		k := &p.elems[e]
		if block >= k.first && block < k.last {
			return true
		}
		if p.ownNoise(k, p.prose(k), p.proses[len(p.blocks)]) != 0 {
			return false
		}
	}
	return true
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

// write makes the text of the chosen blocks.
func (p *page) write(chosen []int32, r int32, h Hints) Text {
	t := Text{Via: "reader blocks"}
	if p.elems[r].sign&(bodyProp|bodyName|articleTag) != 0 {
		t.Via = "reader article"
	}
	sum, long := 0.0, 0
	for _, i := range chosen {
		b := &p.blocks[i]
		s := story.Plain(b.text)
		if s == "" {
			continue
		}
		t.Paragraphs = append(t.Paragraphs, s)
		t.Nodes = append(t.Nodes, p.node(b))
		sum += b.prose
		if b.prose > 60 {
			long++
		}
	}
	t.Score = min(1, sum/600) * 0.7
	if long > 1 {
		t.Score += 0.3
	}
	return t
}

func (p *page) node(b *block) *html.Node {
	if b.elem < 0 {
		return nil
	}
	return p.elems[b.elem].node
}
