package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/newsroom"
)

// Each limit ends what goes past it, says its name, the address, and the next
// step.
func TestLimitsSayTheirNames(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	s.mux.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "x")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	s.mux.HandleFunc("/longer/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"longer/", http.StatusFound)
	})
	s.mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/round?"+r.URL.RawQuery+"1", http.StatusFound)
	})
	s.mux.HandleFunc("/far", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/"+strings.Repeat("x", 5000), http.StatusFound)
	})
	c := newCrawler(t)
	c.transport.slow = slow{window: 300 * time.Millisecond, least: 1000}
	for path, kind := range map[string]Kind{
		"/drip": KindRate, "/stall": KindRate, "/longer/": KindPath, "/round": KindRedirects, "/far": KindLength,
		"/a/b" + strings.Repeat("/c/d", 6): KindPath,
	} {
		_, err := c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + path})
		wantKind(t, err, kind)
		if line := fmt.Sprint(err); !strings.Contains(line, "(limit: "+string(kind)+"); ") || len(line) > 5000 {
			t.Errorf("%s: %s", path, line)
		}
	}
	if n := s.count("/drip"); n != 1 {
		t.Errorf("what is too slow was asked for %d times", n)
	}
}

func TestRepeats(t *testing.T) {
	for path, want := range map[string]bool{
		"/news/2024/05/05/05/story": false, "/a/b/a/b/a/b/a/b": false, "/a/a/a/a": false, "": false, "/": false, "//": false,
		"/a/a/a/a/a": true, "/x/a/b/a/b/a/b/a/b/a/b/y": true, "/a/b/c/a/b/c/a/b/c/a/b/c/a/b/c": true,
		"/1/x/2/x/3/x/4/x/5/x/6/x/7/x/8/x/9/x/10/x/11/x": true,
	} {
		if got := repeats(&url.URL{Path: path}); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

func TestYearOf(t *testing.T) {
	for address, want := range map[string]int{
		"https://a.example/2031/05": 2031, "https://a.example/archive/2024/5/17/": 2024, "https://a.example/c?date=2029-11-02": 2029, "https://a.example/c?year=2040&m=1": 2040,
		"https://a.example/calendar/2031-05": 2031, "https://a.example/c/203105/": 2031, "https://a.example/c/20310517": 2031,
		"https://a.example/news?page=2031": 0, "https://a.example/2031": 0, "https://a.example/tag/2020/": 0, "https://a.example/sitemap-2019-05.xml": 0, "https://a.example/id/20319999": 0,
	} {
		if got, _ := yearOf(address); got != want {
			t.Errorf("%s: %d, expected %d", address, got, want)
		}
	}
}

// A calendar whose every page leads to the next month ends soon, with whatever
// it listed.
func TestEndlessCalendarEnds(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/calendar/", func(w http.ResponseWriter, r *http.Request) {
		var year, month int
		fmt.Sscanf(r.URL.Path, "/calendar/%d/%d", &year, &month)
		month++
		fmt.Fprintf(w, `<h1>Events</h1><h2><a href="/story/%d-%d-1">A fair of the month in town</a></h2><a rel=next href="/calendar/%d/%d">Next month</a>`, year, month, year+month/13, (month-1)%12+1)
	})
	src := withStories(source(fmt.Sprintf("%s/calendar/%d/1", s.URL, time.Now().Year())), `/story/`)
	src.Pages = 10_000
	links, listing, err := discover(t, newCrawler(t), src)
	if err != nil || len(links) < 12 || listing.Pages > 30 {
		t.Errorf("%d links on %d pages, error %v", len(links), listing.Pages, err)
	}
	if len(listing.Problems) != 1 || !strings.Contains(listing.Problems[0], "(limit: calendar)") {
		t.Errorf("problems %q", listing.Problems)
	}
	dry := trail{}
	for day := 1; ; day++ {
		err := dry.step(fmt.Sprintf("https://a.example/2024/01/%02d", day), 5, time.Now())
		var fe *FetchError
		if errors.As(err, &fe) && fe.Kind == KindCalendar {
			break
		}
		if day > 20 {
			t.Fatal("listings of one date after another that list nothing go on")
		}
	}
	all := trail{pages: maxRunPages}
	wantKind(t, all.step("https://a.example/p", 0, time.Now()), KindPages)
}

// Each fault of TLS is an outcome with a plain line: the address, what is wrong,
// and what to do. Stalled is the one that lasts.
func TestTLSFaults(t *testing.T) {
	t.Parallel() // one of them takes 15 s
	faults, err := newsroom.OpenFaults(newsroom.FaultsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer faults.Close()
	c := New(Options{Roots: faults.Roots()})
	defer c.Close()
	c.transport.backoff = time.Millisecond
	src := source()
	met := 0
	for _, f := range faults.All() {
		if !strings.HasPrefix(f.Listing, "https://") {
			continue
		}
		if _, err := c.FetchPage(context.Background(), src, Request{URL: f.Story}); err != nil {
			t.Errorf("%s: while sound: %v", f.Name, err)
		}
	}
	c.transport.pools.close()
	if err := faults.Break(); err != nil {
		t.Fatal(err)
	}
	for _, f := range faults.All() {
		want, known := map[string]string{
			"TLS: certificate expired":          "its certificate expired on ",
			"TLS: certificate not valid yet":    "its certificate is not valid before ",
			"TLS: certificate of another host":  "its certificate is for elsewhere.test, not for 127.0.0.1; check the address",
			"TLS: certificate signed by nobody": "is signed by nobody whom this machine trusts; where you trust the signer, SSL_CERT_FILE",
			"TLS: hangs up in the handshake":    "; it is tried again later",
			"TLS: speaks plain HTTP":            "it does not speak TLS; check whether the address begins with http://",
			"TLS: stalled handshake":            "the TLS handshake took more than 15 s; it is tried again later",
		}[f.Name]
		if !strings.HasPrefix(f.Listing, "https://") || f.Slow && testing.Short() {
			continue
		}
		if f.Slow { // 15 s; the other tries would be as long
			src = &configs.Source{Name: "slow", Parallel: 1, Private: true, IgnoreRobots: true}
		}
		met++
		x := c.exchange(src, f.Story, 1)
		err := c.visit(context.Background(), x, http.Header{}, callbacks{})
		line := fmt.Sprint(err)
		if !known || !strings.HasPrefix(line, f.Story+": ") && !strings.Contains(line, "robots.txt") || !strings.Contains(line, want) || strings.Contains(line, "\n") {
			t.Errorf("%s: %s\nexpected %q", f.Name, line, want)
		}
	}
	if met < 6 {
		t.Errorf("%d faults met", met)
	}
}

// The words of a fault don't change from one visit to the next: no ports of ours.
func TestNetworkErrorsFold(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
		conn.Close()
	}))
	defer s.Close()
	src := source(s.URL)
	src.IgnoreRobots = true
	for _, address := range []string{s.URL + "/", "http://127.0.0.1:1/", "http://no-such-host.invalid/"} {
		seen := map[string]bool{}
		for range 3 {
			_, err := newCrawler(t).FetchPage(context.Background(), src, Request{URL: address})
			seen[fmt.Sprint(err)] = true
		}
		if len(seen) != 1 {
			t.Errorf("one fault in several words: %v", seen)
		}
		for line := range seen {
			t.Log(line)
			if !strings.Contains(line, "; ") {
				t.Errorf("no next step: %s", line)
			}
		}
	}
}
