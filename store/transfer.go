package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"stakeout/story"
)

// A history moves to another database row by row, in the order of each table's key,
// so that what was interrupted goes on behind the last row that arrived. What can be
// derived, the two indexes of the search and of copies, is made anew. At the end
// every row of every table is read from both sides and compared, and the new history
// is verified; until then no other program opens it.

// ErrUnfinished says that a history was on its way into this database.
var ErrUnfinished = errors.New("a migrate into it was interrupted; run that again, it goes on where it stopped")

// ErrOtherHistory says that a history can't move into a database that has another.
var ErrOtherHistory = errors.New("it has a history of its own; name a database that is empty")

// ErrDifferent says that a history on its way went on meanwhile.
var ErrDifferent = errors.New("the history went on since it began to move; end what collects into it, empty the new database, and begin again")

// Transfer says how a move to another database gets on.
type Transfer struct {
	Table      string `json:"table"`
	Done, Rows int64  `json:"-"` // of the table
}

// Transferred is what a move came to.
type Transferred struct {
	Rows   int64  `json:"rows"` // in all tables
	Copied int64  `json:"copied"`
	Report Report `json:"verified"`
}

// tableOf is a table that moves, with its key.
type tableOf struct {
	name string
	keys []string
}

// transferred lists the tables in an order in which none refers to a later one.
var transferred = []tableOf{
	{"pages", []string{"page_id"}}, {"sources", []string{"name"}}, {"stories", []string{"story_id"}}, {"versions", []string{"version_id"}},
	{"version_pages", []string{"version_id", "ordinal"}}, {"readings", []string{"reading_id"}}, {"changes", []string{"cursor"}},
	{"visits", []string{"visit_id"}}, {"addresses", []string{"address_id"}}, {"rechecks", []string{"address_id"}},
	{"templates", []string{"rowid"}}, {"lessons", []string{"source"}}, {"learnt", []string{"source"}}, {"broken_pages", []string{"source", "url"}},
	{"sketched", []string{"story_id"}}, {"erasures", []string{"erasure_id"}}, {"pruned_pages", []string{"page_id"}},
	{"forgotten_versions", []string{"erasure_id", "number"}}, {"forgotten_changes", []string{"cursor"}}, {"forgotten", []string{"hash"}},
	{"renames", []string{"rename_id"}}, {"cursors", []string{"name"}}, {"marks", []string{"cursor"}}, {"seen_upto", []string{"one"}},
	{"saved_filters", []string{"name"}}, {"uses", []string{"source", "minute_at"}}, {"paces", []string{"host", "began_at"}},
	{"notify_cursors", []string{"rule"}}, {"deliveries", []string{"delivery_id"}}, {"told_trouble", []string{"source"}},
	{"hosts", []string{"host"}}, {"workers", []string{"worker"}},
}

// movedAtOnce is how many rows are written in a transaction.
const movedAtOnce = 500

// Migrate moves a history, as it is at one moment, into another database: to is
// opened for it, and must be empty, or have a part of the same history from a move
// that was interrupted. report is called as it gets on. ErrOtherHistory, ErrDifferent.
func Migrate(ctx context.Context, from *Store, to string, o Options, report func(Transfer)) (done Transferred, err error) {
	o.moving = true
	target, err := Open(ctx, to, o)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	m := mover{from: from, to: target, report: report, done: &done}
	if err := m.move(ctx); err != nil {
		return done, fmt.Errorf("migrate to %s: %w", Shown(to), target.failure(err))
	}
	return done, nil
}

type mover struct {
	from, to *Store
	view     *sql.Tx // of from, at one moment
	report   func(Transfer)
	done     *Transferred
}

func (m *mover) move(ctx context.Context) error {
	o := &sql.TxOptions{ReadOnly: true}
	if m.from.d == onPostgres {
		o.Isolation = sql.LevelRepeatableRead
	}
	var err error
	if m.view, err = m.from.stream.db.BeginTx(ctx, o); err != nil {
		return err
	}
	defer m.view.Rollback()
	mark, err := m.begin(ctx)
	if err != nil {
		return err
	}
	for _, t := range transferred {
		if err := m.copy(ctx, t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	for _, step := range []func(context.Context) error{m.words, m.sketches, m.numbers, m.compare, m.verify} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return m.to.commit(ctx, erasing, func(t *tx) error {
		_, err := t.exec("DELETE FROM pending WHERE work = ?", mark)
		return err
	})
}

const moving = "migrate "

// begin looks at what the new database has, and marks it as being moved into.
func (m *mover) begin(ctx context.Context) (mark string, err error) {
	left, err := columnIn[string](ctx, m.from.d, m.view, "SELECT work FROM pending")
	if err != nil {
		return "", err
	}
	if len(left) > 0 {
		return "", fmt.Errorf("the history to be moved waits for %s; any command that collects does that", strings.Join(left, ", "))
	}
	state, err := stateOf(ctx, m.from.d, m.view)
	if err != nil {
		return "", err
	}
	mark = moving + state
	err = m.to.commit(ctx, erasing, func(t *tx) error {
		var before string
		found, err := t.get("SELECT work FROM pending LIMIT 1", nil, &before)
		switch {
		case err != nil:
			return err
		case found && before != mark:
			return ErrDifferent
		case found:
			return nil
		}
		for _, table := range transferred {
			taken, err := t.get("SELECT 1 FROM "+table.name+" LIMIT 1", nil, new(int))
			if err == nil && taken {
				err = ErrOtherHistory
			}
			if err != nil {
				return err
			}
		}
		_, err = t.exec("INSERT INTO pending (work) VALUES (?)", mark)
		return err
	})
	return mark, err
}

// stateOf tells one moment of a history from another.
func stateOf(ctx context.Context, d dialect, view *sql.Tx) (string, error) {
	var head, erased []byte
	var visits, last, addresses int64
	if err := view.QueryRowContext(ctx, d.text(`SELECT coalesce((SELECT hash FROM (`+lastOfLog+`) AS l), x''), coalesce((SELECT hash FROM erasures ORDER BY erasure_id DESC LIMIT 1), x''),
		(SELECT coalesce(sum(count), 0) FROM visits), (SELECT coalesce(max(visit_id), 0) FROM visits), (SELECT coalesce(sum(coalesce(listed_at, 0) % 1000003), 0) FROM addresses)`)).
		Scan(&head, &erased, &visits, &last, &addresses); err != nil {
		return "", err
	}
	return hex.EncodeToString(rawHash(fmt.Appendf(nil, "%x %x %d %d %d", head, erased, visits, last, addresses))), nil
}

// refuseUnfinished refuses a history of which only a part has arrived.
func (s *Store) refuseUnfinished(ctx context.Context) error {
	err := s.get(ctx, "SELECT 1 FROM pending WHERE work LIKE '"+moving+"%' LIMIT 1", nil, new(int))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		err = ErrUnfinished
	}
	return err
}

// columnIn reads the one column of a query in a transaction.
func columnIn[T any](ctx context.Context, d dialect, view *sql.Tx, query string, args ...any) ([]T, error) {
	rows, err := view.QueryContext(ctx, d.text(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// columns names a table's columns as both databases have them.
func (t tableOf) columns(ctx context.Context, d dialect, view *sql.Tx) ([]string, error) {
	rows, err := view.QueryContext(ctx, "SELECT * FROM "+t.name+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if t.keys[0] == "rowid" && d == onSQLite {
		names = append(names, "rowid") // which has no need to be named there
	}
	slices.Sort(names)
	return names, err
}

// rows reads a table from behind a key on, in its order; nil for its beginning.
func (t tableOf) rows(ctx context.Context, d dialect, view *sql.Tx, columns []string, behind []any, do func([]any) error) error {
	keys := strings.Join(t.keys, ", ")
	query := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.name
	if behind != nil {
		query += " WHERE (" + keys + ") > (" + places(len(t.keys)) + ")"
	}
	rows, err := view.QueryContext(ctx, d.text(query+" ORDER BY "+keys), behind...)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := do(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// places are the places of so many arguments.
func places(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// last is the key of a table's last row; nil where it is empty.
func (m *mover) last(ctx context.Context, t tableOf) ([]any, error) {
	last, into := make([]any, len(t.keys)), make([]any, len(t.keys))
	for i := range last {
		into[i] = &last[i]
	}
	err := m.to.get(ctx, "SELECT "+strings.Join(t.keys, ", ")+" FROM "+t.name+" ORDER BY "+strings.Join(t.keys, " DESC, ")+" DESC LIMIT 1", nil, into...)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return last, err
}

// copy copies what the new database lacks of a table.
func (m *mover) copy(ctx context.Context, t tableOf) error {
	columns, err := t.columns(ctx, m.from.d, m.view)
	if err != nil {
		return err
	}
	behind, err := m.last(ctx, t)
	if err != nil {
		return err
	}
	progress, err := m.progress(ctx, t.name, "SELECT count(*) FROM "+t.name)
	if err != nil {
		return err
	}
	if err := m.to.get(ctx, "SELECT count(*) FROM "+t.name, nil, &progress.Done); err != nil {
		return err
	}
	m.done.Rows += progress.Rows
	insert := "INSERT INTO " + t.name + " (" + strings.Join(columns, ", ") + ") VALUES (" + places(len(columns)) + ")"
	packed := -1
	if t.name == "readings" {
		packed = slices.Index(columns, "zstd")
	}
	var batch [][]any
	flush := func() error {
		err := m.to.commit(ctx, noKey, func(t *tx) error {
			for _, row := range batch {
				if _, err := t.exec(insert, row...); err != nil {
					return err
				}
			}
			return nil
		})
		progress.Done += int64(len(batch))
		m.done.Copied += int64(len(batch))
		batch = nil
		m.report(progress)
		return err
	}
	if err := t.rows(ctx, m.from.d, m.view, columns, behind, func(values []any) error {
		row := make([]any, len(values))
		for i, v := range values {
			if row[i], err = m.value(v, i == packed); err != nil {
				return fmt.Errorf("row %v, %s: %w", values, columns[i], err)
			}
		}
		if batch = append(batch, row); len(batch) == movedAtOnce {
			return flush()
		}
		return nil
	}); err != nil {
		return err
	}
	return flush()
}

// value is a value as the new database keeps it.
func (m *mover) value(v any, reading bool) (any, error) {
	switch v := v.(type) {
	case []byte:
		if !reading {
			return append([]byte{}, v...), nil
		}
		text, err := m.from.packs.unpackReading(v)
		if err == nil && m.to.d == onSQLite {
			text = m.to.packs.pack(text)
		}
		return text, err
	case string:
		if m.to.d.clean(v) != v {
			return nil, errors.New("found a NUL character or invalid UTF-8, which Postgres can't keep")
		}
	}
	return v, nil
}

// progress begins to report on a table.
func (m *mover) progress(ctx context.Context, name, count string) (Transfer, error) {
	p := Transfer{Table: name}
	err := m.view.QueryRowContext(ctx, count).Scan(&p.Rows)
	return p, err
}

// words makes the index of the search.
func (m *mover) words(ctx context.Context) error {
	progress, err := m.progress(ctx, "search", "SELECT count(*) FROM versions")
	if err != nil {
		return err
	}
	var last sql.NullInt64
	if err := m.to.get(ctx, "SELECT max(rowid) FROM search", nil, &last); err != nil {
		return err
	}
	if err := m.to.get(ctx, "SELECT count(*) FROM search", nil, &progress.Done); err != nil {
		return err
	}
	var batch []words
	flush := func() error {
		err := m.to.commit(ctx, noKey, func(t *tx) error {
			t.words = append(t.words, batch...)
			return nil
		})
		progress.Done += int64(len(batch))
		batch = nil
		m.report(progress)
		return err
	}
	t := tableOf{"readings", []string{"version_id"}}
	columns := []string{"version_id", "ordinal", "zstd"}
	if err := t.rows(ctx, m.from.d, m.view, columns, []any{last.Int64}, func(values []any) error {
		if values[1].(int64) != 1 {
			return nil
		}
		var r story.Reading
		if err := m.from.packs.unpackJSON(values[2].([]byte), &r); err != nil {
			return m.to.unreadable(err)
		}
		w := wordsOf(&r)
		w.version = values[0].(int64)
		if batch = append(batch, w); len(batch) == movedAtOnce {
			return flush()
		}
		return nil
	}); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return flush()
}

// sketches makes the index of copies.
func (m *mover) sketches(ctx context.Context) error {
	var last sql.NullInt64
	if err := m.to.get(ctx, "SELECT max(rowid) FROM sketches", nil, &last); err != nil {
		return err
	}
	var batch []sketch
	flush := func() error {
		err := m.to.commit(ctx, noKey, func(t *tx) error {
			t.sketches = append(t.sketches, batch...)
			return nil
		})
		batch = nil
		return err
	}
	t := tableOf{"sketched", []string{"story_id"}}
	if err := t.rows(ctx, m.from.d, m.view, []string{"story_id", "hashes"}, []any{last.Int64}, func(values []any) error {
		hashes, _ := values[1].([]byte)
		if batch = append(batch, sketch{values[0].(int64), unpackHashes(hashes)}); len(batch) == movedAtOnce {
			return flush()
		}
		return nil
	}); err != nil {
		return fmt.Errorf("index of copies: %w", err)
	}
	return flush()
}

// numbers lets new rows get numbers behind those that were moved: SQLite looks at
// the last row, Postgres counts.
func (m *mover) numbers(ctx context.Context) error {
	if m.to.d == onSQLite {
		return nil
	}
	return m.to.commit(ctx, noKey, func(t *tx) error {
		for _, table := range transferred {
			key := table.keys[0]
			var sequence sql.NullString
			if _, err := t.get("SELECT pg_get_serial_sequence('"+table.name+"', '"+key+"')", nil, &sequence); err != nil {
				return err
			}
			if !sequence.Valid {
				continue
			}
			if _, err := t.exec("SELECT setval('" + sequence.String + "', coalesce(max(" + key + "), 0) + 1, false) FROM " + table.name); err != nil {
				return err
			}
		}
		return nil
	})
}

// compare reads every row of both sides.
func (m *mover) compare(ctx context.Context) error {
	o := &sql.TxOptions{ReadOnly: true}
	if m.to.d == onPostgres {
		o.Isolation = sql.LevelRepeatableRead
	}
	arrived, err := m.to.stream.db.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer arrived.Rollback()
	for _, t := range transferred {
		columns, err := t.columns(ctx, m.from.d, m.view)
		if err != nil {
			return err
		}
		m.report(Transfer{Table: t.name + " compared"})
		left, err := m.from.sumOf(ctx, t, columns, m.view)
		if err != nil {
			return err
		}
		right, err := m.to.sumOf(ctx, t, columns, arrived)
		if err != nil {
			return err
		}
		if !bytes.Equal(left, right) {
			return fmt.Errorf("%s: what arrived is not what is there: %w", t.name, ErrDifferent)
		}
	}
	return nil
}

// sumOf is the SHA-256 of all rows of a table, in the order of its key.
func (s *Store) sumOf(ctx context.Context, t tableOf, columns []string, view *sql.Tx) ([]byte, error) {
	h := sha256.New()
	err := t.rows(ctx, s.d, view, columns, nil, func(values []any) error {
		for i, v := range values {
			if b, ok := v.([]byte); ok && t.name == "readings" && columns[i] == "zstd" {
				text, err := s.packs.unpackReading(b)
				if err != nil {
					return fmt.Errorf("a reading: %w: %w", err, ErrCorrupt)
				}
				v = text
			}
			sumValue(h, v)
		}
		return nil
	})
	return h.Sum(nil), err
}

func sumValue(h hash.Hash, v any) {
	switch v := v.(type) {
	case []byte:
		fmt.Fprintf(h, "b%d:", len(v))
		h.Write(v)
	case string:
		fmt.Fprintf(h, "t%d:", len(v))
		h.Write([]byte(v))
	default:
		fmt.Fprintf(h, "%T%v;", v, v)
	}
}

// verify proves the history where it arrived.
func (m *mover) verify(ctx context.Context) (err error) {
	m.report(Transfer{Table: "history verified"})
	if m.done.Report, err = m.to.Verify(ctx); err != nil {
		return err
	}
	if m.done.Report.Problem != "" {
		return fmt.Errorf("%s: %w", m.done.Report.Problem, ErrCorrupt)
	}
	return nil
}
