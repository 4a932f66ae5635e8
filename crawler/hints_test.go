package crawler

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"stakeout/configs"
)

// clocked is a Crawler whose clock the test sets.
func clocked(t *testing.T, at *time.Time) *Crawler {
	t.Helper()
	c := New(Options{Now: func() time.Time { return *at }})
	c.transport.backoff = time.Millisecond
	t.Cleanup(c.Close)
	return c
}

// scheduled is one scheduled look, and what it listed.
func scheduled(t *testing.T, c *Crawler, src *configs.Source) ([]Link, Listing) {
	t.Helper()
	var links []Link
	listing, err := c.DiscoverScheduled(context.Background(), src, func(l Link) error {
		links = append(links, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return links, listing
}

func feedOf(head string, titles ...string) string {
	var b strings.Builder
	for i, title := range titles {
		fmt.Fprintf(&b, "<item><title>%s</title><link>/news/%d</link></item>", title, i)
	}
	return `<rss version="2.0"><channel><title>F</title>` + head + b.String() + `</channel></rss>`
}

func TestScheduledRunsWaitAsLongAsFeedsAsk(t *testing.T) {
	begin := time.Date(2026, 4, 6, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		head, control string
		hints         bool // ignored
		asked         []int
	}{ // of runs after 0, 15, 30, 45, 60 and 75 minutes: how often the feed was asked for so far
		"nothing is said":            {"", "", false, []int{1, 2, 3, 4, 5, 6}},
		"ttl of 60":                  {"<ttl>60</ttl>", "", false, []int{1, 1, 1, 1, 2, 2}},
		"max-age of half an hour":    {"", "public, max-age=1800", false, []int{1, 1, 2, 2, 3, 3}},
		"the longer of both":         {"<ttl>20</ttl>", "max-age=2700", false, []int{1, 1, 1, 2, 2, 2}},
		"an hour in which it sleeps": {"<skipHours><hour>10</hour></skipHours>", "", false, []int{1, 1, 1, 1, 2, 3}},
		"hints: ignore":              {"<ttl>60</ttl>", "", true, []int{1, 2, 3, 4, 5, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) {
				if test.control != "" {
					w.Header().Set("Cache-Control", test.control)
				}
				fmt.Fprint(w, feedOf(test.head, "One", "Two"))
			})
			now := begin
			c := clocked(t, &now)
			src := withStories(source(s.URL+"/feed"), `/news/\d+$`)
			src.IgnoreHints = test.hints
			for i, want := range test.asked {
				now = begin.Add(time.Duration(i) * 15 * time.Minute)
				links, listing := scheduled(t, c, src)
				if n := s.count("/feed"); n != want || len(links) != 2 || listing.Held+listing.Pages != 1 {
					t.Errorf("run %d: the feed was asked for %d times, expected %d; %d links", i, n, want, len(links))
				}
			}
			before := s.count("/feed")
			if _, _, err := discover(t, c, src); err != nil || s.count("/feed") != before+1 {
				t.Error("a collection by hand didn't ask")
			}
		})
	}
}

// An index's lastmod saves its sitemaps from being asked for, until one of them
// is found to have changed without it.
func TestScheduledRunsGoByAnIndex(t *testing.T) {
	now := time.Date(2026, 4, 6, 10, 0, 0, 0, time.UTC)
	modified, stories := now.Add(-time.Hour), 2
	s := newSite(t)
	s.mux.HandleFunc("/index.xml", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<sitemapindex><sitemap><loc>/map.xml</loc><lastmod>%s</lastmod></sitemap></sitemapindex>`, modified.Format(time.RFC3339))
	})
	s.mux.HandleFunc("/map.xml", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<urlset>")
		for i := range stories {
			fmt.Fprintf(w, "<url><loc>/news/%d</loc></url>", i)
		}
		fmt.Fprint(w, "</urlset>")
	})
	c := clocked(t, &now)
	src := withStories(source(s.URL+"/index.xml"), `/news/\d+$`)
	run := func(minutes, wantLinks, wantAsked int) {
		t.Helper()
		now = now.Add(time.Duration(minutes) * time.Minute)
		links, _ := scheduled(t, c, src)
		if n := s.count("/map.xml"); len(links) != wantLinks || n != wantAsked {
			t.Errorf("%s: %d links, asked %d times; expected %d, %d", now, len(links), n, wantLinks, wantAsked)
		}
	}
	run(0, 2, 1)
	run(15, 2, 1)
	stories, modified = 3, now.Add(time.Minute)
	run(15, 3, 2) // the index says so
	stories = 4
	run(15, 3, 2) // it doesn't
	run(50, 4, 3) // after an hour it is looked at anyway
	run(15, 4, 4) // and the index isn't believed any more
}

// A validator that lies is found out after an hour.
func TestListingThatLiesIsAskedForAnew(t *testing.T) {
	now := time.Date(2026, 4, 6, 10, 0, 0, 0, time.UTC)
	s := newSite(t)
	titles := []string{"One"}
	s.mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"always"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, feedOf("", titles...))
	})
	c := clocked(t, &now)
	src := withStories(source(s.URL+"/feed"), `/news/\d+$`)
	scheduled(t, c, src)
	titles = append(titles, "Two")
	for _, want := range []int{1, 1, 1, 2} {
		now = now.Add(21 * time.Minute)
		if links, _ := scheduled(t, c, src); len(links) != want && !(want == 1 && len(links) == 2) {
			t.Errorf("%s: %d links, expected %d", now, len(links), want)
		}
	}
	if links, _ := scheduled(t, c, src); len(links) != 2 {
		t.Errorf("%d links in the end", len(links))
	}
}

// Times of change that say when the file was made are none.
func TestChangesThatMeanNothing(t *testing.T) {
	now := time.Date(2026, 4, 6, 10, 0, 0, 0, time.UTC)
	spread := func(n int, first time.Time, step time.Duration) []time.Time {
		var list []time.Time
		for i := range n {
			list = append(list, first.Add(time.Duration(i)*step))
		}
		return list
	}
	for name, test := range map[string]struct {
		times []time.Time
		kept  int
	}{
		"spread over days":       {spread(20, now.AddDate(0, 0, -20), 24*time.Hour+time.Minute), 20},
		"all of the same minute": {spread(20, now.Add(-time.Minute), time.Second), 0},
		"few of the same minute": {spread(3, now.Add(-time.Minute), time.Second), 3},
		"all of the same day":    {spread(20, time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC), 0), 20},
		"yet to come":            {spread(3, now.AddDate(1, 0, 0), time.Hour), 0},
		"a clock that is fast":   {spread(1, now.Add(time.Minute), 0), 1},
		"none":                   {make([]time.Time, 20), 0},
	} {
		changes(now, test.times, func(t *time.Time) *time.Time { return t })
		kept := 0
		for _, at := range test.times {
			if !at.IsZero() {
				kept++
			}
		}
		if kept != test.kept {
			t.Errorf("%s: %d kept, expected %d", name, kept, test.kept)
		}
	}
}

// Starts of several kinds are one source: each story once, the later time of
// change kept.
func TestStartsOfManyKindsTogether(t *testing.T) {
	s := newSite(t)
	s.page("/list", `<main><h2><a href="/news/1?utm_source=list">The harbour strike goes on</a></h2><h2><a href="/news/2#top">Open again</a></h2></main>`)
	s.body("/feed", "application/rss+xml", feedOf("", "Zero", "The harbour strike goes on"))
	s.body("/map.xml", "text/xml", `<urlset><url><loc>/news/2</loc><lastmod>2026-04-05T10:00:00Z</lastmod></url><url><loc>/news/7</loc></url></urlset>`)
	s.body("/text.txt", "text/plain", s.URL+"/news/7\n"+s.URL+"/news/8\n")
	s.body("/api", "application/json", `{"items":[{"url":"/news/8"},{"url":"/news/9","updated_at":"2026-04-05T11:00:00Z"}]}`)
	src := withStories(source(s.URL+"/list", s.URL+"/feed", s.URL+"/map.xml", s.URL+"/text.txt", s.URL+"/api"), `/news/(?P<id>\d+)$`)
	links, listing, err := discover(t, newCrawler(t), src)
	var ids []string
	for _, l := range links {
		ids = append(ids, l.ID)
	}
	if err != nil || strings.Join(ids, " ") != "1 2 0 7 8 9" {
		t.Fatalf("%v %v", ids, err)
	}
	if at := listing.Modified[s.URL+"/news/2"]; at.Format(time.RFC3339) != "2026-04-05T10:00:00Z" {
		t.Errorf("the sitemap's time of change is lost: %v", listing.Modified)
	}
	if at := links[5].Modified; at.Format(time.RFC3339) != "2026-04-05T11:00:00Z" {
		t.Errorf("the JSON's time of change is lost: %v", at)
	}
}
