package digest

import (
	"strings"

	"stakeout/story"
)

// Told is a change as the template of a message sees it.
type Told struct {
	story.Change
}

// Title is the word that names the change.
func (t Told) Title() string { return Title(t.Change) }

// Words are the decisive words, [-before-] and {+after+}.
func (t Told) Words() string {
	f := Decisive(t.Change)
	if f == nil {
		return ""
	}
	return plain(Near(Words(*f), 60))
}

// Silent reports whether the publisher told nobody.
func (t Told) Silent() bool { return t.Event == story.EventChanged && !t.Disclosed }

// plain is a word diff without colour.
func plain(words []story.Word) string {
	var b strings.Builder
	for i, w := range words {
		switch w.Op {
		case story.Dropped:
			b.WriteString("[-" + w.Text + "-]")
			if i+1 < len(words) && words[i+1].Op == story.Inserted {
				b.WriteByte(' ')
			}
		case story.Inserted:
			b.WriteString("{+" + w.Text + "+}")
		default:
			b.WriteString(w.Text)
		}
	}
	return b.String()
}
