package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

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
// matches beginnings of three letters or more (in a large history the first 400
// words that begin so), -word excludes; case and accents don't matter. Any query
// is answered: what means nothing finds nothing. Of what matches hundreds of
// times the latest is ranked.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]Hit, error) {
	q, err := s.parse(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	if q.match == "" || limit <= 0 {
		return nil, nil
	}
	found := map[int64]bool{} // by story
	var candidates []candidate
	for _, part := range []struct {
		headline bool
		limit    int
	}{{false, max(latestMatches, limit)}, {true, headlineMatches}} {
		list, err := s.candidates(ctx, q, part.headline, part.limit, found)
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
func (s *Store) candidates(ctx context.Context, q parsedQuery, headline bool, limit int, found map[int64]bool) ([]candidate, error) {
	match, args := q.matches(s.d, headline)
	rows, err := s.query(ctx, `SELECT v.version_id, v.story_id, s.source, s.id, s.status, v.number, s.first_seen_at,
		coalesce((SELECT n.prev_seen_at FROM versions n WHERE n.story_id = v.story_id AND n.number = v.number + 1), s.last_seen_at), v.at,
		(SELECT r.zstd FROM readings r WHERE r.version_id = v.version_id ORDER BY r.ordinal DESC LIMIT 1)
		FROM (`+match+` ORDER BY rowid DESC LIMIT ?) m
		`+s.d.ordered()+` versions v ON v.version_id = m.id `+s.d.ordered()+` stories s ON s.story_id = v.story_id ORDER BY v.version_id DESC`, append(args, limit)...)
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

// parse understands a query. Postgres looks for what begins with a word itself.
func (s *Store) parse(ctx context.Context, query string) (parsedQuery, error) {
	return parseQuery(query, func(word string) ([]string, error) {
		if s.d == onPostgres {
			return nil, nil
		}
		return s.beginning(ctx, word)
	})
}

// How many words a beginning is expanded to, and in how many versions SQLite may
// look for more: it reads every place of each of them before it answers, 0.1 s in
// so many versions.
const (
	maxEndings    = 400
	smallHistory  = 20_000
	smallestAfter = "\x01" // behind a word: what sorts next to it
)

// beginning lists the words on record that begin with one, in the order of their
// bytes; nil where they are too many to list but SQLite can look for them itself.
func (s *Store) beginning(ctx context.Context, word string) ([]string, error) {
	words := []string{word}
	for from := word; len(words) < maxEndings; {
		var next string
		err := s.get(ctx, "SELECT term FROM search_words WHERE term >= ? ORDER BY term LIMIT 1", []any{from}, &next)
		if errors.Is(err, ErrNotFound) || err == nil && !strings.HasPrefix(next, word) {
			return words, nil
		}
		if err != nil {
			return nil, err
		}
		words = append(words, next)
		from = next + smallestAfter
	}
	var versions int
	if err := s.get(ctx, "SELECT coalesce(max(version_id), 0) FROM versions", nil, &versions); err != nil || versions > smallHistory {
		return words, err
	}
	return nil, nil
}
