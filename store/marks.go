package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ChangeMark is what a person said of a change. None of it is history.
type ChangeMark struct {
	Cursor  int64
	Seen    bool
	Starred bool
	Label   string
	Note    string
}

// Marks returns the marks of changes, by cursor; those without are left out. A
// change at or before the cursor of SeeUpto counts as seen.
func (s *Store) Marks(ctx context.Context, cursors []int64) (map[int64]ChangeMark, error) {
	upto, err := s.SeenUpto(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]ChangeMark{}
	for _, c := range cursors {
		m := ChangeMark{Cursor: c, Seen: c <= upto}
		var seen sql.NullInt64
		err := s.get(ctx, "SELECT seen_at, starred, label, note FROM marks WHERE cursor = ?", []any{c}, &seen, &m.Starred, &m.Label, &m.Note)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("marks: %w", err)
		}
		m.Seen = m.Seen || seen.Valid
		if err == nil || m.Seen {
			out[c] = m
		}
	}
	return out, nil
}

// SeenUpto is the cursor up to which everything counts as seen.
func (s *Store) SeenUpto(ctx context.Context) (int64, error) {
	var upto int64
	err := s.get(ctx, "SELECT coalesce(max(cursor), 0) FROM seen_upto", nil, &upto)
	return upto, err
}

// SeeUpto says that everything up to a change was seen.
func (s *Store) SeeUpto(ctx context.Context, cursor int64) error {
	return s.commit(ctx, noKey, func(t *tx) error {
		_, err := t.exec("INSERT INTO seen_upto (one, cursor) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET cursor = ?1 WHERE seen_upto.cursor < ?1", cursor)
		return err
	})
}

// PutMark keeps what a person said of a change, in place of what was said before.
func (s *Store) PutMark(ctx context.Context, m ChangeMark) error {
	var seen sql.NullInt64
	if m.Seen {
		seen = millis(s.now())
	}
	err := s.commit(ctx, noKey, func(t *tx) error {
		_, err := t.exec(`INSERT INTO marks (cursor, seen_at, starred, label, note) VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT (cursor) DO UPDATE SET seen_at = ?2, starred = ?3, label = ?4, note = ?5`, m.Cursor, seen, number(m.Starred), m.Label, m.Note)
		return err
	})
	if err != nil {
		return fmt.Errorf("mark change %d: %w", m.Cursor, err)
	}
	return nil
}

// number is a truth as the database keeps it.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Starred lists the changes that are starred, the latest first, at most limit.
func (s *Store) Starred(ctx context.Context, limit int) ([]int64, error) {
	rows, err := s.query(ctx, "SELECT cursor FROM marks WHERE starred = 1 ORDER BY cursor DESC LIMIT ?", limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var c int64
		if err := rows.Scan(&c); err != nil {
			return nil, ours(err)
		}
		out = append(out, c)
	}
	return out, ours(rows.Err())
}

// SavedFilter is a filter that people keep under a name.
type SavedFilter struct {
	Name   string `json:"name"`
	Filter string `json:"filter"`
}

// SavedFilters lists the filters that are kept, by name.
func (s *Store) SavedFilters(ctx context.Context) ([]SavedFilter, error) {
	rows, err := s.query(ctx, "SELECT name, filter FROM saved_filters ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []SavedFilter
	for rows.Next() {
		var f SavedFilter
		if err := rows.Scan(&f.Name, &f.Filter); err != nil {
			return nil, ours(err)
		}
		out = append(out, f)
	}
	return out, ours(rows.Err())
}

// SaveFilter keeps a filter under a name; an empty filter forgets it.
func (s *Store) SaveFilter(ctx context.Context, f SavedFilter) error {
	at := s.now().UnixMilli()
	err := s.commit(ctx, noKey, func(t *tx) error {
		if f.Filter == "" {
			_, err := t.exec("DELETE FROM saved_filters WHERE name = ?", f.Name)
			return err
		}
		_, err := t.exec("INSERT INTO saved_filters (name, filter, at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET filter = ?2, at = ?3", f.Name, f.Filter, at)
		return err
	})
	if err != nil {
		return fmt.Errorf("filter %s: %w", f.Name, err)
	}
	return nil
}
