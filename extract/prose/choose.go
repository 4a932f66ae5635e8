package prose

import (
	"net/url"
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

// verdicts judges blocks[start:end] one by one.
func (p *page) verdicts(start, end int32, headlines []string, said *memory) []verdict {
	out := make([]verdict, end-start)
	prose := false
	inParagraphs := p.inParagraphs(start, end)
	for i := start; i < end; i++ {
		b := &p.blocks[i]
		v := keep
		switch {
		case b.noise != 0 && !p.isSpared(b):
			v = verdict(b.noise.reason())
		case p.hasSign(b.elem, note, 3) && !p.isLink(b):
		case (!prose || p.h1s <= 3) && p.within(b.elem, atom.H1) || isTitle(b.key(), headlines, prose):
			v = title
		case b.isAside() || b.isDate() && !p.within(b.elem, atom.Table):
			v = preface
		case p.isLink(b) && !p.isItem(i, end):
			v = linked
		case !prose && p.isPreface(i, end):
			v = preface
		case said.has(b) && !said.beside(p, b):
			v = repeated
		case inParagraphs && p.isStray(b):
			v = stray
		default:
			v = verdict(notice(b))
		}
		if v == keep {
			said.add(p, b)
			prose = prose || b.prose > 0
		}
		out[i-start] = v
	}
	return out
}

// spares are the signs that an editor's note may stand under: what holds the
// small print of an article, and not of a page.
const spares = footer | asideBox | byline | infobox | advert | newsletter | widget | overlay

// isSpared reports whether a block that bears a sign of noise is a note to the
// readers all the same.
func (p *page) isSpared(b *block) bool {
	return b.noise&^spares == 0 && b.weight >= 20 && isNote(b)
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

// isItem reports whether a heading that is a link is over text of the story all the
// same, as in a list of things to buy or to see: it leads to another site.
func (p *page) isItem(i, end int32) bool {
	b := &p.blocks[i]
	if p.host == "" || !p.isHeading(b) || !p.leads(i, end) {
		return false
	}
	for n := range p.elems[b.elem].node.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "href" {
				u, err := url.Parse(strings.TrimSpace(a.Val))
				return err == nil && u.Host != "" && !kindred(u.Hostname(), p.host)
			}
		}
	}
	return false
}

// kindred reports whether two hosts end in the same two names.
func kindred(a, b string) bool {
	return lastNames(a) == lastNames(b)
}

func lastNames(host string) string {
	if i := strings.LastIndexByte(host, '.'); i > 0 {
		return host[strings.LastIndexByte(host[:i], '.')+1:]
	}
	return host
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
	return b.ends == 0 && !(isSalutation(b) && p.leads(i, end))
}

// isSalutation reports whether a block ends as the first line of a letter does.
func isSalutation(b *block) bool {
	s := strings.TrimSpace(b.text)
	return b.link == 0 && b.digits == 0 && (strings.HasSuffix(s, ",") || strings.HasSuffix(s, "，"))
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
