// Package baddisk is a disk for tests: SQLite's own way to files, but for writes,
// truncations and syncs that fail or that kill the program. It registers a VFS with
// SQLite, once a process; no program of ours imports it.
package baddisk

import (
	"fmt"
	"os"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Name is the VFS's.
const Name = "stakeout-baddisk"

// Codes of SQLite that a write can fail with.
const (
	Full  = sqlite3.SQLITE_FULL
	Write = sqlite3.SQLITE_IOERR_WRITE
	Sync  = sqlite3.SQLITE_IOERR_FSYNC
)

// Point is a moment at which a program can be killed.
type Point string

const (
	Any       Point = "any"        // any write, truncation or sync of any file
	LogWrite  Point = "log-write"  // a transaction is being written to the log
	LogSync   Point = "log-sync"   // it is written, and not yet known to be on disk
	Committed Point = "committed"  // it is on disk, and nobody was told
	FileWrite Point = "file-write" // the log is being written into the file: a checkpoint; or a copy is
	FileSync  Point = "file-sync"  // and not yet known to be on disk
)

// Points are all that can be named.
var Points = []Point{Any, LogWrite, LogSync, Committed, FileWrite, FileSync}

// disk is what the registered VFS asks. There is one a process, as there is one
// SQLite.
var disk struct {
	mu     sync.Mutex // protects what follows
	n      int        // writes since it was armed
	from   int        // the first that fails; 0 for none
	until  int        // the last that fails
	failed int        // how many did
	code   int32      // of SQLite, for those

	point Point // at which to kill; "" for none
	nth   int   // passing of it
}

// Arm lets the writes from..until fail with code, counted from now on; 0 for none.
func Arm(from, until int, code int32) {
	disk.mu.Lock()
	defer disk.mu.Unlock()
	disk.n, disk.failed, disk.from, disk.until, disk.code = 0, 0, from, until, code
}

// Failures is how many writes failed since it was armed.
func Failures() int {
	disk.mu.Lock()
	defer disk.mu.Unlock()
	return disk.failed
}

// Kill kills this process, as a power cut would but for what the system still has in
// memory, when it passes a point for the nth time.
func Kill(p Point, nth int) {
	disk.mu.Lock()
	defer disk.mu.Unlock()
	disk.point, disk.nth = p, nth
}

// pass kills where this is the point and the time.
func pass(at ...Point) {
	disk.mu.Lock()
	defer disk.mu.Unlock()
	for _, p := range at {
		if p != disk.point {
			continue
		}
		if disk.nth--; disk.nth == 0 {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {} // nothing more is written
		}
	}
}

// write counts a write, and gives the code that it fails with; 0 for none.
func write() int32 {
	disk.mu.Lock()
	defer disk.mu.Unlock()
	disk.n++
	if disk.from == 0 || disk.n < disk.from || disk.n > disk.until {
		return sqlite3.SQLITE_OK
	}
	disk.failed++
	return disk.code
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

var once sync.Once

// Register makes the VFS known to SQLite under its name; asDefault, for every file
// that is opened from now on. What is said first counts.
func Register(asDefault bool) { once.Do(func() { register(asDefault) }) }

func register(asDefault bool) {
	tls := libc.NewTLS()
	real := at[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	name, err := libc.CString(Name)
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
			watch(tls, at[sqlite3.Tsqlite3_file](file), flags&sqlite3.SQLITE_OPEN_WAL != 0)
		}
		return rc
	})
	isDefault := int32(0)
	if asDefault {
		isDefault = 1
	}
	if rc := sqlite3.Xsqlite3_vfs_register(tls, uintptr(unsafe.Pointer(shim)), isDefault); rc != sqlite3.SQLITE_OK {
		panic(fmt.Sprint("register a VFS: ", rc))
	}
}

// methods are the ones put in the place of others; those of logs apart.
var methods struct {
	mu  sync.Mutex // protects all below
	log map[uintptr]uintptr
	all map[uintptr]uintptr
}

// watch puts other methods in place of a file's own.
func watch(tls *libc.TLS, file *sqlite3.Tsqlite3_file, isLog bool) {
	methods.mu.Lock()
	defer methods.mu.Unlock()
	known := &methods.all
	if isLog {
		known = &methods.log
	}
	if *known == nil {
		*known = map[uintptr]uintptr{}
	}
	own := file.FpMethods
	if (*known)[own] == 0 {
		(*known)[own] = watched(tls, own, isLog)
	}
	file.FpMethods = (*known)[own]
}

// watched are methods that ask the disk before they do what others do.
func watched(tls *libc.TLS, own uintptr, isLog bool) uintptr {
	real := at[sqlite3.Tsqlite3_io_methods](own)
	shim := at[sqlite3.Tsqlite3_io_methods](libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*real))))
	*shim = *real
	atWrite, atSync := FileWrite, FileSync
	if isLog {
		atWrite, atSync = LogWrite, LogSync
	}
	doWrite, doTruncate, doSync := cFunc[writeFunc](&real.FxWrite), cFunc[truncateFunc](&real.FxTruncate), cFunc[syncFunc](&real.FxSync)
	setFunc(&shim.FxWrite, func(tls *libc.TLS, file, buf uintptr, n int32, offset int64) int32 {
		pass(Any, atWrite)
		if rc := write(); rc != sqlite3.SQLITE_OK {
			return rc
		}
		return doWrite(tls, file, buf, n, offset)
	})
	setFunc(&shim.FxTruncate, func(tls *libc.TLS, file uintptr, size int64) int32 {
		pass(Any)
		if rc := write(); rc != sqlite3.SQLITE_OK {
			return rc
		}
		return doTruncate(tls, file, size)
	})
	setFunc(&shim.FxSync, func(tls *libc.TLS, file uintptr, flags int32) int32 {
		pass(Any, atSync)
		if rc := write(); rc != sqlite3.SQLITE_OK {
			return rc
		}
		rc := doSync(tls, file, flags)
		if isLog {
			pass(Committed)
		}
		return rc
	})
	return uintptr(unsafe.Pointer(shim))
}
