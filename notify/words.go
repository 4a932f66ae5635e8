package notify

import (
	"fmt"
	"strings"

	"stakeout/configs"
	"stakeout/digest"
)

// usual words a change: what it is, the words that decide it, where to read it.
func usual(t digest.Told) string {
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
	all := make([]digest.Told, len(m.Changes))
	for i, c := range m.Changes {
		all[i] = digest.Told{Change: c}
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
