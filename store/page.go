package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
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
func PageID(body []byte) string { return hex.EncodeToString(rawHash(body)) }

// packedPage is a page that is ready to be kept: compressed outside of the
// transaction.
type packedPage struct {
	pageRow
	bytes int
	base  sql.NullInt64 // the page whose raw bytes are the dictionary
	zstd  []byte
}

// pack compresses the pages of a result.
func (s *Store) pack(pages []Page) []packedPage {
	out := make([]packedPage, len(pages))
	for i, p := range pages {
		out[i] = packedPage{
			pageRow: pageRow{sha256: rawHash(p.Body), url: p.URL, contentType: p.ContentType},
			bytes:   len(p.Body), zstd: s.packs.pack(p.Body),
		}
	}
	return out
}

// keepPage writes a page, unless the same bytes are kept already.
func keepPage(t *tx, p packedPage) (id int64, err error) {
	found, err := t.get("SELECT page_id FROM pages WHERE sha256 = ?", []any{p.sha256}, &id)
	if err != nil || found {
		return id, err
	}
	return t.insert("INSERT INTO pages (sha256, raw_bytes, base_id, zstd) VALUES (?, ?, ?, ?)", p.sha256, p.bytes, p.base, p.zstd)
}

// PageBody returns the raw bytes of a kept page, named by its SHA-256 in
// hexadecimal; ErrNotFound where there is none, ErrCorrupt where its bytes are
// not those that were recorded.
func (s *Store) PageBody(ctx context.Context, id string) ([]byte, error) {
	sum, err := hex.DecodeString(id)
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", id, ErrNotFound)
	}
	var packed []byte
	if err := s.get(ctx, "SELECT zstd FROM pages WHERE sha256 = ?", []any{sum}, &packed); err != nil {
		return nil, fmt.Errorf("page %s: %w", id, err)
	}
	body, err := s.packs.unpack(packed)
	if err != nil || PageID(body) != id {
		return nil, fmt.Errorf("page %s: its bytes are not those that were recorded: %w", id, ErrCorrupt)
	}
	return body, nil
}
