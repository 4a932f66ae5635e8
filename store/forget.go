package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"stakeout/story"
)

// Forget takes a story out of the history for good: its versions, readings, pages,
// changes, visits and addresses, and what was marked of it. What the chains need
// is kept, hashes alone, with a record that says when and why; its addresses are
// not collected again. shared are the stories that have a page of it as well: such
// a page stays. Purge clears the file itself of what is gone. ErrNotFound where
// there is no such story.
func (s *Store) Forget(ctx context.Context, key story.Key, reason string) (done Erasure, shared []story.Key, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("forget %s: %w", key, s.failure(err))
		}
	}()
	f := forgetting{key: key, at: s.now().UnixMilli()}
	if err := s.get(ctx, "SELECT story_id FROM stories WHERE source = ? AND id = ?", []any{key.Source, key.ID}, &f.story); err != nil {
		return done, nil, err
	}
	if err := s.commit(ctx, erasing, func(t *tx) error { return f.open(t, reason) }); err != nil {
		return done, nil, err
	}
	if shared, err = s.sharing(ctx, f.story); err != nil {
		return done, nil, err
	}
	for {
		if err := s.setFree(ctx, &f); err != nil {
			return done, nil, err
		}
		err := s.commit(ctx, key.Source, func(t *tx) error { return f.forget(t) })
		if err == nil {
			break
		}
		if !errors.Is(err, errMoved) {
			return done, nil, err
		}
	}
	s.bases.forget(key.Source)
	all, err := s.Erasures(ctx)
	if err != nil {
		return done, nil, err
	}
	i := slices.IndexFunc(all, func(e Erasure) bool { return e.ID == f.erasure })
	return all[i], shared, nil
}

// forgetting is a story that is being forgotten.
type forgetting struct {
	key            story.Key
	story, erasure int64
	at             int64
	pages          leaving // that no other story has
	heirs          []sql.NullInt64
}

// open writes the record, or goes on with one that was interrupted.
func (f *forgetting) open(t *tx, reason string) (err error) {
	found, err := t.get("SELECT erasure_id FROM erasures WHERE kind = 'forget' AND done_at IS NULL AND story_id = ?", []any{f.story}, &f.erasure)
	if err != nil || found {
		return err
	}
	f.erasure, err = openErasure(t, erasureRow{kind: Forgotten, reason: reason, source: f.key.Source, at: f.at, story: sql.NullInt64{Int64: f.story, Valid: true}})
	return err
}

// pagesOfStory lists the pages that a story's versions were read from.
const pagesOfStory = "(SELECT vp.page_id FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id WHERE v.story_id = ?1)"

// sharing lists the other stories that have a page of a story as well.
func (s *Store) sharing(ctx context.Context, storyID int64) ([]story.Key, error) {
	return s.keys(ctx, `SELECT DISTINCT s.source, s.id FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id
		JOIN stories s ON s.story_id = v.story_id WHERE vp.page_id IN `+pagesOfStory+" AND v.story_id <> ?1 ORDER BY 1, 2", storyID)
}

// setFree finds the pages that only this story has, and packs with others what is
// packed with them.
func (s *Store) setFree(ctx context.Context, f *forgetting) (err error) {
	f.pages, err = column[int64](ctx, s, "SELECT DISTINCT page_id FROM version_pages WHERE page_id IN "+pagesOfStory+` AND page_id NOT IN
		(SELECT vp.page_id FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id WHERE vp.page_id IN `+pagesOfStory+` AND v.story_id <> ?1)
		ORDER BY page_id`, f.story)
	f.heirs = make([]sql.NullInt64, len(f.pages))
	for i, page := range f.pages {
		if err == nil {
			f.heirs[i], err = s.moveOff(ctx, page, f.pages)
		}
	}
	return err
}

// forget writes what is left of a story, and takes the rest.
func (f *forgetting) forget(t *tx) error {
	if err := t.addLog(); err != nil { // its last changes are to be kept like the others
		return err
	}
	versions, err := t.update(`INSERT INTO forgotten_versions (erasure_id, number, at, content_hash, prev_hash, hash)
		SELECT ?, number, at, content_hash, prev_hash, hash FROM versions WHERE story_id = ?`, f.erasure, f.story)
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO forgotten_changes (cursor, erasure_id, at, content_hash, prev_hash, hash)
		SELECT cursor, ?, at, content_hash, prev_hash, hash FROM changes WHERE story_id = ?`, f.erasure, f.story); err != nil {
		return err
	}
	if err := f.keepHashes(t); err != nil {
		return err
	}
	var visits int64
	for _, d := range []struct {
		what  string
		count *int64
	}{
		{"search WHERE rowid IN (SELECT version_id FROM versions WHERE story_id = ?1)", nil},
		{"sketches WHERE rowid = ?1", nil},
		{"sketched WHERE story_id = ?1", nil},
		{"marks WHERE cursor IN (SELECT cursor FROM changes WHERE story_id = ?1)", nil},
		{"broken_pages WHERE story_id = ?1 OR EXISTS (SELECT 1 FROM addresses a WHERE a.story_id = ?1 AND a.source = broken_pages.source AND a.url = broken_pages.url)", nil},
		{"visits WHERE story_id = ?1 OR EXISTS (SELECT 1 FROM addresses a WHERE a.story_id = ?1 AND a.source = visits.source AND a.url = visits.url)", &visits},
		{"rechecks WHERE address_id IN (SELECT address_id FROM addresses WHERE story_id = ?1)", nil},
		{"addresses WHERE story_id = ?1", nil},
		{"readings WHERE version_id IN (SELECT version_id FROM versions WHERE story_id = ?1)", nil},
		{"version_pages WHERE version_id IN (SELECT version_id FROM versions WHERE story_id = ?1)", nil},
	} {
		n, err := t.update("DELETE FROM "+d.what, f.story)
		if err != nil {
			return err
		}
		if d.count != nil {
			*d.count = n
		}
	}
	if err := f.dropPages(t); err != nil {
		return err
	}
	for _, q := range []string{"DELETE FROM changes WHERE story_id = ?", "DELETE FROM versions WHERE story_id = ?", "DELETE FROM stories WHERE story_id = ?",
		"UPDATE addresses SET last_visit_id = NULL WHERE last_visit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.visit_id = last_visit_id) AND ?1 > 0"} {
		if _, err := t.exec(q, f.story); err != nil {
			return err
		}
	}
	if _, err := t.exec("UPDATE sources SET stories = stories - 1 WHERE name = ?", f.key.Source); err != nil {
		return err
	}
	_, err = t.exec("UPDATE erasures SET versions = ?, pages = ?, visits = ?, done_at = ? WHERE erasure_id = ?", versions, len(f.pages), visits, f.at, f.erasure)
	return err
}

// keepHashes keeps what tells that the story is not to be collected again.
func (f *forgetting) keepHashes(t *tx) error {
	if err := putForgotten(t, keyHash(f.key)); err != nil {
		return err
	}
	urls, err := t.texts(`SELECT url FROM addresses WHERE story_id = ?1 UNION SELECT url FROM versions WHERE story_id = ?1 UNION
		SELECT vp.url FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id WHERE v.story_id = ?1 UNION SELECT url FROM stories WHERE story_id = ?1`, f.story)
	if err != nil {
		return err
	}
	for _, u := range urls {
		if err := putForgotten(t, addressHash(u)); err != nil {
			return err
		}
	}
	return nil
}

// dropPages takes the pages that only this story had, the latest first.
func (f *forgetting) dropPages(t *tx) error {
	for i := len(f.pages) - 1; i >= 0; i-- {
		if err := leave(t, f.pages[i], f.heirs[i]); err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM pruned_pages WHERE page_id = ?", f.pages[i]); err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM pages WHERE page_id = ?", f.pages[i]); err != nil {
			return err
		}
	}
	return nil
}
