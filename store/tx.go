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
	d     dialect
	db    *sql.DB
	conn  *sql.Conn // nil while the server is lost
	stmts map[string]*sql.Stmt
	packs *packer
	id    string // the transaction's, by which Postgres says what became of it

	// What is written last: the log, whose order is that of the commits, then what
	// the search and the index of copies are to know.
	log      []loggedChange
	words    []words
	sketches []sketch
}

// undo is how much was left to be written last: what a job left behind that is
// forgotten where it fails.
type undo struct {
	log      []loggedChange
	words    []words
	sketches []sketch
}

func (t *tx) mark() undo { return undo{t.log, t.words, t.sketches} }

func (t *tx) backTo(u undo) { t.log, t.words, t.sketches = u.log, u.words, u.sketches }

// words are what the search is to know of a version.
type words struct {
	version               int64
	headline, body, other string
}

// finish writes what the jobs left to be written last. SQLite's index keeps what is
// new in memory, and writes it out at every savepoint, of a job or of a statement
// with triggers: that is once a transaction where this comes last. In Postgres the
// log is locked from here until the commit: a few milliseconds.
func (t *tx) finish() error {
	if err := t.addLog(); err != nil {
		return err
	}
	for _, w := range t.words {
		if err := t.addWords(w); err != nil {
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
	return stmt.ExecContext(t.ctx, t.d.args(args)...)
}

// insert runs an INSERT and returns the row's ID, which is in the column key.
func (t *tx) insert(key, query string, args ...any) (id int64, err error) {
	if t.d == onPostgres {
		_, err = t.get(query+" RETURNING "+key, args, &id)
		return id, err
	}
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
	err = stmt.QueryRowContext(t.ctx, t.d.args(args)...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (t *tx) control(statement string) (err error) {
	switch {
	case t.conn == nil:
		err = errNoConn
	case t.d == onPostgres:
		_, err = t.conn.ExecContext(t.ctx, statement)
	default:
		_, err = t.exec(statement)
	}
	return err
}

func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if stmt, ok := t.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(t.ctx, t.d.text(query))
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
	clear(t.stmts)
	if t.conn != nil {
		errs = append(errs, t.conn.Close())
		t.conn = nil
	}
	return t.d.unlessLost(errs)
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
	rows, err := stmt.QueryContext(t.ctx, t.d.args(args)...)
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
