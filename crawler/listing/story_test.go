package listing

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"stakeout/extract"
)

// realPages calls f with every page of a measured set: real stories.
func realPages(t *testing.T, set string, f func(url string, text []byte)) {
	t.Helper()
	dir := filepath.Join("../../../shared/data/extraction", set)
	truth, err := os.Open(filepath.Join(dir, "truth.jsonl"))
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no %s: the pages to measure on are not on this machine", dir)
	}
	defer truth.Close()
	lines := bufio.NewScanner(truth)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var page struct{ URL, File string }
		if err := json.Unmarshal(lines.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(filepath.Join(dir, page.File))
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		file.Close()
		f(page.URL, extract.Decode(body, ""))
	}
}

func TestRealStoriesAreStories(t *testing.T) {
	every := map[string]int{"fundus": 1, "trafilatura": 3} // all of them take long, and say the same
	for set, least := range map[string]float64{"fundus": 0.9, "trafilatura": 0.85} {
		t.Run(set, func(t *testing.T) {
			pages, stories, n := 0, 0, 0
			realPages(t, set, func(url string, text []byte) {
				if n++; n%every[set] != 0 {
					return
				}
				p, err := Parse(url, text)
				if err != nil {
					t.Fatal(err)
				}
				pages++
				if p.IsStory() {
					stories++
				} else if testing.Verbose() {
					t.Logf("not a story: %s (meta %.1f, text %.1f, address %.1f, %d listed)", url, p.metaScore(), p.textScore(),
						addressScore(shapeOf(mustCanonical(url)), p.Stories(Shapes{})), len(p.Stories(Shapes{})))
				}
			})
			t.Logf("%d of %d", stories, pages)
			if float64(stories) < least*float64(pages) {
				t.Errorf("%d of %d real stories are taken for stories, expected %.0f %%", stories, pages, least*100)
			}
		})
	}
}
