package prose

import (
	"golang.org/x/net/html/atom"
)

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
