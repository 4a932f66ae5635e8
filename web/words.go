package web

import (
	"fmt"
	"strings"
	"time"

	"stakeout/story"
)

// clock is a time as people read it, in UTC.
func clock(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04") }

// moment is a time that a page states, as people read it, with its own offset.
func moment(m story.Moment) string {
	t, err := time.Parse(time.RFC3339, string(m))
	if err != nil {
		return string(m) // a day alone
	}
	return strings.TrimSuffix(t.Format("2 Jan 2006, 15:04 Z07:00"), " Z") + map[bool]string{true: " UTC"}[strings.HasSuffix(string(m), "Z")]
}

// ago says how long ago something was.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 14*24*time.Hour:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
	return t.UTC().Format("2 Jan 2006")
}

// in says how long it is to a time.
func in(t *time.Time, now time.Time) string {
	if t == nil || t.IsZero() {
		return "by hand"
	}
	d := t.Sub(now)
	switch {
	case d <= 0:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("in %d s", int(d.Seconds())+1)
	case d < time.Hour:
		return fmt.Sprintf("in %d min", int(d.Minutes())+1)
	case d < 48*time.Hour:
		return fmt.Sprintf("in %d h", int(d.Hours()))
	}
	return fmt.Sprintf("in %d days", int(d.Hours()/24))
}

// window is the time within which a change happened.
func window(c story.Change) string {
	if c.SeenBefore == nil {
		return ""
	}
	from, to := c.SeenBefore.UTC(), c.At.UTC()
	switch {
	case to.Sub(from) < time.Minute:
		return to.Format("15:04:05")
	case from.Format(time.DateOnly) == to.Format(time.DateOnly):
		return from.Format("15:04") + "–" + to.Format("15:04")
	}
	return from.Format("2 Jan 15:04") + " – " + to.Format("2 Jan 15:04")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands groups a number's figures.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// citation is a story at a version as a reference that can be checked.
func citation(st story.Story, at time.Time, hash string) string {
	var parts []string
	if len(st.Authors) > 0 {
		parts = append(parts, strings.Join(st.Authors, ", "))
	}
	parts = append(parts, "“"+st.Headline+"”")
	for _, p := range []string{st.Publisher, string(st.Published)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return fmt.Sprintf("%s. Version %d, seen %s UTC. %s. Chain %s.", strings.Join(parts, ". "), st.Version, at.UTC().Format("2 January 2006, 15:04:05"), st.URL, hash)
}

// ruleName makes a name for a rule, or an export, of a filter.
func ruleName(filter string) string {
	words := strings.FieldsFunc(strings.ToLower(filter), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if name := strings.Join(words[:min(len(words), 6)], "-"); name != "" {
		return name
	}
	return "edits"
}

// quoted is a text as a YAML scalar, in single quotes.
func quoted(s string) string { return "'" + strings.ReplaceAll(oneLine(s), "'", "''") + "'" }

// shellQuoted is a text as one word of a shell.
func shellQuoted(s string) string { return "'" + strings.ReplaceAll(oneLine(s), "'", `'\''`) + "'" }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// windowsLines undoes the line ends that browsers send of a text.
var windowsLines = strings.NewReplacer("\r\n", "\n", "\r", "\n")
