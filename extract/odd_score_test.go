package extract_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/story"
)

// TestScoreOnOddPages holds the reader against another one on 130 pages of every
// odd kind. That reader's titles are the title element's more often than the
// heading's, and not the truth; so the shares say only that the two still agree.
func TestScoreOnOddPages(t *testing.T) {
	dir := filepath.Join(shared(t), "readability")
	lines, err := os.ReadFile(filepath.Join(dir, "pages.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	pages, read, titles, signed, bylines, dated, days := 0, 0, 0, 0, 0, 0, 0
	for line := range strings.Lines(string(lines)) {
		var row struct{ ID, File, Title, Byline, Published string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		pages++
		got := extract.Read(extract.Page{URL: "https://news.example/" + row.ID, Body: readGzip(t, filepath.Join(dir, row.File))}, nil, nil)
		if got.Trouble.Outcome != "" {
			t.Logf("%s: %s %s", row.ID, got.Trouble.Outcome, got.Trouble.Reason)
			if got.Headline != "" || len(got.Body) > 0 {
				t.Errorf("%s: in trouble, and fields all the same", row.ID)
			}
			continue
		}
		read++
		if headline := strings.ToLower(story.Normal(got.Headline)); strings.Contains(strings.ToLower(story.Normal(row.Title)), headline) {
			titles++
		}
		if row.Byline != "" {
			signed++
			if len(got.Authors) > 0 && strings.Contains(strings.ToLower(row.Byline), strings.ToLower(got.Authors[0])) {
				bylines++
			}
		}
		if row.Published != "" {
			dated++
			if got.Published != "" && strings.HasPrefix(row.Published, string(got.Published[:len(story.DayLayout)])) {
				days++
			}
		}
	}
	share := func(n, of int) float64 { return float64(n) / float64(max(1, of)) }
	t.Logf("%d pages: read %d, title as another reader's %.3f, author %.3f of %d, day %.3f of %d",
		pages, read, share(titles, read), share(bylines, signed), signed, share(days, dated), dated)
	if read < 124 || share(titles, read) < 0.85 || share(bylines, signed) < 0.75 || share(days, dated) < 0.96 {
		t.Error("fewer than the floor")
	}
}
