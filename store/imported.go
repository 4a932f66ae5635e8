package store

import (
	"context"
	"fmt"
)

// ImportNote begins the reason of a visit that was not made but imported, from
// what is named behind it.
const ImportNote = "imported from "

// ImportedVisit is when an imported visit says that an address was visited, in
// milliseconds since 1970.
type ImportedVisit struct {
	URL string
	At  int64
}

// Imported returns the visits of a source that were imported. It reads all of the
// source's visits.
func (s *Store) Imported(ctx context.Context, source string) (map[ImportedVisit]bool, error) {
	rows, err := s.query(ctx, "SELECT url, first_at FROM visits WHERE source = ? AND kind = 'story' AND substr(reason, 1, ?) = ?", source, len(ImportNote), ImportNote)
	if err != nil {
		return nil, fmt.Errorf("imported visits of %s: %w", source, err)
	}
	defer rows.Close()
	all := map[ImportedVisit]bool{}
	for rows.Next() {
		var v ImportedVisit
		if err := rows.Scan(&v.URL, &v.At); err != nil {
			return nil, ours(err)
		}
		all[v] = true
	}
	return all, ours(rows.Err())
}
