package store

import (
	"context"
	"database/sql"
	"time"
)

// Past is what is on record of when a story was published, listed and edited.
type Past struct {
	ID         string
	FirstSeen  time.Time
	LastListed time.Time // zero where no listing named it
	Edits      []PastEdit
	Recheck    []byte // what the re-check policy keeps of it; nil for nothing
}

// PastEdit is when a version came: after the one before was last seen.
type PastEdit struct{ After, At time.Time }

// Pasts lists the past of a source's stories that were first seen since a time,
// by when they were.
func (s *Store) Pasts(ctx context.Context, source string, since time.Time) ([]Past, error) {
	rows, err := s.query(ctx, `SELECT s.id, s.first_seen_at,
		(SELECT max(a.listed_at) FROM addresses a WHERE a.story_id = s.story_id),
		(SELECT max(r.state) FROM rechecks r JOIN addresses a ON a.address_id = r.address_id WHERE a.story_id = s.story_id),
		v.at, v.prev_seen_at
		FROM stories s JOIN versions v ON v.story_id = s.story_id
		WHERE s.source = ? AND s.first_seen_at >= ? ORDER BY s.first_seen_at, s.story_id, v.number`, source, since.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Past
	for rows.Next() {
		var p Past
		var first, listed, at, before sql.NullInt64
		if err := rows.Scan(&p.ID, &first, &listed, &p.Recheck, &at, &before); err != nil {
			return nil, ours(err)
		}
		if n := len(list); n == 0 || list[n-1].ID != p.ID {
			p.FirstSeen, p.LastListed = moment(first), moment(listed)
			list = append(list, p)
			continue
		}
		last := &list[len(list)-1]
		last.Edits = append(last.Edits, PastEdit{After: moment(before), At: moment(at)})
	}
	return list, ours(rows.Err())
}
