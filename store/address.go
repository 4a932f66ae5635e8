package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"time"

	"stakeout/story"
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
	Source, URL, Host   string
	LinkID              string // the ID that the link told; "" for none
	ID                  string // the story's, once it was read; "" until then
	Title               string // as listed
	Via                 string // listing, feed, sitemap, story
	Published, Modified time.Time
	FoundAt, ListedAt   time.Time
	NextAt              time.Time // the next visit; zero for never
	Hinted              bool      // something listed says that it changed
	ETag                string
	LastModified        string
	GoneInRow           int // visits in a row that say it is gone
	Failures            int // visits in a row that brought no story
	Version             int // the story's latest; 0 while unread
}

// Found remembers the addresses that a collection listed. New ones are due at
// once, as are known ones that are listed with another title or a time of change
// after their last visit (Hinted). fresh is how many were new.
func (s *Store) Found(ctx context.Context, source string, links []Link, at time.Time) (fresh int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("remember what %s lists: %w", source, err)
		}
	}()
	links = s.d.findable(links, s.log)
	for part := range slices.Chunk(links, linksATransaction) {
		added := 0
		if err := s.commit(ctx, source, func(t *tx) (err error) {
			if err := refuseRenamed(t, source); err != nil {
				return err
			}
			added, err = putLinks(t, source, part, at)
			return err
		}); err != nil {
			return fresh, err
		}
		fresh += added
	}
	// Last, because a collection that was cut short has not listed.
	return fresh, s.putSource(ctx, source, "listed_at", millis(at))
}

// linksATransaction is how many links are remembered at once: a sitemap has
// thousands, and visits wait while they are written.
const linksATransaction = 100

func putLinks(t *tx, source string, links []Link, at time.Time) (added int, err error) {
	for _, l := range links {
		isNew, err := putLink(t, source, l, at)
		if err != nil {
			return 0, err
		}
		if isNew {
			added++
		}
	}
	return added, nil
}

func putLink(t *tx, source string, l Link, at time.Time) (added bool, err error) {
	// A title that wasn't known before tells nothing. A time tells something where
	// it is later than the one that was listed before and not well before the last
	// visit, to which a cache may have shown the older copy; one at midnight stands
	// for its day.
	const hint = `(?4 <> '' AND title <> '' AND title <> ?4 OR ?6 > coalesce(modified_at, 0)
		AND CASE ?6 % 86400000 WHEN 0 THEN ?6 + 86400000 ELSE ?6 + CASE WHEN modified_at IS NULL THEN 0 ELSE 300000 END END > (SELECT last_at FROM visits WHERE visit_id = last_visit_id))`
	n, err := t.update(`UPDATE addresses SET listed_at = ?7,
		hinted = CASE WHEN story_id IS NOT NULL AND `+hint+` THEN 1 ELSE hinted END,
		next_at = CASE WHEN story_id IS NOT NULL AND `+hint+` THEN ?7 ELSE next_at END,
		title = CASE WHEN ?4 <> '' THEN ?4 ELSE title END,
		published_at = coalesce(?5, published_at), modified_at = coalesce(?6, modified_at), via = ?8,
		link_id = CASE WHEN ?3 <> '' THEN ?3 ELSE link_id END
		WHERE source = ?1 AND url = ?2`,
		source, l.URL, l.ID, l.Title, millis(l.Published), millis(l.Modified), at.UnixMilli(), l.Via)
	if err != nil || n > 0 {
		return false, err
	}
	hashes, err := keyHashes(t, story.Key{Source: source, ID: l.ID})
	if err != nil {
		return false, err
	}
	if gone, err := forgotten(t, append(hashes, addressHash(l.URL))...); err != nil || gone {
		return false, err
	}
	_, err = t.exec(`INSERT INTO addresses (source, url, host, link_id, title, published_at, modified_at, via, found_at, listed_at, next_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9)`,
		source, l.URL, hostOf(l.URL), l.ID, l.Title, millis(l.Published), millis(l.Modified), l.Via, at.UnixMilli())
	return err == nil, err
}

// hostOf is an address' host with its port; "" where it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

const addressColumns = `SELECT a.source, a.url, a.host, a.link_id, coalesce(s.id, ''), a.title, a.via, a.published_at, a.modified_at,
	a.found_at, a.listed_at, a.next_at, a.hinted, a.etag, a.last_modified, a.gone_in_row, a.failures, coalesce(s.latest, 0)
	FROM addresses a LEFT JOIN stories s ON s.story_id = a.story_id `

func scanAddress(row scanner) (Address, error) {
	var a Address
	var published, modified, found, listed, next sql.NullInt64
	err := row.Scan(&a.Source, &a.URL, &a.Host, &a.LinkID, &a.ID, &a.Title, &a.Via, &published, &modified,
		&found, &listed, &next, &a.Hinted, &a.ETag, &a.LastModified, &a.GoneInRow, &a.Failures, &a.Version)
	a.Published, a.Modified = moment(published), moment(modified)
	a.FoundAt, a.ListedAt, a.NextAt = moment(found), moment(listed), moment(next)
	return a, err
}

// Address returns what is known of one address; ErrNotFound where nothing is.
func (s *Store) Address(ctx context.Context, source, address string) (Address, error) {
	list, err := s.addresses(ctx, "WHERE a.source = ? AND a.url = ?", source, address)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Address{}, fmt.Errorf("address %s of %s: %w", address, source, err)
	}
	return list[0], nil
}

func (s *Store) addresses(ctx context.Context, tail string, args ...any) ([]Address, error) {
	rows, err := s.query(ctx, addressColumns+tail, args...)
	if err != nil {
		return nil, err
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
