package store

import (
	"context"
	"fmt"
)

// Checkup says what is wrong with the history that Verify doesn't look at: rows
// that refer to none, and a search that lacks versions. Empty where nothing is.
func (s *Store) Checkup(ctx context.Context) ([]string, error) {
	var out []string
	if s.d == onPostgres {
		return s.lackingWords(ctx, nil) // it holds rows that refer to others itself
	}
	rows, err := s.stream.query(ctx, "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1")
	if err != nil {
		return nil, fmt.Errorf("foreign keys: %w", s.failure(err))
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var n int
		if err := rows.Scan(&table, &n); err != nil {
			return nil, ours(err)
		}
		out = append(out, fmt.Sprintf("%d rows of %s refer to rows that are not there", n, table))
	}
	if err := rows.Err(); err != nil {
		return nil, ours(err)
	}
	return s.lackingWords(ctx, out)
}

// lackingWords adds to what is wrong how many versions the search lacks.
func (s *Store) lackingWords(ctx context.Context, out []string) ([]string, error) {
	var lacking int
	if err := s.get(ctx, "SELECT count(*) FROM versions WHERE version_id NOT IN (SELECT rowid FROM search)", nil, &lacking); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	if lacking > 0 {
		out = append(out, fmt.Sprintf("%d versions are missing from the search", lacking))
	}
	return out, nil
}
