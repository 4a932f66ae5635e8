package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"stakeout/story"
)

// Version is what a story said from one moment on.
type Version struct {
	Key     story.Key
	Number  int
	At      time.Time
	URL     string
	Status  story.Status  // of the story, now
	Reading story.Reading // the latest of this version
	Pages   []PageRef
	// Hash chains the story's versions: PrevHash is that of the one before.
	Hash, PrevHash string
}

// chainHash is the hash of a version: SHA-256 over each of source, ID, number,
// time in milliseconds, address, the pages' SHA-256, the first reading's JSON
// and the hash of the version before, every one of them behind its length in
// bytes as eight bytes, most significant first.
func chainHash(key story.Key, number int, at int64, url string, pages []PageRef, reading, prev string) string {
	h := sha256.New()
	put := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	put(key.Source)
	put(key.ID)
	put(strconv.Itoa(number))
	put(strconv.FormatInt(at, 10))
	put(url)
	for _, p := range pages {
		put(p.SHA256)
	}
	put(reading)
	put(prev)
	return hex.EncodeToString(h.Sum(nil))
}

// readingHash is the hash of a further reading, bound to its version.
func readingHash(versionHash string, ordinal int, reading string) string {
	sum := sha256.Sum256([]byte(versionHash + "\n" + strconv.Itoa(ordinal) + "\n" + reading))
	return hex.EncodeToString(sum[:])
}

// addVersion writes a version with its pages, its first reading and its words
// for the search.
func addVersion(ctx context.Context, tx *sql.Tx, r Result, number int, pages []packedPage) error {
	if err := keepPages(ctx, tx, pages); err != nil {
		return err
	}
	refs := make([]PageRef, len(pages))
	for i, p := range pages {
		refs[i] = p.ref
	}
	pageList, err := json.Marshal(refs)
	if err != nil {
		return err
	}
	reading, err := json.Marshal(r.Reading)
	if err != nil {
		return err
	}
	prev, err := hashOf(ctx, tx, r.Key, number-1)
	if err != nil {
		return err
	}
	at := r.At.UnixMilli()
	hash := chainHash(r.Key, number, at, r.Reading.URL, refs, string(reading), prev)
	row, err := tx.ExecContext(ctx, `INSERT INTO versions (source, id, number, at, url, pages, print, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Key.Source, r.Key.ID, number, at, r.Reading.URL, string(pageList), r.Print, prev, hash)
	if err != nil {
		return err
	}
	id, err := row.LastInsertId()
	if err != nil {
		return err
	}
	if err := addReading(ctx, tx, id, 1, at, hash, string(reading)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO search (rowid, headline, body, other) VALUES (?, ?, ?, ?)",
		id, story.Normal(r.Reading.Headline), story.Normal(strings.Join(r.Reading.Body, "\n")), otherWords(r.Reading))
	return err
}

func addReading(ctx context.Context, tx *sql.Tx, version int64, ordinal int, at int64, versionHash, reading string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO readings (version_id, ordinal, at, reading, hash) VALUES (?, ?, ?, ?, ?)",
		version, ordinal, at, reading, readingHash(versionHash, ordinal, reading))
	return err
}

// otherWords are a story's words besides headline and body.
func otherWords(r *story.Reading) string {
	words := append([]string{r.Publisher, r.Sector, r.Credibility}, r.Authors...)
	words = append(words, r.Tags...)
	for label, v := range r.Metadata {
		if label != "links" {
			words = append(words, label, v)
		}
	}
	return story.Normal(strings.Join(words, " "))
}

func hashOf(ctx context.Context, tx *sql.Tx, key story.Key, number int) (string, error) {
	var hash string
	err := tx.QueryRowContext(ctx, "SELECT hash FROM versions WHERE source = ? AND id = ? AND number = ?", key.Source, key.ID, number).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return hash, err
}

// Latest returns a story's latest version; ErrNotFound where there is none.
func (s *Store) Latest(ctx context.Context, key story.Key) (Version, error) {
	v := Version{Key: key}
	var at int64
	var pages, reading string
	err := s.read.QueryRowContext(ctx, `SELECT v.number, v.at, v.url, v.pages, v.prev_hash, v.hash, s.status,
		(SELECT reading FROM readings r WHERE r.version_id = v.version_id ORDER BY ordinal DESC LIMIT 1)
		FROM stories s JOIN versions v ON v.source = s.source AND v.id = s.id AND v.number = s.latest
		WHERE s.source = ? AND s.id = ?`, key.Source, key.ID).
		Scan(&v.Number, &at, &v.URL, &pages, &v.PrevHash, &v.Hash, &v.Status, &reading)
	if err != nil {
		return v, fmt.Errorf("story %s: %w", key, ours(err))
	}
	v.At = time.UnixMilli(at).UTC()
	if err := json.Unmarshal([]byte(pages), &v.Pages); err != nil {
		return v, fmt.Errorf("story %s: pages: %w", key, err)
	}
	if err := json.Unmarshal([]byte(reading), &v.Reading); err != nil {
		return v, fmt.Errorf("story %s: reading: %w", key, err)
	}
	return v, nil
}

// AddReading adds a further reading to a version, and c, the event that tells
// of it, to the log where the fields differ; c may be nil.
func (s *Store) AddReading(ctx context.Context, key story.Key, number int, reading story.Reading, c *story.Change) error {
	text, err := json.Marshal(reading)
	if err != nil {
		return err
	}
	at := s.now()
	err = s.commit(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var id int64
		var hash, last string
		var ordinal int
		err := tx.QueryRowContext(ctx, `SELECT v.version_id, v.hash, r.ordinal, r.reading FROM versions v JOIN readings r ON r.version_id = v.version_id
			WHERE v.source = ? AND v.id = ? AND v.number = ? ORDER BY r.ordinal DESC LIMIT 1`, key.Source, key.ID, number).Scan(&id, &hash, &ordinal, &last)
		if err != nil {
			return err
		}
		if last == string(text) {
			return nil
		}
		if err := addReading(ctx, tx, id, ordinal+1, at.UnixMilli(), hash, string(text)); err != nil {
			return err
		}
		if c == nil {
			return nil
		}
		_, err = addChange(ctx, tx, Result{Visit: Visit{Key: key, At: at}, Change: c}, storyState{latest: number}, number)
		return err
	})
	if err != nil {
		return fmt.Errorf("add a reading to version %d of %s: %w", number, key, err)
	}
	return nil
}

// HasPrint finds the earliest version of a story with these words.
func (s *Store) HasPrint(ctx context.Context, key story.Key, print string) (number int, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT number FROM versions WHERE source = ? AND id = ? AND print = ? ORDER BY number LIMIT 1", key.Source, key.ID, print).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return number, err == nil, ours(err)
}
