package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"stakeout/configs"
)

// site is a web site on loopback: a handler for each path, what was asked of
// it, and when. /robots.txt is 404 unless a handler says otherwise.
type site struct {
	*httptest.Server
	mux *http.ServeMux

	mu     sync.Mutex // protects the following fields
	asked  []string
	starts []time.Time
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{mux: http.NewServeMux()}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.starts = append(s.starts, time.Now())
		s.mu.Unlock()
		s.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// page serves HTML at a path.
func (s *site) page(path, html string) { s.body(path, "text/html; charset=utf-8", html) }

func (s *site) body(path, contentType, body string) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	})
}

func (s *site) status(path string, status int) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
}

// count is how often a path was asked for.
func (s *site) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, a := range s.asked {
		if a == path {
			n++
		}
	}
	return n
}

// newCrawler returns a Crawler that tries again without waiting long.
func newCrawler(t *testing.T) *Crawler {
	t.Helper()
	c := New(Options{Contact: "test@example.org"})
	c.transport.backoff = time.Millisecond
	t.Cleanup(c.Close)
	return c
}

// source watches a start on loopback, without delay.
func source(start ...string) *configs.Source {
	return &configs.Source{Name: "test", Start: start, Pages: configs.DefaultPages, Misses: configs.DefaultMisses, Parallel: 4, Private: true}
}

func withStories(src *configs.Source, pattern string) *configs.Source {
	src.Stories = regexp.MustCompile(pattern)
	return src
}

// discover returns all links of a source.
func discover(t *testing.T, c *Crawler, src *configs.Source) ([]Link, Listing, error) {
	t.Helper()
	var links []Link
	listing, err := c.Discover(context.Background(), src, func(l Link) error {
		links = append(links, l)
		return nil
	})
	return links, listing, err
}

// urls are the addresses of links, without the site's own beginning.
func urls(s *site, links []Link) []string {
	var list []string
	for _, l := range links {
		list = append(list, l.URL[len(s.URL):])
	}
	return list
}

// loadSource reads a source from a configuration with these lines in it.
func loadSource(t *testing.T, lines, start string) *configs.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	content := "sources:\n  test:\n    start: '" + start + "'\n    private: true\n    delay: 0s\n    parallel: 4\n    " + lines + "\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Load(path, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Sources[0]
}
