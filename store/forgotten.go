package store

import (
	"context"
	"errors"

	"stakeout/story"
)

// ErrForgotten says that a story was forgotten on request, and isn't collected
// again. Nothing was written.
var ErrForgotten = errors.New("it was forgotten on request, and isn't collected again")

// ErrPruned says that of a page only its hash is left.
var ErrPruned = &prunedError{}

type prunedError struct{}

func (*prunedError) Error() string { return "it was pruned, only its hash is left" }
func (*prunedError) Unwrap() error { return ErrNotFound }

// What is forgotten is known by hashes alone: of the key of its story, and of the
// addresses where it stood, whichever source finds them.
func keyHash(key story.Key) []byte {
	d := newDigest("stakeout forgotten story 1")
	d.text(key.Source)
	d.text(key.ID)
	return d.sum()
}

// keyHashes are a key's hashes, by every name that its source had.
func keyHashes(t *tx, key story.Key) ([][]byte, error) {
	hashes := [][]byte{keyHash(key)}
	former, err := formerNames(t, key.Source)
	for _, name := range former {
		hashes = append(hashes, keyHash(story.Key{Source: name, ID: key.ID}))
	}
	return hashes, err
}

func addressHash(url string) []byte {
	d := newDigest("stakeout forgotten address 1")
	d.text(url)
	return d.sum()
}

// IsForgotten reports whether an address is one of a story that was forgotten.
func (s *Store) IsForgotten(ctx context.Context, url string) (bool, error) {
	return s.isForgotten(ctx, addressHash(url))
}

// IsForgottenStory reports whether a story of this key was forgotten.
func (s *Store) IsForgottenStory(ctx context.Context, key story.Key) (bool, error) {
	return s.isForgotten(ctx, keyHash(key))
}

func (s *Store) isForgotten(ctx context.Context, hash []byte) (bool, error) {
	err := s.get(ctx, "SELECT 1 FROM forgotten WHERE hash = ?", []any{hash}, new(int))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// forgotten reports whether a row of hashes has one that is forgotten.
func forgotten(t *tx, hashes ...[]byte) (bool, error) {
	for _, h := range hashes {
		if found, err := t.get("SELECT 1 FROM forgotten WHERE hash = ?", []any{h}, new(int)); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

// refuseForgotten refuses a result of a story that was forgotten. Where it was found
// at another address, that one is left alone from now on as well.
func refuseForgotten(t *tx, r packedResult, st storyState) error {
	if st.latest > 0 && r.Reading == nil || r.Kind != KindStory {
		return nil
	}
	if any, err := t.get("SELECT 1 FROM forgotten LIMIT 1", nil, new(int)); err != nil || !any {
		return err
	}
	hashes := [][]byte{addressHash(r.URL)}
	if r.Key.ID != "" {
		keys, err := keyHashes(t, r.Key)
		if err != nil {
			return err
		}
		hashes = append(hashes, keys...)
	}
	if r.Reading != nil {
		hashes = append(hashes, addressHash(r.Reading.URL))
		for _, p := range r.pages {
			hashes = append(hashes, addressHash(p.url))
		}
	}
	found, err := forgotten(t, hashes...)
	if err == nil && found {
		err = ErrForgotten
	}
	return err
}

// leaveAlone forgets an address at which a forgotten story was found.
func (s *Store) leaveAlone(ctx context.Context, r Result) error {
	return s.commit(ctx, r.Source, func(t *tx) error {
		other, err := t.get("SELECT 1 FROM addresses WHERE url = ? AND story_id IS NOT NULL LIMIT 1", []any{r.URL}, new(int))
		if err != nil || other {
			return err // another story stands there, or did
		}
		if err := putForgotten(t, addressHash(r.URL)); err != nil {
			return err
		}
		_, err = t.exec("DELETE FROM addresses WHERE source = ? AND url = ?", r.Source, r.URL)
		return err
	})
}

// putForgotten keeps a hash, by the last record of a story that was forgotten.
func putForgotten(t *tx, hash []byte) error {
	_, err := t.exec(`INSERT INTO forgotten (hash, erasure_id) SELECT ?1, max(erasure_id) FROM erasures
		WHERE kind = 'forget' AND NOT EXISTS (SELECT 1 FROM forgotten WHERE hash = ?1) HAVING max(erasure_id) > 0`, hash)
	return err
}
