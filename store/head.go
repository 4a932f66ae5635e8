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
	// What was pruned and forgotten until then: the number of records, and the hash
	// of the last one in hexadecimal. 0 and "" where nothing was.
	Erasures     int64  `json:"erasures,omitempty"`
	ErasuresHash string `json:"erasures_hash,omitempty"`
}

// lastOfLog is the last change, on record or forgotten: two look-ups at the ends of
// their tables.
const lastOfLog = `SELECT * FROM (SELECT cursor, at, hash FROM changes ORDER BY cursor DESC LIMIT 1) AS c
	UNION ALL SELECT * FROM (SELECT cursor, at, hash FROM forgotten_changes ORDER BY cursor DESC LIMIT 1) AS f ORDER BY 1 DESC LIMIT 1`

// Head returns the head of the history as it is now.
func (s *Store) Head(ctx context.Context) (Head, error) {
	var h Head
	var at sql.NullInt64
	var hash []byte
	err := s.get(ctx, lastOfLog, nil, &h.Cursor, &at, &hash)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Head{}, err
	}
	h.At, h.Hash = instant(at), hex.EncodeToString(hash)
	hash = nil
	err = s.get(ctx, "SELECT erasure_id, hash FROM erasures ORDER BY erasure_id DESC LIMIT 1", nil, &h.Erasures, &hash)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Head{}, err
	}
	h.ErasuresHash = hex.EncodeToString(hash)
	return h, nil
}

// Against says how the history differs from a head that was kept: "" where it
// goes on from it. It proves something only of a history that Verify found
// whole.
func (s *Store) Against(ctx context.Context, kept Head) (problem string, err error) {
	for _, row := range []struct {
		what, query string
		number      int64
		hash        string
	}{
		{"change", "SELECT hash FROM changes WHERE cursor = ?1 UNION ALL SELECT hash FROM forgotten_changes WHERE cursor = ?1", kept.Cursor, kept.Hash},
		{"erasure", "SELECT hash FROM erasures WHERE erasure_id = ?", kept.Erasures, kept.ErasuresHash},
	} {
		if row.number == 0 {
			continue
		}
		var hash []byte
		err = s.get(ctx, row.query, []any{row.number}, &hash)
		switch {
		case errors.Is(err, ErrNotFound):
			return fmt.Sprintf("%s %d, the head that was kept, is missing", row.what, row.number), nil
		case err != nil:
			return "", err
		case hex.EncodeToString(hash) != row.hash:
			return fmt.Sprintf("%s %d is another than the head that was kept", row.what, row.number), nil
		}
	}
	return "", nil
}
