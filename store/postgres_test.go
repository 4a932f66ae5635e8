package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stakeout/internal/testpg"
	"stakeout/story"
)

// onItsOwn skips a test of the server in the run that is all about it: once is enough.
func onItsOwn(tb testing.TB) {
	tb.Helper()
	if onServer {
		tb.Skip("it ran with the tests of SQLite")
	}
}

func serverStore(tb testing.TB) *Store {
	tb.Helper()
	return mustOpenFile(tb, testpg.Shared(tb).Like(tb, createHistory), Options{})
}

// A transaction that is slow to commit holds up who writes to the log behind it, and
// nobody else: whoever reads on from a cursor misses none.
func TestReaderBehindADelayedCommit(t *testing.T) {
	onItsOwn(t)
	a := serverStore(t)
	b := mustOpenFile(t, a.path, Options{})
	known := firstVersion("c", "known", "x")
	mustRecord(t, b, known)
	mustExec(t, rawConn(t, a.path), `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON changes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.source = 'slow') EXECUTE FUNCTION slow()`)
	var seen []int64
	stop, read := make(chan struct{}), make(chan error, 1)
	go func() {
		for after := int64(0); ; {
			for c, err := range b.Changes(context.Background(), ChangeFilter{After: after}) {
				if err != nil {
					read <- err
					return
				}
				seen, after = append(seen, c.Cursor), c.Cursor
			}
			select {
			case <-stop:
				read <- nil
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	var group sync.WaitGroup
	var committed atomic.Bool
	group.Go(func() {
		if _, err := a.Record(context.Background(), firstVersion("slow", "1", "x")); err != nil {
			t.Error(err)
		}
		committed.Store(true)
	})
	// Until it is at its COMMIT, and holds the lock of the log.
	raw := rawConn(t, a.path)
	for held := 0; held == 0 && !committed.Load(); {
		if err := raw.QueryRow("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = " + otherLocks + " AND granted").Scan(&held); err != nil {
			t.Fatal(err)
		}
	}
	mustRecord(t, b, sameAs(known, 1, t0.Add(time.Hour)))
	if committed.Load() {
		t.Error("a visit that found the same waited for the log")
	}
	for i := range 8 {
		group.Go(func() {
			if _, err := b.Record(context.Background(), firstVersion("b", fmt.Sprint(i), "x")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	time.Sleep(50 * time.Millisecond)
	close(stop)
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	for i, c := range seen {
		if c != int64(i+1) {
			t.Fatalf("read %v: something was missed", seen)
		}
	}
	if len(seen) != 10 {
		t.Fatalf("read %d changes, expected 10", len(seen))
	}
	mustVerify(t, a)
}

// Programs that write to the same sources in any order neither lose nor double
// anything, and none hears of the other's locks.
func TestManyProgramsOnTheSameSources(t *testing.T) {
	onItsOwn(t)
	first := serverStore(t)
	stores := []*Store{first, mustOpenFile(t, first.path, Options{}), mustOpenFile(t, first.path, Options{})}
	const sources, stories = 6, 4
	var group sync.WaitGroup
	var recorded, stale atomic.Int64
	for i, s := range stores {
		for n := range sources * stories {
			group.Go(func() {
				n := (n*7 + i*5) % (sources * stories)
				r := firstVersion(fmt.Sprint("s", n%sources), fmt.Sprint(n/sources), "x", longBody(n))
				r.URL = r.URL + "/" + r.Source
				switch _, err := s.Record(context.Background(), r); {
				case err == nil:
					recorded.Add(1)
				case errors.Is(err, ErrStale):
					stale.Add(1)
				default:
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	if recorded.Load() != sources*stories || stale.Load() != 2*sources*stories {
		t.Errorf("%d recorded, %d stale, expected %d and %d", recorded.Load(), stale.Load(), sources*stories, 2*sources*stories)
	}
	if r := mustVerify(t, first); r.Versions != sources*stories || r.Changes != r.Versions {
		t.Errorf("found %+v", r)
	}
}

// A server that is killed and started again while it is written to: every recording
// comes to its end, once.
func TestServerRestartsWhileRecording(t *testing.T) {
	onItsOwn(t)
	server := testpg.Own(t, "fsync=on", "full_page_writes=on")
	s := mustOpenFile(t, server.Database(t), Options{})
	stop := make(chan struct{})
	var group sync.WaitGroup
	var recorded atomic.Int64
	for i := range 6 {
		group.Go(func() {
			last := firstVersion("a", fmt.Sprint(i), "0")
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if n > 0 {
					last = nextVersion(last, n, fmt.Sprint(n))
				}
				if _, err := s.Record(context.Background(), last); err != nil {
					t.Errorf("story %d, version %d: %v", i, n+1, err)
					return
				}
				recorded.Add(1)
				if v, err := s.Latest(context.Background(), last.Key); err != nil || v.Number != n+1 {
					t.Errorf("story %d: found version %d, %v, expected %d", i, v.Number, err, n+1)
					return
				}
			}
		})
	}
	for _, mode := range []string{"immediate", "fast"} {
		time.Sleep(500 * time.Millisecond)
		if err := server.Stop(mode); err != nil {
			t.Fatal(err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(300 * time.Millisecond)
	close(stop)
	group.Wait()
	r := mustVerify(t, s)
	if int64(r.Versions) != recorded.Load() || r.Changes != r.Versions || r.Versions < 6 {
		t.Errorf("%d recordings came to their end, found %d versions and %d changes", recorded.Load(), r.Versions, r.Changes)
	}
}

// cuttingProxy stands before a server, and cuts a connection at its next COMMIT.
type cuttingProxy struct {
	net.Listener
	server string
	cut    atomic.Int32 // 1: before the server gets it; 2: after, before its answer
	cuts   atomic.Int32
}

func (p *cuttingProxy) serve() {
	for {
		c, err := p.Accept()
		if err != nil {
			return
		}
		go p.carry(c)
	}
}

func (p *cuttingProxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	var mute atomic.Bool
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if mute.Load() || err != nil {
				client.Close()
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if bytes.Contains(buf[:n], []byte("COMMIT\x00")) {
			switch {
			case p.cut.CompareAndSwap(1, 0):
				p.cuts.Add(1)
				return
			case p.cut.CompareAndSwap(2, 0):
				p.cuts.Add(1)
				mute.Store(true)
			}
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// A COMMIT whose answer is lost is asked for: what is on disk is not reported as lost,
// nor written again; what isn't is written.
func TestAnswerOfACommitIsLost(t *testing.T) {
	onItsOwn(t)
	name := testpg.Shared(t).Like(t, createHistory)
	u, err := url.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &cuttingProxy{Listener: l, server: u.Host}
	defer l.Close()
	go proxy.serve()
	u.Host = l.Addr().String()
	s := mustOpenFile(t, u.String(), Options{})
	const each = 4
	for n := range 2 * each {
		proxy.cut.Store(int32(1 + n%2))
		done := mustRecord(t, s, firstVersion("a", fmt.Sprint(n), "x"))
		if done.Version != 1 || done.Change.Cursor != int64(n+1) {
			t.Fatalf("found %+v, cursor %d, expected %d", done, done.Change.Cursor, n+1)
		}
	}
	if proxy.cuts.Load() != 2*each {
		t.Fatalf("%d connections were cut, expected %d", proxy.cuts.Load(), 2*each)
	}
	if r := mustVerify(t, s); r.Versions != 2*each || r.Changes != 2*each {
		t.Errorf("found %+v", r)
	}
	if n := rowCount(t, s, "visits"); n != 2*each {
		t.Errorf("found %d visits, expected %d", n, 2*each)
	}
}

// What is wrong with a server is said by name.
func TestErrorsOfAServer(t *testing.T) {
	onItsOwn(t)
	server := testpg.Shared(t)
	other, newer := server.Database(t), server.Like(t, createHistory)
	mustExec(t, rawConn(t, other), "CREATE TABLE theirs (x INT)")
	mustExec(t, rawConn(t, newer), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)", "UPDATE compatible SET since = 9999")
	for _, c := range []struct {
		name, url string
		want      error
	}{
		{"another program's", other, ErrNotStakeout}, {"newer schema", newer, ErrNewerSchema},
		{"password", strings.Replace(other, "stakeout:", "stakeout:x", 1), ErrPassword}, {"no server", "postgres://u:p@127.0.0.1:1/x", ErrUnreachable},
		{"no database", server.URL("nothing"), ErrNoDatabase},
	} {
		for _, readOnly := range []bool{false, true} {
			if _, err := Open(t.Context(), c.url, Options{ReadOnly: readOnly}); !errors.Is(err, c.want) {
				t.Errorf("%s, read-only %v: found %v, expected %v", c.name, readOnly, err, c.want)
			}
		}
	}
	if _, err := Open(t.Context(), server.Database(t), Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty: found %v, expected fs.ErrNotExist", err)
	}
	// A schema of its own beside another program's.
	mustExec(t, rawConn(t, other), "CREATE SCHEMA mine")
	s := mustOpenFile(t, other+"?search_path=mine", Options{})
	mustRecord(t, s, firstVersion("a", "1", "x"))
	mustVerify(t, s)

	// What the server says while it is written to: as its own code, by a trigger.
	s = serverStore(t)
	raw := rawConn(t, s.path)
	for code, want := range map[string]error{"53100": ErrFull, "58030": ErrDisk, "25006": ErrStandby, "42501": ErrReadOnly} {
		mustExec(t, raw, "CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '"+code+"'; END $$",
			"CREATE TRIGGER failing BEFORE INSERT ON versions FOR EACH ROW EXECUTE FUNCTION failing()")
		if _, err := s.Record(t.Context(), firstVersion("a", code, "x")); !errors.Is(err, want) {
			t.Errorf("%s: found %v, expected %v", code, err, want)
		}
		mustExec(t, raw, "DROP FUNCTION failing() CASCADE")
		mustRecord(t, s, firstVersion("a", code, "x"))
	}
	mustVerify(t, s)
}

// A server that stays away is told after a while, and what was not written is known
// not to be.
func TestServerStaysAway(t *testing.T) {
	onItsOwn(t)
	server := testpg.Own(t)
	s := mustOpenFile(t, server.Database(t), Options{Wait: 500 * time.Millisecond})
	mustRecord(t, s, firstVersion("a", "1", "x"))
	if err := server.Stop("immediate"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(t.Context(), firstVersion("a", "2", "x")); !errors.Is(err, ErrUnreachable) {
		t.Errorf("found %v, expected ErrUnreachable", err)
	}
	if _, err := s.Latest(t.Context(), story.Key{Source: "a", ID: "1"}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("found %v, expected ErrUnreachable", err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	mustRecord(t, s, firstVersion("a", "2", "x"))
	if r := mustVerify(t, s); r.Versions != 2 {
		t.Errorf("found %+v", r)
	}
}

// Postgres takes neither NUL nor what is no UTF-8: it is kept as U+FFFD, and found by
// what it was.
func TestTextThatPostgresDoesNotTake(t *testing.T) {
	onItsOwn(t)
	s := serverStore(t)
	r := firstVersion("a", "x\x00y\xff", "head\x00line \xff", "bo\x00dy")
	r.URL, r.Reading.URL, r.Pages[0].URL, r.Reason = "https://example.org/\x00\xff", "https://example.org/\x00", "https://example.org/\xff", "\x00"
	r.Reading.ID = r.Key.ID
	mustRecord(t, s, r)
	mustVerify(t, s)
	if v, err := s.Latest(t.Context(), r.Key); err != nil || v.Number != 1 {
		t.Errorf("found %+v %v", v, err)
	}
	if _, err := s.Address(t.Context(), "a", r.URL); err != nil {
		t.Error(err)
	}
	if err := s.SQL(t.Context(), "SELECT source, id FROM stories_v", func([]string, []any) error { return nil }); err != nil {
		t.Error(err)
	}
	long := "https://example.org/" + strings.Repeat("%41b", 900)
	fresh, err := s.Found(t.Context(), "a", []Link{{URL: address("short")}, {URL: long}}, t0)
	if err != nil || fresh != 1 {
		t.Errorf("%d fresh, %v", fresh, err)
	}
}

// SQL only reads, whatever it says.
func TestSQLOnAServerOnlyReads(t *testing.T) {
	onItsOwn(t)
	s := serverStore(t)
	mustRecord(t, s, firstVersion("a", "1", "x"))
	for _, q := range []string{"DELETE FROM marks", "CREATE TABLE x (y INT)", "SELECT 1; DELETE FROM marks", "COMMIT; DELETE FROM marks", "INSERT INTO marks (cursor) VALUES (1)",
		"SELECT nextval('visits_visit_id_seq')", "WITH d AS (DELETE FROM marks RETURNING 1) SELECT * FROM d"} {
		if err := s.SQL(t.Context(), q, func([]string, []any) error { return nil }); err == nil {
			t.Errorf("%s: was let through", q)
		}
	}
	mustVerify(t, s)
}

// Each migration has its counterpart.
func TestMigrationsGoInPairs(t *testing.T) {
	for number := 11; number <= latestSchema; number++ {
		for _, folder := range []struct {
			files fs.FS
			path  string
		}{{migrations, "migrations"}, {postgresMigrations, "migrations/postgres"}} {
			found, err := fs.Glob(folder.files, fmt.Sprintf("%s/%05d_*.sql", folder.path, number))
			if err != nil || len(found) != 1 {
				t.Errorf("schema %d in %s: found %v %v, expected one file", number, folder.path, found, err)
			}
		}
	}
}
