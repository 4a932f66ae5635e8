package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Cursor is how far an export under a name came in the log.
type Cursor struct {
	Name string
	At   int64 // the last change that was exported; 0 for none
	// Pending is set while a file is on its way into its place.
	Pending *PendingExport
}

// PendingExport is a file that is whole, and may be in its place or not. Where it
// is, its export is done and the cursor stands at To.
type PendingExport struct {
	To           int64
	Path, SHA256 string
}

// Cursor returns how far an export came; the zero cursor where it never ran.
func (s *Store) Cursor(ctx context.Context, name string) (Cursor, error) {
	c := Cursor{Name: name}
	var to sql.NullInt64
	var p PendingExport
	err := s.get(ctx, "SELECT cursor, pending_cursor, pending_path, pending_sha256 FROM cursors WHERE name = ?", []any{name}, &c.At, &to, &p.Path, &p.SHA256)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return c, fmt.Errorf("cursor %s: %w", name, err)
	}
	if to.Valid {
		p.To = to.Int64
		c.Pending = &p
	}
	return c, nil
}

// LastChange is the cursor of the last change on record; 0 for none.
func (s *Store) LastChange(ctx context.Context) (int64, error) {
	var last int64
	err := s.get(ctx, "SELECT coalesce(max(cursor), 0) FROM changes", nil, &last)
	return last, err
}

// ErrCursorMoved says that another export under the same name ended meanwhile, or
// is about to.
var ErrCursorMoved = errors.New("another export under this name ended meanwhile")

// PrepareCursor remembers, before a file is put into its place, that the cursor
// moves with it. ErrCursorMoved where the cursor is not c's any more, or another
// file is on its way.
func (s *Store) PrepareCursor(ctx context.Context, c Cursor, p PendingExport) error {
	return s.putCursor(ctx, c, true, `INSERT INTO cursors (name, cursor, at, pending_cursor, pending_path, pending_sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
		ON CONFLICT (name) DO UPDATE SET at = ?3, pending_cursor = ?4, pending_path = ?5, pending_sha256 = ?6`, p.To, p.Path, p.SHA256)
}

// MoveCursor says that everything up to a change was exported. ErrCursorMoved
// where the cursor is not c's any more.
func (s *Store) MoveCursor(ctx context.Context, c Cursor, to int64) error {
	return s.putCursor(ctx, c, false, `INSERT INTO cursors (name, cursor, at) SELECT ?1, CAST(?4 AS BIGINT), CAST(?3 AS BIGINT) WHERE CAST(?2 AS BIGINT) IS NOT NULL
		ON CONFLICT (name) DO UPDATE SET cursor = ?4, at = ?3, pending_cursor = NULL, pending_path = '', pending_sha256 = ''`, to)
}

// putCursor alters a cursor that stands where c says; free wants no file on its way.
func (s *Store) putCursor(ctx context.Context, c Cursor, free bool, query string, more ...any) error {
	at := s.now().UnixMilli()
	err := s.commit(ctx, "cursor "+c.Name, func(t *tx) error {
		var now, pending int64
		if _, err := t.get("SELECT cursor, coalesce(pending_cursor, 0) FROM cursors WHERE name = ?", []any{c.Name}, &now, &pending); err != nil {
			return err
		}
		if now != c.At || free && pending > 0 {
			return ErrCursorMoved
		}
		_, err := t.exec(query, append([]any{c.Name, c.At, at}, more...)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("cursor %s: %w", c.Name, err)
	}
	return nil
}
