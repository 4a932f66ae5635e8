package crawler

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDiscoverListingByPattern(t *testing.T) {
	s := newSite(t)
	s.page("/en/intel", `<a href="/en/intel/1?utm_source=x#top">One</a> <a href="intel/2">Two</a> <a href="/about">About</a>
		<a href="//elsewhere.example/en/intel/9">Off</a> <a href="/en/intel/1">One again</a> <a rel=next href="/en/intel?page=2">Older</a>`)
	c := newCrawler(t)
	src := withStories(source(s.URL+"/en/intel"), `/en/intel/(?P<id>\d+)$`)
	src.Pages = 0
	links, listing, err := discover(t, c, src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/en/intel/1", "/en/intel/2"}, urls(s, links)); diff != "" {
		t.Error(diff)
	}
	if links[0].ID != "1" || links[0].Title != "One" || links[0].Via != "listing" {
		t.Errorf("link %+v", links[0])
	}
	if listing.Pages != 1 || listing.Links != 2 || listing.Kind != "listing" || len(listing.Visits) != 1 {
		t.Errorf("listing %+v", listing)
	}
}

func TestDiscoverWithoutStoriesSaysWhatWasLookedFor(t *testing.T) {
	s := newSite(t)
	s.page("/", `<a href="/about">About</a><a href="/terms">Terms</a>`)
	_, _, err := discover(t, newCrawler(t), withStories(source(s.URL+"/"), `/story/\d+`))
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{s.URL, `/story/\d+`, "2 links"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// cards writes a listing of numbered stories, from first down to last.
func cards(first, last int, more string) string {
	var b strings.Builder
	b.WriteString(`<nav><a href="/about">About</a></nav><h1>News</h1>`)
	for i := first; i >= last; i-- {
		fmt.Fprintf(&b, `<div class="card"><h3><a href="/news/%d">The harbour strike is in its day %d</a></h3><p>Ships wait.</p></div>`, i, i)
	}
	return b.String() + more
}

func TestDiscoverFollowsFurtherPages(t *testing.T) {
	for name, next := range map[string]string{
		"rel":      `<a rel="next" href="/news?page=%d">go on</a>`,
		"said":     `<a href="/news?page=%d">Older stories »</a>`,
		"german":   `<a href="/news?page=%d">Weiter</a>`,
		"numbered": `<a href="/news">1</a> <a href="/news?page=2">2</a> <a href="/news?page=3">3</a> <a href="/news?page=4">4</a> <a href="/news?page=5">5</a><i title="%d"></i>`,
		"sign":     `<a href="/news?page=%d">»</a>`,
		"link":     `<link rel="next" href="/news?page=%d">`,
		"selector": `<button class="more" data-x="1"><a href="/news?page=%d">→ zzz</a></button>`,
	} {
		for _, configured := range []bool{true, false} {
			t.Run(fmt.Sprint(name, configured), func(t *testing.T) {
				s := newSite(t)
				s.mux.HandleFunc("/news", func(w http.ResponseWriter, r *http.Request) {
					page := max(1, atoi(r.URL.Query().Get("page")))
					w.Header().Set("Content-Type", "text/html")
					if page > 4 {
						fmt.Fprint(w, cards(3, 4, ""))
						return
					}
					top := 100 - 10*page
					fmt.Fprint(w, cards(top, top-9, fmt.Sprintf(next, page+1)))
				})
				src := source(s.URL + "/news")
				src.Pages = 2
				if configured {
					withStories(src, `/news/(?P<id>\d+)$`)
				}
				if name == "selector" {
					src.Next = "button.more"
				}
				links, listing, err := discover(t, newCrawler(t), src)
				if err != nil || len(links) != 30 || listing.Pages != 3 {
					t.Errorf("%d links on %d pages, error %v", len(links), listing.Pages, err)
				}
				src.Pages = 50
				if links, listing, err = discover(t, newCrawler(t), src); err != nil || len(links) != 40 || listing.Pages > 5 {
					t.Errorf("to the end: %d links on %d pages, error %v", len(links), listing.Pages, err)
				}
			})
		}
	}
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><link>/</link>
<item><title>One</title><link>/news/1?utm_medium=rss</link><pubDate>Sat, 04 Apr 2026 21:26:49 GMT</pubDate></item>
<item><title>Two</title><guid isPermaLink="true">%[1]s/news/2</guid></item>
<item><title>One again</title><link>%[1]s/news/1#x</link></item>
<item><title>Off</title><link>https://elsewhere.example/news/3</link></item>
</channel></rss>`

func TestDiscoverFeeds(t *testing.T) {
	s := newSite(t)
	s.body("/rss", "text/html", fmt.Sprintf(rss, s.URL)) // lying type
	s.body("/atom", "application/atom+xml", fmt.Sprintf(`<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>
		<entry><title>One</title><link rel="alternate" href="news/1"/><updated>2026-04-04T21:26:49Z</updated></entry>
		<entry><title>Two</title><link href="%s/news/2"/><published>2026-04-04T21:26:49+02:00</published></entry></feed>`, s.URL))
	s.body("/json", "application/feed+json", fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[
		{"id":"1","url":"%[1]s/news/1","title":"One"},{"id":"2","url":"%[1]s/news/2"}]}`, s.URL))
	for _, path := range []string{"/rss", "/atom", "/json"} {
		for _, pattern := range []string{"", `/news/(?P<id>\d)$`} {
			src := source(s.URL + path)
			if pattern != "" {
				withStories(src, pattern)
			}
			links, listing, err := discover(t, newCrawler(t), src)
			if err != nil || listing.Kind != "feed" {
				t.Errorf("%s: kind %q, error %v", path, listing.Kind, err)
				continue
			}
			if diff := cmp.Diff([]string{"/news/1", "/news/2"}, urls(s, links)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
			if links[0].Via != "feed" || links[0].Title != "One" {
				t.Errorf("%s: link %+v", path, links[0])
			}
		}
	}
	_, _, err := discover(t, newCrawler(t), withStories(source(s.URL+"/rss"), `/nothing/`))
	if err == nil || !strings.Contains(err.Error(), "/nothing/") || !strings.Contains(err.Error(), "4 items") {
		t.Errorf("error %v", err)
	}
}

func TestDiscoverSitemaps(t *testing.T) {
	s := newSite(t)
	s.body("/sitemap.xml", "application/xml", fmt.Sprintf(`<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
		<sitemap><loc>%[1]s/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>
		<sitemap><loc>%[1]s/new.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap>
		<sitemap><loc>https://elsewhere.example/x.xml</loc></sitemap><sitemap><loc>%[1]s/gone.xml</loc></sitemap><sitemap><loc>%[1]s/sitemap.xml</loc></sitemap></sitemapindex>`, s.URL))
	s.body("/old.xml", "text/xml", fmt.Sprintf(`<urlset><url><loc>%[1]s/about</loc></url><url><loc>%[1]s/news/1-the-old-story</loc><lastmod>2020-01-01</lastmod></url></urlset>`, s.URL))
	s.body("/new.xml.gz", "application/x-gzip", packed(fmt.Sprintf("\ufeff<urlset><url><loc>%[1]s/news/2-the-new-story</loc><lastmod>2026-01-02T03:04:05Z</lastmod></url><url><loc>%[1]s/tag/storms</loc></url></urlset>", s.URL)))
	s.body("/list.txt", "text/plain", s.URL+"/news/1-the-old-story\n"+s.URL+"/contact\n")
	s.status("/gone.xml", 410)
	links, listing, err := discover(t, newCrawler(t), source(s.URL+"/sitemap.xml"))
	if diff := cmp.Diff([]string{"/news/2-the-new-story", "/news/1-the-old-story"}, urls(s, links)); diff != "" || err != nil {
		t.Errorf("error %v, %s", err, diff)
	}
	if len(listing.Problems) != 1 || listing.Kind != "sitemap" || links[0].Modified.Year() != 2026 {
		t.Errorf("listing %+v", listing)
	}
	links, _, err = discover(t, newCrawler(t), source(s.URL+"/list.txt"))
	if diff := cmp.Diff([]string{"/news/1-the-old-story"}, urls(s, links)); diff != "" || err != nil {
		t.Errorf("error %v, %s", err, diff)
	}
}

// packed is text as a gzip file.
func packed(text string) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

func TestDiscoverStoryItself(t *testing.T) {
	s := newSite(t)
	story := `<h1>Harbour strike ends</h1>` + strings.Repeat(`<p>The strike at the harbour has ended after nine days, the union said on Saturday, and the ships that had been waiting outside will be let in from Sunday morning on.</p>`, 5)
	s.page("/news/harbour-strike-ends-today", story+cards(9, 4, ""))
	for _, pattern := range []string{"", "/news/[a-z-]+$"} {
		src := source(s.URL + "/news/harbour-strike-ends-today")
		if pattern != "" {
			withStories(src, pattern)
		}
		links, listing, err := discover(t, newCrawler(t), src)
		if err != nil || len(links) != 1 || links[0].URL != src.Start[0] || links[0].Via != "story" || listing.Kind != "story" {
			t.Errorf("links %+v, kind %q, error %v", links, listing.Kind, err)
		}
	}
}

func TestDiscoverFallsBackToTheFeed(t *testing.T) {
	s := newSite(t)
	s.page("/", `<link rel="alternate" type="application/rss+xml" href="/rss"><h1>Welcome</h1><a href="/a">A</a><a href="/b">B</a>`)
	s.body("/rss", "application/rss+xml", fmt.Sprintf(rss, s.URL))
	links, _, err := discover(t, newCrawler(t), source(s.URL+"/"))
	if diff := cmp.Diff([]string{"/news/1", "/news/2"}, urls(s, links)); diff != "" || err != nil {
		t.Errorf("error %v, %s", err, diff)
	}
}

func TestDiscoverBadListings(t *testing.T) {
	s := newSite(t)
	s.page("/empty", "")
	s.page("/none", "<p>Nothing here</p>")
	s.body("/binary", "text/html", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"+strings.Repeat("\x00\xff", 5000))
	s.body("/pdf", "application/pdf", "%PDF-1.7 and so on")
	s.body("/json", "application/json", `{"a":1}`)
	s.body("/brokenfeed", "application/rss+xml", `<rss><channel><item><title>x`)
	s.status("/500", 500)
	s.status("/404", 404)
	s.mux.HandleFunc("/50MB", func(w http.ResponseWriter, r *http.Request) {
		for range 50 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	for path, kind := range map[string]Kind{"/empty": KindContent, "/none": KindContent, "/binary": KindContent, "/pdf": KindContent, "/json": KindContent,
		"/brokenfeed": KindContent, "/500": KindStatus, "/404": KindStatus, "/50MB": KindSize} {
		for _, pattern := range []string{"", "/news/"} {
			src := source(s.URL + path)
			if pattern != "" {
				withStories(src, pattern)
			}
			links, listing, err := discover(t, newCrawler(t), src)
			if err == nil || len(links) != 0 || len(listing.Problems) != 1 || len(listing.Visits) != 1 {
				t.Errorf("%s: %d links, listing %+v, error %v", path, len(links), listing, err)
				continue
			}
			wantKind(t, err, kind)
		}
	}
	if n := s.count("/500"); n != 10 {
		t.Errorf("a broken listing was tried %d times in two runs, expected 5 each", n)
	}
}

func TestDiscoverDeepNesting(t *testing.T) {
	s := newSite(t)
	s.page("/news", strings.Repeat("<div>", 100_000)+cards(9, 1, ""))
	for _, pattern := range []string{"", "/news/[0-9]+$"} {
		src := source(s.URL + "/news")
		if pattern != "" {
			withStories(src, pattern)
		}
		links, _, err := discover(t, newCrawler(t), src)
		if err != nil || len(links) != 9 {
			t.Errorf("%d links, error %v", len(links), err)
		}
	}
}

func TestDiscoverOtherHosts(t *testing.T) {
	other, s := newSite(t), newSite(t)
	s.page("/", fmt.Sprintf(`<a href="%s/news/1">There</a> <a href="/news/2">Here</a> <a href="%s/about">No story</a>`, other.URL, other.URL))
	src := withStories(source(s.URL+"/"), `/news/\d$`)
	if links, _, _ := discover(t, newCrawler(t), src); len(links) != 1 {
		t.Errorf("links %+v, expected one on its own host", links)
	}
	src.Hosts = []string{strings.TrimPrefix(other.URL, "http://")}
	if links, _, _ := discover(t, newCrawler(t), src); len(links) != 2 {
		t.Errorf("links %+v, expected that of the host named too", links)
	}
}

func TestDiscoverStopsWithYield(t *testing.T) {
	s := newSite(t)
	s.page("/news", cards(9, 1, ""))
	enough := errors.New("enough")
	n := 0
	_, err := newCrawler(t).Discover(context.Background(), source(s.URL+"/news"), func(Link) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if err != enough || n != 3 {
		t.Errorf("%d links, error %v", n, err)
	}
}

func TestDiscoverOneStartOfSeveralFails(t *testing.T) {
	s := newSite(t)
	s.page("/news", cards(9, 1, ""))
	s.status("/gone", 404)
	links, listing, err := discover(t, newCrawler(t), source(s.URL+"/gone", s.URL+"/news"))
	if err != nil || len(links) != 9 || len(listing.Problems) != 1 {
		t.Errorf("%d links, problems %q, error %v", len(links), listing.Problems, err)
	}
}

func TestDiscoverLatin1Listing(t *testing.T) {
	s := newSite(t)
	s.body("/news", "text/html; charset=iso-8859-1", "<div><h3><a href='/news/1'>Caf\xe9 r\xe9sum\xe9</a></h3></div>")
	links, _, err := discover(t, newCrawler(t), withStories(source(s.URL+"/news"), `/news/\d`))
	if err != nil || len(links) != 1 || links[0].Title != "Café résumé" {
		t.Errorf("links %+v, error %v", links, err)
	}
}

func TestDiscoverAsksConditionally(t *testing.T) {
	s := newSite(t)
	notModified := 0
	for path, body := range map[string]string{"/rss": fmt.Sprintf(rss, s.URL), "/news": cards(9, 8, "")} {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") == `"1"` {
				notModified++
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, body)
		})
	}
	now := time.Now()
	c := New(Options{Now: func() time.Time { return now }})
	defer c.Close()
	for round := range 3 {
		for _, path := range []string{"/rss", "/news"} {
			links, listing, err := discover(t, c, withStories(source(s.URL+path), `/news/\d$`))
			if err != nil || len(links) != 2 || listing.Pages != 1 {
				t.Errorf("round %d, %s: %d links, error %v", round, path, len(links), err)
			}
		}
		if want := []int{0, 2, 2}[round]; notModified != want {
			t.Errorf("round %d: %d answers of not modified, expected %d", round, notModified, want)
		}
		now = now.Add([]time.Duration{time.Minute, time.Hour, 0}[round])
	}
}

func TestDiscoverFallsBackToTheSitemapsOfRobots(t *testing.T) {
	s := newSite(t)
	s.page("/{$}", `<div id="app"></div><script src="/app.js"></script>`)
	s.body("/robots.txt", "text/plain", "Sitemap: /sitemap.xml")
	s.body("/sitemap.xml", "text/xml", `<urlset><url><loc>/news/the-harbour-strike-ends</loc></url><url><loc>/about</loc></url></urlset>`)
	links, _, err := discover(t, newCrawler(t), source(s.URL+"/"))
	if diff := cmp.Diff([]string{"/news/the-harbour-strike-ends"}, urls(s, links)); diff != "" || err != nil {
		t.Errorf("error %v, %s", err, diff)
	}
}

func TestDiscoverEmbeddedListing(t *testing.T) {
	s := newSite(t)
	s.page("/next", `<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{"items":[
		{"title":"The harbour strike ends","url":"/news/the-harbour-strike-ends","author":{"name":"Jane","url":"/authors/jane-doe"}},
		{"headline":"The bridge is open again","path":"/news/the-bridge-is-open"}],"nav":[{"title":"About","url":"/about"}]}}</script>`)
	s.page("/ld", `<div id="app"></div><script type="application/ld+json">{"@type":"ItemList","itemListElement":[
		{"@type":"ListItem","position":1,"url":"`+s.URL+`/news/the-harbour-strike-ends","name":"The harbour strike ends"},{"@type":"ListItem","url":"`+s.URL+`/news/the-bridge-is-open"}]}</script>`)
	for _, path := range []string{"/next", "/ld"} {
		for _, pattern := range []string{"", "/news/"} {
			src := source(s.URL + path)
			if pattern != "" {
				withStories(src, pattern)
			}
			links, _, err := discover(t, newCrawler(t), src)
			if diff := cmp.Diff([]string{"/news/the-harbour-strike-ends", "/news/the-bridge-is-open"}, urls(s, links)); diff != "" || err != nil {
				t.Errorf("%s %q: error %v, %s", path, pattern, err, diff)
			} else if links[0].Title != "The harbour strike ends" {
				t.Errorf("title %q", links[0].Title)
			}
		}
	}
}

func TestDiscoverSequence(t *testing.T) {
	s := newSite(t)
	for _, n := range []int{101, 102, 104, 120} {
		s.page(fmt.Sprintf("/intel/%d", n), "<article><h1>A story</h1>"+strings.Repeat("<p>The harbour master said on Sunday that nobody had seen the ferry come in.</p>", 3)+"</article>")
	}
	s.page("/intel/105", "<title>Intel</title><div id=app></div>")
	s.page("/intel/106", "<h1>Page not found</h1><p>The page that you look for does not exist.</p>")
	s.mux.HandleFunc("/intel/103", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/intel/101", http.StatusFound) })
	src := source(s.URL + "/intel/{id:100}")
	links, listing, err := discover(t, newCrawler(t), src)
	if diff := cmp.Diff([]string{"/intel/101", "/intel/102", "/intel/104", "/intel/120"}, urls(s, links)); diff != "" || err != nil {
		t.Errorf("error %v, %s", err, diff)
	}
	if links[0].ID != "101" || listing.Kind != "sequence" || len(listing.Visits) != 37 {
		t.Errorf("first link %+v, kind %q, %d visits", links[0], listing.Kind, len(listing.Visits))
	}

	few := *src
	few.Misses = 3
	c := newCrawler(t)
	if links, _, err := discover(t, c, &few); err != nil || len(links) != 3 {
		t.Errorf("three misses: links %+v, error %v", links, err)
	}
	asked := s.count("/intel/102")
	for range 2 { // the first visit needs no request any more
		if p, err := c.FetchPage(context.Background(), &few, Request{URL: s.URL + "/intel/102"}); err != nil || p.Status != 200 || len(p.Body) == 0 {
			t.Errorf("%+v %v", p, err)
		}
	}
	if n := s.count("/intel/102"); n != asked+1 {
		t.Errorf("asked for %d times after its discovery, expected once", n-asked)
	}

	highest := int64(104)
	c = New(Options{HighestID: func(context.Context, string) (int64, error) { return highest, nil }})
	defer c.Close()
	if links, _, err := discover(t, c, src); err != nil || len(links) != 1 {
		t.Errorf("from the highest known: links %+v, error %v", links, err)
	}
	highest = 120
	if links, _, err := discover(t, c, src); err != nil || len(links) != 0 {
		t.Errorf("nothing new: links %+v, error %v", links, err)
	}
	_, _, err = discover(t, newCrawler(t), source(s.URL+"/intel/{id}"))
	wantKind(t, err, KindAddress)
	empty := source(s.URL + "/intel/{id:105}")
	empty.Misses = 5
	_, _, err = discover(t, newCrawler(t), empty)
	wantKind(t, err, KindContent)
}

func TestDiscoverJSONListing(t *testing.T) {
	s := newSite(t)
	s.body("/api", "application/json", `{"data":[{"attributes":{"title":"The harbour strike ends","url":"/news/1"}},{"attributes":{"title":"Open again","url":"/news/2"}}],"next":null}`)
	s.body("/array", "application/json", `[{"headline":"The harbour strike ends","link":"/news/1"},{"link":"/news/2"}]`)
	for _, path := range []string{"/api", "/array"} {
		for _, pattern := range []string{"", `/news/\d`} {
			src := source(s.URL + path)
			if pattern != "" {
				withStories(src, pattern)
			}
			links, _, err := discover(t, newCrawler(t), src)
			if diff := cmp.Diff([]string{"/news/1", "/news/2"}, urls(s, links)); diff != "" || err != nil {
				t.Errorf("%s %q: error %v, %s", path, pattern, err, diff)
			}
		}
	}
}

func TestDiscoverStartThatMoved(t *testing.T) {
	there, s := newSite(t), newSite(t)
	there.page("/news", cards(9, 1, ""))
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, there.URL+"/news", http.StatusMovedPermanently)
	})
	src := source(s.URL + "/")
	links, _, err := discover(t, newCrawler(t), src)
	if err != nil || len(links) != 9 || !strings.HasPrefix(links[0].URL, there.URL) {
		t.Errorf("links %+v, error %v", links, err)
	}
}

func TestSameDomain(t *testing.T) {
	for pair, want := range map[[2]string]bool{{"feeds.news.example.com", "www.example.com"}: true, {"a.co.uk", "b.co.uk"}: false, {"127.0.0.1:80", "127.0.0.1:81"}: false, {"", ""}: false} {
		if got := sameDomain(pair[0], pair[1]); got != want {
			t.Errorf("%v: %v", pair, got)
		}
	}
}

func TestDiscoverFollowsRefresh(t *testing.T) {
	s := newSite(t)
	s.page("/{$}", `<meta http-equiv="Refresh" content="0; URL='/news'">`)
	s.page("/news", cards(9, 1, ""))
	s.page("/loop", `<meta http-equiv="refresh" content="0;url=/loop2">`)
	s.page("/loop2", `<meta http-equiv="refresh" content="0;url=/loop">`)
	if links, _, err := discover(t, newCrawler(t), source(s.URL+"/")); err != nil || len(links) != 9 {
		t.Errorf("%d links, error %v", len(links), err)
	}
	_, _, err := discover(t, newCrawler(t), source(s.URL+"/loop"))
	wantKind(t, err, KindContent)
}
