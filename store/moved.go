package store

import (
	"context"
	"errors"
	"fmt"

	"stakeout/story"
)

// AtURL finds the story of a source that is at an address now, whatever address
// its ID was taken from; ok is false where there is none. Of several it is the one
// that was there first.
func (s *Store) AtURL(ctx context.Context, source, url string) (key story.Key, ok bool, err error) {
	key = story.Key{Source: source}
	err = s.get(ctx, "SELECT id FROM stories WHERE url = ? AND source = ? ORDER BY story_id LIMIT 1", []any{url, source}, &key.ID)
	if errors.Is(err, ErrNotFound) {
		return story.Key{}, false, nil
	}
	if err != nil {
		return key, false, fmt.Errorf("story at %s: %w", url, err)
	}
	return key, true, nil
}
