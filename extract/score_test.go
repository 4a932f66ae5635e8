package extract_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"stakeout/extract"
	"stakeout/story"
)

var missesFile = flag.String("misses", "", "write what each page of the corpora scored and missed to this file, a JSON line a page")

// floors are what the reader reached on the shared corpora; a change that falls
// below one of them fails.
var floors = map[string]map[string]float64{
	"fundus": {
		"title": 0.83, "author_set": 0.905, "author_f1": 0.92, "day": 0.98, "minute": 0.97, "tag_f1": 0.84, "body_f1": 0.978, "body_good": 0.98,
	},
	"trafilatura": {
		"title": 0.825, "author_set": 0.725, "day": 0.862, "tag_f1": 0.78, "segment_f1": 0.946,
	},
}

// truth is what a careful reader would extract from a page.
type truth struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	File      string   `json:"file"`
	Title     string   `json:"title"`
	Authors   []string `json:"authors"`
	Published string   `json:"published"`
	Tags      []string `json:"tags"`
	Body      []string `json:"body"`
	With      []string `json:"with"`
	Without   []string `json:"without"`
}

func TestScoreOnCorpora(t *testing.T) {
	for _, corpus := range []string{"fundus", "trafilatura"} {
		t.Run(corpus, func(t *testing.T) {
			rows := readTruth(t, filepath.Join(shared(t), "extraction", corpus))
			s := newScore()
			for _, row := range rows {
				read := extract.Read(extract.Page{URL: row.truth.URL, Body: row.page}, nil, nil)
				s.add(row.truth, read)
			}
			t.Logf("%s: %d pages\n%s", corpus, len(rows), s.table())
			s.writeMisses(t, corpus)
			for name, floor := range floors[corpus] {
				if got := s.value(name); got < floor {
					t.Errorf("%s: %s is %.4f, the floor is %.4f", corpus, name, got, floor)
				}
			}
		})
	}
}

// shared is the folder of shared data; without it the test is skipped, or fails
// where STAKEOUT_DATA_REQUIRED says that it must be there.
func shared(tb testing.TB) string {
	dir := filepath.Join("..", "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			tb.Fatalf("shared data is required and absent: %v", err)
		}
		tb.Skipf("no shared data at %s: put it there to measure on it", dir)
	}
	return dir
}

type truthRow struct {
	truth truth
	page  []byte
}

func readTruth(tb testing.TB, dir string) []truthRow {
	tb.Helper()
	lines, err := os.ReadFile(filepath.Join(dir, "truth.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	var rows []truthRow
	for line := range bytes.Lines(lines) {
		var row truthRow
		if err := json.Unmarshal(line, &row.truth); err != nil {
			tb.Fatal(err)
		}
		row.page = readGzip(tb, filepath.Join(dir, row.truth.File))
		rows = append(rows, row)
	}
	return rows
}

func readGzip(tb testing.TB, path string) []byte {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// miss is a page's field that is not as the truth has it.
type miss struct {
	Corpus string           `json:"corpus"`
	ID     string           `json:"id"`
	File   string           `json:"file"`
	Field  string           `json:"field"`
	Want   any              `json:"want"`
	Got    any              `json:"got"`
	Via    string           `json:"via"`
	Score  float64          `json:"score"`
	Why    story.Trouble    `json:"trouble,omitzero"`
	Heads  *story.Headlines `json:"headlines,omitempty"`
}

func (s *score) writeMisses(t *testing.T, corpus string) {
	if *missesFile == "" {
		return
	}
	f, err := os.OpenFile(*missesFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sort.SliceStable(s.misses, func(i, j int) bool { return s.misses[i].Field < s.misses[j].Field })
	for _, m := range s.misses {
		m.Corpus = corpus
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(f, "%s\n", b)
	}
}
