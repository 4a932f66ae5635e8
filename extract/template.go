package extract

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sort"

	"stakeout/story"
)

// minLearned is the least number of pages that a template is learned from.
const minLearned = 4

// Template is what a source's pages taught the reader: the lines that stand on
// nearly all of them, whatever the story. Nil for nothing yet. It marshals to
// JSON; one of the same lines has the same ID.
type Template struct {
	Lines story.Prints `json:"lines"`
	Pages int          `json:"pages"` // how many pages it was learned from
}

// Learn finds what stands on nearly every page of a source, from the prints of
// pages of different stories: at least four fifths of them. Fewer than four pages,
// or pages without anything in common, teach nothing: nil.
func Learn(pages []story.Prints) *Template {
	if len(pages) < minLearned {
		return nil
	}
	seen := map[uint32]int{}
	for _, p := range pages {
		p = p.Sorted()
		for i := 0; i+4 <= len(p); i += 4 {
			seen[binary.BigEndian.Uint32(p[i:])]++
		}
	}
	var common []uint32
	for line, n := range seen {
		if n*5 >= len(pages)*4 {
			common = append(common, line)
		}
	}
	if len(common) == 0 {
		return nil
	}
	sort.Slice(common, func(i, j int) bool { return common[i] < common[j] })
	t := &Template{Pages: len(pages)}
	for _, line := range common {
		t.Lines = binary.BigEndian.AppendUint32(t.Lines, line)
	}
	return t
}

// ID identifies the template by its lines; "" where there is none.
func (t *Template) ID() string {
	if t == nil || len(t.Lines) == 0 {
		return ""
	}
	sum := sha256.Sum256(t.Lines)
	return hex.EncodeToString(sum[:8])
}

// withoutTemplate takes out of the body what stands on every page of the source.
// A page that has nothing else is left as it was read.
func (x *reader) withoutTemplate() {
	if x.template == nil || len(x.template.Lines) == 0 {
		return
	}
	var kept []string
	var dropped []story.Ignored
	for _, p := range x.read.Body {
		if x.template.Lines.Has(story.Normal(p)) {
			dropped = append(dropped, story.Ignored{Text: firstPart(p, 200), Why: "on every page of the source"})
			continue
		}
		kept = append(kept, p)
	}
	if len(kept) == 0 {
		return
	}
	x.read.Body = kept
	x.read.Ignored = append(x.read.Ignored, dropped...)
}
