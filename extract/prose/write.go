package prose

import (
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

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
