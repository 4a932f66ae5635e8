package crawler

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	for _, c := range []struct {
		name   string
		serve  func(w http.ResponseWriter, r *http.Request)
		passes bool
	}{
		{"allowed", says("User-agent: *\nDisallow: /other"), true},
		{"disallowed", says("User-agent: *\nDisallow: /story"), false},
		{"disallowed by name", says("User-agent: stakeout\nDisallow: /\nUser-agent: *\nAllow: /"), false},
		{"allowed by name", says("User-agent: *\nDisallow: /\n\nUser-agent: Stakeout\nDisallow:"), true},
		{"absent", http.NotFound, true},
		{"forbidden", status(403), true},
		{"busy", status(429), false},
		{"broken", status(500), false},
		{"unavailable", status(503), false},
		{"cut", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, false},
		{"redirected", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.Redirect(w, r, "/robots-there.txt", http.StatusMovedPermanently)
				return
			}
			fmt.Fprint(w, "User-agent: *\nDisallow: /")
		}, false},
		{"redirected without end", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, true},
		{"a web page", says("<!doctype html><title>Not found</title>"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.page("/story", "read me")
			s.mux.HandleFunc("/robots.txt", c.serve)
			s.mux.HandleFunc("/robots-there.txt", c.serve)
			crawler := newCrawler(t)
			for range 2 {
				_, err := crawler.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/story"})
				if c.passes && err != nil {
					t.Fatal(err)
				}
				if !c.passes {
					wantKind(t, err, KindRobots)
				}
			}
			if n := s.count("/story"); n != 0 && !c.passes {
				t.Errorf("the page was asked for %d times", n)
			}
			asked := s.count("/robots.txt")
			src := source(s.URL)
			src.IgnoreRobots = true
			if _, err := crawler.FetchPage(context.Background(), src, Request{URL: s.URL + "/story"}); err != nil || s.count("/robots.txt") != asked {
				t.Errorf("ignoring robots: error %v", err)
			}
		})
	}
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, text) }
}

func status(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }
}

func TestRobotsAreAskedOnceADay(t *testing.T) {
	s := newSite(t)
	s.page("/story", "read me")
	s.body("/robots.txt", "text/plain", "User-agent: *\nDisallow: /private")
	now := time.Now()
	c := New(Options{Now: func() time.Time { return now }})
	defer c.Close()
	c.transport.backoff = time.Millisecond
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 2}} {
		now = now.Add(step.wait)
		if _, err := c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/story"}); err != nil {
			t.Fatal(err)
		}
		if n := s.count("/robots.txt"); n != step.want {
			t.Errorf("after %s more robots.txt was asked for %d times, expected %d", step.wait, n, step.want)
		}
	}
}

func TestRobotsAreCheckedAtEachHop(t *testing.T) {
	s := newSite(t)
	s.body("/robots.txt", "text/plain", "User-agent: *\nDisallow: /private")
	s.mux.HandleFunc("/public", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/private", http.StatusFound) })
	s.page("/private", "secret")
	_, err := fetch(t, s, "/public")
	wantKind(t, err, KindRobots)
	if s.count("/private") != 0 {
		t.Error("the redirect was followed")
	}
}
