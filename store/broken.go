package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"stakeout/story"
)

// BrokenPage is a story's page that yields no longer what the story has.
type BrokenPage struct {
	Key     story.Key
	Address string   // as it is requested
	Fields  []string // that are missing
	Reason  string
	Since   time.Time
	Page    Page // without a body where it isn't kept any more
}

// keptBroken is how many bodies of broken pages are kept of a source.
const keptBroken = 12

// putBroken keeps a page that broke, or forgets the one of an address that reads
// again.
func putBroken(t *tx, r packedResult, storyID int64) error {
	if r.read() {
		_, err := t.exec("DELETE FROM broken_pages WHERE source = ? AND url = ?", r.Source, r.URL)
		return err
	}
	b := r.Broken
	if b == nil {
		return nil
	}
	if _, err := t.exec(`INSERT INTO broken_pages (source, url, story_id, fields, reason, first_at, last_at, page_url, content_type, zstd)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9)
		ON CONFLICT (source, url) DO UPDATE SET fields = ?4, reason = ?5, last_at = ?6, page_url = ?7, content_type = ?8, zstd = ?9`,
		r.Source, r.URL, storyID, ","+strings.Join(b.Fields, ",")+",", b.Reason, r.At.UnixMilli(), b.Page.URL, b.Page.ContentType, r.brokenBody); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE broken_pages SET zstd = NULL WHERE source = ?1 AND zstd IS NOT NULL AND url NOT IN
		(SELECT url FROM broken_pages WHERE source = ?1 AND zstd IS NOT NULL ORDER BY last_at DESC, url LIMIT ?2)`, r.Source, keptBroken)
	return err
}

// BrokenPages lists a source's pages that yield no longer what their stories have,
// the latest first.
func (s *Store) BrokenPages(ctx context.Context, source string) ([]BrokenPage, error) {
	rows, err := s.query(ctx, `SELECT s.source, s.id, b.url, b.fields, b.reason, b.first_at, b.page_url, b.content_type, b.zstd
		FROM broken_pages b JOIN stories s ON s.story_id = b.story_id WHERE b.source = ? ORDER BY b.last_at DESC, b.url`, source)
	if err != nil {
		return nil, fmt.Errorf("broken pages of %s: %w", source, err)
	}
	defer rows.Close()
	var out []BrokenPage
	for rows.Next() {
		var b BrokenPage
		var fields string
		var since int64
		var packed []byte
		if err := rows.Scan(&b.Key.Source, &b.Key.ID, &b.Address, &fields, &b.Reason, &since, &b.Page.URL, &b.Page.ContentType, &packed); err != nil {
			return nil, ours(err)
		}
		b.Fields, b.Since = strings.Split(strings.Trim(fields, ","), ","), time.UnixMilli(since).UTC()
		if packed != nil {
			if b.Page.Body, err = s.packs.unpack(packed); err != nil {
				return nil, fmt.Errorf("broken page %s: %w: %w", b.Address, err, ErrCorrupt)
			}
		}
		out = append(out, b)
	}
	return out, ours(rows.Err())
}

// Break is what a source's layout no longer yields: one alarm, however many pages.
type Break struct {
	Fields  []string  `json:"fields"`
	Stories int       `json:"stories"` // whose pages are broken
	Since   time.Time `json:"since"`
	Reason  string    `json:"reason"` // of the latest
}

// broken sums up the broken pages of a source; nil for none. A single page may be
// broken by itself: two tell of the layout.
func (s *Store) broken(ctx context.Context, source string) (*Break, error) {
	var b Break
	var since int64
	err := s.get(ctx, "SELECT count(*), coalesce(min(first_at), 0) FROM broken_pages WHERE source = ?", []any{source}, &b.Stories, &since)
	if err != nil || b.Stories < 2 {
		return nil, err
	}
	fields, err := column[string](ctx, s, "SELECT DISTINCT fields FROM broken_pages WHERE source = ?", source)
	if err != nil {
		return nil, err
	}
	if err := s.get(ctx, "SELECT reason FROM broken_pages WHERE source = ? ORDER BY last_at DESC LIMIT 1", []any{source}, &b.Reason); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, f := range strings.Split(strings.Join(fields, ""), ",") {
		if f != "" && !seen[f] {
			seen[f] = true
			b.Fields = append(b.Fields, f)
		}
	}
	b.Since = time.UnixMilli(since).UTC()
	return &b, nil
}
