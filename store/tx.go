package store

import (
	"context"
	"database/sql"
	"errors"
)

// tx is the transaction that jobs write in. Its statements stay prepared from
// one transaction to the next.
type tx struct {
	ctx   context.Context
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	packs *packer

	// For the search and the index of copies, written last.
	words    []words
	sketches []sketch
}

// words are what the search is to know of a version.
type words struct {
	version               int64
	headline, body, other string
}

// addWords writes what the jobs left for the search. The index keeps what is new
// in memory, and writes it out at every savepoint, of a job or of a statement
// with triggers: that is once a transaction where this comes last.
func (t *tx) addWords() error {
	for _, w := range t.words {
		if _, err := t.exec("INSERT INTO search (rowid, headline, body, other) VALUES (?, ?, ?, ?)", w.version, w.headline, w.body, w.other); err != nil {
			return err
		}
	}
	return t.addSketches()
}

func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	stmt, err := t.prepared(query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(t.ctx, args...)
}

// insert runs an INSERT and returns the row's ID.
func (t *tx) insert(query string, args ...any) (int64, error) {
	r, err := t.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// update runs a statement and returns how many rows it touched.
func (t *tx) update(query string, args ...any) (int64, error) {
	r, err := t.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// get reads the one row of a query; found is false where there is none.
func (t *tx) get(query string, args []any, into ...any) (found bool, err error) {
	stmt, err := t.prepared(query)
	if err != nil {
		return false, err
	}
	err = stmt.QueryRowContext(t.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (t *tx) control(statement string) error {
	_, err := t.exec(statement)
	return err
}

func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if stmt, ok := t.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(t.ctx, query)
	if err != nil {
		return nil, err
	}
	t.stmts[query] = stmt
	return stmt, nil
}

func (t *tx) close() error {
	var errs []error
	for _, stmt := range t.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}

// list reads the one column of numbers of a query.
func (t *tx) list(query string, args ...any) ([]int64, error) {
	return columnOf[int64](t, query, args...)
}

// texts reads the one column of texts of a query.
func (t *tx) texts(query string, args ...any) ([]string, error) {
	return columnOf[string](t, query, args...)
}

func columnOf[T any](t *tx, query string, args ...any) ([]T, error) {
	stmt, err := t.prepared(query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var n T
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
