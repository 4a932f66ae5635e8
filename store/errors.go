package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

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
	ErrCorrupt     = errors.New("it is damaged; keep the file as it is, and restore a backup or use sqlite3's .recover on a copy")          // lasting
	ErrFull        = errors.New("the disk is full; free some space, then run it again")                                                     // passing
	ErrNotFound    = errors.New("not on record")                                                                                            // lasting
	// ErrStale says that another version was recorded since the one that a
	// visit was judged against; nothing was written. Judge again.
	ErrStale = errors.New("another version was recorded meanwhile")
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
	return fmt.Sprintf("%s: found %d stories, expected one: %s", e.Ref, len(e.Keys), strings.Join(names, ", "))
}

// ours makes the database's errors this package's, by code.
func ours(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	named := map[int]error{
		sqlite3.SQLITE_NOTADB: ErrNotDatabase, sqlite3.SQLITE_READONLY: ErrReadOnly, sqlite3.SQLITE_PERM: ErrReadOnly,
		sqlite3.SQLITE_CANTOPEN: ErrReadOnly, sqlite3.SQLITE_BUSY: ErrLocked, sqlite3.SQLITE_LOCKED: ErrLocked,
		sqlite3.SQLITE_CORRUPT: ErrCorrupt, sqlite3.SQLITE_FULL: ErrFull,
	}[e.Code()&0xff]
	if named == nil {
		return err
	}
	return fmt.Errorf("%w (%s)", named, e.Error())
}
