package export

import (
	"io"
	"iter"
	"regexp"
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
// what is known of it; lines without a value are left out, as are labels of a
// page's own that have the name of a line before them. No newline ends it.
func MarkdownStory(s story.Story, zone *time.Location) string {
	var b strings.Builder
	if s.Headline != "" {
		b.WriteString("## " + heading(s.Headline) + "\n")
	}
	for i, p := range s.Body {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(paragraph(p) + "\n")
	}
	b.WriteString("---")
	written := map[string]bool{}
	line := func(label, value string) {
		if name := strings.ToLower(label); value != "" && !written[name] {
			b.WriteString("\n- **" + strings.ReplaceAll(inline(label), "*", `\*`) + "**: " + inline(value))
			written[name] = true
		}
	}
	line("Source", s.Publisher)
	line("Sector", s.Sector)
	line("Authors", strings.Join(s.Authors, ", "))
	line("Tags", strings.Join(s.Tags, ", "))
	line("Credibility", s.Credibility)
	line("Published", moment(s.Published, zone))
	line("Updated", updatedLine(s, zone))
	written["id"], written["url"] = true, true // those of the story come last
	for _, label := range OtherLabels(s.Metadata) {
		line(label, s.Metadata[label])
	}
	clear(written)
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
	return moment(s.Updated, zone)
}

// OtherLabels are the labels of a story's metadata but links, sorted.
func OtherLabels(m map[string]string) []string {
	var out []string
	for label := range m {
		if label != "links" {
			out = append(out, label)
		}
	}
	sort.Strings(out)
	return out
}

// moment is a time in a zone; a day alone stays a day.
func moment(m story.Moment, zone *time.Location) string {
	t, ok := m.Time()
	if !ok || m.DayOnly() {
		return string(m)
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(publishedLayout)
}

// markup is what a page's words could end or begin in the middle of a line: HTML,
// links and pictures. Marks of emphasis and of code stay as they are printed.
var markup = regexp.MustCompile(`<[A-Za-z/!?]|\]\(|\]\[`)

// inline is text for the middle of a line: it can't begin a new one, nor be more
// than text.
func inline(s string) string {
	return markup.ReplaceAllStringFunc(strings.Join(strings.Fields(s), " "), func(m string) string { return `\` + m })
}

// heading is text for a heading's line, which marks at its end would shorten.
func heading(s string) string {
	s = inline(s)
	if text := strings.TrimRight(s, "#"); text == "" || len(text) < len(s) && strings.HasSuffix(text, " ") {
		return text + `\` + s[len(text):]
	}
	return s
}

// block is what Markdown takes at the start of a line for a heading, a quote,
// code, a table, a list's item, a definition, a rule or an underline.
var block = regexp.MustCompile("^(?:#|---|>|```|~~~|\\||[-+*](?: |$)|\\[[^\\]]*\\]:|[-*_ ]*$|=+ ?$)")

// item is a number at the start of a line that begins a list.
var item = regexp.MustCompile(`^(\d{1,9})([.)](?: |$))`)

// paragraph is text for a line of its own, escaped where Markdown would take it
// for something else.
func paragraph(s string) string {
	s = inline(s)
	switch {
	case s == "":
		return s
	case block.MatchString(s):
		return `\` + s
	}
	return item.ReplaceAllString(s, `$1\$2`)
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
