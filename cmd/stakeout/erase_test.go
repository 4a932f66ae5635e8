package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/collect"
	"stakeout/store"
)

// collected is a history of two stories, one of them with a name that must go, and
// the configuration that collected it.
func collected(t *testing.T) (cfg, db string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/news", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<a href="/news/1">one</a> <a href="/news/2">two</a>`)
	})
	for id, name := range map[string]string{"1": "Wilhelmina Quux", "2": "The harbour master"} {
		mux.HandleFunc("/news/"+id, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "<title>s</title><article><h1>Court hears case %s</h1>%s</article>", id,
				strings.Repeat("<p>"+name+" told the court on Tuesday that nothing of it was true, and left.</p>", 3))
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	cfg, db = source(t, server.URL+"/news", `/news/(?P<id>\d+)$`), filepath.Join(t.TempDir(), "h.db")
	if s := crawlOf(t, cfg, db); s.New != 2 {
		t.Fatalf("first pass: %+v", s)
	}
	return cfg, db
}

func crawlOf(t *testing.T, cfg, db string) collect.Summary {
	t.Helper()
	return lines[collect.Summary](t, mustRun(t, "--config", cfg, "--db", db, "--json", "crawl"))[0]
}

func TestForgottenStoryIsGoneAndStaysGone(t *testing.T) {
	cfg, db := collected(t)
	exported := file(t, "v.jsonl", mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "versions"))
	if _, stderr, code := stakeout(t, "--config", cfg, "--db", db, "forget", "s/1"); code != 2 || !strings.Contains(stderr, "--reason") {
		t.Errorf("without a reason: exit %d, %s", code, stderr)
	}
	mustRun(t, "--config", cfg, "--db", db, "forget", "s/1", "--reason", "file 17")
	for _, path := range []string{db, db + "-wal"} {
		if b, err := os.ReadFile(path); err == nil && strings.Contains(string(b), "Quux") {
			t.Errorf("%s still has the name", filepath.Base(path))
		}
	}
	if got := mustRun(t, "--db", db, "verify"); !strings.Contains(got, "1 stories forgotten") {
		t.Errorf("verify: %s", got)
	}
	if got := lines[store.Erasure](t, mustRun(t, "--db", db, "--json", "forget", "--list")); len(got) != 1 || got[0].Versions != 1 || got[0].Reason != "file 17" {
		t.Errorf("its record: %+v", got)
	}
	if s := crawlOf(t, cfg, db); s.New != 0 {
		t.Errorf("it was collected again: %+v", s)
	}
	if _, stderr, code := stakeout(t, "--config", cfg, "--db", db, "import", exported); !strings.Contains(stderr, "forgotten") {
		t.Errorf("it was imported again: exit %d, %s", code, stderr)
	}
	if got := mustRun(t, "--db", db, "list", "--json"); strings.Count(got, "\n") != 1 || strings.Contains(got, "Court hears case 1") {
		t.Errorf("left: %s", got)
	}
	mustRun(t, "--db", db, "verify")
	if _, stderr, code := stakeout(t, "--config", cfg, "--db", db, "forget", "s/1", "--reason", "again"); code == 0 || !strings.Contains(stderr, "s/1") {
		t.Errorf("a second time: exit %d, %s", code, stderr)
	}
}

// What is of today stays, and a rule that says nothing or too much is refused.
func TestPruneCommand(t *testing.T) {
	cfg, db := collected(t)
	for _, args := range [][]string{{}, {"--keep-pages", "1h"}, {"--visits", "soon"}} {
		if _, stderr, code := stakeout(t, append([]string{"--config", cfg, "--db", db, "prune"}, args...)...); code != 2 || stderr == "" {
			t.Errorf("prune %q: exit %d, %s", args, code, stderr)
		}
	}
	if got := mustRun(t, "--db", db, "prune", "--keep-pages", "2d", "--visits", "2d", "--dry-run"); !strings.Contains(got, "0 pages and 0 visits would go") {
		t.Errorf("a dry run: %s", got)
	}
	mustRun(t, "--config", cfg, "--db", db, "prune", "--keep-pages", "2d", "--shrink", "--reason", "our rule")
	if got := mustRun(t, "--db", db, "evidence", "s/1", "-o", filepath.Join(t.TempDir(), "e.zip"), "--json"); got == "" {
		t.Error("no evidence after it")
	}
	mustRun(t, "--db", db, "verify")
}

// The key that stakeout makes is one that openssl takes.
func TestKeysSignEvidence(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("needs openssl: apt-get install openssl")
	}
	db, dir := historyOf(t, "the first"), t.TempDir()
	key, zip := filepath.Join(dir, "head.key"), filepath.Join(dir, "e.zip")
	mustRun(t, "keys", key)
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the private key: %v, %v", info.Mode(), err)
	}
	if _, stderr, code := stakeout(t, "keys", key); code == 0 || !strings.Contains(stderr, "exists") {
		t.Errorf("over a key: exit %d, %s", code, stderr)
	}
	mustRun(t, "--db", db, "evidence", "wire/1", "-o", zip, "--sign", key)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3: apt-get install python3")
	}
	for _, args := range [][]string{
		{python, "-m", "zipfile", "-e", zip, dir},
		{python, filepath.Join(dir, "check.py")},
		{openssl, "pkeyutl", "-verify", "-pubin", "-inkey", key + ".pub", "-rawin", "-in", filepath.Join(dir, "head.txt"), "-sigfile", filepath.Join(dir, "head.sig")},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
