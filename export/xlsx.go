package export

import (
	"archive/zip"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"stakeout/story"
)

// Limits of a worksheet, as Microsoft documents them.
const (
	xlsxRows = 1_048_576
	xlsxCell = 32_767 // characters
)

// xlsxBytes is how large the XML of a sheet may grow: what reaches 4 GB needs a form
// of zip that Excel takes for damaged.
const xlsxBytes = 3 << 30

// xlsxLinks is how many addresses of a sheet can be clicked; the rest are text. A
// sheet may have 65,530; the library keeps them in memory and looks through all of
// them for each further one.
const xlsxLinks = 10_000

// StoriesXLSX writes stories or versions as a workbook. Times are dates, the
// header stays in view and filters; no cell is ever a formula, whatever a page
// says. More rows than a sheet holds go on in further sheets.
func StoriesXLSX(w io.Writer, stories iter.Seq2[story.Story, error]) error {
	return writeXLSX(w, "stories", storyColumns, xlsxRows, stories, func(s story.Story) [][]any {
		return [][]any{{s.Source, s.ID, s.Version, string(s.Status), address(s.URL), s.Headline, strings.Join(s.Body, paragraphMark),
			strings.Join(s.Authors, listMark), s.Publisher, s.Sector, strings.Join(s.Tags, listMark), s.Credibility,
			cellTime(s.Published), cellTime(s.Updated), s.Language, metadata(s.Metadata), instantCell(s.FirstSeen), instantCell(s.LastSeen), instantCell(s.ChangedAt)}}
	})
}

// ChangesXLSX writes changes as a workbook, a row for each field that differs.
func ChangesXLSX(w io.Writer, changes iter.Seq2[story.Change, error]) error {
	return writeXLSX(w, "changes", changeColumns, xlsxRows, changes, func(c story.Change) [][]any {
		var rows [][]any
		for n, texts := range changeRows(c) {
			row := make([]any, len(texts))
			for i, t := range texts {
				row[i] = t
			}
			row[0], row[4], row[5] = c.Cursor, c.From, c.To
			row[6], row[7], row[8], row[11] = instantCell(&c.At), instantCell(c.SeenBefore), c.Disclosed, address(c.URL)
			if c.RevertedTo > 0 {
				row[10] = c.RevertedTo
			}
			if n < len(c.Fields) {
				row[15], row[16] = numberCell(c.Fields[n].At), numberCell(c.Fields[n].Was)
			}
			rows = append(rows, row)
		}
		return rows
	})
}

// address is a cell that leads to what it says.
type address string

// cellTime is a page's time as a date, in UTC; text where it isn't one.
func cellTime(m story.Moment) any {
	t, ok := m.Time()
	if !ok {
		return string(m)
	}
	if m.DayOnly() {
		return day(t)
	}
	return t.UTC()
}

type day time.Time

func instantCell(t *time.Time) any {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC()
}

func numberCell(n *int) any {
	if n == nil {
		return ""
	}
	return *n
}

// workbook is a workbook that is being written, row by row.
type workbook struct {
	file    *excelize.File
	name    string
	columns []string
	sheet   *excelize.StreamWriter
	limit   int // rows of a sheet
	sheets  int // begun so far
	row     int // the last one written
	bytes   int // of the sheet's cells as XML, at least

	timeStyle, dayStyle, headStyle int
}

func writeXLSX[T any](w io.Writer, name string, columns []string, limit int, items iter.Seq2[T, error], rows func(T) [][]any) (err error) {
	b := &workbook{file: excelize.NewFile(), columns: columns, name: name, limit: limit}
	defer func() {
		if closeErr := b.file.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := b.styles(); err != nil {
		return err
	}
	if err := b.nextSheet(); err != nil {
		return err
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		for _, row := range rows(item) {
			if err := b.write(row); err != nil {
				return err
			}
		}
	}
	if err := b.endSheet(); err != nil {
		return err
	}
	// Straight to w: the library's own way gathers the whole workbook in memory.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	_, err = b.file.WriteToBuffer()
	return err
}

func (b *workbook) styles() (err error) {
	format := func(s string) *string { return &s }
	if b.timeStyle, err = b.file.NewStyle(&excelize.Style{CustomNumFmt: format(`yyyy\-mm\-dd hh:mm:ss`)}); err != nil {
		return err
	}
	if b.dayStyle, err = b.file.NewStyle(&excelize.Style{CustomNumFmt: format(`yyyy\-mm\-dd`)}); err != nil {
		return err
	}
	b.headStyle, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	return err
}

// nextSheet begins a sheet with its header in view.
func (b *workbook) nextSheet() (err error) {
	b.sheets++
	name := b.name
	if b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		name = fmt.Sprintf("%s %d", b.name, b.sheets)
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if b.sheet, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err := b.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, column := range b.columns {
		if err := b.sheet.SetColWidth(i+1, i+1, columnWidth(column)); err != nil {
			return err
		}
	}
	b.row, b.bytes = 1, 0
	header := make([]any, len(b.columns))
	for i, column := range b.columns {
		header[i] = excelize.Cell{StyleID: b.headStyle, Value: column}
	}
	return b.sheet.SetRow("A1", header)
}

// endSheet closes a sheet, its header made a filter.
func (b *workbook) endSheet() error {
	last, err := excelize.CoordinatesToCellName(len(b.columns), b.row)
	if err != nil {
		return err
	}
	if err := b.file.AutoFilter(b.sheet.Sheet, "A1:"+last, nil); err != nil {
		return err
	}
	return b.sheet.Flush()
}

func (b *workbook) write(values []any) error {
	if b.row == b.limit || b.bytes > xlsxBytes {
		if err := b.endSheet(); err != nil {
			return err
		}
		if err := b.nextSheet(); err != nil {
			return err
		}
	}
	b.row++
	for i, v := range values {
		if a, ok := v.(address); ok {
			if err := b.link(i+1, string(a)); err != nil {
				return err
			}
			v = string(a)
		}
		if text, ok := v.(string); ok {
			b.bytes += len(text) + 5*strings.Count(text, "<") + 5*strings.Count(text, ">") + 5*strings.Count(text, "&") + 5*strings.Count(text, `"`) + 5*strings.Count(text, "\n")
		}
		b.bytes += 80
		values[i] = b.cell(v)
	}
	at, err := excelize.CoordinatesToCellName(1, b.row)
	if err != nil {
		return err
	}
	return b.sheet.SetRow(at, values)
}

// link makes a cell of the row lead to an address of the web.
func (b *workbook) link(column int, address string) error {
	if b.row > xlsxLinks || len(address) > 2000 || !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return nil
	}
	at, err := excelize.CoordinatesToCellName(column, b.row)
	if err != nil {
		return err
	}
	return b.file.SetCellHyperLink(b.sheet.Sheet, at, address, "External")
}

// cell is a value as the workbook takes it. Texts are typed as texts: what begins
// with = is no formula.
func (b *workbook) cell(v any) any {
	switch v := v.(type) {
	case time.Time:
		if v.Year() < 1900 || v.Year() > 9999 { // before the calendar of workbooks
			return v.Format(time.RFC3339)
		}
		return excelize.Cell{StyleID: b.timeStyle, Value: v}
	case day:
		if time.Time(v).Year() < 1900 {
			return time.Time(v).Format(time.DateOnly)
		}
		return excelize.Cell{StyleID: b.dayStyle, Value: time.Time(v)}
	case string:
		if v == "" {
			return nil // an empty cell, not an empty text
		}
		return cellText(v)
	}
	return v
}

// cellText is a text that a cell can hold: cut at its limit.
func cellText(s string) string {
	s = xmlText(s)
	if utf8.RuneCountInString(s) <= xlsxCell {
		return s
	}
	return string([]rune(s)[:xlsxCell-1]) + "…"
}

func columnWidth(column string) float64 {
	switch column {
	case "headline", "old", "new":
		return 50
	case "body", "url", "metadata":
		return 40
	case "published", "updated", "first_seen", "last_seen", "changed_at", "at", "seen_before":
		return 19
	}
	return 14
}
