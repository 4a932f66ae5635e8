package prose

import (
	"strings"

	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// verdict is why a block is left out of the story; "" keeps it.
type verdict string

const (
	keep     verdict = ""
	title    verdict = "headline"
	preface  verdict = "byline or date"
	linked   verdict = "related links"
	repeated verdict = "said before"
	loose    verdict = "heading of nothing"
	stray    verdict = "stray words"
)

// choose tells the root's blocks that are the story's from the others: out has
// them in order, the lead first, and ignored those left out as noise.
func (p *page) choose(r int32, h Hints) (out []int32, ignored []story.Ignored) {
	e := &p.elems[r]
	start := e.first
	if p.h1 >= e.first && p.h1 < e.last && p.proses[p.h1]-p.proses[e.first] < 0.3*p.prose(e) {
		start = p.h1 + 1
	}
	p.settle(r)
	said := newMemory()
	headlines := p.headlines(h)
	verdicts := p.verdicts(start, e.last, headlines, said)
	p.dropLabels(start, verdicts)
	out = append(p.findLead(r, h, said), p.notes(max(p.h1, e.first-near, 0), e.first, said)...)
	for i, v := range verdicts {
		if v == keep {
			out = append(out, start+int32(i))
		}
	}
	out = append(out, p.notes(e.last, int32(len(p.blocks)), said)...)
	return out, p.ignored(start, verdicts)
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
		if b.noise != 0 || b.weight < 20 || p.isLink(b) || said.has(b) {
			continue
		}
		if p.hasSign(b.elem, note, 3) || i < start+near && isNote(b) {
			said.add(b)
			out = append(out, i)
		}
	}
	return out
}

// verdicts judges blocks[start:end] one by one.
func (p *page) verdicts(start, end int32, headlines []string, said *memory) []verdict {
	out := make([]verdict, end-start)
	prose := false
	inParagraphs := p.inParagraphs(start, end)
	for i := start; i < end; i++ {
		b := &p.blocks[i]
		v := keep
		switch {
		case b.noise != 0:
			v = verdict(b.noise.reason())
		case p.hasSign(b.elem, note, 3) && !p.isLink(b):
		case (!prose || p.h1s <= 3) && p.within(b.elem, atom.H1) || isTitle(b.key(), headlines, prose):
			v = title
		case b.isAside() || b.isDate() && !p.within(b.elem, atom.Table):
			v = preface
		case p.isLink(b):
			v = linked
		case !prose && p.isPreface(i, end):
			v = preface
		case said.has(b):
			v = repeated
		case inParagraphs && p.isStray(b):
			v = stray
		default:
			v = verdict(notice(b))
		}
		if v == keep {
			said.add(b)
			prose = prose || b.prose > 0
		}
		out[i-start] = v
	}
	return out
}

// headlines are the keys of what the metadata and the page's heading say.
func (p *page) headlines(h Hints) []string {
	out := []string{key(h.Headline)}
	if p.h1 >= 0 {
		out = append(out, p.blocks[p.h1].key())
	}
	return out
}

// inParagraphs reports whether the prose of blocks[start:end] is nearly all in
// elements made for it, so that words beside them are something else.
func (p *page) inParagraphs(start, end int32) bool {
	in, all := 0.0, 0.0
	for i := start; i < end; i++ {
		if b := &p.blocks[i]; b.noise == 0 {
			all += b.prose
			if leafTags[p.elems[b.elem].tag] {
				in += b.prose
			}
		}
	}
	return in >= 0.8*all
}

// isStray reports whether a block is a few words outside of any paragraph.
func (p *page) isStray(b *block) bool {
	return b.prose == 0 && b.ends == 0 && b.weight < 40 && b.strong < b.weight && !p.inLeaf(b.elem)
}

// inLeaf reports whether an element is within a paragraph, heading, list, quote
// or table.
func (p *page) inLeaf(e int32) bool {
	for range 5 {
		if e < 0 {
			return false
		}
		if leafTags[p.elems[e].tag] {
			return true
		}
		e = p.elems[e].parent
	}
	return false
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

// dropLabels drops what introduces nothing that is kept: the label of a list of
// links, a heading at the end or with only links under it.
func (p *page) dropLabels(start int32, verdicts []verdict) {
	kept := make([]int32, len(verdicts)+1) // of verdicts[:i], how many are kept
	for i, v := range verdicts {
		kept[i+1] = kept[i]
		if v == keep {
			kept[i+1]++
		}
	}
	next := -1 // the next block kept
	for i := len(verdicts) - 1; i >= 0; i-- {
		if verdicts[i] != keep {
			continue
		}
		b := &p.blocks[start+int32(i)]
		switch {
		case p.isHeading(b):
			if next < 0 || p.labelsLinks(start, int32(i), verdicts, kept) {
				verdicts[i] = loose
				continue
			}
		case b.prose == 0 && b.weight < 40 && b.ends == 0 && !p.within(b.elem, atom.Li) && p.labelsLinks(start, int32(i), verdicts, kept):
			verdicts[i] = linked
			continue
		}
		next = i
	}
}

// labelsLinks reports whether what follows the block start+i, in the element it
// stands in, is a list of links, or links and nothing that is kept.
func (p *page) labelsLinks(start, i int32, verdicts []verdict, kept []int32) bool {
	if int(i)+1 >= len(verdicts) || !isLinked(verdicts[i+1]) {
		return false
	}
	parent := p.elems[p.blocks[start+i].elem].parent
	for parent >= 0 && p.elems[parent].last-p.elems[parent].first == 1 {
		parent = p.elems[parent].parent
	}
	if parent < 0 {
		return false
	}
	e := &p.elems[parent]
	first, last := max(e.first-start, 0), min(e.last-start, int32(len(verdicts)))
	if i+1 < last && kept[last]-kept[first] == 1 {
		return true
	}
	list := p.blocks[start+i+1].elem
	for range 4 {
		if list < 0 || p.elems[list].parent == parent {
			break
		}
		list = p.elems[list].parent
	}
	return list >= 0 && p.elems[list].parent == parent && leafTags[p.elems[list].tag]
}

func isLinked(v verdict) bool { return v == linked || v == verdict(related.reason()) }

// ignored lists the runs of blocks that were left out as noise.
func (p *page) ignored(start int32, verdicts []verdict) []story.Ignored {
	var out []story.Ignored
	last := keep
	for i, v := range verdicts {
		if v == keep || v == title || v == preface || v == last {
			last = v
			continue
		}
		last = v
		out = append(out, story.Ignored{Text: cut(story.Plain(p.blocks[start+int32(i)].text), 200), Why: string(v)})
	}
	return out
}

// cut is the beginning of a text, at most n characters.
func cut(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// isPreface reports whether a block before the first paragraph belongs to the
// story's head (kicker, byline, date) rather than to its text.
func (p *page) isPreface(i, end int32) bool {
	b := &p.blocks[i]
	if b.prose > 0 && (b.ends > 0 || b.digits < 4 || b.weight > 120) || p.hasSign(b.elem, lead, 2) && b.weight >= 20 {
		return false
	}
	if p.isHeading(b) || b.strong == b.weight {
		return b.weight < 40 && !p.leads(i, end)
	}
	return b.ends == 0
}

// leads reports whether a heading stands right over text, as its sibling.
func (p *page) leads(i, end int32) bool {
	if i+1 >= end {
		return false
	}
	next := &p.blocks[i+1]
	over, under := p.elems[p.blocks[i].elem].parent, p.elems[next.elem].parent
	if p.elems[next.elem].tag == atom.Li && under >= 0 {
		return next.noise == 0 && next.link == 0 && over == p.elems[under].parent
	}
	return next.noise == 0 && next.prose > 0 && over == under
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

// isLink reports whether a block is a link rather than text with links in it. A
// linked item of a list or table that mostly is text is text.
func (p *page) isLink(b *block) bool {
	if b.link == 0 {
		return false
	}
	if p.isHeading(b) {
		return b.link*10 >= b.weight*9
	}
	if b.link*10 <= b.weight*6 || b.ends > 0 && b.link*10 <= b.weight*9 {
		return false
	}
	e := b.elem
	for range 5 {
		if e < 0 {
			break
		}
		k := &p.elems[e]
		if k.tag == atom.Ul || k.tag == atom.Ol || k.tag == atom.Table || k.tag == atom.Dl {
			return p.links(k) > 0.6*p.weight(k)
		}
		e = k.parent
	}
	return true
}

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
	for i := start; i < first; i++ {
		b := &p.blocks[i]
		if b.weight < 20 || p.isLink(b) || b.isAside() || isTitle(b.key(), headlines, false) {
			continue
		}
		clean := b.noise == 0 && p.clean(b.elem, first) || want != "" && b.key() == want
		switch {
		case said.has(b) || notice(b) != "":
		case clean && b.prose > 0 && b.ends > 0:
			prose = append(prose, i)
			said.add(b)
		case clean && (b.prose > 0 || p.hasSign(b.elem, lead, 3) || p.isHeading(b) && b.weight >= 60) && (named < 0 || b.weight > p.blocks[named].weight):
			named = i
		}
	}
	if len(prose) == 0 && named >= 0 {
		return []int32{named}
	}
	return prose
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

// write makes the text of the chosen blocks; the cells of a table's row are one
// paragraph.
func (p *page) write(chosen []int32, r int32) Text {
	t := Text{Via: "reader blocks"}
	if p.elems[r].sign&(bodyProp|bodyName|articleTag) != 0 {
		t.Via = "reader article"
	}
	sum, long, row := 0.0, 0, int32(-1)
	for _, i := range chosen {
		b := &p.blocks[i]
		s := story.Plain(b.text)
		if s == "" {
			continue
		}
		sum += b.prose
		if b.prose > 60 {
			long++
		}
		last := len(t.Paragraphs) - 1
		in := p.row(b)
		if in >= 0 && in == row && last >= 0 {
			t.Paragraphs[last] += " | " + s
			t.Nodes[last] = p.elems[in].node
			continue
		}
		row = in
		t.Paragraphs = append(t.Paragraphs, s)
		t.Nodes = append(t.Nodes, p.elems[b.elem].node)
	}
	t.Score = min(1, sum/600) * 0.7
	if long > 1 {
		t.Score += 0.3
	}
	return t
}

// row is the table row that a block is a short cell of, -1 where it is none.
func (p *page) row(b *block) int32 {
	e := b.elem
	for range 4 {
		if e < 0 {
			return -1
		}
		k := &p.elems[e]
		if k.tag == atom.Td || k.tag == atom.Th {
			if k.last-k.first == 1 && b.weight <= 400 && k.parent >= 0 && p.elems[k.parent].tag == atom.Tr {
				return k.parent
			}
			return -1
		}
		e = k.parent
	}
	return -1
}
