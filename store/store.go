// Package store is the append-only history: visits, pages, versions, readings
// and changes, in one SQLite file, with what is due and a search over every
// version. It refuses to alter or delete what was recorded: the database's own
// triggers say no. It knows nothing of networks and configurations.
//
// It is weak where a file is: one writer at a time on one machine, and no
// protection against someone who replaces the whole file; Verify tells whether
// a row was touched.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as stakeout's: "STKO" in PRAGMA application_id.
const applicationID = 0x53544b4f

// Options say how a history is opened.
type Options struct {
	// ReadOnly opens an existing file for reading; nothing is created.
	ReadOnly bool
	// Log gets what is worth a word. Defaults to no log.
	Log *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
}

// Store is an open history. Safe for concurrent use; close it.
type Store struct {
	path  string
	write *sql.DB // one connection; nil when read-only
	read  *sql.DB
	log   *slog.Logger
	now   func() time.Time

	jobs   chan *job
	closed chan struct{} // closed once the writer has ended
}

// Open opens a history, and creates it where there is none and o allows. The
// errors are those of this package: ErrNotDatabase, ErrNotStakeout, ErrReadOnly,
// ErrLocked, ErrNewerSchema, ErrCorrupt.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s := &Store{path: path, log: o.Log, now: o.Now}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := checkFile(path, o.ReadOnly); err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	if err := s.open(ctx, o.ReadOnly); err != nil {
		s.shut()
		return nil, fmt.Errorf("database %s: %w", path, ours(err))
	}
	if s.write != nil {
		s.jobs, s.closed = make(chan *job), make(chan struct{})
		go s.writer()
	}
	return s, nil
}

// checkFile looks at what stands at path before SQLite does.
func checkFile(path string, readOnly bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && readOnly:
		return fmt.Errorf("there is none: %w", err)
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(filepath.Dir(path))
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("found a folder: %w", ErrNotDatabase)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := f.Read(head)
	if n > 0 && string(head[:n]) != "SQLite format 3\x00" {
		return ErrNotDatabase
	}
	if !readOnly {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return ErrReadOnly
		}
		return w.Close()
	}
	return nil
}

func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("its folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is no folder", dir)
	}
	return nil
}

// dsn is the file: URI of the history, with what every connection sets.
func dsn(path string, readOnly bool) string {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "foreign_keys(1)"}}
	if readOnly {
		q.Set("mode", "ro")
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		// FULL: with NORMAL a power loss takes the last commits of a WAL.
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "journal_size_limit(67108864)")
	}
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(filepath.ToSlash(path)) + "?" + q.Encode()
}

// maxReaders bounds the connections that read at once.
const maxReaders = 4

func (s *Store) open(ctx context.Context, readOnly bool) error {
	var err error
	if !readOnly {
		if s.write, err = sql.Open("sqlite", dsn(s.path, false)); err != nil {
			return err
		}
		s.write.SetMaxOpenConns(1)
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	if s.read, err = sql.Open("sqlite", dsn(s.path, true)); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(maxReaders)
	s.read.SetMaxIdleConns(maxReaders)
	if readOnly {
		return s.checkSchema(ctx)
	}
	return nil
}

// migrate brings the schema up to date, in a file that is empty or stakeout's.
func (s *Store) migrate(ctx context.Context) error {
	id, tables, err := identity(ctx, s.write)
	if err != nil {
		return err
	}
	if id != applicationID && tables > 0 {
		return ErrNotStakeout
	}
	if tables > 0 {
		if err := newer(ctx, s.write); err != nil {
			return err
		}
	}
	if _, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, files)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
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

// schemaVersion is the number of the last migration.
const schemaVersion = 1

// newer refuses a file whose schema is of a later program.
func newer(ctx context.Context, db *sql.DB) error {
	var version int64
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&version); err != nil {
		return err
	}
	if version > schemaVersion {
		return fmt.Errorf("%w (found schema %d, expected at most %d)", ErrNewerSchema, version, schemaVersion)
	}
	return nil
}

// checkSchema checks a file that is opened for reading.
func (s *Store) checkSchema(ctx context.Context) error {
	id, tables, err := identity(ctx, s.read)
	if err != nil {
		return err
	}
	if id != applicationID || tables == 0 {
		return ErrNotStakeout
	}
	return newer(ctx, s.read)
}

// Close waits for what is being recorded, and closes the file.
func (s *Store) Close() error {
	if s.jobs != nil {
		close(s.jobs)
		<-s.closed
	}
	return s.shut()
}

func (s *Store) shut() error {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}

// millis is a time as the database keeps it; null for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// moment is a kept time; the zero time for null.
func moment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}
