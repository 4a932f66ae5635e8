package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"stakeout/story"
)

// faultyDisk is a VFS of SQLite that does what the usual one does, but for
// writes, truncations and syncs that it lets fail.
type faultyDisk struct {
	mu     sync.Mutex // protects what follows
	n      int        // writes since it was armed
	from   int        // the first that fails; 0 for none
	until  int        // the last that fails
	failed int        // how many did
	code   int32      // of SQLite, for those
}

// disk is the one that the registered VFS asks.
var disk faultyDisk

const faultyVFS = "stakeout-faulty"

// arm lets the writes from..until fail with code, counted from now on.
func (d *faultyDisk) arm(from, until int, code int32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n, d.failed, d.from, d.until, d.code = 0, 0, from, until, code
}

// write counts a write, and gives the code that it fails with; 0 for none.
func (d *faultyDisk) write() int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if d.from == 0 || d.n < d.from || d.n > d.until {
		return sqlite3.SQLITE_OK
	}
	d.failed++
	return d.code
}

func (d *faultyDisk) failures() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

type (
	openFunc     = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	writeFunc    = func(tls *libc.TLS, file, buf uintptr, n int32, offset int64) int32
	truncateFunc = func(tls *libc.TLS, file uintptr, size int64) int32
	syncFunc     = func(tls *libc.TLS, file uintptr, flags int32) int32
)

// at is what stands at an address of SQLite's own memory.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// cFunc is a C function pointer as a Go function.
func cFunc[F any](p *uintptr) F { return *(*F)(unsafe.Pointer(p)) }

// kept holds the functions that SQLite's memory points to, which the collector
// doesn't look into.
var kept []any

func setFunc[F any](p *uintptr, f F) {
	kept = append(kept, f)
	*(*F)(unsafe.Pointer(p)) = f
}

var registerFaultyDisk = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	real := at[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	name, err := libc.CString(faultyVFS)
	if err != nil {
		panic(err)
	}
	shim := at[sqlite3.Tsqlite3_vfs](libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*real))))
	*shim = *real
	shim.FzName, shim.FpNext = name, 0
	open := cFunc[openFunc](&real.FxOpen)
	setFunc(&shim.FxOpen, func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
		rc := open(tls, vfs, name, file, flags, out)
		if rc == sqlite3.SQLITE_OK {
			letFail(tls, at[sqlite3.Tsqlite3_file](file))
		}
		return rc
	})
	if rc := sqlite3.Xsqlite3_vfs_register(tls, uintptr(unsafe.Pointer(shim)), 0); rc != sqlite3.SQLITE_OK {
		panic(fmt.Sprint("register a VFS: ", rc))
	}
})

var (
	methodsMu sync.Mutex // protects methods
	methods   = map[uintptr]uintptr{}
)

// letFail puts other methods in place of a file's own.
func letFail(tls *libc.TLS, file *sqlite3.Tsqlite3_file) {
	methodsMu.Lock()
	defer methodsMu.Unlock()
	own := file.FpMethods
	if methods[own] == 0 {
		real := at[sqlite3.Tsqlite3_io_methods](own)
		shim := at[sqlite3.Tsqlite3_io_methods](libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*real))))
		*shim = *real
		write, truncate, sync := cFunc[writeFunc](&real.FxWrite), cFunc[truncateFunc](&real.FxTruncate), cFunc[syncFunc](&real.FxSync)
		setFunc(&shim.FxWrite, func(tls *libc.TLS, file, buf uintptr, n int32, offset int64) int32 {
			if rc := disk.write(); rc != sqlite3.SQLITE_OK {
				return rc
			}
			return write(tls, file, buf, n, offset)
		})
		setFunc(&shim.FxTruncate, func(tls *libc.TLS, file uintptr, size int64) int32 {
			if rc := disk.write(); rc != sqlite3.SQLITE_OK {
				return rc
			}
			return truncate(tls, file, size)
		})
		setFunc(&shim.FxSync, func(tls *libc.TLS, file uintptr, flags int32) int32 {
			if rc := disk.write(); rc != sqlite3.SQLITE_OK {
				return rc
			}
			return sync(tls, file, flags)
		})
		methods[own] = uintptr(unsafe.Pointer(shim))
	}
	file.FpMethods = methods[own]
}

// smallCrawl are the steps of a collection. Each returns nil once it is on disk.
func smallCrawl(s *Store) []func() error {
	ctx := context.Background()
	record := func(r Result) func() error {
		return func() error { _, err := s.Record(ctx, r); return err }
	}
	one, two := firstVersion("a", "1", "one", "text"), firstVersion("a", "2", "two", "text")
	changed := nextVersion(one, 1, "one, changed", "text")
	gone := sameAs(two, 1, t0.Add(1))
	gone.Outcome, gone.StoryStatus = story.Gone, story.Removed
	again := *one.Reading
	again.Rules = "r2"
	return []func() error{
		func() error {
			_, err := s.Found(ctx, "a", []Link{{URL: one.URL}, {URL: two.URL}}, t0)
			return err
		},
		record(one), record(two), record(sameAs(one, 1, t0.Add(1))), record(changed), record(gone),
		func() error { return s.AddReading(ctx, one.Key, 1, again, nil) },
		record(sameAs(one, 2, t0.Add(2))),
	}
}

// TestDiskFailsAtEveryWrite lets each single write of a small crawl fail, once
// or from then on: what was acknowledged is there, what was not is there whole
// or not at all, and after a passing failure the crawl goes on where it stood.
// STAKEOUT_LONG=1 tries every write, else one in 17.
func TestDiskFailsAtEveryWrite(t *testing.T) {
	registerFaultyDisk()
	step := 17
	switch {
	case os.Getenv("STAKEOUT_LONG") == "1":
		step = 1
	case testing.Short():
		step = 61
	}
	for _, c := range []struct {
		name  string
		code  int32
		want  error
		stays bool
	}{
		{"full once", sqlite3.SQLITE_FULL, ErrFull, false},
		{"full from then on", sqlite3.SQLITE_FULL, ErrFull, true},
		{"error once", sqlite3.SQLITE_IOERR_WRITE, ErrDisk, false},
		{"error from then on", sqlite3.SQLITE_IOERR_FSYNC, ErrDisk, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			tried := 0
			for n := 1; ; n += step {
				until := n
				if c.stays {
					until = 1 << 30
				}
				if !crawlOnFaultyDisk(t, n, until, c.code, c.want) {
					break
				}
				tried++
			}
			if tried < 4 {
				t.Fatalf("only %d writes failed", tried)
			}
			t.Logf("%d writes failed in turn", tried)
		})
	}
}

// crawlOnFaultyDisk reports whether any write failed.
func crawlOnFaultyDisk(t *testing.T, from, until int, code int32, want error) (failed bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.db")
	if s := mustOpenFile(t, path, Options{}); s.Close() != nil {
		t.Fatal("close")
	}
	s, err := Open(t.Context(), path, Options{vfs: faultyVFS})
	if err != nil {
		t.Fatal(err)
	}
	disk.arm(from, until, code)
	acknowledged := 0
crawl:
	for _, step := range smallCrawl(s) {
		for try := 0; ; try++ {
			err := step()
			if err == nil || errors.Is(err, ErrStale) && try > 0 {
				// Stale on a second try: the first reached the disk after all.
				acknowledged++
				break
			}
			if !errors.Is(err, want) {
				t.Fatalf("write %d: found %v, expected %v", from, err, want)
			}
			if until > from || try > 3 {
				break crawl // it stays broken: nothing more gets through
			}
		}
	}
	failures := disk.failures()
	_ = s.Close() // it may not be able to clear its log away
	disk.arm(0, 0, 0)
	if until == from && acknowledged != len(smallCrawl(s)) {
		t.Fatalf("write %d failed once: %d steps were acknowledged, expected all", from, acknowledged)
	}
	checkSmallCrawl(t, path, from, acknowledged)
	return failures > 0
}

// checkSmallCrawl holds what is on disk against the steps that were acknowledged,
// which are the first so many.
func checkSmallCrawl(t *testing.T, path string, from, acknowledged int) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("write %d: %v", from, err)
	}
	defer s.Close()
	r := mustVerify(t, s)
	min := []Report{{}, {}, {Versions: 1, Changes: 1}, {Versions: 2, Changes: 2}, {Versions: 2, Changes: 2},
		{Versions: 3, Changes: 3}, {Versions: 3, Changes: 4}, {Versions: 3, Changes: 5}, {Versions: 3, Changes: 5}}[acknowledged]
	if r.Versions < min.Versions || r.Changes < min.Changes || r.Versions > 3 || r.Changes > 5 {
		t.Fatalf("write %d: found %+v after %d acknowledged steps", from, r, acknowledged)
	}
}
