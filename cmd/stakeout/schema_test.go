package main

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ofSchema is a history as a program of an earlier schema left it.
func ofSchema(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join("../../store/testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "history.db", string(content))
}

// Commands that read refuse a history of an older schema and say what to do; a
// crawl, though it finds nothing, brings it up to date; all is there then.
func TestOlderSchemaIsToldAndBroughtUpToDate(t *testing.T) {
	db, cfg := ofSchema(t, "schema-1.db.gz"), t.TempDir()
	for _, args := range [][]string{{"list"}, {"export", "--format", "jsonl"}, {"verify"}, {"doctor"}} {
		stdout, stderr, status := stakeout(t, append([]string{"--config", cfg, "--db", db}, args...)...)
		if status != statusFailed || !strings.Contains(stdout+stderr, "an older stakeout wrote it; any command that collects") {
			t.Errorf("%v: exit %d: %s", args, status, stderr)
		}
	}
	stakeout(t, "--config", cfg, "--db", db, "crawl", "http://127.0.0.1:1/") // refused, after the history was opened
	mustRun(t, "--config", cfg, "--db", db, "verify")
	if out := mustRun(t, "--config", cfg, "--db", db, "list"); strings.Count(out, "\n") == 0 {
		t.Errorf("found %q", out)
	}
}

// A history of a newer schema that an older program can't bear is refused by every
// command, and stays as it is.
func TestNewerSchemaIsRefusedAndLeftAlone(t *testing.T) {
	db, cfg := ofSchema(t, "schema-1.db.gz"), t.TempDir()
	stakeout(t, "--config", cfg, "--db", db, "crawl", "http://127.0.0.1:1/")
	conn, err := sql.Open("sqlite", "file:"+db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1); UPDATE compatible SET since = 9999"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"list"}, {"verify"}, {"doctor"}, {"crawl", "http://127.0.0.1:1/"}, {"reextract"}, {"backup", filepath.Join(cfg, "b.db")}} {
		stdout, stderr, status := stakeout(t, append([]string{"--config", cfg, "--db", db}, args...)...)
		if status != statusFailed || !strings.Contains(stdout+stderr, "a newer stakeout wrote it; use that version or a later one") {
			t.Errorf("%v: exit %d: %s%s", args, status, stdout, stderr)
		}
	}
	if after, err := os.ReadFile(db); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
}
