package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/crawler/render"
)

// needsChromium skips the test where there is none.
func needsChromium(t *testing.T) {
	t.Helper()
	if _, err := render.Find(); err != nil {
		if os.Getenv("STAKEOUT_TOOLS_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skipf("%v: %s", err, render.HowToGet)
	}
}

// scripted is a site whose pages are empty until their scripts ran.
func scripted(t *testing.T) *site {
	s := newSite(t)
	shell := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("ETag", `"shell"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, `<!doctype html><title>App</title><div id=app></div><script src=/app.js></script>`)
	}
	s.mux.HandleFunc("/", shell)
	s.mux.HandleFunc("/robots.txt", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "User-agent: *\nDisallow: /private\n")
	})
	s.body("/app.js", "text/javascript", `fetch("/api" + location.pathname).then(r => r.text()).then(t => { document.querySelector("#app").innerHTML = t })`)
	var list strings.Builder
	for i := range 8 {
		fmt.Fprintf(&list, `<h2><a href="/news/%d">The council votes for bridge number %d</a></h2>`, i, i)
	}
	s.body("/api/", "text/html", list.String())
	s.mux.HandleFunc("/api/news/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<h1>Bridge %s</h1><p>Zoë voted – thrice.</p>", r.URL.Path[len("/api/news/"):])
	})
	return s
}

func rendering(s *site) *configs.Source {
	src := source(s.URL + "/")
	src.Render = true
	return src
}

func TestRenderedListingAndPage(t *testing.T) {
	needsChromium(t)
	s, c := scripted(t), newCrawler(t)
	src := withStories(rendering(s), `/news/(?P<id>\d+)$`)
	links, listing, err := discover(t, c, src)
	if err != nil || len(links) != 8 || listing.Kind != listingHTML {
		t.Fatalf("%d links, %+v, error %v", len(links), listing, err)
	}
	for range 2 {
		p, err := c.FetchPage(context.Background(), src, Request{URL: links[3].URL, ETag: `"shell"`})
		if err != nil || !strings.Contains(string(p.Body), "<h1>Bridge 3</h1><p>Zoë voted – thrice.</p>") {
			t.Fatalf("%s, error %v", p.Body, err)
		}
		if p.ContentType != "text/html; charset=utf-8" || p.Header.Get("ETag") != "" || p.Status != 200 || p.NotModified || p.FinalURL != links[3].URL || p.Attempts != 1 {
			t.Errorf("found %+v", p)
		}
	}
	if p, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/app.js"}); err != nil || !strings.HasPrefix(string(p.Body), "fetch(") {
		t.Errorf("what is no HTML is rendered: %s, %v", p.Body, err)
	}
}

// What scripts lead to is a hop as any other: robots.txt is asked, the pace kept.
func TestRenderedHopsAreHops(t *testing.T) {
	needsChromium(t)
	s, c := scripted(t), newCrawler(t)
	s.page("/go", `<script>location.replace("/gone-on")</script>`)
	s.page("/gone-on", `<p>Arrived.</p>`)
	s.page("/sneak", `<script>location.replace("/private/x")</script>`)
	src := rendering(s)
	src.Delay = 300 * time.Millisecond
	p, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/go"})
	if err != nil || p.FinalURL != s.URL+"/gone-on" || !strings.Contains(string(p.Body), "Arrived.") {
		t.Errorf("%s at %s, error %v", p.Body, p.FinalURL, err)
	}
	if gap := c.Paces()[0].LeastGap; gap < 300*time.Millisecond {
		t.Errorf("least gap %s", gap)
	}
	_, err = c.FetchPage(context.Background(), src, Request{URL: s.URL + "/sneak"})
	wantKind(t, err, KindRobots)
	if s.count("/private/x") > 0 {
		t.Error("what robots.txt disallows was asked for")
	}
}

// The scripts of a public page reach no private address; here everything is one,
// but for the page itself, which is handed to the browser.
func TestRenderedScriptsAreGuarded(t *testing.T) {
	needsChromium(t)
	var hits atomic.Int64
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer private.Close()
	c := newCrawler(t)
	src := source("http://public.example/")
	src.Private, src.Render = false, true
	c.transport.pools.resolver = lookup{"public.example": "8.8.8.8"}
	req, err := http.NewRequest(http.MethodGet, "http://public.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	name := "http://localhost:" + private.URL[strings.LastIndex(private.URL, ":")+1:]
	html := fmt.Sprintf(`<p>Text.</p><script src="%s/a.js"></script><script>for (const u of ["%s/b", "%s/c", "http://[::1]:1/", "http://2130706433/", "file:///etc/passwd", "https://127.0.0.1/"])
		fetch(u, {mode: "no-cors"}).then(() => { document.querySelector("p").textContent = "Got " + u }).catch(() => {})</script>`, private.URL, private.URL, name)
	x := c.exchange(src, "http://public.example/", 1)
	a, err := c.transport.rendered(req, x, &answer{status: 200, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(html)})
	if err != nil || !strings.Contains(string(a.body), "<p>Text.</p>") || hits.Load() != 0 {
		t.Errorf("%+v, error %v, %d requests got out", a, err, hits.Load())
	}
}

func TestRenderWithoutChromiumSaysHowToGetIt(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho libnss3.so is missing >&2\nexit 127\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{"/nonexistent/chromium": render.ErrNoBrowser, broken: render.ErrStart} {
		t.Setenv("STAKEOUT_CHROMIUM", path)
		s, c := scripted(t), newCrawler(t)
		_, err := c.FetchPage(context.Background(), rendering(s), Request{URL: s.URL + "/news/1"})
		wantKind(t, err, KindRender)
		if err == nil || !errors.Is(err, want) || !strings.Contains(err.Error(), "apt-get install chromium") {
			t.Errorf("%s: found %v", path, err)
		}
	}
}

func TestScriptedListingSaysWhatHelps(t *testing.T) {
	s := scripted(t)
	for _, src := range []*configs.Source{source(s.URL + "/"), withStories(source(s.URL+"/"), "/news/")} {
		_, _, err := discover(t, newCrawler(t), src)
		if err == nil || !strings.Contains(err.Error(), "`render: true`") {
			t.Errorf("found %v", err)
		}
	}
}
