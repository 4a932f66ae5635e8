package terminal

import (
	"fmt"
	"strings"

	"stakeout/digest"
	"stakeout/story"
)

// Words sets a word diff in one line: deleted struck through, inserted
// underlined; without colour as [-deleted-] and {+inserted+}. Kept runs longer
// than around characters are cut to their words next to a change; around 0
// keeps everything.
func (s *Screen) Words(words []story.Word, around int) string {
	var b strings.Builder
	words = digest.Near(words, around)
	for i, w := range words {
		text := Safe(w.Text)
		switch w.Op {
		case story.Dropped:
			b.WriteString(s.mark(Deleted, "[-", text, "-]"))
			if i+1 < len(words) && words[i+1].Op == story.Inserted {
				b.WriteByte(' ')
			}
		case story.Inserted:
			b.WriteString(s.mark(Added, "{+", text, "+}"))
		default:
			b.WriteString(text)
		}
	}
	return strings.TrimSpace(b.String())
}

// mark sets a deleted or inserted run, its outer spaces left outside.
func (s *Screen) mark(style Style, open, text, closing string) string {
	inner := strings.TrimSpace(text)
	if inner == "" {
		return text
	}
	lead, tail, _ := strings.Cut(text, inner)
	if s.colour {
		return lead + s.Set(style, inner) + tail
	}
	return lead + open + inner + closing + tail
}

// Change sets the fields of a change, a blank line between them: what changed
// is the loudest thing.
func (s *Screen) Change(c story.Change) string {
	var b strings.Builder
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "\n  %s\n", s.Set(Quiet, digest.Place(f)))
		fmt.Fprintf(&b, "  %s\n", s.FieldChange(f, 60))
	}
	return b.String()
}

// FieldChange sets one field's change in one line.
func (s *Screen) FieldChange(f story.FieldChange, around int) string {
	if f.Class == story.Reordered {
		return Cut(Safe(f.New), 100)
	}
	return s.Words(digest.Words(f), around)
}
