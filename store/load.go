package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Backlog is what a source has to visit that is due: how many addresses, and since
// when the one that waits longest has been; the zero time for none.
func (s *Store) Backlog(ctx context.Context, source string, now time.Time) (due int, since time.Time, err error) {
	var first sql.NullInt64
	if err := s.get(ctx, "SELECT count(*), min(next_at) FROM addresses WHERE source = ? AND next_at <= ?", []any{source, now.UnixMilli()}, &due, &first); err != nil {
		return 0, time.Time{}, fmt.Errorf("backlog of %s: %w", source, err)
	}
	return due, moment(first), nil
}

// Messages counts messages by their state.
func (s *Store) Messages(ctx context.Context) (map[DeliveryState]int, error) {
	counts := map[DeliveryState]int{}
	for _, state := range []DeliveryState{Waiting, Sent, Dead} {
		var n int
		if err := s.get(ctx, "SELECT count(*) FROM deliveries WHERE state = ?", []any{string(state)}, &n); err != nil {
			return nil, fmt.Errorf("count messages: %w", err)
		}
		counts[state] = n
	}
	return counts, nil
}

// Size is what the database takes on the disk, in bytes; what stands beside it, to be
// taken into it, is not counted.
func (s *Store) Size(ctx context.Context) (int64, error) {
	var bytes int64
	query := "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
	if s.d == onPostgres {
		query = "SELECT pg_database_size(current_database())"
	}
	if err := s.get(ctx, query, nil, &bytes); err != nil {
		return 0, fmt.Errorf("size of the database: %w", err)
	}
	return bytes, nil
}
