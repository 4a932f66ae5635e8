package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// killedAmid is a file as a program leaves it that is killed amid a transaction: with
// the journal beside it that undoes what is half done.
func killedAmid(t *testing.T, before ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "writing.db")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	do := func(query string) {
		t.Helper()
		if _, err := conn.ExecContext(context.Background(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	for _, q := range append(before, "PRAGMA cache_size = 1", "BEGIN", "CREATE TABLE half_done (x)") {
		do(q)
	}
	for range 200 { // more than the cache holds: the file itself is written to
		do("INSERT INTO half_done VALUES (zeroblob(4000))")
	}
	killed := filepath.Join(t.TempDir(), "killed.db")
	for _, end := range []string{"", "-journal"} {
		content, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+end, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do("ROLLBACK")
	return killed
}

// A program that is killed while it creates a history leaves a file that the next
// one goes on with; one that is killed amid another program's file is no reason to
// write to that.
func TestOpenAfterAKillAmidATransaction(t *testing.T) {
	ours := killedAmid(t, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	s, err := Open(t.Context(), ours, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	theirs := killedAmid(t, "CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)")
	if _, err := Open(t.Context(), theirs, Options{}); !errors.Is(err, ErrNotStakeout) {
		t.Errorf("another program's file: %v, expected ErrNotStakeout", err)
	}
}
