package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"stakeout/story"
)

// Hit is a story that a search found.
type Hit struct {
	Story   story.Story `json:"story"`   // as of Version
	Version int         `json:"version"` // the latest that matches
	Snippet string      `json:"snippet"` // of its text, around the first match
}

// How many versions that match are looked at to find the best: the latest, and
// the latest whose headline matches. The ranking of SQLite would read all that
// is on record of each word, which takes a second where a word is in a million
// versions; this takes some 20 ms at most.
const (
	latestMatches   = 250
	headlineMatches = 100
)

// Search finds stories by the words of any of their versions, best first, at
// most limit of them. All words must occur; "a phrase" stays together, word*
// matches beginnings of three letters or more, -word excludes; case and accents
// don't matter. Any query is answered: what means nothing finds nothing. Of what
// matches hundreds of times the latest is ranked.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]Hit, error) {
	q := parseQuery(query)
	if q.match == "" || limit <= 0 {
		return nil, nil
	}
	found := map[int64]bool{} // by story
	var candidates []candidate
	for _, part := range []struct {
		match string
		limit int
	}{{q.match, max(latestMatches, limit)}, {"{headline} : (" + q.match + ")", headlineMatches}} {
		list, err := s.candidates(ctx, part.match, part.limit, found)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		candidates = append(candidates, list...)
	}
	for i := range candidates {
		candidates[i].read(q)
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.version, a.version))
	})
	var hits []Hit
	for _, c := range candidates[:min(limit, len(candidates))] {
		hits = append(hits, Hit{Story: c.story, Version: c.story.Version, Snippet: c.snippet()})
	}
	return hits, nil
}

// candidates lists the latest version that matches of each story that is not
// found yet.
func (s *Store) candidates(ctx context.Context, match string, limit int, found map[int64]bool) ([]candidate, error) {
	rows, err := s.query(ctx, `SELECT v.version_id, v.story_id, s.source, s.id, s.status, v.number, s.first_seen_at,
		coalesce((SELECT n.prev_seen_at FROM versions n WHERE n.story_id = v.story_id AND n.number = v.number + 1), s.last_seen_at), v.at,
		(SELECT r.zstd FROM readings r WHERE r.version_id = v.version_id ORDER BY r.ordinal DESC LIMIT 1)
		FROM (SELECT rowid AS id FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) m
		CROSS JOIN versions v ON v.version_id = m.id CROSS JOIN stories s ON s.story_id = v.story_id ORDER BY v.version_id DESC`, match, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []candidate
	for rows.Next() {
		var c candidate
		var id int64
		var packed sql.RawBytes
		var first, seen, at sql.NullInt64
		if err := rows.Scan(&c.version, &id, &c.story.Source, &c.story.ID, &c.story.Status, &c.story.Version, &first, &seen, &at, &packed); err != nil {
			return nil, ours(err)
		}
		if found[id] {
			continue
		}
		found[id] = true
		if err := s.fillStory(&c.story, packed, true, first, seen, at); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, ours(rows.Err())
}
