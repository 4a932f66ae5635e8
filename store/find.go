package store

import (
	"context"
	"fmt"
	"strings"

	"stakeout/story"
)

// Find finds the story that ref names: source/id, a bare ID where one story has
// it, or an address, with or without its last slash, by http or https, or the last
// part of one.
// ErrNotFound, or *AmbiguousError.
func (s *Store) Find(ctx context.Context, ref string) (story.Key, error) {
	if source, id, ok := strings.Cut(ref, "/"); ok && source != "" && id != "" {
		source, err := s.NameNow(ctx, source)
		if err != nil {
			return story.Key{}, err
		}
		keys, err := s.keys(ctx, "SELECT source, id FROM stories WHERE source = ? AND id = ?", source, id)
		if err != nil || len(keys) > 0 {
			return one(ref, keys, err)
		}
	}
	for _, name := range spellings(ref) {
		// Sources are few: asking for each uses the index on (source, …).
		keys, err := s.keys(ctx, `SELECT source, id FROM stories WHERE source IN (SELECT name FROM sources) AND id = ?1
			UNION SELECT source, id FROM stories WHERE url = ?1
			UNION SELECT s.source, s.id FROM addresses a JOIN stories s ON s.story_id = a.story_id
			WHERE a.source IN (SELECT name FROM sources) AND a.url = ?1 LIMIT 20`, name)
		if err != nil || len(keys) > 0 {
			return one(ref, keys, err)
		}
	}
	keys, err := s.endingIn(ctx, ref)
	if err != nil || len(keys) > 0 {
		return one(ref, keys, err)
	}
	return story.Key{}, fmt.Errorf("story %s: %w", ref, ErrNotFound)
}

// leastEnding is the length from which on the end of an address names a story.
const leastEnding = 4

// literal makes a text one that LIKE takes as it is.
var literal = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// endingIn lists stories at an address whose last part is ref. It reads every
// address: tenths of a second, on a hundred thousand.
func (s *Store) endingIn(ctx context.Context, ref string) ([]story.Key, error) {
	ending := strings.Trim(ref, "/")
	if len(ending) < leastEnding || strings.Contains(ending, "://") {
		return nil, nil
	}
	return s.keys(ctx, `SELECT DISTINCT s.source, s.id FROM addresses a JOIN stories s ON s.story_id = a.story_id
		WHERE a.url LIKE ?1 ESCAPE '\' OR a.url LIKE ?2 ESCAPE '\' LIMIT 20`, "%/"+literal.Replace(ending), "%/"+literal.Replace(ending)+"/")
}

// spellings are the ways in which the same address may be on record.
func spellings(ref string) []string {
	out := []string{ref}
	scheme, rest, ok := strings.Cut(ref, "://")
	if !ok {
		return out
	}
	other := map[string]string{"http": "https", "https": "http"}[strings.ToLower(scheme)]
	slashed, hadSlash := strings.CutSuffix(rest, "/")
	if !hadSlash {
		slashed = rest + "/"
	}
	out = append(out, scheme+"://"+slashed)
	if other != "" {
		out = append(out, other+"://"+rest, other+"://"+slashed)
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
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
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
