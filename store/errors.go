package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"stakeout/story"
)

// What can be wrong with a history. Each says what to do.
var (
	ErrNotDatabase = errors.New("it is no SQLite database; name another file with --db")                                                    // lasting
	ErrNotStakeout = errors.New("it is a SQLite database, but not one of stakeout's; name another file with --db")                          // lasting
	ErrReadOnly    = errors.New("it can't be written; give yourself write permission for the file and its folder, or name another by --db") // lasting
	ErrLocked      = errors.New("another program holds it locked; end that program, or try again")                                          // passing
	ErrNewerSchema = errors.New("a newer stakeout wrote it; use that version or a later one")                                               // lasting
	ErrOlderSchema = errors.New("an older stakeout wrote it; any command that collects, such as `stakeout crawl`, brings it up to date")    // lasting
	ErrCorrupt     = errors.New("it is damaged; keep the file as it is, and restore a backup or use sqlite3's .recover on a copy")          // lasting
	ErrFull        = errors.New("the disk is full; free some space, then run it again")                                                     // passing
	ErrDisk        = errors.New("the disk could not be read or written; look at the disk, then run it again")                               // passing or not
	ErrTooMany     = errors.New("too many files are open at once; raise the limit (ulimit -n), then run it again")                          // passing
	ErrNotFound    = errors.New("not on record")                                                                                            // lasting

	// What can be wrong with a server.
	ErrUnreachable  = errors.New("the database server can't be reached; see that it runs and that host, port and network are right, then run it again")              // passing
	ErrPassword     = errors.New("the database server refused the user or the password; correct them in the URL, best as ${VAR} in the configuration")               // lasting
	ErrNoDatabase   = errors.New("the server has no database of this name; create it: createdb NAME, or name another with --db")                                     // lasting
	ErrNoConnection = errors.New("the database server has no connection free; end programs that hold some, or raise its max_connections")                            // passing
	ErrStandby      = errors.New("the database server is a standby, or was set to be read only; name the one that takes writes with --db")                           // passing or not
	ErrTooLong      = errors.New("an address or ID is longer than Postgres can look up (some 2,600 bytes)")                                                          // lasting
	ErrUnsure       = errors.New("the connection was lost while it was being written, and nobody can tell whether it was; look at the history before you repeat it") // lasting

	// ErrStale says that the story was recorded anew since the version that a
	// visit was judged against; nothing was written. Judge again.
	ErrStale = errors.New("the story was recorded anew meanwhile; judge the visit again")
	// ErrClosed says that the store was closed before the visit was recorded.
	ErrClosed = errors.New("the database is closed")
)

// AmbiguousError is an ID that several stories have.
type AmbiguousError struct {
	Ref  string
	Keys []story.Key
}

func (e *AmbiguousError) Error() string {
	names := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		names[i] = k.String()
	}
	return fmt.Sprintf("%s: found %d stories, expected one; name one of %s", e.Ref, len(e.Keys), strings.Join(names, ", "))
}

// Passing reports whether an error of a history may be over in a while, without
// anyone's doing anything to the history.
func Passing(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, ErrDisk) || errors.Is(err, ErrLocked) || errors.Is(err, ErrTooMany)
}

// ours makes the database's errors this package's, by code.
func ours(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if errors.Is(err, sql.ErrConnDone) {
		return ErrClosed
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		if named := ofServer(err); named != nil && !errors.Is(err, named) {
			return fmt.Errorf("%w (%w)", named, err)
		}
		return err
	}
	var named error
	switch e.Code() & 0xff { // the primary code; the bits above say more
	case sqlite3.SQLITE_NOTADB:
		named = ErrNotDatabase
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		if named = ErrReadOnly; tooManyFiles() {
			named = ErrTooMany
		}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		named = ErrLocked
	case sqlite3.SQLITE_CORRUPT:
		named = ErrCorrupt
	case sqlite3.SQLITE_FULL:
		named = ErrFull
	case sqlite3.SQLITE_IOERR:
		named = ErrDisk
	default:
		return err
	}
	if errors.Is(err, named) {
		return err
	}
	return fmt.Errorf("%w (%w)", named, err)
}

// tooManyFiles reports whether no further file can be opened, of which SQLite says no
// more than that it couldn't open one.
func tooManyFiles() bool {
	f, err := os.Open(os.DevNull)
	if err != nil {
		return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
	}
	_ = f.Close() // it was only read, of nothing
	return false
}

// isReadOnlyFS reports whether a file system refused to be written.
func isReadOnlyFS(err error) bool {
	var p *fs.PathError
	return errors.As(err, &p) && errors.Is(p.Err, syscall.EROFS)
}

// unfinished reports whether a file can't be read before somebody who may write
// plays back the journal that a killed program left beside it.
func unfinished(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_READONLY_ROLLBACK || e.Code() == sqlite3.SQLITE_READONLY_RECOVERY)
}
