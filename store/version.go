package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"stakeout/story"
)

// Version is what a story said from one moment on.
type Version struct {
	Key      story.Key
	Number   int
	At       time.Time
	LastSeen time.Time     // the last visit that read it
	Status   story.Status  // of the story, now
	URL      string        // as the page stated it
	Reading  story.Reading // the latest of this version
	Pages    []PageRef
	Print    string // of its words: equal where they are
	// Hash chains the story's versions: PrevHash is that of the one before, ""
	// for the first. In hexadecimal.
	Hash, PrevHash string
}

// addVersion writes a version with its pages, its first reading and its words
// for the search.
func addVersion(t *tx, r packedResult, st storyState, number int) error {
	key, err := recordedKey(t, st.id, r.Key)
	if err != nil {
		return err
	}
	v := versionRow{key: key, number: number, at: r.At.UnixMilli(), url: r.Reading.URL, reading: r.reading}
	for _, p := range r.pages {
		v.pages = append(v.pages, p.pageRow)
	}
	prev := []byte{}
	if _, err := t.get("SELECT hash FROM versions WHERE story_id = ? AND number = ?", []any{st.id, number - 1}, &prev); err != nil {
		return err
	}
	v.seal(prev)
	id, err := t.insert("version_id", `INSERT INTO versions (story_id, number, at, prev_seen_at, url, print, content_hash, prev_hash, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, st.id, number, v.at, st.lastSeen, v.url, r.Print, v.content, v.prev, v.hash)
	if err != nil {
		return err
	}
	for i, p := range r.pages {
		page, err := keepPage(t, r.Source, &r.pages[i])
		if err != nil {
			return err
		}
		if _, err := t.exec("INSERT INTO version_pages (version_id, ordinal, page_id, url, content_type) VALUES (?, ?, ?, ?, ?)",
			id, i+1, page, p.url, p.contentType); err != nil {
			return err
		}
	}
	if err := addReading(t, id, 1, v.at, v.hash, r.reading, r.packedReading); err != nil {
		return err
	}
	r.words.version = id
	t.words = append(t.words, r.words)
	return nil
}

// wordsOf are a reading's words for the search.
func wordsOf(r *story.Reading) words {
	return words{headline: indexed(story.Normal(r.Headline)), body: indexed(story.Normal(strings.Join(r.Body, "\n"))), other: indexed(otherWords(r))}
}

// otherWords are a story's words besides headline and body.
func otherWords(r *story.Reading) string {
	words := slices.Concat([]string{r.Publisher, r.Sector, r.Credibility}, r.Authors, r.Tags)
	for label, v := range r.Metadata {
		if label != "links" {
			words = append(words, label, v)
		}
	}
	return story.Normal(strings.Join(words, "\n"))
}

const versionColumns = `SELECT v.version_id, v.number, v.at, v.url, v.print, v.prev_hash, v.hash, s.status,
	coalesce((SELECT n.prev_seen_at FROM versions n WHERE n.story_id = v.story_id AND n.number = v.number + 1), s.last_seen_at),
	(SELECT r.zstd FROM readings r WHERE r.version_id = v.version_id ORDER BY r.ordinal DESC LIMIT 1)
	FROM stories s JOIN versions v ON v.story_id = s.story_id `

// Latest returns a story's latest version; ErrNotFound where there is none.
func (s *Store) Latest(ctx context.Context, key story.Key) (Version, error) {
	v, err := s.version(ctx, key, versionColumns+"AND v.number = s.latest WHERE s.source = ? AND s.id = ?", key.Source, key.ID)
	if err != nil {
		return v, fmt.Errorf("story %s: %w", key, err)
	}
	return v, nil
}

// VersionAt returns one version of a story; ErrNotFound where there is none.
func (s *Store) VersionAt(ctx context.Context, key story.Key, number int) (Version, error) {
	v, err := s.version(ctx, key, versionColumns+"WHERE s.source = ? AND s.id = ? AND v.number = ?", key.Source, key.ID, number)
	if err != nil {
		return v, fmt.Errorf("story %s, version %d: %w", key, number, err)
	}
	return v, nil
}

func (s *Store) version(ctx context.Context, key story.Key, query string, args ...any) (Version, error) {
	v := Version{Key: key}
	var id int64
	var at, seen sql.NullInt64
	var prev, hash, reading []byte
	if err := s.get(ctx, query, args, &id, &v.Number, &at, &v.URL, &v.Print, &prev, &hash, &v.Status, &seen, &reading); err != nil {
		return v, err
	}
	v.At, v.LastSeen = moment(at), moment(seen)
	v.Hash, v.PrevHash = hex.EncodeToString(hash), hex.EncodeToString(prev)
	if err := s.packs.unpackJSON(reading, &v.Reading); err != nil {
		return v, fmt.Errorf("reading: %w: %w", err, ErrCorrupt)
	}
	var err error
	v.Pages, err = s.pagesOf(ctx, id)
	return v, err
}

func (s *Store) pagesOf(ctx context.Context, version int64) ([]PageRef, error) {
	rows, err := s.query(ctx, `SELECT p.sha256, p.raw_bytes, vp.url, vp.content_type FROM version_pages vp
		JOIN pages p ON p.page_id = vp.page_id WHERE vp.version_id = ? ORDER BY vp.ordinal`, version)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []PageRef
	for rows.Next() {
		var p PageRef
		var sum []byte
		if err := rows.Scan(&sum, &p.Bytes, &p.URL, &p.ContentType); err != nil {
			return nil, ours(err)
		}
		p.SHA256 = hex.EncodeToString(sum)
		out = append(out, p)
	}
	return out, ours(rows.Err())
}

// HasPrint finds the earliest version of a story whose words have this print;
// ok is false where there is none.
func (s *Store) HasPrint(ctx context.Context, key story.Key, print string) (number int, ok bool, err error) {
	var n sql.NullInt64
	err = s.get(ctx, `SELECT min(v.number) FROM stories s JOIN versions v ON v.story_id = s.story_id
		WHERE s.source = ? AND s.id = ? AND v.print = ?`, []any{key.Source, key.ID, print}, &n)
	return int(n.Int64), n.Valid, err
}
