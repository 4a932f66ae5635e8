package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// Report is what Verify found.
type Report struct {
	Stories  int `json:"stories"`
	Versions int `json:"versions"`
	Readings int `json:"readings"`
	Pages    int `json:"pages"`
	// Problem names the first row that is not as it was recorded; "" where
	// every one is.
	Problem string `json:"problem,omitempty"`
}

// Verify reads everything again: SQLite's own check of the file, the SHA-256 of
// every page, the hash of every version and reading, and the chain of every
// story. The error is of the reading itself; what was touched is in the report.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	var r Report
	for _, check := range []func(context.Context, *Report) error{s.verifyFile, s.verifyVersions, s.verifyReadings, s.verifyPages, s.verifyStories} {
		if err := check(ctx, &r); err != nil || r.Problem != "" {
			return r, ours(err)
		}
	}
	return r, nil
}

func (s *Store) verifyFile(ctx context.Context, r *Report) error {
	var result string
	if err := s.read.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&result); err != nil {
		return err
	}
	if result != "ok" {
		r.Problem = "the database file: " + result
	}
	return nil
}

func (s *Store) verifyVersions(ctx context.Context, r *Report) error {
	rows, err := s.read.QueryContext(ctx, `SELECT v.source, v.id, v.number, v.at, v.url, v.pages, v.prev_hash, v.hash,
		(SELECT reading FROM readings r WHERE r.version_id = v.version_id AND r.ordinal = 1) FROM versions v ORDER BY v.source, v.id, v.number`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var before Version
	for rows.Next() {
		var v Version
		var at int64
		var pages string
		var reading sql.NullString
		if err := rows.Scan(&v.Key.Source, &v.Key.ID, &v.Number, &at, &v.URL, &pages, &v.PrevHash, &v.Hash, &reading); err != nil {
			return err
		}
		if v.Key != before.Key {
			before = Version{Key: v.Key}
			r.Stories++
		}
		name := fmt.Sprintf("version %d of %s", v.Number, v.Key)
		switch {
		case v.Number != before.Number+1:
			r.Problem = fmt.Sprintf("version %d of %s is missing", before.Number+1, v.Key)
		case v.PrevHash != before.Hash:
			r.Problem = name + " doesn't follow on the one before it"
		case json.Unmarshal([]byte(pages), &v.Pages) != nil, !reading.Valid,
			chainHash(v.Key, v.Number, at, v.URL, v.Pages, reading.String, v.PrevHash) != v.Hash:
			r.Problem = name + " is not as it was recorded"
		}
		if r.Problem != "" {
			return nil
		}
		for _, p := range v.Pages {
			if err := s.pageExists(ctx, p.SHA256, name, r); err != nil || r.Problem != "" {
				return err
			}
		}
		before = v
		r.Versions++
	}
	return rows.Err()
}

func (s *Store) pageExists(ctx context.Context, id, version string, r *Report) error {
	var n int
	err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM pages WHERE sha256 = ?", id).Scan(&n)
	if err == nil && n == 0 {
		r.Problem = fmt.Sprintf("page %s of %s is missing", id, version)
	}
	return err
}

func (s *Store) verifyReadings(ctx context.Context, r *Report) error {
	rows, err := s.read.QueryContext(ctx, `SELECT v.source, v.id, v.number, v.hash, r.ordinal, r.reading, r.hash
		FROM readings r JOIN versions v ON v.version_id = r.version_id ORDER BY r.version_id, r.ordinal`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var source, id, versionHash, reading, hash string
		var number, ordinal int
		if err := rows.Scan(&source, &id, &number, &versionHash, &ordinal, &reading, &hash); err != nil {
			return err
		}
		if readingHash(versionHash, ordinal, reading) != hash {
			r.Problem = fmt.Sprintf("reading %d of version %d of %s/%s is not as it was recorded", ordinal, number, source, id)
			return nil
		}
		r.Readings++
	}
	return rows.Err()
}

func (s *Store) verifyPages(ctx context.Context, r *Report) error {
	rows, err := s.read.QueryContext(ctx, "SELECT sha256, zstd FROM pages ORDER BY sha256")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var packed []byte
		if err := rows.Scan(&id, &packed); err != nil {
			return err
		}
		body, err := unpacker.DecodeAll(packed, nil)
		if err != nil || PageID(body) != id {
			r.Problem = "page " + id + " is not as it was recorded"
			return nil
		}
		r.Pages++
	}
	return rows.Err()
}

// verifyStories holds the stories' own rows against their versions.
func (s *Store) verifyStories(ctx context.Context, r *Report) error {
	var source, id string
	err := s.read.QueryRowContext(ctx, `SELECT s.source, s.id FROM stories s
		LEFT JOIN (SELECT source, id, max(number) AS latest FROM versions GROUP BY source, id) v ON v.source = s.source AND v.id = s.id
		WHERE v.latest IS NULL OR v.latest <> s.latest LIMIT 1`).Scan(&source, &id)
	switch {
	case err == nil:
		r.Problem = fmt.Sprintf("the latest version of %s/%s is missing", source, id)
		return nil
	case ours(err) == ErrNotFound:
		return nil
	}
	return err
}
