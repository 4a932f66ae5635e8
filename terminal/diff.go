package terminal

import (
	"fmt"
	"strings"

	"stakeout/story"
)

// Words sets a word diff in one line: deleted struck through, inserted
// underlined; without colour as [-deleted-] and {+inserted+}. Kept runs longer
// than around characters are cut to their words next to a change; around 0
// keeps everything.
func (s *Screen) Words(words []story.Word, around int) string {
	var b strings.Builder
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
			b.WriteString(context(text, around, i > 0, i+1 < len(words)))
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

// context cuts a kept run to what stands next to the changes around it.
func context(text string, around int, before, after bool) string {
	if around <= 0 || columns(text) <= 2*around {
		return text
	}
	switch {
	case before && after:
		return headWords(text, around) + " … " + tailWords(text, around)
	case before:
		return headWords(text, around) + " …"
	case after:
		return "… " + tailWords(text, around)
	}
	return Cut(text, around)
}

func headWords(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	if i := strings.LastIndexByte(string(r[:n]), ' '); i > 0 {
		return string(r[:n])[:i]
	}
	return string(r[:n])
}

func tailWords(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	tail := string(r[len(r)-n:])
	if i := strings.IndexByte(tail, ' '); i >= 0 {
		return tail[i+1:]
	}
	return tail
}

// Change sets the fields of a change, a blank line between them: what changed
// is the loudest thing.
func (s *Screen) Change(c story.Change) string {
	var b strings.Builder
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "\n  %s\n", s.Set(Quiet, place(f)))
		fmt.Fprintf(&b, "  %s\n", s.FieldChange(f, 60))
	}
	return b.String()
}

// FieldChange sets one field's change in one line.
func (s *Screen) FieldChange(f story.FieldChange, around int) string {
	switch {
	case f.IsList:
		return s.list(f.OldList, f.NewList)
	case f.Class == story.Reordered:
		return Cut(Safe(f.New), 100)
	case len(f.Words) > 0:
		return s.Words(f.Words, around)
	}
	var parts []string
	if f.Old != "" {
		parts = append(parts, s.mark(Deleted, "[-", Safe(f.Old), "-]"))
	}
	if f.New != "" {
		parts = append(parts, s.mark(Added, "{+", Safe(f.New), "+}"))
	}
	return strings.Join(parts, " ")
}

// list sets what left and what joined a list.
func (s *Screen) list(old, new []string) string {
	var parts []string
	for _, v := range old {
		if contains(new, v) {
			parts = append(parts, Safe(v))
		} else {
			parts = append(parts, s.mark(Deleted, "[-", Safe(v), "-]"))
		}
	}
	for _, v := range new {
		if !contains(old, v) {
			parts = append(parts, s.mark(Added, "{+", Safe(v), "+}"))
		}
	}
	return strings.Join(parts, ", ")
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// place names where a change stands, as a reader counts: paragraph 2.
func place(f story.FieldChange) string {
	if f.Field != "body" || f.At == nil {
		return f.Field
	}
	name := fmt.Sprintf("paragraph %d", *f.At+1)
	switch {
	case f.Class == story.Reordered && f.Was != nil:
		return fmt.Sprintf("%s, was paragraph %d", name, *f.Was+1)
	case f.Class == story.Deleted || f.New == "":
		return name + " of the earlier version"
	}
	return name
}
