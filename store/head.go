package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Head stands for all history up to one change: its hash covers every version,
// page, first reading and event recorded until then. Kept elsewhere, it shows
// later that nothing before it was altered, cut off or put in.
type Head struct {
	Cursor int64      `json:"cursor"` // of the last change; 0 for an empty history
	At     *time.Time `json:"at"`     // of the last change
	Hash   string     `json:"hash"`   // in hexadecimal; "" for an empty history
}

// Head returns the head of the history as it is now.
func (s *Store) Head(ctx context.Context) (Head, error) {
	var h Head
	var at sql.NullInt64
	var hash []byte
	err := s.get(ctx, "SELECT cursor, at, hash FROM changes ORDER BY cursor DESC LIMIT 1", nil, &h.Cursor, &at, &hash)
	if errors.Is(err, ErrNotFound) {
		return Head{}, nil
	}
	h.At, h.Hash = instant(at), hex.EncodeToString(hash)
	return h, err
}

// Against says how the history differs from a head that was kept: "" where it
// goes on from it. It proves something only of a history that Verify found
// whole.
func (s *Store) Against(ctx context.Context, kept Head) (problem string, err error) {
	if kept.Cursor == 0 {
		return "", nil
	}
	var hash []byte
	err = s.get(ctx, "SELECT hash FROM changes WHERE cursor = ?", []any{kept.Cursor}, &hash)
	switch {
	case errors.Is(err, ErrNotFound):
		return fmt.Sprintf("change %d, the head that was kept, is missing", kept.Cursor), nil
	case err != nil:
		return "", err
	case hex.EncodeToString(hash) != kept.Hash:
		return fmt.Sprintf("change %d is another than the head that was kept", kept.Cursor), nil
	}
	return "", nil
}
