package extract_test

import (
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
	"stakeout/internal/measure"
)

var missesFile = flag.String("misses", "", "write what each page of the corpora scored and missed to this file, a JSON line a page")

// floors are what the reader reached on the shared corpora; a change that falls
// below one of them fails.
var floors = map[string]map[string]float64{
	"fundus": {
		"title": 0.85, "author_set": 0.935, "author_f1": 0.94, "day": 0.99, "minute": 0.99, "tag_f1": 0.885, "body_f1": 0.981, "body_good": 0.99,
	},
	"trafilatura": {
		"title": 0.84, "author_set": 0.77, "day": 0.88, "tag_f1": 0.845, "segment_f1": 0.957,
	},
}

func TestScoreOnCorpora(t *testing.T) {
	for _, corpus := range []string{"fundus", "trafilatura"} {
		t.Run(corpus, func(t *testing.T) {
			rows, err := measure.Read(filepath.Join(shared(t), "extraction", corpus))
			if err != nil {
				t.Fatal(err)
			}
			s := measure.New()
			for _, row := range rows {
				read := extract.Read(extract.Page{URL: row.Truth.URL, Body: row.Page}, nil, nil)
				s.Add(row.Truth, read)
			}
			t.Logf("%s: %d pages\n%s", corpus, len(rows), s.Table())
			writeMisses(t, s.Misses, corpus)
			for name, floor := range floors[corpus] {
				if got := s.Value(name); got < floor {
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

func writeMisses(t *testing.T, misses []measure.Miss, corpus string) {
	if *missesFile == "" {
		return
	}
	f, err := os.OpenFile(*missesFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sort.SliceStable(misses, func(i, j int) bool { return misses[i].Field < misses[j].Field })
	for _, m := range misses {
		m.Corpus = corpus
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(f, "%s\n", b)
	}
}
