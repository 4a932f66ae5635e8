package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"stakeout/story"
)

// AddReading adds a further reading to a version: what today's rules make of its
// pages. The log gets an event `reread` with the fields of c, which say what they
// read otherwise; nil for none. A reading equal to the version's last adds
// nothing. ErrNotFound where there is no such version.
func (s *Store) AddReading(ctx context.Context, key story.Key, number int, reading story.Reading, c *story.Change) error {
	key.Source, key.ID = s.d.clean(key.Source), s.d.clean(key.ID)
	text, packed, err := s.packs.packJSON(reading)
	if err != nil {
		return fmt.Errorf("read version %d of %s again: %w", number, key, err)
	}
	at, sketch := s.now().UTC().Truncate(time.Millisecond), sketchOf(&reading)
	err = s.commit(ctx, key.Source, func(t *tx) error {
		v, ordinal, err := lastReading(t, key, number)
		if err != nil {
			return err
		}
		last, err := s.packs.unpackReading(v.packed)
		if err != nil {
			return fmt.Errorf("its last reading: %w: %w", err, ErrCorrupt)
		}
		if bytes.Equal(last, text) {
			return nil
		}
		if err := addReading(t, v.id, ordinal+1, at.UnixMilli(), v.hash, text, packed); err != nil {
			return err
		}
		if err := sketchLatest(t, v.story, number, sketch); err != nil {
			return err
		}
		event := story.Change{URL: reading.URL, Headline: reading.Headline}
		if c != nil {
			event = *c
		}
		event.Event, event.From, event.To, event.At, event.SeenBefore = story.EventReread, number, number, at, nil
		_, err = addChange(t, key, v.story, event)
		return err
	})
	if err != nil {
		return fmt.Errorf("read version %d of %s again: %w", number, key, err)
	}
	return nil
}

// readVersion is a version that gets a further reading.
type readVersion struct {
	id, story int64
	hash      []byte
	packed    []byte // its last reading
}

func lastReading(t *tx, key story.Key, number int) (v readVersion, ordinal int, err error) {
	found, err := t.get(`SELECT v.version_id, v.story_id, v.hash, r.ordinal, r.zstd FROM stories s
		JOIN versions v ON v.story_id = s.story_id JOIN readings r ON r.version_id = v.version_id
		WHERE s.source = ? AND s.id = ? AND v.number = ? ORDER BY r.ordinal DESC LIMIT 1`,
		[]any{key.Source, key.ID, number}, &v.id, &v.story, &v.hash, &ordinal, &v.packed)
	if err == nil && !found {
		err = ErrNotFound
	}
	return v, ordinal, err
}

func addReading(t *tx, version int64, ordinal int, at int64, versionHash, text, packed []byte) error {
	if t.d == onPostgres {
		packed = text // SQL reads it there
	}
	_, err := t.exec("INSERT INTO readings (version_id, ordinal, at, zstd, hash) VALUES (?, ?, ?, ?, ?)",
		version, ordinal, at, packed, readingHash(versionHash, ordinal, text))
	return err
}
