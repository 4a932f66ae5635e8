// Package store is the append-only history: visits, pages, versions, readings
// and changes, in one SQLite file, with what is due and a search over every
// version. It refuses to alter or delete what was recorded: the database's own
// triggers say no. It knows nothing of networks and configurations.
//
// It is weak where a file is: one writer at a time on one machine, and no
// protection against someone who replaces the whole file. Verify tells whether a
// row was touched; only a Head kept elsewhere tells whether the end was cut off,
// or everything written anew.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options say how a history is opened.
type Options struct {
	// ReadOnly opens an existing file for reading; no database is created.
	ReadOnly bool
	// Log gets what is worth a word. Defaults to no log.
	Log *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Wait is how long a lock held by another program is waited for, and a server
	// that is lost. Defaults to 10 seconds, on a server to a minute.
	Wait time.Duration

	moving bool   // a history is on its way into it
	vfs    string // how SQLite reaches the file; tests let it fail
}

const defaultWait = 10 * time.Second

// Store is an open history. Safe for concurrent use; close it.
type Store struct {
	path   string // or the URL of a server
	d      dialect
	server *pgx.ConnConfig // nil for a file
	opts   Options
	log    *slog.Logger
	now    func() time.Time

	// What takes long to read through, such as an export, has connections of its
	// own: it must not keep a crawl from reading what it needs to go on.
	read, stream *reader

	write  *writer // nil when read-only
	closed atomic.Bool
	packs  *packer
	bases  *bases
}

// Open opens a history, and creates it where there is none and o allows: a file, or
// a database on Postgres by its URL, postgres://user:password@host/name. The
// errors are those of this package: ErrNotDatabase, ErrNotStakeout, ErrReadOnly,
// ErrLocked, ErrNewerSchema, ErrCorrupt, of a server ErrUnreachable, ErrPassword,
// ErrNoDatabase, ErrStandby; fs.ErrNotExist where there is none.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s := &Store{path: path, opts: o, log: o.Log, now: o.Now, packs: newPacker(), bases: newBases()}
	if OnServer(path) {
		s.d, path = onPostgres, Shown(path)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.opts.Wait <= 0 {
		s.opts.Wait = defaultWait
		if s.d == onPostgres {
			s.opts.Wait = serverWait
		}
	}
	open := s.open
	if s.d == onPostgres {
		open = s.openServer
	}
	err := open(ctx)
	if err == nil && !s.opts.moving {
		err = s.refuseUnfinished(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", path, ours(err)), s.Close())
	}
	return s, nil
}

// Close waits for what is being recorded, and closes the file. What comes later
// gets ErrClosed. Closing twice is no error.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	var errs []error
	if s.write != nil {
		s.write.stop()
	}
	errs = append(errs, s.read.close(), s.stream.close())
	if s.write != nil {
		// The last connection to close clears the log away, which one that only
		// reads can't.
		errs = append(errs, s.write.close())
	}
	return errors.Join(errs...)
}

// query runs a query whose rows are read at once.
func (s *Store) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := s.read.query(ctx, query, args...)
	return rows, s.failure(err)
}

// get reads the one row of a query; ErrNotFound where there is none.
func (s *Store) get(ctx context.Context, query string, args []any, into ...any) error {
	return s.failure(s.read.get(ctx, query, args, into...))
}

// failure is an error of a query as this package's.
func (s *Store) failure(err error) error {
	if err != nil && s.closed.Load() {
		return ErrClosed // whichever way the closed connection put it
	}
	return ours(err)
}

// column runs a query and reads its one column.
func column[T any](ctx context.Context, s *Store, query string, args ...any) ([]T, error) {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, ours(err)
		}
		out = append(out, v)
	}
	return out, ours(rows.Err())
}

// millis is a time as the database keeps it; null for the zero time.
func millis(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: true}
}

// moment is a kept time; the zero time for null.
func moment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// instant is a kept time as package story has them; nil for null.
func instant(ms sql.NullInt64) *time.Time {
	if !ms.Valid {
		return nil
	}
	t := moment(ms)
	return &t
}
