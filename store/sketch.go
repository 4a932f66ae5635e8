package store

import (
	"encoding/binary"

	"stakeout/story"
)

// sketchOf is what the index of copies keeps of a reading.
func sketchOf(r *story.Reading) []int64 { return story.Sketch(story.Shingles(r.Body)) }

// putSketch makes the index of copies know a story by its latest text. Of an
// edited story few hashes change.
func putSketch(t *tx, storyID int64, now []int64) error {
	var packed []byte
	known, err := t.get("SELECT hashes FROM sketched WHERE story_id = ?", []any{storyID}, &packed)
	if err != nil {
		return err
	}
	gone := map[int64]bool{}
	for _, h := range unpackHashes(packed) {
		gone[h] = true
	}
	altered := !known
	for _, h := range now {
		if gone[h] {
			delete(gone, h)
			continue
		}
		altered = true
		if _, err := t.exec("INSERT OR IGNORE INTO sketches (hash, story_id) VALUES (?, ?)", h, storyID); err != nil {
			return err
		}
	}
	for h := range gone {
		altered = true
		if _, err := t.exec("DELETE FROM sketches WHERE hash = ? AND story_id = ?", h, storyID); err != nil {
			return err
		}
	}
	if altered {
		_, err = t.exec("INSERT OR REPLACE INTO sketched (story_id, hashes) VALUES (?, ?)", storyID, packHashes(now))
	}
	return err
}

// sketchLatest makes the index of copies know a story by a reading of one of its
// versions, where that is the latest.
func sketchLatest(t *tx, storyID int64, version int, sketch []int64) error {
	latest, err := t.get("SELECT 1 FROM stories WHERE story_id = ? AND latest = ?", []any{storyID, version}, new(int))
	if err != nil || !latest {
		return err
	}
	return putSketch(t, storyID, sketch)
}

func packHashes(hashes []int64) []byte {
	out := make([]byte, 0, 8*len(hashes))
	for _, h := range hashes {
		out = binary.BigEndian.AppendUint64(out, uint64(h))
	}
	return out
}

func unpackHashes(packed []byte) []int64 {
	var out []int64
	for ; len(packed) >= 8; packed = packed[8:] {
		out = append(out, int64(binary.BigEndian.Uint64(packed)))
	}
	return out
}
