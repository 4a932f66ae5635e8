package prose

import "golang.org/x/net/html/atom"

// findLead finds the standfirst outside the root: what between the heading and
// the root is prose, or else is named or known as a standfirst. said holds what
// the root says already.
func (p *page) findLead(r int32, h Hints, said *memory) []int32 {
	headlines := p.headlines(h)
	first := p.elems[r].first
	start := p.h1 + 1
	if p.h1 < 0 {
		start = p.headOf(r)
	}
	want := key(h.Description)
	var prose []int32
	named := int32(-1)
	lists := p.proseLists(start, first)
	for i := start; i < first; i++ {
		b := &p.blocks[i]
		if b.weight < 20 || p.isLink(b) || b.isAside() || isTitle(b.key(), headlines, false) {
			continue
		}
		clean := b.noise == 0 && p.clean(b.elem, first) || want != "" && b.key() == want
		switch {
		case said.has(b) || notice(b) != "":
		case clean && (b.prose > 0 && b.ends > 0 || lists[p.list(b)]):
			prose = append(prose, i)
			said.add(p, b)
		case clean && (b.prose > 0 || p.hasSign(b.elem, lead, 3) || p.isHeading(b) && b.weight >= 60) && (named < 0 || b.weight > p.blocks[named].weight):
			named = i
		}
	}
	if len(prose) == 0 && named >= 0 {
		return []int32{named}
	}
	return prose
}

// proseLists are the lists in blocks[start:end] of which an item is prose: the
// others are of the summary too, however short.
func (p *page) proseLists(start, end int32) map[int32]bool {
	lists := map[int32]bool{}
	for i := start; i < end; i++ {
		if b := &p.blocks[i]; b.prose > 0 && b.ends > 0 && p.list(b) >= 0 {
			lists[p.list(b)] = true
		}
	}
	return lists
}

// list is the list that a block is an item of; -1 for none.
func (p *page) list(b *block) int32 {
	if e := &p.elems[b.elem]; e.tag == atom.Li {
		return e.parent
	}
	return -1
}

// headOf is the first block of the part of the page that holds the root and
// little more prose: where the story begins on a page without a heading.
func (p *page) headOf(r int32) int32 {
	most := 1.35 * p.prose(&p.elems[r])
	for a := p.elems[r].parent; a >= 0 && p.prose(&p.elems[a]) <= most; a = p.elems[a].parent {
		r = a
	}
	return p.elems[r].first
}

// near is how many blocks from the root an editor's note that nothing but its
// words tells is looked for.
const near = 30

// notes finds the editor's notes in blocks[start:end], outside the root:
// corrections and clarifications belong to the story wherever they stand.
func (p *page) notes(start, end int32, said *memory) []int32 {
	var out []int32
	for i := start; i < end; i++ {
		b := &p.blocks[i]
		if b.noise&^spares != 0 || b.weight < 20 || p.isLink(b) || said.has(b) {
			continue
		}
		if b.noise == 0 && p.hasSign(b.elem, note, 3) || i < start+near && isNote(b) {
			said.add(p, b)
			out = append(out, i)
		}
	}
	return out
}
