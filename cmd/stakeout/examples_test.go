package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"stakeout/collect"
	"stakeout/story"
)

// site serves the files of an archive by their paths, and notes what is asked for.
type site struct {
	*httptest.Server
	files map[string]string

	mu    sync.Mutex // protects asked
	asked []string
}

func newSite(t *testing.T, path string) *site {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{files: map[string]string{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	for _, f := range archive.Files {
		s.files[f.Name] = strings.ReplaceAll(string(f.Data), "{{host}}", s.URL)
	}
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.RequestURI())
	s.mu.Unlock()
	content, ok := s.files[r.URL.RequestURI()]
	if !ok {
		content, ok = s.files[r.URL.Path]
	}
	kind := "text/html; charset=utf-8"
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case r.URL.Path == "/robots.txt":
		kind = "text/plain"
	case strings.HasPrefix(content, "<?xml"):
		kind = "application/xml"
	case strings.HasPrefix(content, "{"):
		kind = "application/json"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write([]byte(content))
}

// requests are the addresses that were asked for, in order.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// wanted is what an example's story should be.
type wanted struct {
	ID, Headline, Published, First, Last string
	Authors                              []string
	Paragraphs                           int
	Metadata                             map[string]string
}

// elsewhere are the hosts that examples name.
var elsewhere = regexp.MustCompile(`https://[a-z0-9.-]+`)

// replaced are the keys of examples that a site on this machine has others for.
var replaced = regexp.MustCompile(`^    (hosts|delay|schedule|window): `)

// Each example finds the story, and nothing else, on a site of the same layout, asks
// robots.txt first, and reads what its readers would.
func TestExamplesOnSitesOfTheirLayout(t *testing.T) {
	examples, err := filepath.Glob("../../configs/examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	examples = append(examples, "../../configs/whisperx.yaml")
	tried := 0
	for _, path := range examples {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if name == "all-keys" { // no site's
			continue
		}
		tried++
		t.Run(name, func(t *testing.T) {
			site := newSite(t, filepath.Join("testdata", "examples", name+".txtar"))
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tryExample(t, site, string(content))
		})
	}
	if tried < 11 {
		t.Errorf("%d examples were tried, expected ten and whisperx", tried)
	}
}

func tryExample(t *testing.T, site *site, content string) {
	t.Helper()
	var kept []string
	for _, line := range strings.Split(content, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if replaced.MatchString(line) {
			continue
		}
		kept = append(kept, elsewhere.ReplaceAllString(line, site.URL))
	}
	cfg := file(t, "c.yaml", strings.TrimSpace(strings.Join(kept, "\n"))+"\n    private: true\n    delay: 0s\n")
	dir := t.TempDir()
	db := filepath.Join(dir, "s.db")
	sum := lines[collect.Summary](t, mustRun(t, "--config", cfg, "--db", db, "--json", "crawl"))[0]
	if sum.Listed != 1 || sum.New != 1 || sum.Fetched != 1 {
		t.Errorf("found %+v, expected one story", sum)
	}
	if asked := site.requests(); len(asked) == 0 || asked[0] != "/robots.txt" {
		t.Errorf("asked for %v, expected robots.txt first", asked)
	}
	var want wanted
	dec := json.NewDecoder(bytes.NewReader([]byte(site.files["want"])))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&want); err != nil {
		t.Fatal(err)
	}
	all := lines[story.Story](t, mustRun(t, "--db", db, "export", "--format", "jsonl"))
	if len(all) != 1 {
		t.Fatalf("found %d stories", len(all))
	}
	checkExample(t, all[0], want)
	if again := lines[collect.Summary](t, mustRun(t, "--config", cfg, "--db", db, "--json", "crawl"))[0]; again.Same != 1 || again.Changed != 0 {
		t.Errorf("the second time: %+v", again)
	}
}

func checkExample(t *testing.T, s story.Story, want wanted) {
	t.Helper()
	if s.ID != want.ID || s.Headline != want.Headline || !strings.HasPrefix(string(s.Published), want.Published) {
		t.Errorf("found %q %q %q", s.ID, s.Headline, s.Published)
	}
	if want.Authors != nil && !slices.Equal(s.Authors, want.Authors) {
		t.Errorf("found authors %q, expected %q", s.Authors, want.Authors)
	}
	if len(s.Body) != want.Paragraphs || !strings.HasPrefix(s.Body[0], want.First) || !strings.HasPrefix(s.Body[len(s.Body)-1], want.Last) {
		t.Errorf("found %d paragraphs, expected %d:\n%s", len(s.Body), want.Paragraphs, strings.Join(s.Body, "\n"))
	}
	for label, value := range want.Metadata {
		if s.Metadata[label] != value {
			t.Errorf("found %q of %q, expected %q", s.Metadata[label], label, value)
		}
	}
}
