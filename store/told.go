package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"stakeout/story"
)

// Retold is one reading of one version of a story.
type Retold struct {
	Version int
	At      time.Time // of the version, not of the reading
	Reading story.Reading
}

// Readings lists every reading of every version of a story, by number, those of a
// version in the order in which they were made; ErrNotFound where there is none.
func (s *Store) Readings(ctx context.Context, key story.Key) ([]Retold, error) {
	rows, err := s.query(ctx, `SELECT v.number, v.at, r.zstd FROM stories s JOIN versions v ON v.story_id = s.story_id
		JOIN readings r ON r.version_id = v.version_id WHERE s.source = ? AND s.id = ? ORDER BY v.number, r.ordinal`, key.Source, key.ID)
	if err != nil {
		return nil, fmt.Errorf("readings of %s: %w", key, err)
	}
	defer rows.Close()
	var out []Retold
	for rows.Next() {
		var r Retold
		var at sql.NullInt64
		var packed sql.RawBytes
		if err := rows.Scan(&r.Version, &at, &packed); err != nil {
			return nil, ours(err)
		}
		r.At = moment(at)
		if err := s.packs.unpackJSON(packed, &r.Reading); err != nil {
			return nil, fmt.Errorf("story %s, version %d: reading: %w: %w", key, r.Version, err, ErrCorrupt)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, ours(err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("story %s: %w", key, ErrNotFound)
	}
	return out, nil
}
