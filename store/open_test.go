package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the files of testdata anew")

func mustExec(tb testing.TB, db *sql.DB, statements ...string) {
	tb.Helper()
	for _, q := range statements {
		if _, err := db.Exec(inWords(q)); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
}

func TestOpenWhatIsNoHistory(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	other := filepath.Join(dir, "other.db")
	mustExec(t, rawConn(t, other), "CREATE TABLE t (x)")
	newer := filepath.Join(dir, "newer.db")
	s, err := Open(t.Context(), newer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	mustExec(t, rawConn(t, newer), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", "UPDATE compatible SET since = 9999")
	cut := write("cut.db", "SQLite format 3\x00"+string(make([]byte, 50)))

	for _, c := range []struct {
		name, path string
		want       error
	}{
		{"text", write("notes.txt", "not a database at all, only words"), ErrNotDatabase},
		{"short text", write("short.txt", "hi"), ErrNotDatabase},
		{"folder", dir, ErrNotDatabase},
		{"another program's database", other, ErrNotStakeout},
		{"newer schema", newer, ErrNewerSchema},
		{"cut header", cut, ErrNotDatabase},
		{"folder that is missing", filepath.Join(dir, "no", "history.db"), fs.ErrNotExist},
	} {
		for _, readOnly := range []bool{false, true} {
			before, _ := os.ReadFile(c.path)
			s, err := Open(t.Context(), c.path, Options{ReadOnly: readOnly})
			if !errors.Is(err, c.want) {
				t.Errorf("%s, read-only %v: found %v, expected %v", c.name, readOnly, err, c.want)
			}
			if s != nil {
				t.Errorf("%s: opened", c.name)
			}
			if after, _ := os.ReadFile(c.path); !bytes.Equal(before, after) {
				t.Errorf("%s, read-only %v: the file was altered", c.name, readOnly)
			}
		}
	}
}

func TestOpenEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, ErrNotStakeout) {
		t.Fatalf("read-only: found %v", err)
	}
	mustOpenFile(t, path, Options{})
}

func TestOpenReadOnlyCreatesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(t.Context(), filepath.Join(dir, "history.db"), Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("found %v, expected fs.ErrNotExist", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Fatalf("found %v %v, expected an empty folder", entries, err)
	}
}

func TestOpenReadOnlyReadsAndRefusesToRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space & ?#%.db")
	w := mustOpenFile(t, path, Options{})
	mustRecord(t, w, firstVersion("a", "1", "x"))
	r := mustOpenFile(t, path, Options{ReadOnly: true})
	mustRecord(t, w, firstVersion("a", "2", "y")) // a reader sees what comes later
	if n := len(collectAll(t, r.Stories(t.Context(), Filter{}))); n != 2 {
		t.Fatalf("found %d stories, expected 2", n)
	}
	if _, err := r.Record(t.Context(), firstVersion("a", "3", "z")); !errors.Is(err, ErrReadOnly) {
		t.Fatalf("found %v, expected ErrReadOnly", err)
	}
	if _, err := r.read.db.Exec("DELETE FROM addresses"); err == nil {
		t.Fatal("a connection for reading wrote")
	}
}

func TestOpenByTwoAtOnceCreatesOneHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := Open(context.Background(), path, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	mustVerify(t, mustOpenFile(t, path, Options{}))
}

func TestLockedByAnotherProgram(t *testing.T) {
	sqliteOnly(t, "it has no lock of the whole database")
	s := MustOpen(t)
	path := filepath.Join(t.TempDir(), "locked.db")
	short := mustOpenFile(t, path, Options{Wait: 50 * time.Millisecond})
	other := rawConn(t, path)
	mustExec(t, other, "BEGIN IMMEDIATE")
	if _, err := short.Record(t.Context(), firstVersion("a", "1", "x")); !errors.Is(err, ErrLocked) {
		t.Fatalf("found %v, expected ErrLocked", err)
	}
	mustExec(t, other, "ROLLBACK")
	mustRecord(t, short, firstVersion("a", "1", "x"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	exclusive := rawConn(t, s.path)
	mustExec(t, exclusive, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE")
	for _, readOnly := range []bool{false, true} {
		if _, err := Open(t.Context(), s.path, Options{ReadOnly: readOnly, Wait: 50 * time.Millisecond}); !errors.Is(err, ErrLocked) {
			t.Errorf("read-only %v: found %v, expected ErrLocked", readOnly, err)
		}
	}
}

// TestMigrateFromEverySchema opens a history as a program of each schema left
// it, with data in every table: testdata/schema-N.db.gz. A new migration adds
// the file of the schema before it: check that out, run this test with -update.
func TestMigrateFromEverySchema(t *testing.T) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) != latestSchema {
		t.Fatalf("found %d migrations, expected %d: %v", len(files), latestSchema, err)
	}
	if *update {
		writeSchemaFile(t)
	}
	for version := 1; version <= latestSchema; version++ {
		path := filepath.Join(t.TempDir(), "history.db")
		if err := os.WriteFile(path, gunzipped(t, schemaFile(version)), 0o600); err != nil {
			t.Fatal(err)
		}
		s := mustOpenFile(t, path, Options{})
		r := mustVerify(t, s)
		if r.Versions != 6 || r.Changes != 8 || r.Readings != 7 {
			t.Errorf("schema %d: found %+v", version, r)
		}
		if hits, err := s.Search(t.Context(), "headline", 10); err != nil || len(hits) != 2 {
			t.Errorf("schema %d: a search found %v %v", version, hits, err)
		}
		mustRecord(t, s, firstVersion("a", "3", "recorded after the migration"))
		mustVerify(t, s)
	}
}

func schemaFile(version int) string { return fmt.Sprintf("testdata/schema-%d.db.gz", version) }

// writeSchemaFile keeps a history of the latest schema for the tests to come.
func writeSchemaFile(t *testing.T) {
	t.Helper()
	s := MustOpen(t)
	fill(t, s)
	fillErased(t, s)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(whole); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(schemaFile(latestSchema), packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCorruptFile(t *testing.T) {
	sqliteOnly(t, "it has no file to damage")
	s := MustOpen(t)
	for i := range 60 {
		mustRecord(t, s, firstVersion("a", string(rune('A'+i)), "x"))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	broken := bytes.Clone(whole)
	for i := 4096; i < len(broken); i++ { // all but the first page
		broken[i] = 0xA5
	}
	if err := os.WriteFile(s.path, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), s.path, Options{}); !errors.Is(err, ErrCorrupt) {
		t.Fatalf("found %v, expected ErrCorrupt", err)
	}
	if left, err := os.ReadFile(s.path); err != nil || !bytes.Equal(left, broken) {
		t.Fatal("a damaged file was altered")
	}
}

// TestDamageStopsRecording damages the table that a recording writes to: the
// first try says so, and nothing is tried after it.
func TestDamageStopsRecording(t *testing.T) {
	sqliteOnly(t, "it has no file to damage")
	s := MustOpen(t)
	for i := range 60 {
		mustRecord(t, s, firstVersion("a", string(rune('A'+i)), "x"))
	}
	var root, size int64
	raw := rawConn(t, s.path)
	if err := raw.QueryRow("SELECT rootpage FROM sqlite_master WHERE name = 'stories'").Scan(&root); err != nil {
		t.Fatal(err)
	}
	if err := raw.QueryRow("PRAGMA page_size").Scan(&size); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xA5}, int(size)), (root-1)*size); err != nil {
		t.Fatal(err)
	}
	f.Close()

	again := mustOpenFile(t, s.path, Options{})
	for range 2 {
		if _, err := again.Record(t.Context(), firstVersion("a", "new", "x")); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("found %v, expected ErrCorrupt", err)
		}
	}
	if again.write.damage() == nil {
		t.Fatal("the writer goes on")
	}
}
