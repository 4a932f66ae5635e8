package web_test

import (
	"context"
	"html"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stakeout/change"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/newsroom"
	"stakeout/store"
	"stakeout/story"
	"stakeout/web"
)

// shop is a page that may change its configuration, beside a newsroom.
type shop struct {
	*desk
	folder string
	news   *newsroom.Newsroom
	site   string
	cfg    atomic.Pointer[configs.Config]
}

func newShop(t *testing.T, access web.Access) *shop {
	t.Helper()
	s := &shop{folder: filepath.Join(t.TempDir(), "configs"), news: newsroom.New(newsroom.Options{Seed: 5})}
	site := httptest.NewServer(s.news)
	t.Cleanup(site.Close)
	s.site = site.URL
	s.cfg.Store(&configs.Config{})
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fetch := crawler.New(crawler.Options{})
	t.Cleanup(fetch.Close)
	s.desk = &desk{db: db, t: t}
	s.Server = httptest.NewServer(web.New(web.Options{Store: db, Sources: func() []*configs.Source { return s.cfg.Load().Sources }, Access: access,
		Workshop: &web.Workshop{Path: s.folder, Fetch: fetch, Reload: func(context.Context) error {
			cfg, err := configs.Load(s.folder, configs.LoadOptions{})
			if err == nil {
				s.cfg.Store(cfg)
			}
			return err
		}}}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// An empty history asks for an address; what it shows is what is written and
// watched.
func firstRunInBrowser(t *testing.T, browser context.Context) {
	s := newShop(t, web.Access{})
	b := newTab(t, browser, s.URL, 1440)
	b.open("/")
	b.do(chromedp.Evaluate[chromedp.Void]("document.getElementById('address').value = '" + s.site + s.news.Desks()[0].ListingPath + "'"))
	b.press("Look at it")
	b.until("document.querySelector('[role=alert]')")
	b.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('[name=private]').checked = true"))
	b.press("Look at it")
	b.until("document.querySelector('main table')")
	if n := eval[int](b, "document.querySelectorAll('main tbody tr').length"); n < 5 {
		t.Errorf("%d stories are shown, expected some", n)
	}
	b.press("Watch it")
	b.arrive("/sources/")
	cfg := s.cfg.Load()
	if len(cfg.Sources) != 1 || cfg.Sources[0].Schedule == nil || cfg.Sources[0].Stories == nil {
		t.Fatalf("the configuration has %d sources", len(cfg.Sources))
	}
	text, err := os.ReadFile(cfg.Sources[0].File)
	if err != nil || !strings.HasPrefix(string(text), "# Proposed from") {
		t.Errorf("%v: written was\n%s", err, text)
	}
}

// A source is paused, run, and let run again by buttons; its file keeps the rest.
func TestSourceButtons(t *testing.T) {
	s := newShop(t, web.Access{})
	const text = "# mine\nsources:\n  a:\n    start: https://a.example/   # here\n    schedule: '@hourly'\n"
	post := func(path string, form url.Values, want int) {
		t.Helper()
		if status, _ := s.post(path, form); status != want {
			t.Errorf("%s %v: %d, expected %d", path, form, status, want)
		}
	}
	post("/watch/start", url.Values{"text": {strings.ReplaceAll(text, "\n", "\r\n")}}, 303)
	file := s.cfg.Load().Sources[0].File
	post("/watch/start", url.Values{"text": {text}}, 400) // it is there
	post("/watch/start", url.Values{"text": {"sources: {b: {start: nowhere}}"}}, 400)
	post("/sources/a/pause", url.Values{"pause": {"1"}}, 204)
	if !s.cfg.Load().Sources[0].Paused {
		t.Error("it isn't paused")
	}
	post("/sources/a/run", nil, 400)
	post("/sources/a/pause", url.Values{"pause": {"0"}}, 204)
	post("/sources/a/run", nil, 204)
	post("/sources/none/run", nil, 400)
	if state, err := s.db.Source(t.Context(), "a"); err != nil || state.NextRunAt.IsZero() {
		t.Errorf("the next run: %v %v", state.NextRunAt, err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != text+"    pause: false\n" {
		t.Errorf("%v: the file is\n%s", err, now)
	}
	_, _, page := s.get("/sources", "Accept", "text/html")
	if !strings.Contains(page, "every hour") || !strings.Contains(page, "Run now") {
		t.Errorf("sources:\n%s", page)
	}
}

// Each role may do what it may, and nothing else.
func TestRoles(t *testing.T) {
	s := newShop(t, web.Access{UserHeader: "X-User", Users: map[string]web.Role{"ann": web.Admin, "bo": web.Labeller},
		Tokens:    []web.Grant{web.NewGrant("sha256:3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0", web.Reader), web.NewGrant("writer", web.Labeller)},
		Passwords: []web.Grant{web.NewGrant("look", web.Reader)}})
	const add = "sources: {a: {start: 'https://a.example/'}}"
	for _, c := range []struct {
		name, path string
		header     []string
		want       int
	}{
		{"nobody marks", "/seen", nil, 401},
		{"a reader marks", "/seen", []string{"X-User", "cy"}, 403},
		{"a labeller marks", "/seen", []string{"X-User", "bo"}, 204},
		{"a labeller watches", "/watch/start", []string{"X-User", "bo"}, 403},
		{"an admin watches", "/watch/start", []string{"X-User", "ann"}, 303},
		{"a labeller pauses", "/sources/a/pause", []string{"X-User", "bo"}, 403},
		{"a labeller runs", "/sources/a/run", []string{"X-User", "bo"}, 403},
		{"a labeller repairs", "/sources/a/repair", []string{"X-User", "bo"}, 403},
		{"a hashed token marks", "/seen", []string{"Authorization", "Bearer token"}, 403},
		{"a labeller's token marks", "/seen", []string{"Authorization", "Bearer writer"}, 204},
		{"a hash is no token", "/seen", []string{"Authorization", "Bearer 3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"}, 401},
		{"a password is no token", "/seen", []string{"Authorization", "Bearer look"}, 401},
	} {
		if status, _ := s.post(c.path, url.Values{"upto": {"0"}, "text": {add}, "pause": {"1"}}, c.header...); status != c.want {
			t.Errorf("%s: %d, expected %d", c.name, status, c.want)
		}
	}
	if status, _, _ := s.get("/feeds/changes.atom", "Authorization", "Basic Zm9yZmVlZHM6dG9rZW4="); status != 200 {
		t.Errorf("a feed reader with a token as its password: %d", status)
	}
	_, header := s.post("/login", url.Values{"password": {"look"}})
	cookie := strings.Split(header.Get("Set-Cookie"), ";")[0]
	if status, _, page := s.get("/sources", "Cookie", cookie, "Accept", "text/html"); status != 200 || strings.Contains(page, "Run now") {
		t.Errorf("who may only look: %d\n%s", status, page)
	}
	if status, _ := s.post("/seen", url.Values{"upto": {"0"}}, "Cookie", cookie); status != 403 {
		t.Errorf("who may only look marks: %d", status)
	}
}

// A layout changes: the page says so, shows the line that mends it, and puts it in.
func TestRepairButton(t *testing.T) {
	s := newShop(t, web.Access{})
	if err := os.MkdirAll(s.folder, 0o750); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.folder, "a.yaml")
	if err := os.WriteFile(file, []byte("sources:\n  a:\n    start: https://a.example/\n    fields:\n      body: .old p   # the text\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Load(s.folder, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.cfg.Store(cfg)
	breakLayout(t, s.db)
	_, _, page := s.get("/sources", "Accept", "text/html")
	m := regexp.MustCompile(`name="rule" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no repair in\n%s", page)
	}
	rule := html.UnescapeString(m[1])
	if status, _ := s.post("/sources/a/repair", url.Values{"field": {"body"}, "rule": {"another"}}); status != 400 {
		t.Errorf("a rule that wasn't shown: %d", status)
	}
	if status, _ := s.post("/sources/a/repair", url.Values{"field": {"body"}, "rule": {rule}}); status != 204 {
		t.Errorf("the repair: %d", status)
	}
	if now, err := os.ReadFile(file); err != nil || !strings.Contains(string(now), "      body: "+rule+"   # the text\n") {
		t.Errorf("%v: the file is\n%s, expected %s", err, now, rule)
	}
}

// breakLayout records three stories, whose pages then lose the rule for the text.
func breakLayout(t *testing.T, db *store.Store) {
	t.Helper()
	for _, id := range []string{"1", "2", "3"} {
		var body []string
		text := ""
		for _, what := range []string{"began on the coast", "went on for a while", "ended in the harbour"} {
			p := "The story of number " + id + " " + what + ", as those who were there said in the evening."
			body, text = append(body, p), text+"<p>"+p+"</p>"
		}
		address := "https://a.example/news/" + id
		key := story.Key{Source: "a", ID: id}
		fields := story.Fields{Headline: "The story of " + id, Body: body}
		page := func(class string) store.Page {
			return store.Page{URL: address, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body><h1>The story of " + id + "</h1><div class='" + class + "'>" + text + "</div></body></html>")}
		}
		visit := store.Visit{Source: "a", URL: address, FinalURL: address, Key: key, Kind: store.KindStory, At: begin, Status: 200, Outcome: story.New}
		if _, err := db.Record(t.Context(), store.Result{Visit: visit, Print: change.Print(fields), Reading: &story.Reading{ID: id, URL: address, Fields: fields},
			Pages: []store.Page{page("old")}, Change: &story.Change{Event: story.EventNew, Headline: fields.Headline, URL: address}}); err != nil {
			t.Fatal(err)
		}
		visit.At, visit.Outcome, visit.Reason = begin.Add(time.Hour), story.Unreadable, "body stopped matching"
		if _, err := db.Record(t.Context(), store.Result{Visit: visit, From: 1, Broken: &store.BrokenPage{Fields: []string{"body"}, Reason: visit.Reason, Page: page("article-text")}}); err != nil {
			t.Fatal(err)
		}
	}
}

// In the editor a press on an element makes a rule of it, which is tried on kept
// pages, shown as a line of the file, and saved into it.
func rulesInBrowser(t *testing.T, browser context.Context) {
	s := newShop(t, web.Access{})
	if err := os.MkdirAll(s.folder, 0o750); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.folder, "a.yaml")
	const before = "sources:\n  a:\n    start: https://a.example/   # mine\n    fields:\n      headline: h1   # steady\n"
	if err := os.WriteFile(file, []byte(before), 0o640); err != nil {
		t.Fatal(err)
	}
	cfg, err := configs.Load(s.folder, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.cfg.Store(cfg)
	const long = "It went on for most of the night, as those who were there said in the morning, and nobody in the harbour had slept when it ended."
	for n, id := range []string{"1", "2", "3", "4"} {
		address := "https://a.example/news/" + id
		fields := story.Fields{Headline: "The story of " + id, Body: []string{"It went on."}}
		body := "<html><head><title>x</title><script>alert(1)</script></head><body onload=alert(2)><article><div class='css-1ab2c dek'>The standfirst number " + id + "</div><h1>The story of " + id + "</h1><img src=https://evil.example/x.png><form action=https://evil.example/><input name=q><p>In a form.</p></form><iframe src=https://evil.example/></iframe><p style='background:url(https://evil.example/y)'>" + long + "</p><p>" + long + " And so on.</p></article></body></html>"

		if _, err := s.db.Record(t.Context(), store.Result{Visit: store.Visit{Source: "a", URL: address, FinalURL: address, Key: story.Key{Source: "a", ID: id}, Kind: store.KindStory,
			At: begin.Add(time.Duration(n) * time.Minute), Status: 200, Outcome: story.New}, Print: change.Print(fields), Reading: &story.Reading{ID: id, URL: address, Fields: fields},
			Pages: []store.Page{{URL: address, ContentType: "text/html", Body: []byte(body)}}, Change: &story.Change{Event: story.EventNew, Headline: fields.Headline, URL: address}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, width := range []int64{1440, 390} {
		if err := os.WriteFile(file, []byte(before), 0o640); err != nil {
			t.Fatal(err)
		}
		b := newTab(t, browser, s.URL, width)
		b.open("/rules?source=a&field=sector")
		_, header, copied := s.get(eval[string](b, "new URL(document.querySelector('iframe').src).pathname + new URL(document.querySelector('iframe').src).search"))
		for _, bad := range []string{"evil.example", "alert(", "<form", "<input", "<iframe", "<img"} {
			if strings.Contains(copied, bad) {
				t.Errorf("the copy has %s:\n%s", bad, copied)
			}
		}
		if !strings.Contains(copied, `data-f="headline">`) || strings.Contains(header.Get("Content-Security-Policy"), "allow-scripts") {
			t.Errorf("the copy: %s\n%s", header.Get("Content-Security-Policy"), copied)
		}
		if width > 500 { // a press in the frame, as a person's: by the mouse, where the words stand
			at := eval[[]float64](b, "document.querySelector('iframe').scrollIntoView({block: 'center', behavior: 'instant'}); (r => [r.left, r.top])(document.querySelector('iframe').getBoundingClientRect())")
			b.do(chromedp.Sleep(300*time.Millisecond), chromedp.MouseClickXY(at[0]+60, at[1]+28))
		} else {
			link := regexp.MustCompile(`href="([^"]+)">The standfirst`).FindStringSubmatch(copied)
			b.open(html.UnescapeString(link[1]))
		}
		b.arrive("&n=")
		rules := eval[[]string](b, "[...document.querySelectorAll('.rules code')].map(e => e.innerText)")
		if len(rules) == 0 || rules[0] != "'.dek'" {
			t.Fatalf("%d px: rules %q, expected .dek first", width, rules)
		}
		if said := eval[string](b, "document.querySelector('.tries').innerText"); strings.Count(said, "The standfirst number") != 3 {
			t.Errorf("tried on\n%s", said)
		}
		b.press("Save this line")
		b.arrive("/rules?source=a&field=sector")
		if now, err := os.ReadFile(file); err != nil || string(now) != before+"      sector: '.dek'\n" {
			t.Errorf("%v: the file is\n%s", err, now)
		}
		if said := eval[string](b, "document.querySelector('.fields [aria-current]').innerText"); !strings.Contains(said, "The standfirst number") {
			t.Errorf("as it is read: %s", said)
		}
		for _, m := range b.misdeeds() {
			t.Error(m)
		}
	}
}
