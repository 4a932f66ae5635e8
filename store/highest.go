package store

import (
	"context"
	"fmt"
)

// HighestID returns the highest of a source's story IDs that are whole numbers of
// at most 18 figures; 0 where it has none.
func (s *Store) HighestID(ctx context.Context, source string) (int64, error) {
	var highest int64
	if err := s.get(ctx, `SELECT coalesce(max(CAST(id AS INTEGER)), 0) FROM stories
		WHERE source = ? AND id NOT GLOB '*[^0-9]*' AND length(id) BETWEEN 1 AND 18`, []any{source}, &highest); err != nil {
		return 0, fmt.Errorf("highest ID of %s: %w", source, err)
	}
	return highest, nil
}
