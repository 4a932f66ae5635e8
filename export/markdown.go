package export

import (
	"fmt"
	"io"
	"iter"
	"sort"
	"strings"
	"time"

	"stakeout/story"
)

// publishedLayout is how a story's time is written, in UTC or its source's zone.
const publishedLayout = "2006-01-02 15:04:05"

// Zones gives the zone in which a source's times are written; nil means UTC.
type Zones func(source string) *time.Location

// MarkdownStory is one story as a card: headline, paragraphs, and a list of
// what is known of it; lines without a value are left out. No newline ends it.
func MarkdownStory(s story.Story, zone *time.Location) string {
	var b strings.Builder
	b.WriteString("## " + inline(s.Headline) + "\n")
	for i, p := range s.Body {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(paragraph(p) + "\n")
	}
	b.WriteString("---")
	line := func(label, value string) {
		if value != "" {
			b.WriteString("\n- **" + inline(label) + "**: " + inline(value))
		}
	}
	line("Source", s.Publisher)
	line("Sector", s.Sector)
	line("Authors", strings.Join(s.Authors, ", "))
	line("Tags", strings.Join(s.Tags, ", "))
	line("Credibility", s.Credibility)
	line("Published", written(s.Published, zone))
	line("Updated", updatedLine(s, zone))
	for _, label := range otherLabels(s.Metadata) {
		line(label, s.Metadata[label])
	}
	line("ID", s.ID)
	line("URL", s.URL)
	return b.String()
}

// updatedLine is when a story was updated, where that is another time than when
// it was published.
func updatedLine(s story.Story, zone *time.Location) string {
	if s.Updated.Same(s.Published) {
		return ""
	}
	return written(s.Updated, zone)
}

// otherLabels are the labels of a story's metadata but links, sorted.
func otherLabels(m map[string]string) []string {
	var out []string
	for label := range m {
		if label != "links" {
			out = append(out, label)
		}
	}
	sort.Strings(out)
	return out
}

// written is a moment in a zone; a day alone stays a day.
func written(m story.Moment, zone *time.Location) string {
	t, ok := m.Time()
	if !ok || m.DayOnly() {
		return string(m)
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(publishedLayout)
}

// inline is text for the middle of a line: it can't begin a new one.
func inline(s string) string { return strings.Join(strings.Fields(s), " ") }

// paragraph is text for a line of its own: what Markdown would take for a
// heading, a list, a rule, a quote, code or HTML at its start is escaped.
func paragraph(s string) string {
	s = inline(s)
	if s == "" {
		return s
	}
	switch {
	case strings.HasPrefix(s, "#"), strings.HasPrefix(s, ">"), strings.HasPrefix(s, "```"), strings.HasPrefix(s, "~~~"), strings.HasPrefix(s, "<"), strings.HasPrefix(s, "|"),
		strings.HasPrefix(s, "- "), strings.HasPrefix(s, "+ "), strings.HasPrefix(s, "* "), isRule(s):
		return `\` + s
	}
	if digits := strings.TrimLeft(s, "0123456789"); len(digits) < len(s) && (strings.HasPrefix(digits, ". ") || strings.HasPrefix(digits, ") ")) {
		return s[:len(s)-len(digits)] + `\` + digits
	}
	return s
}

// isRule reports whether Markdown takes a line for a rule or an underline.
func isRule(s string) bool {
	rest := strings.ReplaceAll(s, " ", "")
	return rest != "" && (strings.Trim(rest, "-") == "" || strings.Trim(rest, "=") == "" || strings.Trim(rest, "*") == "" || strings.Trim(rest, "_") == "")
}

// Markdown writes stories one after the other, a blank line between them.
func Markdown(w io.Writer, stories iter.Seq2[story.Story, error], zones Zones) error {
	first := true
	for s, err := range stories {
		if err != nil {
			return err
		}
		if !first {
			if _, err := io.WriteString(w, "\n\n"); err != nil {
				return err
			}
		}
		first = false
		if _, err := io.WriteString(w, MarkdownStory(s, zones(s.Source))); err != nil {
			return err
		}
	}
	return nil
}

// Folder writes a file a story, SOURCE/ID.md below dir, each whole or not at
// all, and says how many.
func Folder(dir string, stories iter.Seq2[story.Story, error], zones Zones) (int, error) {
	n := 0
	taken := map[string]story.Key{}
	for s, err := range stories {
		if err != nil {
			return n, err
		}
		name := fileName(s.Key(), taken)
		if err := WriteFile(join(dir, name), func(w io.Writer) error {
			_, err := io.WriteString(w, MarkdownStory(s, zones(s.Source)))
			return err
		}); err != nil {
			return n, fmt.Errorf("export %s: %w", s.Key(), err)
		}
		n++
	}
	return n, nil
}
