package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// applicationID marks a file as stakeout's: "STKO" in PRAGMA application_id.
const applicationID = 0x53544b4f

// How many connections read at once: what is answered at once, and what someone
// reads through at their own pace.
const (
	maxReaders = 4
	maxStreams = 16
)

func (s *Store) open(ctx context.Context) error {
	if err := checkFile(s.path, s.opts.ReadOnly); err != nil {
		return err
	}
	if !s.opts.ReadOnly {
		if err := s.refuseOthers(ctx); err != nil {
			return err
		}
		db, err := s.openDB(false)
		if err != nil {
			return err
		}
		db.SetMaxOpenConns(1)
		if err := migrate(ctx, db); err != nil {
			return errors.Join(err, db.Close())
		}
		if s.write, err = s.newWriter(ctx, db, 1); err != nil {
			return err
		}
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
	var err error
	if s.read, err = s.openReader(maxReaders); err != nil {
		return err
	}
	if s.stream, err = s.openReader(maxStreams); err != nil {
		return err
	}
	if s.opts.ReadOnly {
		return checkSchema(ctx, s.read.db)
	}
	return nil
}

// openDB opens a pool of connections.
func (s *Store) openDB(readOnly bool) (*sql.DB, error) {
	if s.d == onPostgres {
		return s.openServerDB(readOnly), nil
	}
	return sql.Open("sqlite", s.dsn(readOnly))
}

// dsn is the file: URI of the history, with what every connection sets.
func (s *Store) dsn(readOnly bool) string {
	q := url.Values{"_pragma": {"busy_timeout(" + strconv.FormatInt(s.opts.Wait.Milliseconds(), 10) + ")", "foreign_keys(1)"}}
	if readOnly {
		q.Set("mode", "ro")
		q.Add("_pragma", "query_only(1)")
		if s.opts.ReadOnly && still(s.path) {
			q.Set("immutable", "1")
		}
	} else {
		q.Set("_txlock", "immediate")
		// FULL: with NORMAL a power loss takes the last commits of a WAL.
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "journal_size_limit(67108864)")
		// 16 MB: on a large history each visit reads other pages of the file.
		q.Add("_pragma", "cache_size(-16000)")
	}
	return s.uri(q)
}

// uri is the file: URI of the history with a query.
func (s *Store) uri(q url.Values) string {
	if s.opts.vfs != "" {
		q.Set("vfs", s.opts.vfs)
	}
	path := strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(filepath.ToSlash(s.path))
	return "file:" + path + "?" + q.Encode()
}

// still reports whether a file can't change while it is read, so that it can be
// read without the files that SQLite keeps beside one that is being written: its
// folder can't be written to, and nothing waits there to be read with it.
func still(path string) bool {
	if _, err := os.Stat(path + "-wal"); err == nil {
		return false
	}
	probe, err := os.CreateTemp(filepath.Dir(path), ".stakeout-*")
	if err != nil {
		return errors.Is(err, fs.ErrPermission) || isReadOnlyFS(err)
	}
	probe.Close()
	os.Remove(probe.Name())
	return false
}

// checkFile looks at what stands at path before SQLite does.
func checkFile(path string, readOnly bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && readOnly:
		return fmt.Errorf("there is none; collect something first: %w", fs.ErrNotExist)
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(filepath.Dir(path))
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("found a folder: %w", ErrNotDatabase)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("it can't be read; give yourself permission to, or name another by --db: %w", err)
	}
	defer f.Close()
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if n > 0 && string(head[:n]) != magic {
		return ErrNotDatabase
	}
	if readOnly {
		return nil
	}
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrReadOnly, err)
	}
	return w.Close()
}

func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("its folder: %w; create it, or name another file with --db", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is no folder; name another file with --db", dir)
	}
	return nil
}

// refuseOthers looks into a file that is there before it is opened for writing,
// which would alter it: its first page says that it keeps a log.
func (s *Store) refuseOthers(ctx context.Context) error {
	if info, err := os.Stat(s.path); err != nil || info.Size() == 0 {
		return nil // checkFile had its say
	}
	db, err := sql.Open("sqlite", s.dsn(true))
	if err != nil {
		return err
	}
	defer db.Close()
	id, tables, err := identity(ctx, db)
	switch {
	case unfinished(err):
		return nil // a program that was killed left a journal: migrate looks, once that is played back
	case err == nil && id != applicationID && tables > 0:
		return ErrNotStakeout
	}
	return err
}

// identity is a file's application ID and how many tables it has.
func identity(ctx context.Context, db *sql.DB) (id, tables int64, err error) {
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return 0, 0, err
	}
	err = db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id)
	return id, tables, err
}

// checkSchema checks a file that is opened for reading.
func checkSchema(ctx context.Context, db *sql.DB) error {
	id, tables, err := identity(ctx, db)
	if err != nil {
		return err
	}
	if id != applicationID || tables == 0 {
		return ErrNotStakeout
	}
	return checkVersion(ctx, onSQLite, db)
}

// checkVersion checks the schema of a history that is opened for reading.
func checkVersion(ctx context.Context, d dialect, db *sql.DB) error {
	find := schemaVersion
	if d == onPostgres {
		find = serverVersion
	}
	version, err := find(ctx, db)
	if err != nil {
		return err
	}
	if version < latestSchema {
		return fmt.Errorf("%w (found schema %d, expected %d)", ErrOlderSchema, version, latestSchema)
	}
	return tooNew(ctx, db, version)
}

// pause waits, or ends with ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
