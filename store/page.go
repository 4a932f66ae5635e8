package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
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
	raw     []byte
	base    sql.NullInt64 // the page whose raw bytes are the dictionary
	baseSum []byte        // its SHA-256
	zstd    []byte        // nil where the same bytes are kept already
	newBase bool          // the source's next pages are to be compressed with it
}

// pack compresses the pages of a result.
func (s *Store) pack(ctx context.Context, r Result) ([]packedPage, error) {
	out := make([]packedPage, len(r.Pages))
	for i, p := range r.Pages {
		out[i] = packedPage{pageRow: pageRow{sha256: rawHash(p.Body), url: p.URL, contentType: p.ContentType}, raw: p.Body}
		var kept int64
		err := s.get(ctx, "SELECT page_id FROM pages WHERE sha256 = ? AND length(zstd) > 0", []any{out[i].sha256}, &kept)
		if errors.Is(err, ErrNotFound) {
			err = s.compress(ctx, r, i+1, &out[i])
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// compress fills a page's base and zstd.
func (s *Store) compress(ctx context.Context, r Result, ordinal int, p *packedPage) error {
	base, err := s.baseFor(ctx, r, ordinal, len(p.raw))
	if err != nil {
		return fmt.Errorf("the page to compress it with: %w", err)
	}
	if base == nil {
		p.zstd = s.packs.pack(p.raw)
		p.newBase = r.From == 0 && len(p.raw) >= minDelta && len(p.raw) <= maxDelta
		return nil
	}
	delta, err := s.packs.packWith(base.id, base.raw, p.raw)
	if err != nil {
		s.log.Warn("a page is kept by itself", "url", p.url, "base_page_id", base.id, "error", err)
	}
	size := float64(len(delta)) / float64(len(p.raw))
	kept := err == nil && size < max(1./8, base.alone)
	helped := err == nil && size < max(1./8, worthwhile*base.alone)
	if !kept {
		p.zstd = s.packs.pack(p.raw)
		helped = err == nil && float64(len(delta)) < worthwhile*float64(len(p.zstd))
		kept = helped
	}
	if kept {
		p.base, p.baseSum, p.zstd = sql.NullInt64{Int64: base.id, Valid: true}, base.sum, delta
	}
	p.newBase = r.From == 0 && s.bases.count(r.Source, helped)
	return nil
}

// baseFor is the page that a new one is compressed with; nil for none.
func (s *Store) baseFor(ctx context.Context, r Result, ordinal, size int) (*basePage, error) {
	if size < minDelta || size > maxDelta {
		return nil, nil
	}
	if r.From > 0 {
		base, err := s.versionBase(ctx, r, ordinal)
		if errors.Is(err, ErrPruned) {
			return s.sourceBase(ctx, r.Source)
		}
		if err != nil || base != nil && len(base.raw) <= maxDelta {
			return base, err
		}
	}
	return s.sourceBase(ctx, r.Source)
}

// keepPage writes a page, unless the same bytes are kept already.
func keepPage(t *tx, source string, p *packedPage) (id int64, err error) {
	var packed int64
	found, err := t.get("SELECT page_id, length(zstd) FROM pages WHERE sha256 = ?"+forShare, []any{p.sha256}, &id, &packed)
	switch {
	case err != nil || found && packed > 0:
		return id, err
	case found: // it was pruned, and came again
		if _, err := t.exec("UPDATE pages SET zstd = ? WHERE page_id = ?", t.packs.pack(p.raw), id); err != nil {
			return id, err
		}
		_, err = t.exec("DELETE FROM pruned_pages WHERE page_id = ?", id)
		return id, err
	}
	if p.zstd == nil || p.base.Valid {
		// What it was packed with, or the same page, may have been erased meanwhile.
		there, err := t.get("SELECT 1 FROM pages WHERE page_id = ? AND sha256 = ? AND length(zstd) > 0"+forShare, []any{p.base, p.baseSum}, new(int))
		if err != nil {
			return 0, err
		}
		if !there {
			p.base, p.zstd, p.newBase = sql.NullInt64{}, t.packs.pack(p.raw), true
		}
	}
	id, err = t.insert("page_id", "INSERT INTO pages (sha256, raw_bytes, base_id, zstd) VALUES (?, ?, ?, ?)", p.sha256, len(p.raw), p.base, p.zstd)
	if err == nil && p.newBase {
		_, err = t.exec("INSERT INTO sources (name, base_page_id) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET base_page_id = ?2", source, id)
	}
	return id, err
}

// PageBody returns the raw bytes of a kept page, named by its SHA-256 in
// hexadecimal; ErrNotFound where there is none, ErrPruned where only its hash is
// left, ErrCorrupt where its bytes are not those that were recorded.
func (s *Store) PageBody(ctx context.Context, id string) ([]byte, error) {
	sum, err := hex.DecodeString(id)
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", id, ErrNotFound)
	}
	var row int64
	if err := s.get(ctx, "SELECT page_id FROM pages WHERE sha256 = ?", []any{sum}, &row); err != nil {
		return nil, fmt.Errorf("page %s: %w", id, err)
	}
	chain, err := s.chain(ctx, row)
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", id, err)
	}
	page, err := s.unpackChain(chain)
	if errors.Is(err, ErrPruned) {
		return nil, fmt.Errorf("page %s: %w", id, err)
	}
	if err != nil || PageID(page.raw) != id {
		return nil, fmt.Errorf("page %s: its bytes are not those that were recorded: %w", id, ErrCorrupt)
	}
	return page.raw, nil
}
