package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stakeout/collect"
	"stakeout/internal/testpg"
	"stakeout/newsroom"
	"stakeout/story"
)

// Every command works on a history on Postgres as on a file: the history is
// collected there, read, taken to a file and back, and says the same to the byte.
func TestCommandsOnPostgres(t *testing.T) {
	postgres, again := testpg.Shared(t).Database(t), testpg.Shared(t).Database(t)
	cards := newsroom.NewCards(newsroom.CardsOptions{Count: 40, Options: newsroom.Options{Seed: 2}})
	server := httptest.NewServer(cards)
	defer server.Close()
	desk := cards.Desk()
	cfg := source(t, server.URL+desk.ListingPath, desk.Stories)
	// By the configuration, with a word of the environment in it.
	t.Setenv("STAKEOUT_TEST_URL", postgres)
	text, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cfg, append([]byte("database: ${STAKEOUT_TEST_URL}\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	crawl := func() collect.Summary {
		t.Helper()
		return lines[collect.Summary](t, mustRun(t, "--config", cfg, "--json", "crawl"))[0]
	}
	if s := crawl(); s.New != 40 {
		t.Fatalf("first pass: %+v", s)
	}
	cards.Revise(10)
	if s := crawl(); s.Changed != 10 || s.Same != 30 {
		t.Fatalf("second pass: %+v", s)
	}
	file := filepath.Join(t.TempDir(), "file.db")
	ago := regexp.MustCompile(`\d+ (s|min) ago`)
	on := func(db string, args ...string) string {
		t.Helper()
		return ago.ReplaceAllString(mustRun(t, append([]string{"--config", cfg, "--db", db}, args...)...), "just now")
	}
	if out := on(postgres, "migrate", "--from", postgres, "--to", file); !strings.Contains(out, "40 stories, 50 versions") {
		t.Errorf("migrate: %s", out)
	}
	on(file, "migrate", "--from", file, "--to", again)
	id := lines[story.Change](t, on(postgres, "export", "--format", "jsonl", "--what", "changes"))[41].ID
	for _, args := range [][]string{
		{"list"}, {"list", "--json"}, {"show", id}, {"show", id, "--json"}, {"log", id}, {"diff", id}, {"search", "the"}, {"search", "--json", `"of the"`}, {"sources", "--json"},
		{"export", "--format", "jsonl", "--what", "versions"}, {"export", "--format", "csv", "--what", "changes"},
		{"verify"}, {"verify", "--head"}, {"blame", id}, {"phrase", "the"}, {"evidence", id, "-o", filepath.Join(t.TempDir(), "e.zip")}, {"prune", "--keep-pages", "1d", "--dry-run"}, {"prune", "--list"}, {"plan"},
		{"query", "SELECT source, id, version, headline, body, tags, published, first_seen FROM stories_v ORDER BY id"},
		{"query", "SELECT * FROM versions_v ORDER BY id, version"}, {"query", "SELECT cursor, id, event, from_version, to_version, at, classes, disclosed, headline, url, seen_before, fields FROM changes_v ORDER BY cursor"},
		{"query", "SELECT cursor, version, field, class, paragraph, old, new FROM fields_v ORDER BY cursor, field, paragraph, old, new"}, {"query", "SELECT id, outcome, count, first_at FROM visits_v WHERE id IS NOT NULL ORDER BY id, first_at, outcome"},
	} {
		want := on(file, args...)
		if strings.TrimSpace(want) == "" && args[0] != "evidence" && args[0] != "prune" && args[0] != "verify" && args[0] != "phrase" {
			t.Errorf("%v says nothing", args)
		}
		for _, db := range []string{postgres, again} {
			if got := on(db, args...); got != want {
				t.Errorf("%v: on Postgres and on a file: %.3000s", args, cmp.Diff(strings.Split(got, "\n"), strings.Split(want, "\n")))
			}
		}
	}
	on(postgres, "doctor")
	on(postgres, "reextract")
	on(postgres, "sources", "--storage")
	on(postgres, "prune", "--keep-pages", "1d", "--shrink")
	on(postgres, "forget", "s/"+id, "--reason", "on request")
	on(postgres, "verify")
	for _, args := range [][]string{{"backup", filepath.Join(t.TempDir(), "b")}, {"restore", file}} {
		_, stderr, status := stakeout(t, append([]string{"--db", postgres}, args...)...)
		if status != statusFailed || !strings.Contains(stderr, "pg_") {
			t.Errorf("%v: exit %d, %s", args, status, stderr)
		}
	}
}

// No password gets into what is said, whatever is wrong with a server.
func TestNoPasswordIsSaid(t *testing.T) {
	server := testpg.Shared(t)
	right := server.Database(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // no Postgres
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	const secret = "s3cr3tw0rd"
	escaped := strings.SplitN(strings.SplitN(right, "@", 2)[0], ":", 3)[2]
	for url, want := range map[string]string{
		strings.Replace(right, escaped, secret, 1):                                  "refused the user or the password",
		strings.Replace(right, "/test_", "/nothing_", 1):                            "no database of this name",
		"postgres://u:" + secret + "@127.0.0.1:1/x":                                 "can't be reached",
		"postgres://u:" + secret + "@" + l.Addr().String() + "/x?connect_timeout=2": "can't be reached",
		"postgres://u:" + secret + "/a@127.0.0.1:5432/x":                            "can't be understood",
		"postgres://u:" + secret + "@h:port/x":                                      "can't be understood",
		"postgres://127.0.0.1:1/x?user=u&password=" + secret:                        "can't be reached",
		right + "?search_path=missing":                                              "schema that search_path names",
	} {
		for _, command := range [][]string{{"list"}, {"doctor"}, {"--config", t.TempDir(), "crawl", "http://127.0.0.1:1/", "--private"}} {
			stdout, stderr, status := stakeout(t, append([]string{"--db", url, "-v"}, command...)...)
			said := stdout + stderr
			if status != statusFailed || !strings.Contains(said, want) {
				t.Errorf("%s %v: exit %d, expected %q: %s", url, command, status, want, said)
			}
			if strings.Contains(said, secret) || strings.Contains(said, escaped) || strings.Contains(said, testpg.Password) {
				t.Errorf("%v tells the password: %s", command, said)
			}
		}
	}
}

// The service collects into Postgres, and its web page reads from there.
func TestRunOnPostgres(t *testing.T) {
	postgres := testpg.Shared(t).Database(t)
	cards := newsroom.NewCards(newsroom.CardsOptions{Count: 5, Options: newsroom.Options{Seed: 4}})
	site := httptest.NewServer(cards)
	defer site.Close()
	desk := cards.Desk()
	cfg := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(cfg, fmt.Appendf(nil, "sources:\n  s:\n    start: %s\n    stories: '%s'\n    private: true\n    delay: 0s\n    schedule: '@every 1s'\n", site.URL+desk.ListingPath, desk.Stories), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var said lockedBuffer
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"--config", cfg, "--db", postgres, "run", "--listen", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, &said)
	}()
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	deadline := time.Now().Add(2 * time.Minute)
	for {
		if url := address.FindString(said.String()); url != "" {
			if r, err := http.Get(url + "/api/stories"); err == nil {
				body, _ := io.ReadAll(r.Body)
				r.Body.Close()
				if bytes.Count(body, []byte(`"status":"live"`)) == 5 {
					break
				}
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the service shows no 5 stories: %s", said.String())
		}
		time.Sleep(200 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if strings.Contains(said.String(), "pass") {
		t.Errorf("the password is in the log: %s", said.String())
	}
	mustRun(t, "--db", postgres, "verify")
}

// lockedBuffer is written and read at the same time.
type lockedBuffer struct {
	mu sync.Mutex // protects b
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
