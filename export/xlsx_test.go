package export

import (
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/story"
)

func TestStoriesXLSXReadsBackInOpenpyxl(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.xlsx")
	long := story.Story{Source: "s", ID: "2", Fields: story.Fields{Headline: "null \x00 and \x0b bell", Published: "2026-04-04T21:26:49+02:00"}}
	if err := WriteFile(path, func(w io.Writer) error { return StoriesXLSX(w, of(nil, hostile(), long)) }); err != nil {
		t.Fatal(err)
	}
	out := python(t, "openpyxl", `
import json, sys, openpyxl
sheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]
rows = list(sheet.iter_rows())
print(json.dumps({
  "title": sheet.title, "freeze": sheet.freeze_panes, "filter": sheet.auto_filter.ref,
  "formulas": [c.coordinate for r in rows for c in r if c.data_type == "f"],
  "header": [c.value for c in rows[0]],
  "row": [str(c.value) if c.value is not None else "" for c in rows[1]],
  "types": [c.data_type for c in rows[1]],
  "link": rows[1][4].hyperlink.target, "published": rows[2][12].value.isoformat(), "headline": rows[2][5].value,
}))`, path)
	var got struct {
		Title, Freeze, Filter, Link, Published, Headline string
		Formulas, Header, Row, Types                     []string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if len(got.Formulas) > 0 || got.Freeze != "A2" || got.Filter != "$A$1:$S$3" || got.Title != "stories" || got.Link != "https://example.org/1" {
		t.Errorf("found %+v", got)
	}
	h := hostile()
	if got.Row[5] != h.Headline || got.Types[5] != "s" && got.Types[5] != "inlineStr" || got.Row[7] != "+Ann; Bob, Jr." {
		t.Errorf("headline %q of type %s", got.Row[5], got.Types[5])
	}
	if got.Types[12] != "d" || got.Published != "2026-04-04T19:26:49" || got.Headline != "null  and  bell" {
		t.Errorf("published %s of type %s, headline %q", got.Published, got.Types[12], got.Headline)
	}
}

func TestXLSXGoesOnInFurtherSheets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.xlsx")
	err := WriteFile(path, func(w io.Writer) error {
		return writeXLSX(w, "changes", []string{"n"}, 3, of(nil, 1, 2, 3, 4, 5), func(n int) [][]any { return [][]any{{n}} })
	})
	if err != nil {
		t.Fatal(err)
	}
	out := python(t, "openpyxl", `
import sys, openpyxl
for s in openpyxl.load_workbook(sys.argv[1]).worksheets:
  print(s.title, [c.value for r in s.iter_rows() for c in r])`, path)
	if want := "changes ['n', 1, 2]\nchanges 2 ['n', 3, 4]\nchanges 3 ['n', 5]\n"; string(out) != want {
		t.Errorf("found %s", out)
	}
}

// Numbers of changes are numbers, what is unknown is empty, and a text over Excel's
// limit is cut.
func TestChangesXLSXReadsBackInOpenpyxl(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.xlsx")
	c, at := hostileChange(), 4
	c.RevertedTo = 3
	c.Fields[0].At, c.Fields[0].New = &at, "="+strings.Repeat("é", 40_000)
	if err := WriteFile(path, func(w io.Writer) error { return ChangesXLSX(w, of(nil, c)) }); err != nil {
		t.Fatal(err)
	}
	out := python(t, "openpyxl", `
import sys, openpyxl
head, row = list(openpyxl.load_workbook(sys.argv[1]).worksheets[0].iter_rows())[:2]
for h, c in zip(head, row):
  if h.value in ("cursor", "reverted_to", "paragraph", "was", "at", "disclosed", "new"):
    print(h.value, c.data_type, len(c.value) if isinstance(c.value, str) else c.value)`, path)
	if want := "cursor n 7\nat d 2026-04-04 00:00:00\ndisclosed b False\nreverted_to n 3\nparagraph n 4\nwas n None\nnew s 32767\n"; string(out) != want {
		t.Errorf("found\n%s", out)
	}
}
