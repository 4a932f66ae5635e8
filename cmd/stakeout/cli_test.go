package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spf13/cobra"

	"stakeout/story"
)

const cardPage = `<!doctype html><html lang="en"><head><title>Harbour reopens after nine days | Desk</title></head><body><main>
<h1>Harbour reopens after nine days</h1>
<p>The harbour of the small town reopened on Monday after a storm that had closed it for nine days, its master said.</p>
<p>Forty-one boats left before noon, and the market had fish again for the first time since the end of the month.</p>
<ul><li><strong>Source</strong>: Harbour Post</li><li><strong>Tags</strong>: Sea, Trade</li><li><strong>Credibility</strong>: confirmed</li>
<li><strong>Published</strong>: 2026-04-04 21:26:49</li><li><strong>ID</strong>: 77</li></ul></main></body></html>`

// file writes a file of the test's own.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file(t, "page.html.gz", b.String())
}

func TestEveryCommandHelpsWithAnExample(t *testing.T) {
	a := &app{env: os.Getenv}
	for _, c := range a.rootCommand().Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			continue
		}
		out := mustRun(t, c.Name(), "--help")
		if !strings.Contains(out, "Examples:") || !strings.Contains(out, "stakeout "+c.Name()) || !strings.Contains(out, "Exit status:") {
			t.Errorf("%s --help has no example, or says nothing of exit statuses:\n%s", c.Name(), out)
		}
	}
}

// docs/cli.md is the real --help of every command.
func TestCommandReferenceIsCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Commands\n\nEach command's `--help`, as the program prints it.\n")
	a := &app{env: os.Getenv}
	root := a.rootCommand()
	for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
		title, args := c.CommandPath(), []string{"--help"}
		switch {
		case c.IsAdditionalHelpTopicCommand():
			title, args = "stakeout help "+c.Name(), []string{"help", c.Name()}
		case c != root:
			args = []string{c.Name(), "--help"}
		}
		b.WriteString("\n## " + title + "\n\n```\n" + mustRun(t, args...) + "```\n")
	}
	const path = "../../docs/cli.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != b.String() {
		t.Errorf("docs/cli.md is stale (%v): go test ./cmd/stakeout -run Reference -update", err)
	}
}

// Wrong usage and configuration exit with 2, failures with 1, and stderr says
// what and what to do.
func TestErrors(t *testing.T) {
	notSQLite := file(t, "x.db", strings.Repeat("this is no database\n", 100))
	bad := file(t, "bad.yaml", "sources:\n  a:\n    start: https://a.example/\n    delay: soon\n")
	stars := file(t, "stars.yaml", "sources:\n  a:\n    start: https://a.example/\n    schedule: * * * * *\n")
	empty := t.TempDir()
	queried := filepath.Join(t.TempDir(), "q.db")
	stakeout(t, "--config", empty, "--db", queried, "crawl", "http://127.0.0.1:1/") // is refused, and leaves a history of nothing
	for _, c := range []struct {
		name   string
		args   []string
		status int
		say    []string
	}{
		{"unknown command", []string{"crowl"}, 2, []string{`unknown command "crowl"`, "did you mean crawl?"}},
		{"unknown topic", []string{"help", "schedul"}, 2, []string{"help schedul", "hint: stakeout --help lists them"}},
		{"address without a scheme", []string{"--config", empty, "crawl", "example.org/news"}, 2, []string{"hint: an address says http:// or https://: stakeout crawl https://example.org/news"}},
		{"no such view", []string{"--db", queried, "query", "SELECT 1 FROM storys"}, 1, []string{"storys", "hint: the views to ask are stories_v"}},
		{"unquoted stars", []string{"--config", stars, "check"}, 2, []string{"stars.yaml:4", "quotation marks"}},
		{"unknown flag", []string{"list", "--sauce"}, 2, []string{"--sauce", "hint: stakeout list --help"}},
		{"too many arguments", []string{"show"}, 2, []string{"hint: stakeout show --help"}},
		{"bad configuration", []string{"--config", bad, "check"}, 2, []string{"bad.yaml:4:12", `"soon"`, "a duration such as 2s"}},
		{"configuration absent", []string{"--config", filepath.Join(empty, "none"), "check"}, 2, []string{"none"}},
		{"unknown source", []string{"--config", empty, "crawl", "nosuch"}, 2, []string{`source "nosuch"`}},
		{"nothing to crawl", []string{"--config", empty, "crawl"}, 2, []string{"no source", "hint: name an address"}},
		{"nothing to run", []string{"--config", empty, "--db", queried, "run", "--listen", "none"}, 2, []string{"schedule"}},
		{"no database yet", []string{"--db", filepath.Join(empty, "no.db"), "list"}, 1, []string{"there is none yet", "hint: collect something first"}},
		{"no database", []string{"--db", notSQLite, "list"}, 1, []string{"no SQLite database", "--db"}},
		{"crawl into no database", []string{"--config", empty, "--db", notSQLite, "crawl", "http://127.0.0.1:1/", "--private"}, 1, []string{"no SQLite database"}},
		{"database is a folder", []string{"--db", empty, "list"}, 1, []string{"folder"}},
		{"postgres that is not there", []string{"--db", "postgres://u:secret@127.0.0.1:1/d", "list"}, 1, []string{"can't be reached", "postgres://u@127.0.0.1:1/d"}},
		{"format", []string{"export", "--format", "pdf"}, 2, []string{`found "pdf", expected one of jsonl`}},
		{"no format", []string{"export"}, 2, []string{"--format"}},
		{"what", []string{"export", "--format", "csv", "--what", "all"}, 2, []string{`found "all", expected stories`}},
		{"extract without address", []string{"extract", notSQLite}, 2, []string{"--url"}},
		{"compare without files", []string{"compare", "--url", "https://a.example/"}, 2, []string{"OLD and NEW"}},
		{"refused address", []string{"--config", empty, "--db", filepath.Join(t.TempDir(), "s.db"), "crawl", "http://127.0.0.1:1/"}, 1, []string{"127.0.0.1", "private"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, stderr, status := stakeout(t, c.args...)
			if status != c.status {
				t.Errorf("exit %d, expected %d\n%s", status, c.status, stderr)
			}
			for _, want := range append(c.say, "stakeout: error: ") {
				if !strings.Contains(stderr, want) {
					t.Errorf("stderr doesn't say %q:\n%s", want, stderr)
				}
			}
			if !strings.Contains(stderr, "stakeout: hint: ") && !strings.Contains(stderr, "; ") && !strings.Contains(stderr, "allows it") {
				t.Errorf("stderr doesn't say what to do:\n%s", stderr)
			}
			if strings.Contains(stderr, "secret") {
				t.Errorf("stderr has a password:\n%s", stderr)
			}
		})
	}
}

func TestExtract(t *testing.T) {
	for _, path := range []string{file(t, "p.html", cardPage), gzipped(t, cardPage)} {
		s := lines[story.Story](t, mustRun(t, "--config", t.TempDir(), "extract", "--url", "https://desk.example/intel/77", "--explain", path))[0]
		if s.ID != "77" || s.Headline != "Harbour reopens after nine days" || len(s.Body) != 2 || s.Publisher != "Harbour Post" || len(s.Tags) != 2 ||
			s.Credibility != "confirmed" || s.Published != "2026-04-04T21:26:49Z" || s.Via["headline"] == "" || s.Status != story.Live {
			t.Errorf("found %+v", s)
		}
	}
}

// Unknown fields are null, "" or [], never left out.
func TestExtractJSONHasEveryField(t *testing.T) {
	out := mustRun(t, "--config", t.TempDir(), "extract", "--url", "https://desk.example/intel/77", file(t, "p.html", cardPage))
	var v map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"source", "id", "url", "headline", "body", "authors", "publisher", "sector", "tags", "credibility", "published", "updated",
		"language", "metadata", "status", "version", "first_seen", "last_seen", "changed_at"} {
		if _, ok := v[key]; !ok {
			t.Errorf("%s is missing", key)
		}
	}
	if v["updated"] != nil || v["authors"] == nil || v["first_seen"] != nil {
		t.Errorf("found %s", out)
	}
}

func TestExtractBatchAnswersEveryLineInOrder(t *testing.T) {
	page, wall := file(t, "p.html", cardPage), file(t, "w.html", `<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><div class="cf-challenge"></div></body></html>`)
	in := `{"id":"a","url":"https://desk.example/intel/77","file":"` + page + `"}
{"id":2,"url":"https://desk.example/intel/78","file":"` + wall + `"}
{"id":"c","url":"https://desk.example/x","file":"/nowhere/at/all"}
nonsense
{"id":"e","url":"https://desk.example/y","file":"` + file(t, "e.html", "") + `"}
`
	var out, errs bytes.Buffer
	if err := run(context.Background(), []string{"--config", t.TempDir(), "extract", "--batch", "-"}, strings.NewReader(in), &out, &errs); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		ID      any           `json:"id"`
		Outcome story.Outcome `json:"outcome"`
		Story   *story.Story  `json:"story"`
		Error   string        `json:"error"`
	}
	got := lines[answer](t, out.String())
	if len(got) != 5 {
		t.Fatalf("%d answers:\n%s", len(got), out.String())
	}
	if got[0].ID != "a" || got[0].Outcome != story.New || got[0].Story.Headline == "" {
		t.Errorf("found %+v", got[0])
	}
	if got[1].ID != 2.0 || got[1].Outcome != story.Blocked || got[1].Story == nil || got[1].Story.Headline != "" {
		t.Errorf("found %+v", got[1])
	}
	if got[2].ID != "c" || got[2].Error == "" || got[2].Outcome != "" || got[3].Error == "" || got[4].Outcome != story.Unreadable {
		t.Errorf("found %+v", got[2:])
	}
}

func TestCompare(t *testing.T) {
	older := file(t, "old.html", cardPage)
	newer := gzipped(t, strings.Replace(cardPage, "Forty-one boats", "Forty-two boats", 1))
	type answer struct {
		ID      string              `json:"id"`
		Outcome story.Outcome       `json:"outcome"`
		Classes []story.Class       `json:"classes"`
		Fields  []story.FieldChange `json:"fields"`
		Error   string              `json:"error"`
	}
	check := func(a answer) {
		t.Helper()
		if a.Outcome != story.Changed || len(a.Classes) != 1 || a.Classes[0] != story.Fact || len(a.Fields) != 1 || a.Fields[0].Field != "body" || *a.Fields[0].At != 1 {
			t.Errorf("found %+v", a)
		}
	}
	check(lines[answer](t, mustRun(t, "--config", t.TempDir(), "compare", "--url", "https://desk.example/intel/77", older, newer))[0])
	batch := file(t, "b.jsonl", `{"id":"1","url":"https://desk.example/intel/77","old":"`+older+`","new":"`+newer+`"}
{"id":"2","url":"https://desk.example/intel/77","old":"`+older+`","new":"`+older+`"}
{"id":"3","url":"https://desk.example/intel/77","old":"`+older+`","new":"`+older+`","status":404}
{"id":"4","url":"https://desk.example/intel/77","old":"`+older+`","new":"`+older+`","final_url":"/"}
{"id":"5","url":"https://desk.example/intel/77","old":"/nowhere","new":"`+older+`"}
`)
	got := lines[answer](t, mustRun(t, "--config", t.TempDir(), "compare", "--batch", batch))
	if len(got) != 5 || got[1].Outcome != story.Same || got[2].Outcome != story.Gone || got[3].Outcome != story.Gone || got[4].Error == "" {
		t.Fatalf("found %+v", got)
	}
	check(got[0])
}

// A listing without stories exits with 1 and names the pattern and the page.
func TestCrawlListingWithoutStories(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<html><body><h1>News</h1><a href="/about">About</a></body></html>`))
	}))
	defer server.Close()
	cfg := source(t, server.URL+"/", `/story/(?P<id>\d+)$`)
	stdout, stderr, status := stakeout(t, "--config", cfg, "--db", filepath.Join(t.TempDir(), "s.db"), "crawl")
	if status != statusFailed || !strings.Contains(stderr, `/story/(?P<id>\d+)$`) || !strings.Contains(stderr, server.URL) {
		t.Errorf("exit %d\n%s%s", status, stdout, stderr)
	}
}

// Page text that a terminal would obey, or a spreadsheet compute, goes out
// harmless.
func TestHostilePageTextIsHarmless(t *testing.T) {
	page := strings.Replace(cardPage, "<h1>Harbour reopens after nine days</h1>", "<h1>=HYPERLINK(\"x\") \x1b[2J\x1b]0;owned\x07 harbour reopens</h1>", 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/story/77" {
			_, _ = w.Write([]byte(page))
			return
		}
		_, _ = w.Write([]byte(`<html><body><a href="/story/77">The harbour has reopened</a></body></html>`))
	}))
	defer server.Close()
	cfg, db := source(t, server.URL+"/", `/story/(?P<id>\d+)$`), filepath.Join(t.TempDir(), "s.db")
	out := mustRun(t, "--config", cfg, "--db", db, "crawl")
	for _, args := range [][]string{{"list"}, {"show", "77"}, {"log", "77"}, {"search", "harbour"}, {"sources"}} {
		out += mustRun(t, append([]string{"--db", db}, args...)...)
	}
	if strings.ContainsAny(out, "\x1b\x07") {
		t.Errorf("a terminal would obey %q", out)
	}
	if csv := mustRun(t, "--db", db, "export", "--format", "csv"); !strings.Contains(csv, `"'=HYPERLINK`) {
		t.Errorf("a spreadsheet would compute\n%s", csv)
	}
}

func TestExportWritesWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	if _, _, status := stakeout(t, "--db", filepath.Join(dir, "none.db"), "export", "--format", "csv", "-o", out); status != statusFailed {
		t.Errorf("exit %d", status)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// A head that was kept proves that a history goes on from it, and that another
// one doesn't.
func TestVerifyAgainstAHead(t *testing.T) {
	server := oneCardSite(t)
	cfg, dir := source(t, server.URL+"/", `/story/(?P<id>\d+)$`), t.TempDir()
	db, other := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	mustRun(t, "--config", cfg, "--db", db, "crawl")
	head := file(t, "head.json", mustRun(t, "--db", db, "verify", "--head"))
	mustRun(t, "--config", cfg, "--db", db, "crawl")
	mustRun(t, "--db", db, "verify", "--against", head)
	mustRun(t, "--config", cfg, "--db", other, "crawl")
	if _, stderr, status := stakeout(t, "--db", other, "verify", "--against", head); status != statusFailed || !strings.Contains(stderr, "verify: ") {
		t.Errorf("exit %d: %s", status, stderr)
	}
	if _, stderr, status := stakeout(t, "--db", db, "verify", "--against", cfg); status != statusUsage {
		t.Errorf("exit %d: %s", status, stderr)
	}
}

// A story that is taken down is told of by its own headline, whatever the page that
// says so has as one, and found by the end of its address.
func TestRemovalIsToldByTheStorysHeadline(t *testing.T) {
	var gone atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch {
		case r.URL.Path == "/":
			_, _ = w.Write([]byte(`<html><body><h2><a href="/news/harbour-reopens-after-storm">The harbour has reopened</a></h2></body></html>`))
		case r.URL.Path == "/robots.txt" || gone.Load():
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`<html><head><title>Error response</title></head><body><h1>Error response</h1><p>Error code: 404</p></body></html>`))
		default:
			_, _ = w.Write([]byte(strings.Replace(cardPage, "<li><strong>ID</strong>: 77</li>", "", 1)))
		}
	}))
	defer server.Close()
	cfg, db := source(t, server.URL+"/", `/news/[a-z-]+$`), filepath.Join(t.TempDir(), "s.db")
	mustRun(t, "--config", cfg, "--db", db, "crawl")
	gone.Store(true)
	var out string
	for range 3 {
		out = mustRun(t, "--config", cfg, "--db", db, "crawl")
	}
	log := mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "changes", "--event", "removed")
	for _, text := range []string{out, log} {
		if !strings.Contains(text, "Harbour reopens after nine days") || strings.Contains(text, "Error response") {
			t.Errorf("the removal is told as\n%s", text)
		}
	}
	if shown := mustRun(t, "--db", db, "show", "harbour-reopens-after-storm"); !strings.Contains(shown, "removed") {
		t.Errorf("found\n%s", shown)
	}
	if silent := lines[story.Change](t, mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "changes", "--silent")); len(silent) != 1 || silent[0].Event != story.EventRemoved {
		t.Errorf("found %+v, expected the removal alone: what is new is no silent edit", silent)
	}
}

// oneCardSite lists one story, and serves its card, until the test ends.
func oneCardSite(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if strings.HasPrefix(r.URL.Path, "/story/") {
			_, _ = w.Write([]byte(cardPage))
			return
		}
		_, _ = w.Write([]byte(`<html><body><a href="/story/77">The harbour has reopened</a></body></html>`))
	}))
	t.Cleanup(server.Close)
	return server
}
