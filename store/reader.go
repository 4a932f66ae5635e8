package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// reader is a pool of connections that only read. Its queries are prepared once.
// Safe for concurrent use.
type reader struct {
	db       *sql.DB
	d        dialect
	patience time.Duration // for a server that is lost
	stmts    sync.Map      // query → *sql.Stmt
}

// openReader opens a pool of at most so many connections.
func (s *Store) openReader(most int) (*reader, error) {
	db, err := s.openDB(true)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(min(most, 4))
	return &reader{db: db, d: s.d, patience: s.opts.Wait}, nil
}

func (r *reader) query(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	err = r.insist(ctx, func() error {
		stmt, err := r.prepared(ctx, query)
		if err != nil {
			return err
		}
		rows, err = stmt.QueryContext(ctx, r.d.args(args)...)
		return err
	})
	return rows, err
}

// get reads the one row of a query; sql.ErrNoRows where there is none.
func (r *reader) get(ctx context.Context, query string, args []any, into ...any) error {
	return r.insist(ctx, func() error {
		stmt, err := r.prepared(ctx, query)
		if err != nil {
			return err
		}
		return stmt.QueryRowContext(ctx, r.d.args(args)...).Scan(into...)
	})
}

func (r *reader) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := r.stmts.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := r.db.PrepareContext(ctx, r.d.text(query))
	if err != nil {
		return nil, err
	}
	if kept, other := r.stmts.LoadOrStore(query, stmt); other {
		return kept.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

func (r *reader) close() error {
	if r == nil {
		return nil
	}
	var errs []error
	r.stmts.Range(func(_, stmt any) bool {
		errs = append(errs, stmt.(*sql.Stmt).Close())
		return true
	})
	r.stmts.Clear()
	return r.d.unlessLost(append(errs, r.db.Close()))
}
