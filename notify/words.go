package notify

import (
	"fmt"
	"strings"

	"stakeout/configs"
	"stakeout/digest"
	"stakeout/story"
)

// Told is a change as a template sees it.
type Told struct {
	story.Change
}

// Title is the word that names the change.
func (t Told) Title() string { return digest.Title(t.Change) }

// Words are the decisive words, [-before-] and {+after+}.
func (t Told) Words() string {
	f := digest.Decisive(t.Change)
	if f == nil {
		return ""
	}
	return plain(digest.Near(digest.Words(*f), 60))
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

// usual words a change: what it is, the words that decide it, where to read it.
func usual(t Told) string {
	lines := []string{t.Title() + ": " + t.Headline}
	if w := t.Words(); w != "" {
		lines = append(lines, w)
	}
	about := t.Source
	if t.From > 0 {
		about += fmt.Sprintf(", version %d → %d", t.From, t.To)
	}
	if t.Silent() {
		about += ", silent"
	}
	lines = append(lines, about)
	if t.URL != "" {
		lines = append(lines, t.URL)
	}
	return strings.Join(lines, "\n")
}

// word writes a message's title and text; left is how many changes it has no room
// for.
func word(m *Message, rule configs.Notify, left int) error {
	all := make([]Told, len(m.Changes))
	for i, c := range m.Changes {
		all[i] = Told{c}
	}
	m.Title = all[0].Title() + ": " + all[0].Headline
	if len(all) > 1 {
		m.Title = fmt.Sprintf("%d edits: %s", len(all)+left, rule.Name)
	}
	if rule.Template != nil {
		var b strings.Builder
		if err := rule.Template.Execute(&b, map[string]any{"Changes": all, "Text": m.Text, "Rule": rule.Name}); err == nil {
			m.Text = b.String()
			return nil
		} else {
			// The news must not be lost to a mistake in its wording.
			m.Text = fmt.Sprintf("(The template of rule %s has an error: %v)\n\n", rule.Name, err)
		}
	}
	var parts []string
	for _, t := range all {
		parts = append(parts, usual(t))
	}
	if left > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", left))
	}
	m.Text += strings.Join(parts, "\n\n")
	return nil
}
