package export

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stakeout/story"
)

// Lists are joined by listMark in a cell, paragraphs by a blank line.
const (
	listMark      = "; "
	paragraphMark = "\n\n"
)

// storyColumns are the columns of stories and versions.
var storyColumns = []string{"source", "id", "version", "status", "url", "headline", "body", "authors", "publisher", "sector", "tags",
	"credibility", "published", "updated", "language", "metadata", "first_seen", "last_seen", "changed_at"}

// StoriesCSV writes stories or versions as CSV (RFC 4180), a row each. A cell
// that a spreadsheet would take for a formula gets an apostrophe in front; raw
// leaves it as it is, for programs.
func StoriesCSV(w io.Writer, raw bool, stories iter.Seq2[story.Story, error]) error {
	return writeCSV(w, raw, storyColumns, stories, func(s story.Story) [][]string {
		return [][]string{{s.Source, s.ID, fmt.Sprint(s.Version), string(s.Status), s.URL, s.Headline, strings.Join(s.Body, paragraphMark),
			strings.Join(s.Authors, listMark), s.Publisher, s.Sector, strings.Join(s.Tags, listMark), s.Credibility,
			string(s.Published), string(s.Updated), s.Language, metadata(s.Metadata), stamp(s.FirstSeen), stamp(s.LastSeen), stamp(s.ChangedAt)}}
	})
}

// changeColumns are the columns of changes.
var changeColumns = []string{"cursor", "source", "id", "event", "from", "to", "at", "seen_before", "disclosed", "classes", "reverted_to",
	"url", "headline", "field", "class", "paragraph", "was", "old", "new"}

// ChangesCSV writes changes as CSV, a row for each field that differs; a change
// without any, such as a new story, is one row.
func ChangesCSV(w io.Writer, raw bool, changes iter.Seq2[story.Change, error]) error {
	return writeCSV(w, raw, changeColumns, changes, changeRows)
}

func changeRows(c story.Change) [][]string {
	classes := make([]string, len(c.Classes))
	for i, class := range c.Classes {
		classes[i] = string(class)
	}
	head := []string{fmt.Sprint(c.Cursor), c.Source, c.ID, string(c.Event), fmt.Sprint(c.From), fmt.Sprint(c.To), stamp(&c.At), stamp(c.SeenBefore),
		fmt.Sprint(c.Disclosed), strings.Join(classes, listMark), number(c.RevertedTo), c.URL, c.Headline}
	if len(c.Fields) == 0 {
		return [][]string{append(head, make([]string, len(changeColumns)-len(head))...)}
	}
	var rows [][]string
	for _, f := range c.Fields {
		before, after := sides(f)
		rows = append(rows, slices.Concat(head, []string{f.Field, string(f.Class), index(f.At), index(f.Was), before, after}))
	}
	return rows
}

// sides are a field's words before and after, lists joined.
func sides(f story.FieldChange) (before, after string) {
	if f.IsList {
		return strings.Join(f.OldList, listMark), strings.Join(f.NewList, listMark)
	}
	return f.Old, f.New
}

func writeCSV[T any](w io.Writer, raw bool, columns []string, items iter.Seq2[T, error], rows func(T) [][]string) error {
	out := bufio.NewWriter(w)
	if err := writeRow(out, raw, columns); err != nil {
		return err
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		for _, row := range rows(item) {
			if err := writeRow(out, raw, row); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// Row writes one row of texts as CSV, as StoriesCSV does.
func Row(w io.Writer, cells []string) error {
	out := bufio.NewWriter(w)
	if err := writeRow(out, false, cells); err != nil {
		return err
	}
	return out.Flush()
}

// writeRow writes one row. encoding/csv turns the line breaks inside a cell into
// those between rows, and leaves cells with a semicolon or a tab bare, which a
// spreadsheet set to another language cuts there: the part behind may be a
// formula.
func writeRow(w *bufio.Writer, raw bool, row []string) error {
	for i, cell := range row {
		if i > 0 {
			w.WriteByte(',') // the last write gives the error of any before
		}
		if !raw {
			cell = defused(cell)
		}
		if strings.ContainsAny(cell, ",;\"\t\r\n") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		w.WriteString(cell)
	}
	_, err := w.WriteString("\r\n")
	return err
}

// defused is a cell that no spreadsheet takes for a formula (OWASP, CSV
// injection): an apostrophe stands in front of = + - @ in either width, tab,
// return and line feed.
func defused(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); strings.ContainsRune("=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20", first) {
		return "'" + cell
	}
	return cell
}

// metadata is "label: value" of every other label, sorted.
func metadata(m map[string]string) string {
	var parts []string
	for _, label := range OtherLabels(m) {
		parts = append(parts, label+": "+m[label])
	}
	return strings.Join(parts, listMark)
}

func stamp(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// number is empty for 0, which stands for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func index(i *int) string {
	if i == nil {
		return ""
	}
	return fmt.Sprint(*i)
}
