package store

import (
	"context"
	"fmt"
	"strings"

	"stakeout/story"
)

// Find finds the story that ref names: source/id, an address, or a bare ID
// where one story has it. ErrNotFound, or *AmbiguousError.
func (s *Store) Find(ctx context.Context, ref string) (story.Key, error) {
	if source, id, ok := strings.Cut(ref, "/"); ok && source != "" && id != "" {
		keys, err := s.keys(ctx, "SELECT source, id FROM stories WHERE source = ? AND id = ?", source, id)
		if err != nil || len(keys) > 0 {
			return one(ref, keys, err)
		}
	}
	for _, address := range spellings(ref) {
		keys, err := s.keys(ctx, `SELECT source, id FROM stories WHERE url = ?1 OR id = ?1
			UNION SELECT source, story_id FROM addresses WHERE url = ?1 AND story_id <> ''`, address)
		if err != nil || len(keys) > 0 {
			return one(ref, keys, err)
		}
	}
	return story.Key{}, fmt.Errorf("story %s: %w", ref, ErrNotFound)
}

// spellings are the ways in which the same address may be on record.
func spellings(ref string) []string {
	if !strings.Contains(ref, "://") {
		return []string{ref}
	}
	out := []string{ref}
	if slash, ok := strings.CutSuffix(ref, "/"); ok {
		out = append(out, slash)
	} else {
		out = append(out, ref+"/")
	}
	for _, r := range out[:2] {
		if rest, ok := strings.CutPrefix(r, "http://"); ok {
			out = append(out, "https://"+rest)
		} else if rest, ok := strings.CutPrefix(r, "https://"); ok {
			out = append(out, "http://"+rest)
		}
	}
	return out
}

func one(ref string, keys []story.Key, err error) (story.Key, error) {
	switch {
	case err != nil:
		return story.Key{}, err
	case len(keys) > 1:
		return story.Key{}, &AmbiguousError{Ref: ref, Keys: keys}
	}
	return keys[0], nil
}

func (s *Store) keys(ctx context.Context, query string, args ...any) ([]story.Key, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, ours(err)
	}
	defer rows.Close()
	var out []story.Key
	for rows.Next() {
		var k story.Key
		if err := rows.Scan(&k.Source, &k.ID); err != nil {
			return nil, ours(err)
		}
		out = append(out, k)
	}
	return out, ours(rows.Err())
}
