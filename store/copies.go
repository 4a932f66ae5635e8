package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"stakeout/story"
)

// Bounds of a look for copies: how many stories of one hash are counted, the
// latest first, and how many stories are read.
const (
	maxSharers = 200
	maxAlike   = 40
)

// commonAt is how many stories of a source share a hash where it is of a text that
// stands under all of them, such as a notice that was read along, and tells
// nothing of copies.
const commonAt = 5

// Alike lists stories of other sources that share a hash of their sketch with a
// story, as they stand: those that share most first, at most 40. They may be
// copies of it; their texts tell. What many stories of its own source share
// doesn't count.
func (s *Store) Alike(ctx context.Context, key story.Key) ([]story.Story, error) {
	var packed []byte
	err := s.get(ctx, "SELECT k.hashes FROM stories s JOIN sketched k ON k.story_id = s.story_id WHERE s.source = ? AND s.id = ?", []any{key.Source, key.ID}, &packed)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("copies of %s: %w", key, err)
	}
	shares := map[int64]int{}
	for _, h := range unpackHashes(packed) {
		ids, err := s.sharers(ctx, h, key.Source)
		if err != nil {
			return nil, fmt.Errorf("copies of %s: %w", key, err)
		}
		for _, id := range ids {
			shares[id]++
		}
	}
	var ids []int64
	for id := range shares {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Or(cmp.Compare(shares[b], shares[a]), cmp.Compare(b, a)) })
	var out []story.Story
	for _, id := range ids[:min(len(ids), maxAlike)] {
		var w where
		w.and("s.story_id = ? AND v.number = s.latest", id)
		for st, err := range s.stories(ctx, s.read, Filter{}, "s.changed_at", w, "") {
			if err != nil {
				return nil, fmt.Errorf("copies of %s: %w", key, err)
			}
			out = append(out, st)
		}
	}
	return out, nil
}

// sharers lists the latest stories of other sources with a hash; none where it is
// common among those of a source.
func (s *Store) sharers(ctx context.Context, hash int64, source string) ([]int64, error) {
	matching, word := "sketches MATCH ?", any(hashWords(hash))
	if s.d == onPostgres {
		matching, word = "sketches.hashes @> CAST(? AS BIGINT[])", []int64{hash}
	}
	sharing := "SELECT s.story_id FROM sketches JOIN stories s ON s.story_id = sketches.rowid WHERE " + matching + " AND s.source "
	own, err := column[int64](ctx, s, sharing+"= ? LIMIT ?", word, source, commonAt)
	if err != nil || len(own) == commonAt {
		return nil, err
	}
	return column[int64](ctx, s, sharing+"<> ? ORDER BY sketches.rowid DESC LIMIT ?", word, source, maxSharers)
}
