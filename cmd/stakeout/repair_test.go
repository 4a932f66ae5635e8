package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A site changes its layout: the rule for the text stops matching. One command says
// so and proposes a rule that works on the pages it got; another puts it in, and
// the stories read as before, without an edit.
func TestRepairOfABrokenRule(t *testing.T) {
	var layout atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		if r.URL.Path == "/" {
			for n := range 5 {
				fmt.Fprintf(w, "<h2><a href=/news/%d>The story of day number %d, and what it said</a></h2>", n, n)
			}
			return
		}
		text := ""
		for i := range 5 {
			text += fmt.Sprintf("<p>Paragraph %d of %s says what happened on the coast, and who said so, in a few more words.</p>", i, r.URL.Path)
		}
		side := "<aside><p>Read more of our stories about the coast and the sea here every day.</p></aside>"
		if layout.Load() == 0 {
			fmt.Fprintf(w, "<html><body><h1>The story of %s</h1><div class='article-text'>%s</div>%s</body></html>", r.URL.Path, text, side)
		} else {
			fmt.Fprintf(w, "<html><body><h1>The story of %s</h1><div class='x8Kq2 css-1a2b' data-part='text'>%s</div>%s</body></html>", r.URL.Path, text, side)
		}
	}))
	defer s.Close()
	dir := t.TempDir()
	config, db := filepath.Join(dir, "c.yaml"), filepath.Join(dir, "h.db")
	lines := "sources:\n  herald:\n    start: " + s.URL + "/\n    stories: '/news/(?P<id>\\d+)$'\n    private: true\n    delay: 0s\n    fields:\n      headline: h1\n      body: .article-text p   # what readers read\n"
	if err := os.WriteFile(config, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "--config", config, "--db", db, "crawl")
	layout.Store(1)
	stakeout(t, "--config", config, "--db", db, "crawl")
	if stdout, _, _ := stakeout(t, "--config", config, "--db", db, "sources"); !strings.Contains(stdout, "body stopped matching") || !strings.Contains(stdout, "on 5 stories") {
		t.Errorf("sources:\n%s", stdout)
	}
	stdout := mustRun(t, "--config", config, "--db", db, "sources", "--repair")
	if !strings.Contains(stdout, "on 5 of 5 pages") || !strings.Contains(stdout, `+       body: ['[data-part=text] p', .article-text p]   # what readers read`) {
		t.Fatalf("repair:\n%s", stdout)
	}
	if now, err := os.ReadFile(config); err != nil || string(now) != lines {
		t.Errorf("the configuration was changed without --write: %s", now)
	}
	mustRun(t, "--config", config, "--db", db, "sources", "--repair", "--write")
	out := mustRun(t, "--config", config, "--db", db, "crawl", "--json")
	if !strings.Contains(out, `"same":5`) || !strings.Contains(out, `"unreadable":0`) {
		t.Errorf("after the repair: %s", out)
	}
	if stdout := mustRun(t, "--config", config, "--db", db, "log", "herald/1"); strings.Contains(stdout, "changed") || strings.Contains(stdout, "deleted") {
		t.Errorf("the log tells of an edit:\n%s", stdout)
	}
}
