package store

import (
	"context"
	"fmt"
	"strings"

	"stakeout/story"
)

// Hit is a story that a search found.
type Hit struct {
	Story   story.Story `json:"story"`   // as of Version
	Version int         `json:"version"` // the latest that matches
	Snippet string      `json:"snippet"` // of its text, around the first match
}

// ranked is how many versions that match are ranked at most.
const ranked = 5000

// Search finds stories by the words of any of their versions, best first, at
// most limit of them. All words must occur; "a phrase" stays together, word*
// matches beginnings, -word excludes. Any query is answered: what means nothing
// finds nothing.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]Hit, error) {
	q := parseQuery(query)
	if q.match == "" || limit <= 0 {
		return nil, nil
	}
	hits, err := s.matches(ctx, q.match, limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	for i, h := range hits {
		st, err := s.StoryAt(ctx, h.Story.Key(), h.Version)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		hits[i].Story, hits[i].Snippet = st, snippet(st, q.words)
	}
	return hits, nil
}

// matches finds the stories, with no more of them than their keys. A headline
// weighs five times the text.
func (s *Store) matches(ctx context.Context, match string, limit int) ([]Hit, error) {
	rows, err := s.query(ctx, `SELECT s.source, s.id, max(v.number) FROM
		(SELECT rowid AS id, bm25(search, 5, 1, 2) AS score FROM search WHERE search MATCH ? ORDER BY score LIMIT ?) m
		JOIN versions v ON v.version_id = m.id JOIN stories s ON s.story_id = v.story_id
		GROUP BY v.story_id ORDER BY min(m.score), v.story_id DESC LIMIT ?`, match, ranked, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var hits []Hit
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Story.Source, &h.Story.ID, &h.Version); err != nil {
			return nil, ours(err)
		}
		hits = append(hits, h)
	}
	return hits, ours(rows.Err())
}

// snippetRunes is how long a snippet is.
const snippetRunes = 160

// snippet is the part of a story's text around the first word that was looked
// for. Matching knows no accents, this does: where a word is not found the
// snippet is the text's beginning.
func snippet(st story.Story, words []string) string {
	text := []rune(story.Normal(strings.Join(st.Body, " ")))
	lower := strings.ToLower(string(text))
	at := -1
	for _, w := range words {
		if i := strings.Index(lower, w); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	start := 0
	if at > 0 {
		// Lower case may have other bytes, hardly ever other runes.
		start = min(len(text), max(0, len([]rune(lower[:at]))-snippetRunes/3))
	}
	end := min(len(text), start+snippetRunes)
	out := strings.TrimSpace(string(text[start:end]))
	if start > 0 {
		out = "… " + out
	}
	if end < len(text) {
		out += " …"
	}
	return out
}
