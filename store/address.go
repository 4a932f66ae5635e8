package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"
)

// Link is a story link as a listing, feed or sitemap gave it.
type Link struct {
	URL       string
	ID        string // the story's ID as the link tells it; "" where it doesn't
	Title     string
	Published time.Time
	Modified  time.Time
	Via       string // listing, feed, sitemap, story
}

// Address is where a story was found and is requested.
type Address struct {
	Source, URL, Host string
	LinkID            string // the ID that the link told; "" for none
	ID                string // the story's, once it was read; "" until then
	Title             string // as listed
	FoundAt, ListedAt time.Time
	NextAt            time.Time // the next visit; zero for never
	Hinted            bool      // something listed says that it changed
	ETag              string
	LastModified      string
	GoneInRow         int // visits in a row that say it is gone
	Failures          int // visits in a row that brought no story
	Version           int // the story's latest; 0 while unread
}

// Found remembers the addresses that a collection listed. New ones are due at
// once, as are known ones that are listed with another title or a later time.
// An address that tells an ID takes the place of the one where that story was
// requested before. fresh is how many were new.
func (s *Store) Found(ctx context.Context, source string, links []Link, at time.Time) (fresh int, err error) {
	err = s.commit(ctx, func(ctx context.Context, tx *sql.Tx) error {
		fresh = 0
		if _, err := tx.ExecContext(ctx, `INSERT INTO sources (name, listed_at) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET listed_at = excluded.listed_at`, source, at.UnixMilli()); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO addresses (source, url, link_id, title, modified_at, found_at, listed_at, next_at)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6) ON CONFLICT (source, url) DO NOTHING`)
		if err != nil {
			return err
		}
		defer insert.Close()
		update, err := tx.PrepareContext(ctx, `UPDATE addresses SET listed_at = ?6,
			hinted = CASE WHEN story_id <> '' AND (?4 <> '' AND title <> '' AND title <> ?4 OR modified_at < ?5) THEN 1 ELSE hinted END,
			next_at = CASE WHEN story_id <> '' AND (?4 <> '' AND title <> '' AND title <> ?4 OR modified_at < ?5) THEN ?6 ELSE next_at END,
			title = CASE WHEN ?4 <> '' THEN ?4 ELSE title END, modified_at = coalesce(?5, modified_at),
			link_id = CASE WHEN ?3 <> '' THEN ?3 ELSE link_id END
			WHERE source = ?1 AND url = ?2`)
		if err != nil {
			return err
		}
		defer update.Close()
		for _, l := range links {
			args := []any{source, l.URL, l.ID, l.Title, millis(l.Modified), at.UnixMilli()}
			r, err := insert.ExecContext(ctx, args...)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil {
				return err
			} else if n > 0 {
				fresh++
				continue
			}
			if _, err := update.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("remember what %s lists: %w", source, err)
	}
	return fresh, nil
}

// Vanished makes those addresses due that the collection before last listed and
// the one at `at` doesn't, once: a story that leaves a listing may be gone.
func (s *Store) Vanished(ctx context.Context, source string, before, at time.Time) error {
	if before.IsZero() {
		return nil
	}
	return s.commit(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE addresses SET hinted = 1, next_at = ?
			WHERE source = ? AND listed_at = ? AND story_id <> '' AND next_at IS NOT NULL`, at.UnixMilli(), source, before.UnixMilli())
		return err
	})
}

const addressColumns = `a.source, a.url, a.link_id, a.story_id, a.title, a.found_at, a.listed_at, a.next_at, a.hinted,
	a.etag, a.last_modified, a.gone_in_row, a.failures, coalesce(s.latest, 0)
	FROM addresses a LEFT JOIN stories s ON s.source = a.source AND s.id = a.story_id`

func scanAddress(row interface{ Scan(...any) error }) (Address, error) {
	var a Address
	var found, listed, next sql.NullInt64
	err := row.Scan(&a.Source, &a.URL, &a.LinkID, &a.ID, &a.Title, &found, &listed, &next, &a.Hinted,
		&a.ETag, &a.LastModified, &a.GoneInRow, &a.Failures, &a.Version)
	a.FoundAt, a.ListedAt, a.NextAt = moment(found), moment(listed), moment(next)
	if u, parseErr := url.Parse(a.URL); parseErr == nil {
		a.Host = u.Host
	}
	return a, err
}

// Address returns what is known of one address; ErrNotFound where nothing is.
func (s *Store) Address(ctx context.Context, source, address string) (Address, error) {
	a, err := scanAddress(s.read.QueryRowContext(ctx, "SELECT "+addressColumns+" WHERE a.source = ? AND a.url = ?", source, address))
	if err != nil {
		return a, fmt.Errorf("address %s: %w", address, ours(err))
	}
	return a, nil
}

// DueFilter says which due addresses are asked for.
type DueFilter struct {
	Source string    // "" for every source
	At     time.Time // due at this time or before
	Limit  int       // 0 for all
}

// Due lists the addresses whose next visit is due, those that wait longest first.
func (s *Store) Due(ctx context.Context, f DueFilter) ([]Address, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = -1
	}
	return s.addresses(ctx, "WHERE (?1 = '' OR a.source = ?1) AND a.next_at <= ?2 ORDER BY a.next_at, a.address_id LIMIT ?3", f.Source, f.At.UnixMilli(), limit)
}

// Unconfirmed lists the addresses of a source whose last visits did not read
// the story that is on record: a removal that waits for confirmation, a wall, a
// failure.
func (s *Store) Unconfirmed(ctx context.Context, source string) ([]Address, error) {
	return s.addresses(ctx, `WHERE a.source = ? AND (a.gone_in_row > 0 OR a.failures > 0) AND a.next_at IS NOT NULL
		AND a.story_id <> '' ORDER BY a.address_id`, source)
}

func (s *Store) addresses(ctx context.Context, where string, args ...any) ([]Address, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+addressColumns+" "+where, args...)
	if err != nil {
		return nil, ours(err)
	}
	defer rows.Close()
	var out []Address
	for rows.Next() {
		a, err := scanAddress(rows)
		if err != nil {
			return nil, ours(err)
		}
		out = append(out, a)
	}
	return out, ours(rows.Err())
}
