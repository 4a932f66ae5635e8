package store

import (
	"context"
	"fmt"

	"stakeout/story"
)

// pendingWork is what migrations left to the program: to be done once for each of
// some rows of a history that an earlier program wrote.
var pendingWork = []struct {
	name string
	rows string // lists them from one on, in order
	do   func(*Store, *tx, int64) error
}{
	{"sketches", "SELECT story_id FROM stories WHERE story_id > ? ORDER BY story_id", (*Store).sketchAgain},
	{"pairs", "SELECT DISTINCT doc FROM search_words WHERE term >= '" + firstUnspaced + "' AND doc > ? ORDER BY doc", (*Store).indexAgain},
}

// atOnce is how many rows are worked on in a transaction.
const atOnce = 256

// catchUp does what migrations left to do, some 0.5 ms a row. What was done stays
// done where it is interrupted.
func (s *Store) catchUp(ctx context.Context) error {
	for _, w := range pendingWork {
		var rows []int64
		waits := false
		if err := s.commit(ctx, erasing, func(t *tx) (err error) {
			var upto int64
			if waits, err = t.get("SELECT upto FROM pending WHERE work = ?", []any{w.name}, &upto); err == nil && waits {
				rows, err = t.list(w.rows, upto)
			}
			return err
		}); err != nil {
			return err
		}
		if !waits {
			continue
		}
		s.log.Info("bring the history up to date", "work", w.name, "rows", len(rows))
		for first := true; first || len(rows) > 0; first = false {
			n := min(atOnce, len(rows))
			batch := rows[:n]
			rows = rows[n:]
			if err := s.commit(ctx, erasing, func(t *tx) error {
				for _, row := range batch {
					if err := w.do(s, t, row); err != nil {
						return fmt.Errorf("%s of %d: %w", w.name, row, err)
					}
				}
				if len(rows) == 0 {
					_, err := t.exec("DELETE FROM pending WHERE work = ?", w.name)
					return err
				}
				_, err := t.exec("UPDATE pending SET upto = ? WHERE work = ?", batch[n-1], w.name)
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// sketchAgain sketches the latest text of a story.
func (s *Store) sketchAgain(t *tx, storyID int64) error {
	var packed []byte
	found, err := t.get(`SELECT r.zstd FROM stories s JOIN versions v ON v.story_id = s.story_id AND v.number = s.latest
		JOIN readings r ON r.version_id = v.version_id WHERE s.story_id = ? ORDER BY r.ordinal DESC LIMIT 1`, []any{storyID}, &packed)
	if err != nil || !found {
		return err
	}
	var r story.Reading
	if err := s.packs.unpackJSON(packed, &r); err != nil {
		return s.unreadable(err)
	}
	return putSketch(t, storyID, sketchOf(&r))
}

// indexAgain writes a version's words for the search anew.
func (s *Store) indexAgain(t *tx, version int64) error {
	var packed []byte
	found, err := t.get("SELECT zstd FROM readings WHERE version_id = ? AND ordinal = 1", []any{version}, &packed)
	if err != nil || !found {
		return err
	}
	var r story.Reading
	if err := s.packs.unpackJSON(packed, &r); err != nil {
		return s.unreadable(err)
	}
	if _, err := t.exec("DELETE FROM search WHERE rowid = ?", version); err != nil {
		return err
	}
	w := wordsOf(&r)
	w.version = version
	t.words = append(t.words, w)
	return nil
}

// unreadable passes over a reading that is damaged: it is verify that tells, and
// a history with one damaged row must open.
func (s *Store) unreadable(err error) error {
	s.log.Warn("a reading can't be read; run stakeout verify", "error", err)
	return nil
}
