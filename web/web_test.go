package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stakeout/change"
	"stakeout/store"
	"stakeout/story"
	"stakeout/web"
)

var begin = time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)

// desk is a history with a page over it.
type desk struct {
	*httptest.Server
	db    *store.Store
	t     *testing.T
	texts map[story.Key]story.Fields
}

func newDesk(t *testing.T, access web.Access) *desk {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{db: db, t: t, texts: map[story.Key]story.Fields{}}
	d.Server = httptest.NewServer(web.New(web.Options{Store: db, Build: web.Build{Version: "test"}, Access: access, Poll: 10 * time.Millisecond,
		Now: func() time.Time { return begin.Add(24 * time.Hour) }}))
	t.Cleanup(func() {
		d.CloseClientConnections()
		d.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// tell records what a story says from some hour on.
func (d *desk) tell(source, id string, number int, headline string, body ...string) {
	d.t.Helper()
	key := story.Key{Source: source, ID: id}
	at := begin.Add(time.Duration(number) * time.Hour)
	address := "https://news.example/" + url.PathEscape(id)
	fields := story.Fields{Headline: headline, Body: body, Tags: []string{"Floods"}, Sector: "World"}
	r := store.Result{
		Visit: store.Visit{Source: source, URL: address, FinalURL: address, Key: key, Kind: store.KindStory, At: at, Status: 200, Outcome: story.New,
			Header: http.Header{"Content-Type": {"text/html"}}},
		From: number - 1, Print: change.Print(fields), Reading: &story.Reading{ID: id, URL: address, Fields: fields},
		Pages:  []store.Page{{URL: address, ContentType: "text/html; charset=utf-8", Body: []byte("<h1>" + headline + "</h1><script>alert(1)</script>" + strings.Join(body, "<p>"))}},
		Change: &story.Change{Event: story.EventNew, Headline: headline, URL: address},
	}
	if number > 1 {
		c := change.Between(d.texts[key], fields)
		c.Event, c.Headline, c.URL = story.EventChanged, headline, address
		r.Outcome, r.Change = story.Changed, &c
	}
	if _, err := d.db.Record(d.t.Context(), r); err != nil {
		d.t.Fatal(err)
	}
	d.texts[key] = fields
}

func (d *desk) get(path string, header ...string) (int, http.Header, string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.URL+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if r.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}

func (d *desk) json(path string, into any) {
	d.t.Helper()
	status, header, body := d.get(path)
	if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		d.t.Fatalf("%s: %d %s", path, status, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		d.t.Fatalf("%s: %v in %s", path, err, body)
	}
}

// floods is a desk with three stories and some edits.
func floods(t *testing.T) *desk {
	d := newDesk(t, web.Access{})
	d.tell("wire", "1", 1, "Ferry capsizes off Halifax", "At least 12 people died, officials said.", "The sea was rough.", "A third.", "A fourth.", "A fifth.", "A sixth.")
	d.tell("wire", "2", 1, "Lender denies talks", "The lender said so on Monday.")
	d.tell("post", "https://news.example/a/b", 1, "River rises", "It rose.")
	d.tell("wire", "1", 2, "Ferry capsizes off Halifax", "At least 14 people died, officials said.", "The sea was rough.", "A third.", "A fourth.", "A fifth.", "A sixth.")
	return d
}

func TestAPI(t *testing.T) {
	d := floods(t)
	var stories struct {
		Stories []story.Story
		Next    string
	}
	var ids []string
	for path := "/api/stories?limit=2"; path != ""; {
		stories.Stories, stories.Next = nil, ""
		d.json(path, &stories)
		for _, s := range stories.Stories {
			ids = append(ids, s.ID)
		}
		if path = ""; stories.Next != "" {
			path = "/api/stories?limit=2&after=" + url.QueryEscape(stories.Next)
		}
	}
	if got := strings.Join(ids, " "); got != "1 https://news.example/a/b 2" {
		t.Errorf("stories page by page: %s", got)
	}
	var s story.Story
	for _, path := range []string{"/api/stories/post/https%3A%2F%2Fnews.example%2Fa%2Fb", "/api/stories/post/https://news.example/a/b"} {
		if d.json(path, &s); s.Headline != "River rises" {
			t.Errorf("%s: %+v", path, s)
		}
	}
	var v struct {
		Story          story.Story
		Hash, PrevHash string
		Pages          []struct{ SHA256 string }
	}
	if d.json("/api/stories/wire/1/versions/1", &v); v.Story.Body[0] != "At least 12 people died, officials said." || v.Hash == "" || len(v.Pages) != 1 {
		t.Errorf("version %+v", v)
	}
	var changes struct {
		Changes []story.Change
		Next    string
	}
	if d.json("/api/changes?class=fact", &changes); len(changes.Changes) != 1 || changes.Changes[0].To != 2 || changes.Next != "4" {
		t.Errorf("changes %+v", changes)
	}
	if d.json("/api/changes?after=4", &changes); len(changes.Changes) != 0 || changes.Next != "4" {
		t.Errorf("changes behind the last %+v", changes)
	}
	if d.json("/api/changes?limit=1&after=1", &changes); len(changes.Changes) != 1 || changes.Next != "2" {
		t.Errorf("a page of changes %+v", changes)
	}
	var hits struct{ Hits []struct{ Story story.Story } }
	if d.json("/api/search?q=lender", &hits); len(hits.Hits) != 1 {
		t.Errorf("hits %+v", hits)
	}
	var sources struct{ Sources []struct{ Source string } }
	if d.json("/api/sources", &sources); len(sources.Sources) != 2 {
		t.Errorf("sources %+v", sources)
	}
}

func TestAPIErrorsAreProblems(t *testing.T) {
	d := floods(t)
	for path, want := range map[string]int{
		"/api/stories/wire/9": 404, "/api/stories/wire/1/versions/9": 404, "/api/stories/wire/1/versions/x": 404, "/api/changes?after=x": 400,
		"/api/stories?q=clas:x": 400, "/api/stories?limit=0": 400, "/api/stories?after=nonsense": 400, "/nothing": 404,
		"/timemap/link/https://elsewhere.example/": 404, "/memento/2026/https://news.example/1": 400, "/export?format=pdf": 400,
	} {
		status, header, body := d.get(path)
		var p struct {
			Status        int
			Title, Detail string
		}
		if err := json.Unmarshal([]byte(body), &p); err != nil || status != want || p.Status != want || p.Detail == "" || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _, body := d.get("/stories/wire/9", "Accept", "text/html"); status != 404 || !strings.Contains(body, "That did not work") {
		t.Errorf("a person's 404: %d %s", status, body)
	}
}

func TestETag(t *testing.T) {
	d := floods(t)
	_, header, _ := d.get("/api/stories")
	if status, _, body := d.get("/api/stories", "If-None-Match", header.Get("ETag")); status != 304 || body != "" {
		t.Errorf("the same again: %d %q", status, body)
	}
	d.tell("wire", "2", 2, "Lender in talks", "The lender said so on Monday.")
	if status, _, _ := d.get("/api/stories", "If-None-Match", header.Get("ETag")); status != 200 {
		t.Errorf("changed: %d", status)
	}
}

func TestOpenAPIDescribesEveryAddress(t *testing.T) {
	d := floods(t)
	var doc struct {
		OpenAPI    string `json:"openapi"`
		Paths      map[string]any
		Components struct{ Schemas map[string]any }
	}
	d.json("/openapi.json", &doc)
	for _, path := range []string{"/api/stories", "/api/stories/{source}/{id}", "/api/stories/{source}/{id}/versions/{n}", "/api/changes", "/api/sources", "/api/search",
		"/feeds/changes.atom", "/feeds/stories.atom", "/timemap/link/{url}", "/memento/{time}/{url}", "/events", "/healthz", "/metrics"} {
		if doc.Paths[path] == nil {
			t.Errorf("%s isn't described", path)
		}
	}
	text, err := json.Marshal(doc)
	if err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatal(err, doc.OpenAPI)
	}
	for _, part := range strings.Split(string(text), `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if doc.Components.Schemas[name] == nil {
			t.Errorf("schema %s is named and not there", name)
		}
	}
}

func TestMemento(t *testing.T) {
	d := floods(t)
	_, header, body := d.get("/timemap/link/https://news.example/1")
	if !strings.HasPrefix(header.Get("Content-Type"), "application/link-format") || strings.Count(body, "memento\"; datetime=") != 2 || !strings.Contains(body, `rel="first memento"; datetime="Sun, 05 Apr 2026 09:00:00 GMT"`) {
		t.Errorf("timemap:\n%s", body)
	}
	status, header, _ := d.get("/timegate/https://news.example/1", "Accept-Datetime", "Sun, 05 Apr 2026 09:30:00 GMT")
	if location := header.Get("Location"); status != 302 || location != d.URL+"/memento/20260405090000/https://news.example/1" || header.Get("Vary") == "" {
		t.Errorf("timegate: %d to %s", status, location)
	}
	status, header, body = d.get("/memento/20260405090000/https://news.example/1")
	if status != 200 || header.Get("Memento-Datetime") != "Sun, 05 Apr 2026 09:00:00 GMT" || !strings.Contains(body, "At least 12 people") {
		t.Errorf("memento: %d %v %s", status, header, body)
	}
	if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox;") || strings.Contains(policy, "allow-scripts") {
		t.Errorf("a page of the past may do too much: %s", policy)
	}
}

func TestFeeds(t *testing.T) {
	d := floods(t)
	for _, path := range []string{"/feeds/changes.atom?class=fact&source=wire", "/feeds/stories.atom?tag=Floods"} {
		status, header, body := d.get(path)
		if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "application/atom+xml") || !strings.Contains(body, "Ferry capsizes") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if _, _, body := d.get("/feeds/changes.atom?class=typo"); strings.Contains(body, "<entry") {
		t.Error("a feed of another class has entries")
	}
}

func TestEvents(t *testing.T) {
	d := floods(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+"/events?class=fact", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-ID", "1")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() story.Change {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var c story.Change
				if err := json.Unmarshal([]byte(data), &c); err != nil {
					t.Fatal(err)
				}
				return c
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return story.Change{}
	}
	if c := next(); c.ID != "1" || c.To != 2 {
		t.Errorf("what was missed: %+v", c)
	}
	d.tell("wire", "2", 2, "Lender denies talks", "The lender said so on Tuesday.")
	if c := next(); c.ID != "2" || c.To != 2 {
		t.Errorf("what is new: %+v", c)
	}
}

func TestPages(t *testing.T) {
	d := floods(t)
	for path, want := range map[string]string{
		"/?view=all": "<del>12</del><ins>14</ins>", "/stories": "River rises", "/stories/wire/1": "<del>12</del>",
		"/stories/wire/1?look=inline": "3 paragraphs the same", "/stories/wire/1?to=1": "At least 12 people", "/stories/wire/1?look=page": "<iframe",
		"/stories/post/https:%2F%2Fnews.example%2Fa%2Fb": "River rises", "/sources": "3 stories", "/search?q=rough": "<mark>rough</mark>", "/login": "Password",
	} {
		status, header, body := d.get(path, "Accept", "text/html")
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %s:\n%s", path, status, want, body)
		}
		if csp := header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: policy %s", path, csp)
		}
	}
	if _, _, body := newDesk(t, web.Access{}).get("/", "Accept", "text/html"); !strings.Contains(body, "stakeout init") {
		t.Error("an empty history doesn't say how to begin")
	}
}

// Text of pages is text: whatever it says, no view has an element of it.
func TestPageTextIsText(t *testing.T) {
	d := newDesk(t, web.Access{})
	evil := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</textarea><svg onload=alert(1)>`, `{{.}}`, "javascript:alert(1)"}
	for i, e := range evil {
		d.tell("s", e, 1, e, e, "same")
		d.tell("s", e, 2, e+" again", e+" 12", "same")
		if i == 0 {
			if err := d.db.PutMark(t.Context(), store.ChangeMark{Cursor: 2, Label: e, Note: e}); err != nil {
				t.Fatal(err)
			}
		}
	}
	paths := []string{"/?view=all", "/stories", "/sources", "/search?q=" + url.QueryEscape(evil[0]), "/?q=" + url.QueryEscape(`text:"`+evil[0]+`"`), "/login?to=" + url.QueryEscape(evil[1]), "/" + url.PathEscape(evil[0])}
	for _, e := range evil {
		paths = append(paths, "/stories/s/"+url.PathEscape(e))
	}
	for _, path := range paths {
		_, _, body := d.get(path, "Accept", "text/html")
		for _, bad := range []string{"<script>alert", "<img", "<svg onload", "onload=alert(1)>", `href="javascript:`} {
			if strings.Contains(body, bad) {
				t.Errorf("%s has %s", path, bad)
			}
		}
	}
}

func (d *desk) post(path string, form url.Values, header ...string) (int, http.Header) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode, resp.Header
}

func TestMarks(t *testing.T) {
	d := floods(t)
	if status, _ := d.post("/marks/4", url.Values{"starred": {"1"}}); status != 204 {
		t.Errorf("star: %d", status)
	}
	if status, header := d.post("/marks/4", url.Values{"note": {"ask the coast guard"}, "back": {"//evil.example/"}}); status != 303 || header.Get("Location") != "/" {
		t.Errorf("note: %d %v", status, header)
	}
	if _, _, body := d.get("/?view=starred", "Accept", "text/html"); !strings.Contains(body, "ask the coast guard") {
		t.Error("the starred edit isn't shown with its note")
	}
	if status, _ := d.post("/seen", url.Values{"upto": {"4"}}); status != 204 {
		t.Errorf("all seen: %d", status)
	}
	if _, _, body := d.get("/", "Accept", "text/html"); !strings.Contains(body, "You have seen everything") {
		t.Error("what was seen is shown as unseen")
	}
	if status, _ := d.post("/filters", url.Values{"name": {"Silent numbers"}, "filter": {"class:fact disclosed:no"}, "back": {"/"}}); status != 303 {
		t.Errorf("save a filter: %d", status)
	}
	if _, _, body := d.get("/", "Accept", "text/html"); !strings.Contains(body, "Silent numbers") {
		t.Error("the saved filter isn't shown")
	}
	// Another site's page may not mark anything.
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		if status, _ := d.post("/seen", url.Values{"upto": {"4"}}, header...); status != 403 {
			t.Errorf("%v: %d, expected 403", header, status)
		}
	}
}

func TestAccess(t *testing.T) {
	d := newDesk(t, web.Access{Passwords: []web.Grant{web.NewGrant("correct horse", web.Admin)}, Tokens: []web.Grant{web.NewGrant("token-1", web.Reader)}, Hosts: []string{"desk.example.org"}})
	for _, c := range []struct {
		name   string
		path   string
		header []string
		want   int
	}{
		{"nobody, to the API", "/api/stories", nil, 401},
		{"nobody, to the page", "/", []string{"Accept", "text/html"}, 303},
		{"a token", "/api/stories", []string{"Authorization", "Bearer token-1"}, 200},
		{"a wrong token", "/api/stories", []string{"Authorization", "Bearer token-2"}, 401},
		{"no token", "/api/stories", []string{"Authorization", "Bearer "}, 401},
		{"health needs none", "/healthz", nil, 200},
		{"the style needs none", "/static/style.css", nil, 200},
		{"another name", "/healthz", []string{"Host", "evil.example"}, 421},
		{"a name of its own", "/healthz", []string{"Host", "desk.example.org"}, 200},
	} {
		if status, _, _ := d.get(c.path, c.header...); status != c.want {
			t.Errorf("%s: %d, expected %d", c.name, status, c.want)
		}
	}
	if status, _ := d.post("/seen", url.Values{"upto": {"1"}}, "Authorization", "Bearer token-1"); status != 403 {
		t.Errorf("a token for reading marks: %d", status)
	}
	status, header := d.post("/login", url.Values{"password": {"correct horse"}, "to": {"/sources"}})
	cookie := strings.Split(header.Get("Set-Cookie"), ";")[0]
	if status != 303 || header.Get("Location") != "/sources" || !strings.Contains(header.Get("Set-Cookie"), "HttpOnly") {
		t.Fatalf("login: %d %v", status, header)
	}
	if status, _, _ := d.get("/api/stories", "Cookie", cookie); status != 200 {
		t.Errorf("after the login: %d", status)
	}
	if status, _ := d.post("/logout", nil, "Cookie", cookie); status != 303 {
		t.Errorf("logout: %d", status)
	}
	if status, _, _ := d.get("/api/stories", "Cookie", cookie); status != 401 {
		t.Errorf("after the logout: %d", status)
	}
	for i := range 6 {
		want := 401
		if i == 5 {
			want = 429
		}
		if status, _ := d.post("/login", url.Values{"password": {fmt.Sprint("guess", i)}}); status != want {
			t.Errorf("guess %d: %d, expected %d", i, status, want)
		}
	}
}

func TestDownload(t *testing.T) {
	d := floods(t)
	status, header, body := d.get("/export?format=csv&q=class:fact")
	if status != 200 || !strings.Contains(header.Get("Content-Disposition"), `filename="stakeout-changes-2026-04-06-080000.csv"`) || strings.Count(body, "\r\n") != 2 {
		t.Errorf("%d %v\n%s", status, header, body)
	}
}

func TestMetrics(t *testing.T) {
	d := floods(t)
	if _, _, body := d.get("/metrics"); !strings.Contains(body, "stakeout_changes_total 4") || !strings.Contains(body, `stakeout_stories{source="wire"} 2`) {
		t.Errorf("metrics:\n%s", body)
	}
}

// A search tells when its words came into stories and left them.
func TestSearchTellsALife(t *testing.T) {
	d := floods(t)
	d.tell("wire", "2", 2, "Lender denies talks", "The lender said so on Tuesday, of a merger.")
	d.tell("wire", "2", 3, "Lender denies talks", "The lender said so on Tuesday.")
	_, _, page := d.get("/search?q=merger", "Accept", "text/html")
	for _, want := range []string{"1 at most, 0 now", ">entered</span>", ">left</span>", `<path class="line"`, "<mark>merger</mark>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the search lacks %s:\n%s", want, page)
		}
	}
}

// The evidence of a story is a zip file, and only of one on record.
func TestEvidenceDownload(t *testing.T) {
	d := floods(t)
	status, header, body := d.get("/evidence/wire/1")
	if status != 200 || header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(body, "PK") {
		t.Errorf("%d %v", status, header)
	}
	if status, _, _ := d.get("/evidence/wire/nothing"); status != 404 {
		t.Errorf("of nothing: %d", status)
	}
}
