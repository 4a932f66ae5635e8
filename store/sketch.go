package store

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"stakeout/story"
)

// sketchOf is what the index of copies keeps of a reading.
func sketchOf(r *story.Reading) []int64 { return story.Sketch(story.Shingles(r.Body)) }

// sketch is what the index of copies is to know of a story.
type sketch struct {
	story  int64
	hashes []int64
}

// putSketch makes the index of copies know a story by its latest text.
func putSketch(t *tx, storyID int64, hashes []int64) error {
	packed, known := packHashes(hashes), []byte(nil)
	found, err := t.get("SELECT hashes FROM sketched WHERE story_id = ?", []any{storyID}, &known)
	if err != nil || found && bytes.Equal(known, packed) {
		return err
	}
	if _, err := t.exec("INSERT INTO sketched (story_id, hashes) VALUES (?1, ?2) ON CONFLICT (story_id) DO UPDATE SET hashes = ?2", storyID, packed); err != nil {
		return err
	}
	t.sketches = append(t.sketches, sketch{storyID, hashes})
	return nil
}

// addSketches writes what the jobs left for the index of copies.
func (t *tx) addSketches() error {
	query := "INSERT OR REPLACE INTO sketches (rowid, hashes) VALUES (?, ?)"
	if t.d == onPostgres {
		query = "INSERT INTO sketches (rowid, hashes) VALUES (?1, ?2) ON CONFLICT (rowid) DO UPDATE SET hashes = ?2"
	}
	for _, s := range t.sketches {
		if _, err := t.exec(query, s.story, t.d.hashes(s.hashes)); err != nil {
			return err
		}
	}
	return nil
}

// hashes are a story's hashes as the index keeps them.
func (d dialect) hashes(hashes []int64) any {
	if d == onPostgres {
		return append([]int64{}, hashes...) // none is no null
	}
	return hashWords(hashes...)
}

// hashWords are hashes as words of SQLite's index.
func hashWords(hashes ...int64) string {
	var b []byte
	for _, h := range hashes {
		b = append(strconv.AppendInt(b, h, 36), ' ')
	}
	return string(b)
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
