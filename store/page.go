package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Page is a raw response that a version was read from.
type Page struct {
	URL         string // where it came from, after redirects
	ContentType string
	Body        []byte
}

// PageRef names a kept page of a version.
type PageRef struct {
	SHA256      string `json:"sha256"` // of the raw bytes, in hexadecimal
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	Bytes       int    `json:"bytes"`
}

// PageID is the SHA-256 of a page's raw bytes, in hexadecimal.
func PageID(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Encoder and decoder of kept pages; both are safe for concurrent use through
// EncodeAll and DecodeAll.
var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(256<<20))
)

// packedPage is a page that is ready to be kept: compressed outside of the
// transaction.
type packedPage struct {
	ref  PageRef
	zstd []byte
}

func pack(pages []Page) []packedPage {
	out := make([]packedPage, len(pages))
	for i, p := range pages {
		out[i].ref = PageRef{SHA256: PageID(p.Body), URL: p.URL, ContentType: p.ContentType, Bytes: len(p.Body)}
		out[i].zstd = packer.EncodeAll(p.Body, nil)
	}
	return out
}

func keepPages(ctx context.Context, tx *sql.Tx, pages []packedPage) error {
	for _, p := range pages {
		if _, err := tx.ExecContext(ctx, "INSERT INTO pages (sha256, raw_bytes, zstd) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			p.ref.SHA256, p.ref.Bytes, p.zstd); err != nil {
			return err
		}
	}
	return nil
}

// PageBody returns the raw bytes of a kept page; ErrNotFound where there is
// none, ErrCorrupt where its bytes are not those that were recorded.
func (s *Store) PageBody(ctx context.Context, id string) ([]byte, error) {
	var packed []byte
	if err := s.read.QueryRowContext(ctx, "SELECT zstd FROM pages WHERE sha256 = ?", id).Scan(&packed); err != nil {
		return nil, fmt.Errorf("page %s: %w", id, ours(err))
	}
	body, err := unpacker.DecodeAll(packed, nil)
	if err != nil || PageID(body) != id {
		return nil, fmt.Errorf("page %s: its bytes are not those that were recorded: %w", id, ErrCorrupt)
	}
	return body, nil
}
