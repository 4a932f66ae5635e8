package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"
)

// A history is append-only but for two ways out, each with its record: prune, by
// which pages lose their bytes and visits that brought nothing go, and forget, by
// which a story goes. The record is written first; the triggers let through only
// what an open record says (migrations/00011_erasures.sql), so a program that
// doesn't write one can't erase anything, and one that does is found out by it.

// Erasure is the record of a prune or of a story that was forgotten.
type Erasure struct {
	ID     int64     `json:"erasure"`
	Kind   string    `json:"kind"` // Pruned or Forgotten
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Source string    `json:"source,omitempty"` // "" for every source
	// What was pruned: pages of versions last seen, and visits that ended, before
	// these; nil for none.
	PagesBefore  *time.Time `json:"pages_before,omitempty"`
	VisitsBefore *time.Time `json:"visits_before,omitempty"`
	DoneAt       *time.Time `json:"done_at"` // nil where it was interrupted
	Versions     int        `json:"versions"`
	Pages        int        `json:"pages"`
	Visits       int        `json:"visits"`
}

// The kinds of an erasure.
const (
	Pruned    = "prune"
	Forgotten = "forget"
)

// Erasures lists what was erased, in the order in which it was.
func (s *Store) Erasures(ctx context.Context) ([]Erasure, error) {
	rows, err := s.query(ctx, "SELECT erasure_id, kind, at, reason, source, pages_before, visits_before, done_at, versions, pages, visits FROM erasures ORDER BY erasure_id")
	if err != nil {
		return nil, fmt.Errorf("erasures: %w", err)
	}
	defer rows.Close()
	var out []Erasure
	for rows.Next() {
		var e Erasure
		var at, pages, visits, done sql.NullInt64
		if err := rows.Scan(&e.ID, &e.Kind, &at, &e.Reason, &e.Source, &pages, &visits, &done, &e.Versions, &e.Pages, &e.Visits); err != nil {
			return nil, ours(err)
		}
		e.At, e.PagesBefore, e.VisitsBefore, e.DoneAt = moment(at), instant(pages), instant(visits), instant(done)
		out = append(out, e)
	}
	return out, ours(rows.Err())
}

// erasureRow is an erasure as its hash covers it.
type erasureRow struct {
	id                          int64
	kind, reason, source        string
	at                          int64
	story                       sql.NullInt64
	pagesBefore, visitsBefore   sql.NullInt64
	headHash, prevHash, rowHash []byte
}

// sum is the hash of an erasure: "stakeout erasure 1", ID, kind, time, reason,
// source, story, the two times of a prune ("" for none), the log's last hash when
// it was written (empty for an empty log), the hash of the erasure before (empty
// for the first).
func (e erasureRow) sum() []byte {
	d := newDigest("stakeout erasure 1")
	d.number(e.id)
	d.text(e.kind)
	d.number(e.at)
	d.text(e.reason)
	d.text(e.source)
	for _, n := range []sql.NullInt64{e.story, e.pagesBefore, e.visitsBefore} {
		if n.Valid {
			d.number(n.Int64)
		} else {
			d.text("")
		}
	}
	d.bytes(e.headHash)
	d.bytes(e.prevHash)
	return d.sum()
}

// openErasure writes the record of what is to be erased.
func openErasure(t *tx, e erasureRow) (id int64, err error) {
	if err := t.addLog(); err != nil {
		return 0, err
	}
	e.headHash, e.prevHash = []byte{}, []byte{}
	if _, err := t.get("SELECT hash FROM ("+lastOfLog+") AS last", nil, &e.headHash); err != nil {
		return 0, err
	}
	var last int64
	if _, err := t.get("SELECT erasure_id, hash FROM erasures ORDER BY erasure_id DESC LIMIT 1", nil, &last, &e.prevHash); err != nil {
		return 0, err
	}
	e.id = last + 1
	_, err = t.exec(`INSERT INTO erasures (erasure_id, kind, at, reason, source, story_id, pages_before, visits_before, head_hash, prev_hash, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.id, e.kind, e.at, e.reason, e.source, e.story, e.pagesBefore, e.visitsBefore, e.headHash, e.prevHash, e.sum())
	return e.id, err
}

// closeErasure says that an erasure is done: nothing more goes by it.
func closeErasure(t *tx, id, at int64) error {
	_, err := t.exec("UPDATE erasures SET done_at = ? WHERE erasure_id = ?", at, id)
	return err
}

// erasures checks the records of what was erased, and what is left of it.
func (v verifier) erasures() error {
	id, before := int64(0), []byte{}
	if err := v.each(`SELECT erasure_id, kind, at, reason, source, story_id, pages_before, visits_before, head_hash, prev_hash, hash, pages
		FROM erasures ORDER BY erasure_id`, func(row scanner) error {
		var e erasureRow
		var pages int
		if err := row.Scan(&e.id, &e.kind, &e.at, &e.reason, &e.source, &e.story, &e.pagesBefore, &e.visitsBefore, &e.headHash, &e.prevHash, &e.rowHash, &pages); err != nil {
			return err
		}
		switch id++; {
		case e.id != id:
			return touched(fmt.Sprintf("the record of erasure %d is missing", id))
		case !bytes.Equal(e.prevHash, before) || !bytes.Equal(e.sum(), e.rowHash):
			return touched(fmt.Sprintf("the record of erasure %d is not as it was recorded", id))
		}
		before = e.rowHash
		if e.kind == Forgotten {
			v.report.Forgotten++
		}
		v.report.Head.Erasures, v.report.Head.ErasuresHash = id, hex.EncodeToString(before)
		return nil
	}); err != nil {
		return err
	}
	if err := v.forgottenVersions(); err != nil {
		return err
	}
	return v.each(`SELECT p.page_id FROM pruned_pages p JOIN erasures e ON e.erasure_id = p.erasure_id
		WHERE e.kind <> 'prune' OR EXISTS (SELECT 1 FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id
			WHERE vp.page_id = p.page_id AND v.at >= coalesce(e.pages_before, 0)) LIMIT 1`, func(row scanner) error {
		var page int64
		if err := row.Scan(&page); err != nil {
			return err
		}
		return touched(fmt.Sprintf("page in row %d was pruned by a record that doesn't cover it", page))
	})
}

// forgottenVersions checks the chains that are left of forgotten stories.
func (v verifier) forgottenVersions() error {
	var of int64
	var number int
	before := []byte{}
	return v.each("SELECT erasure_id, number, content_hash, prev_hash, hash FROM forgotten_versions ORDER BY erasure_id, number", func(row scanner) error {
		var id int64
		var n int
		var content, prev, hash []byte
		if err := row.Scan(&id, &n, &content, &prev, &hash); err != nil {
			return err
		}
		if id != of {
			of, number, before = id, 0, []byte{}
		}
		if number++; n != number || !bytes.Equal(prev, before) || !bytes.Equal(linkHash("stakeout chain 1", content, prev), hash) {
			return touched(fmt.Sprintf("what is left of version %d of the story forgotten by erasure %d is not as it was recorded", number, id))
		}
		before = hash
		return nil
	})
}

// forgottenChange is what is left of a change of a forgotten story.
type forgottenChange struct {
	at                  sql.NullInt64
	content, prev, hash []byte
}

func (v verifier) forgottenChanges() (map[int64]forgottenChange, error) {
	left := map[int64]forgottenChange{}
	err := v.each("SELECT cursor, at, content_hash, prev_hash, hash FROM forgotten_changes", func(row scanner) error {
		var cursor int64
		var c forgottenChange
		err := row.Scan(&cursor, &c.at, &c.content, &c.prev, &c.hash)
		left[cursor] = c
		return err
	})
	return left, err
}

// passForgotten goes over the changes behind cursor that were forgotten; before is
// the hash of the last one.
func (v verifier) passForgotten(left map[int64]forgottenChange, cursor *int64, before *[]byte) error {
	for {
		c, ok := left[*cursor+1]
		if !ok {
			return nil
		}
		*cursor++
		if !bytes.Equal(c.prev, *before) || !bytes.Equal(linkHash("stakeout log 1", c.content, c.prev), c.hash) {
			return touched(fmt.Sprintf("what is left of change %d, of a forgotten story, is not as it was recorded", *cursor))
		}
		delete(left, *cursor)
		*before = c.hash
		v.report.Head.Cursor, v.report.Head.At, v.report.Head.Hash = *cursor, instant(c.at), hex.EncodeToString(c.hash)
	}
}
