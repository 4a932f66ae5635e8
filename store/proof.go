package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"
	"time"

	"stakeout/story"
)

// Proof is what proves one version: all that its hash is taken of (see chain.go).
type Proof struct {
	Number      int         `json:"version"`
	At          time.Time   `json:"at"`
	AtMillis    int64       `json:"at_ms"`
	URL         string      `json:"url"`
	Pages       []ProofPage `json:"pages"`
	ContentHash string      `json:"content_hash"` // these three in hexadecimal
	PrevHash    string      `json:"prev_hash"`    // "" for the first version
	Hash        string      `json:"hash"`
	// Reading is the JSON of the version's first reading, byte for byte.
	Reading []byte `json:"-"`
}

// ProofPage is a page as a version's hash covers it.
type ProofPage struct {
	SHA256      string `json:"sha256"`
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	Pruned      bool   `json:"pruned,omitempty"` // its bytes are gone; the hash stays
}

// RecordedSource is the name of a story's source that its hashes cover.
func (s *Store) RecordedSource(ctx context.Context, key story.Key) (name string, err error) {
	err = s.get(ctx, "SELECT coalesce(recorded_source, source) FROM stories WHERE source = ? AND id = ?", []any{key.Source, key.ID}, &name)
	return name, err
}

// Proofs returns what proves each version of a story, by number; ErrNotFound where
// there is no such story.
func (s *Store) Proofs(ctx context.Context, key story.Key) ([]Proof, error) {
	rows, err := s.query(ctx, `SELECT v.number, v.at, v.url, v.content_hash, v.prev_hash, v.hash,
		(SELECT r.zstd FROM readings r WHERE r.version_id = v.version_id AND r.ordinal = 1)
		FROM versions v JOIN stories s ON s.story_id = v.story_id WHERE s.source = ? AND s.id = ? ORDER BY v.number`, key.Source, key.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Proof
	for rows.Next() {
		var p Proof
		var content, prev, hash, packed []byte
		if err := rows.Scan(&p.Number, &p.AtMillis, &p.URL, &content, &prev, &hash, &packed); err != nil {
			return nil, ours(err)
		}
		p.At = time.UnixMilli(p.AtMillis).UTC()
		p.ContentHash, p.PrevHash, p.Hash = hex.EncodeToString(content), hex.EncodeToString(prev), hex.EncodeToString(hash)
		if p.Reading, err = s.packs.unpackReading(packed); err != nil {
			return nil, fmt.Errorf("story %s, version %d: reading: %w: %w", key, p.Number, err, ErrCorrupt)
		}
		out = append(out, p)
	}
	if err := rows.Err(); err != nil {
		return nil, ours(err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("story %s: %w", key, ErrNotFound)
	}
	for i := range out {
		v, err := s.VersionAt(ctx, key, out[i].Number)
		if err != nil {
			return nil, err
		}
		for _, ref := range v.Pages {
			sum, err := hex.DecodeString(ref.SHA256)
			if err != nil {
				return nil, err
			}
			p := ProofPage{SHA256: ref.SHA256, URL: ref.URL, ContentType: ref.ContentType}
			if err := s.get(ctx, "SELECT length(zstd) = 0 FROM pages WHERE sha256 = ?", []any{sum}, &p.Pruned); err != nil {
				return nil, err
			}
			out[i].Pages = append(out[i].Pages, p)
		}
	}
	return out, nil
}

// ProofEvent is a row of the log as its hash covers it.
type ProofEvent struct {
	Cursor   int64  `json:"cursor"`
	Event    string `json:"event"`
	AtMillis int64  `json:"at_ms"`
	From     int    `json:"from"`
	To       int    `json:"to"`
	Text     string `json:"text"` // the change's JSON, as it was recorded
}

// ProofEvents returns the log of a story, further readings included.
func (s *Store) ProofEvents(ctx context.Context, key story.Key) ([]ProofEvent, error) {
	rows, err := s.query(ctx, `SELECT cursor, event, at, from_version, to_version, change FROM changes
		WHERE story_id = (SELECT story_id FROM stories WHERE source = ? AND id = ?) ORDER BY cursor`, key.Source, key.ID)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", key, err)
	}
	defer rows.Close()
	var out []ProofEvent
	for rows.Next() {
		var e ProofEvent
		if err := rows.Scan(&e.Cursor, &e.Event, &e.AtMillis, &e.From, &e.To, &e.Text); err != nil {
			return nil, ours(err)
		}
		out = append(out, e)
	}
	return out, ours(rows.Err())
}

// LogLink is what a row of the log adds to its chain, of whichever story it is.
type LogLink struct{ Content, Prev string } // hexadecimal

// LogLinks iterates over the links of the log between two cursors, both included.
// An error ends it.
func (s *Store) LogLinks(ctx context.Context, from, to int64) iter.Seq2[LogLink, error] {
	return func(yield func(LogLink, error) bool) {
		rows, err := s.stream.query(ctx, `SELECT content_hash, prev_hash FROM (
			SELECT cursor, content_hash, prev_hash FROM changes WHERE cursor BETWEEN ?1 AND ?2 UNION ALL
			SELECT cursor, content_hash, prev_hash FROM forgotten_changes WHERE cursor BETWEEN ?1 AND ?2) AS log ORDER BY cursor`, from, to)
		if err != nil {
			yield(LogLink{}, s.failure(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var content, prev []byte
			err := rows.Scan(&content, &prev)
			l := LogLink{strings.ToUpper(hex.EncodeToString(content)), strings.ToUpper(hex.EncodeToString(prev))}
			if !yield(l, ours(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(LogLink{}, ours(err))
		}
	}
}
