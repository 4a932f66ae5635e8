package store

import (
	"context"
	"encoding/hex"
	"fmt"
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
		if p.Reading, err = s.packs.unpack(packed); err != nil {
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
			out[i].Pages = append(out[i].Pages, ProofPage{ref.SHA256, ref.URL, ref.ContentType})
		}
	}
	return out, nil
}
