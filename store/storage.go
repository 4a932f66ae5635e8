package store

import (
	"context"
	"fmt"
)

// SourceStorage is what the history of a source takes, in bytes. Bytes that
// several versions share are counted where they came first.
type SourceStorage struct {
	Source   string `json:"source"`
	Stories  int    `json:"stories"`
	Versions int    `json:"versions"`
	// The pages of first versions: as they came, and as they are kept.
	FirstRaw  int64 `json:"first_raw_bytes"`
	FirstKept int64 `json:"first_kept_bytes"`
	// Those of further versions.
	FurtherRaw  int64 `json:"further_raw_bytes"`
	FurtherKept int64 `json:"further_kept_bytes"`
	// Readings of every version, as they are kept.
	Readings int64 `json:"readings_bytes"`
}

// PerStory is what a story takes with its first version: pages and readings, in
// bytes; 0 where there is none.
func (s SourceStorage) PerStory() int64 {
	if s.Stories == 0 {
		return 0
	}
	return s.FirstKept/int64(s.Stories) + s.Readings/int64(s.Versions)
}

// PerVersion is what a further version adds, in bytes; 0 where there is none.
func (s SourceStorage) PerVersion() int64 {
	if s.Versions == s.Stories {
		return 0
	}
	return s.FurtherKept/int64(s.Versions-s.Stories) + s.Readings/int64(s.Versions)
}

// Storage says what the history of each source takes, by name. It reads a line
// of every page: seconds, on a million stories.
func (s *Store) Storage(ctx context.Context) ([]SourceStorage, error) {
	size := "length"
	if s.d == onPostgres {
		size = "pg_column_size" // of readings as the server packs them
	}
	rows, err := s.stream.query(ctx, `WITH
		kept AS (SELECT min(version_id) AS version_id, page_id FROM version_pages GROUP BY page_id),
		paged AS (SELECT k.version_id, sum(p.raw_bytes) AS raw, sum(length(p.zstd)) AS zstd FROM kept k JOIN pages p ON p.page_id = k.page_id GROUP BY k.version_id),
		readable AS (SELECT version_id, sum(`+size+`(zstd)) AS zstd FROM readings GROUP BY version_id)
		SELECT s.source, count(*) FILTER (WHERE v.number = 1), count(*),
		coalesce(sum(p.raw) FILTER (WHERE v.number = 1), 0), coalesce(sum(p.zstd) FILTER (WHERE v.number = 1), 0),
		coalesce(sum(p.raw) FILTER (WHERE v.number > 1), 0), coalesce(sum(p.zstd) FILTER (WHERE v.number > 1), 0),
		coalesce(sum(r.zstd), 0)
		FROM versions v JOIN stories s ON s.story_id = v.story_id
		LEFT JOIN paged p ON p.version_id = v.version_id LEFT JOIN readable r ON r.version_id = v.version_id
		GROUP BY s.source ORDER BY s.source`)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", s.failure(err))
	}
	defer rows.Close()
	var out []SourceStorage
	for rows.Next() {
		var v SourceStorage
		if err := rows.Scan(&v.Source, &v.Stories, &v.Versions, &v.FirstRaw, &v.FirstKept, &v.FurtherRaw, &v.FurtherKept, &v.Readings); err != nil {
			return nil, fmt.Errorf("storage: %w", ours(err))
		}
		out = append(out, v)
	}
	return out, ours(rows.Err())
}
