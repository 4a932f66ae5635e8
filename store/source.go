package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// SourceState is what is remembered of a source.
type SourceState struct {
	Name        string
	NextRunAt   time.Time // zero for none
	LastRunAt   time.Time
	ListedAt    time.Time // when its listings were last taken down
	LastVisitAt time.Time // of one of its stories
	LastSuccess time.Time // the last visit that read a story
	LastError   string    // of its last collection; "" where it went well
}

const sourceColumns = "SELECT name, next_run_at, last_run_at, listed_at, last_visit_at, last_success_at, last_error FROM sources "

func scanSource(row scanner) (SourceState, error) {
	var st SourceState
	var next, last, listed, visit, success sql.NullInt64
	err := row.Scan(&st.Name, &next, &last, &listed, &visit, &success, &st.LastError)
	st.NextRunAt, st.LastRunAt, st.ListedAt = moment(next), moment(last), moment(listed)
	st.LastVisitAt, st.LastSuccess = moment(visit), moment(success)
	return st, err
}

// Source returns what is remembered of a source; the zero state with its name
// where nothing is.
func (s *Store) Source(ctx context.Context, name string) (SourceState, error) {
	list, err := s.sources(ctx, "WHERE name = ?", name)
	if err != nil || len(list) == 0 {
		return SourceState{Name: name}, err
	}
	return list[0], nil
}

// NextRuns lists the sources that have a next run, the earliest first.
func (s *Store) NextRuns(ctx context.Context) ([]SourceState, error) {
	return s.sources(ctx, "WHERE next_run_at IS NOT NULL ORDER BY next_run_at, name")
}

func (s *Store) sources(ctx context.Context, tail string, args ...any) ([]SourceState, error) {
	rows, err := s.query(ctx, sourceColumns+tail, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []SourceState
	for rows.Next() {
		st, err := scanSource(rows)
		if err != nil {
			return nil, ours(err)
		}
		out = append(out, st)
	}
	return out, ours(rows.Err())
}

// SetNextRun remembers when a source runs next; the zero time for by hand only.
func (s *Store) SetNextRun(ctx context.Context, name string, at time.Time) error {
	return s.putSource(ctx, name, "next_run_at", millis(at))
}

// Ran remembers how a source's collection went; problem is "" where it went well.
func (s *Store) Ran(ctx context.Context, name string, at time.Time, problem string) error {
	return errors.Join(s.putSource(ctx, name, "last_run_at", millis(at)), s.putSource(ctx, name, "last_error", problem))
}

func (s *Store) putSource(ctx context.Context, name, column string, value any) error {
	err := s.commit(ctx, name, func(t *tx) error {
		if err := refuseRenamed(t, name); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO sources (name, "+column+") VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET "+column+" = ?2", name, value)
		return err
	})
	if err != nil {
		return fmt.Errorf("source %s: %w", name, err)
	}
	return nil
}
