package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// reader is a pool of connections that only read. Its queries are prepared once.
// Safe for concurrent use.
type reader struct {
	db    *sql.DB
	stmts sync.Map // query → *sql.Stmt
}

// openReader opens a pool of at most so many connections.
func openReader(dsn string, most int) (*reader, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(min(most, 4))
	return &reader{db: db}, nil
}

func (r *reader) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (r *reader) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := r.stmts.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := r.db.PrepareContext(ctx, query)
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
	return errors.Join(append(errs, r.db.Close())...)
}
