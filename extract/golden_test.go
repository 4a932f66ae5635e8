package extract_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stakeout/extract"
)

var update = flag.Bool("update", false, "rewrite the expected readings in testdata")

// TestPages holds the readings of our own pages against those kept beside them.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("testdata", "*.html"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in testdata: %v", err)
	}
	for _, path := range pages {
		t.Run(filepath.Base(path), func(t *testing.T) {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(filepath.Base(path), ".html")
			read := extract.Read(extract.Page{URL: "https://courier.example/news/" + name, ContentType: "text/html", Body: body}, nil, nil)
			checkSane(t, name, body, read)
			read.Prints, read.Reader = nil, ""
			got, err := json.MarshalIndent(read, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(path, ".html") + ".json"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v (rewrite with: go test ./extract -run TestPages -update)", err)
			}
			if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
				t.Errorf("reading (-want +got):\n%s", diff)
			}
		})
	}
}
