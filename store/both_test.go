package store

import (
	"bufio"
	"context"
	"database/sql"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/internal/testpg"
)

// The tests of this package are about a history wherever it is kept: TestOnPostgres
// runs all of them once more, in a process of its own, on a Postgres server. What is
// about the file of SQLite alone says so by sqliteOnly. To run one by hand:
//
//	STAKEOUT_TEST_DATABASE=postgres go test ./store -run TestSearch
var onServer = os.Getenv("STAKEOUT_TEST_DATABASE") == "postgres"

// newHistory is the name of a history that is not there yet, or on a server is empty.
func newHistory(tb testing.TB) string {
	tb.Helper()
	if onServer {
		return testpg.Shared(tb).Like(tb, createHistory)
	}
	return filepath.Join(tb.TempDir(), "history.db")
}

func createHistory(url string) error {
	s, err := Open(context.Background(), url, Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

// sqliteOnly skips a test on a server, and says why.
func sqliteOnly(tb testing.TB, why string) {
	tb.Helper()
	if onServer {
		tb.Skip("SQLite only:", why)
	}
}

// rawConn is a connection of another program to a history.
func rawConn(tb testing.TB, name string) *sql.DB {
	tb.Helper()
	driver, dsn := "sqlite", "file:"+name+"?_pragma=busy_timeout(10000)"
	if OnServer(name) {
		driver, dsn = "pgx", name
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { db.Close() })
	return db
}

// inWords is a statement of a test in the words of the database it is for.
func inWords(statement string) string {
	if !onServer {
		return statement
	}
	return onPostgres.text(strings.ReplaceAll(statement, "x'00'", `'\x00'::bytea`))
}

func TestOnPostgres(t *testing.T) {
	if onServer {
		t.Skip("this is it")
	}
	testpg.Shared(t) // skips where there is none
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-test.v", "-test.timeout=20m", "-test.skip=" + flag.Lookup("test.skip").Value.String()}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	c := exec.Command(self, args...)
	c.Env = append(os.Environ(), "STAKEOUT_TEST_DATABASE=postgres")
	out, err := c.CombinedOutput()
	passed := 0
	for lines := bufio.NewScanner(strings.NewReader(string(out))); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "--- PASS"):
			passed++
		case strings.HasPrefix(line, "--- SKIP"):
			t.Log(line)
		}
	}
	t.Logf("%d tests passed on Postgres", passed)
	if err != nil || passed == 0 {
		t.Fatalf("%v\n%s", err, out)
	}
}
