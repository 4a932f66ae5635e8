package store

import (
	"context"
	"fmt"
)

// HighestID returns the highest of a source's story IDs that are whole numbers of
// at most 18 figures; 0 where it has none.
func (s *Store) HighestID(ctx context.Context, source string) (int64, error) {
	var highest int64
	figures := "id NOT GLOB '*[^0-9]*'"
	if s.d == onPostgres {
		figures = "id ~ '^[0-9]*$'"
	}
	if err := s.get(ctx, `SELECT coalesce(max(CAST(CASE WHEN `+figures+` THEN id END AS BIGINT)), 0) FROM stories
		WHERE source = ? AND `+figures+` AND length(id) BETWEEN 1 AND 18`, []any{source}, &highest); err != nil {
		return 0, fmt.Errorf("highest ID of %s: %w", source, err)
	}
	return highest, nil
}
