package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"stakeout/story"
)

// Report is what Verify found.
type Report struct {
	Stories  int `json:"stories"`
	Versions int `json:"versions"`
	Readings int `json:"readings"`
	Pages    int `json:"pages"`
	Changes  int `json:"changes"`
	// Of these is left what the chains need: pages that were pruned, stories that
	// were forgotten. Each is covered by a record; see Erasures.
	Pruned    int `json:"pruned_pages,omitempty"`
	Forgotten int `json:"forgotten_stories,omitempty"`
	// Renames is how often a source got another name, each with its record.
	Renames int `json:"renames,omitempty"`
	// Problem names the first row that is not as it was recorded; "" where
	// every one is.
	Problem string `json:"problem,omitempty"`
	// Head stands for all that was found.
	Head Head `json:"head"`
}

// touched is what Verify stops at: a row that is not as it was recorded.
type touched string

func (t touched) Error() string { return string(t) }

// Verify reads everything again: SQLite's own check of the file, the SHA-256 of
// every page, the hash of every version, reading and event, and the chains over
// them. The error is of the reading itself; what was touched is in the report.
// It reads one moment of the history, and needs no pause in collecting.
func (s *Store) Verify(ctx context.Context) (Report, error) {
	var r Report
	v := verifier{ctx: ctx, store: s, report: &r}
	end, err := v.begin()
	if err != nil {
		return r, ours(err)
	}
	defer end()
	for _, check := range []func() error{v.file, v.pages, v.versions, v.readings, v.log, v.stories, v.renames, v.erasures} {
		if err := check(); err != nil {
			if problem, ok := err.(touched); ok {
				r.Problem = string(problem)
				return r, nil
			}
			return r, fmt.Errorf("verify: %w", ours(err))
		}
	}
	return r, nil
}

type verifier struct {
	ctx    context.Context
	db     *sql.Tx
	beside *sql.Tx // sees the same, while rows of db are read
	store  *Store
	report *Report
}

// begin begins to read one moment of the history.
func (v *verifier) begin() (end func(), err error) {
	o := &sql.TxOptions{ReadOnly: true}
	if v.store.d == onPostgres {
		o.Isolation = sql.LevelRepeatableRead
	}
	if v.db, err = v.store.stream.db.BeginTx(v.ctx, o); err != nil {
		return nil, err
	}
	if v.beside = v.db; v.store.d == onSQLite {
		return func() { v.db.Rollback() }, nil
	}
	// One connection to a server reads one query at a time.
	var moment string
	if err = v.db.QueryRowContext(v.ctx, "SELECT pg_export_snapshot()").Scan(&moment); err == nil {
		v.beside, err = v.store.stream.db.BeginTx(v.ctx, o)
	}
	if err != nil {
		return nil, errors.Join(err, v.db.Rollback())
	}
	end = func() { v.beside.Rollback(); v.db.Rollback() }
	if _, err = v.beside.ExecContext(v.ctx, "SET TRANSACTION SNAPSHOT '"+moment+"'"); err != nil {
		end()
	}
	return end, err
}

// each calls do for every row of a query.
func (v verifier) each(query string, do func(scanner) error) error {
	rows, err := v.db.QueryContext(v.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v verifier) file() error {
	if v.store.d == onPostgres {
		return v.references()
	}
	if err := v.each("PRAGMA integrity_check(1)", func(row scanner) error {
		var result string
		if err := row.Scan(&result); err != nil || result == "ok" {
			return err
		}
		return touched("the database file: " + result)
	}); err != nil {
		return err
	}
	return v.each("PRAGMA foreign_key_check", func(row scanner) error {
		var table, parent string
		var id sql.NullInt64
		var key int
		if err := row.Scan(&table, &id, &parent, &key); err != nil {
			return err
		}
		return touched(fmt.Sprintf("row %d of %s refers to a row of %s that is missing", id.Int64, table, parent))
	})
}

func (v verifier) pages() error {
	bases := map[int64][]byte{}
	return v.each("SELECT page_id, sha256, raw_bytes, base_id, zstd FROM pages ORDER BY page_id", func(row scanner) error {
		var id int64
		var base sql.NullInt64
		var sum, packed []byte
		var size int
		if err := row.Scan(&id, &sum, &size, &base, &packed); err != nil {
			return err
		}
		if len(packed) == 0 {
			return v.pruned(id, sum)
		}
		body, err := v.unpackPage(bases, base, packed)
		if err != nil || !bytes.Equal(rawHash(body), sum) || len(body) != size {
			return touched(fmt.Sprintf("page %s (row %d) is not as it was recorded", hex.EncodeToString(sum), id))
		}
		v.report.Pages++
		return nil
	})
}

// pruned counts a page without its bytes, for which there must be a record.
func (v verifier) pruned(id int64, sum []byte) error {
	var recorded bool
	if err := v.beside.QueryRowContext(v.ctx, v.store.d.text("SELECT EXISTS (SELECT 1 FROM pruned_pages WHERE page_id = ?)"), id).Scan(&recorded); err != nil {
		return err
	}
	if !recorded {
		return touched(fmt.Sprintf("page %s (row %d) lost its bytes, and no record says so", hex.EncodeToString(sum), id))
	}
	v.report.Pruned++
	return nil
}

// verifiedBases is how many pages that others are based on are held in memory
// while pages are verified.
const verifiedBases = 64

func (v verifier) unpackPage(bases map[int64][]byte, base sql.NullInt64, packed []byte) ([]byte, error) {
	if !base.Valid {
		return v.store.packs.unpack(packed)
	}
	dict, ok := bases[base.Int64]
	if !ok {
		page, err := v.store.loadPage(v.ctx, base.Int64)
		if err != nil {
			return nil, err
		}
		if len(bases) >= verifiedBases {
			clear(bases)
		}
		dict = page.raw
		bases[base.Int64] = dict
	}
	return v.store.packs.unpackWith(dict, packed)
}

// versions checks every version with its pages and its first reading, and that
// each follows on the one before it.
func (v verifier) versions() error {
	pages, err := v.pagesOfVersions()
	if err != nil {
		return err
	}
	defer pages.close()
	var before versionRow
	return v.each(`SELECT v.version_id, coalesce(s.recorded_source, s.source), s.id, v.number, v.at, v.url, v.content_hash, v.prev_hash, v.hash,
		(SELECT zstd FROM readings r WHERE r.version_id = v.version_id AND r.ordinal = 1)
		FROM versions v JOIN stories s ON s.story_id = v.story_id ORDER BY v.story_id, v.number`, func(row scanner) error {
		var id int64
		var packed []byte
		var now versionRow
		if err := row.Scan(&id, &now.key.Source, &now.key.ID, &now.number, &now.at, &now.url, &now.content, &now.prev, &now.hash, &packed); err != nil {
			return err
		}
		if now.key != before.key {
			before = versionRow{key: now.key}
			v.report.Stories++
		}
		name := fmt.Sprintf("version %d of %s", now.number, now.key)
		if now.number != before.number+1 {
			return touched(fmt.Sprintf("version %d of %s is missing", before.number+1, now.key))
		}
		if !bytes.Equal(now.prev, before.hash) {
			return touched(name + " doesn't follow on the one before it")
		}
		var err error
		if now.reading, err = v.store.packs.unpackReading(packed); err != nil || packed == nil {
			return touched("the first reading of " + name + " is not as it was recorded")
		}
		if now.pages, err = pages.of(id); err != nil {
			return err
		}
		if !now.sealed() {
			return touched(name + " is not as it was recorded")
		}
		before = now
		v.report.Versions++
		return nil
	})
}

// pageList reads the pages of single versions.
type pageList struct {
	ctx  context.Context
	stmt *sql.Stmt
}

func (v verifier) pagesOfVersions() (pageList, error) {
	stmt, err := v.beside.PrepareContext(v.ctx, v.store.d.text(`SELECT p.sha256, vp.url, vp.content_type FROM version_pages vp
		JOIN pages p ON p.page_id = vp.page_id WHERE vp.version_id = ? ORDER BY vp.ordinal`))
	return pageList{v.ctx, stmt}, err
}

func (l pageList) of(version int64) ([]pageRow, error) {
	rows, err := l.stmt.QueryContext(l.ctx, version)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []pageRow
	for rows.Next() {
		var p pageRow
		if err := rows.Scan(&p.sha256, &p.url, &p.contentType); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func (l pageList) close() { l.stmt.Close() }

func (v verifier) readings() error {
	var version int64
	var before int
	return v.each(`SELECT r.version_id, s.source, s.id, v.number, v.hash, r.ordinal, r.zstd, r.hash
		FROM readings r JOIN versions v ON v.version_id = r.version_id JOIN stories s ON s.story_id = v.story_id
		ORDER BY r.version_id, r.ordinal`, func(row scanner) error {
		var id int64
		var key story.Key
		var number, ordinal int
		var versionHash, packed, hash []byte
		if err := row.Scan(&id, &key.Source, &key.ID, &number, &versionHash, &ordinal, &packed, &hash); err != nil {
			return err
		}
		if id != version {
			version, before = id, 0
		}
		name := fmt.Sprintf("reading %d of version %d of %s", ordinal, number, key)
		if before++; ordinal != before {
			return touched(fmt.Sprintf("reading %d of version %d of %s is missing", before, number, key))
		}
		text, err := v.store.packs.unpackReading(packed)
		if err != nil || !bytes.Equal(readingHash(versionHash, ordinal, text), hash) {
			return touched(name + " is not as it was recorded")
		}
		v.report.Readings++
		return nil
	})
}

// log checks every event, that each follows on the one before it, and that every
// version got into the log.
func (v verifier) log() error {
	rest, err := v.forgottenChanges()
	if err != nil {
		return err
	}
	var cursor int64
	before := []byte{}
	err = v.each(`SELECT c.cursor, coalesce(s.recorded_source, s.source), s.id, c.source = s.source, c.event, c.at, c.from_version, c.to_version, c.classes, c.change,
		c.content_hash, c.prev_hash, c.hash, (SELECT hash FROM versions v WHERE v.story_id = c.story_id AND v.number = c.to_version)
		FROM changes c JOIN stories s ON s.story_id = c.story_id ORDER BY c.cursor`, func(row scanner) error {
		var c, said story.Change
		var at sql.NullInt64
		var own bool
		var classes, text string
		var content, prev, hash, version []byte
		if err := row.Scan(&c.Cursor, &c.Source, &c.ID, &own, &c.Event, &at, &c.From, &c.To, &classes, &text, &content, &prev, &hash, &version); err != nil {
			return err
		}
		c.At = moment(at)
		name := fmt.Sprintf("change %d, of %s/%s,", c.Cursor, c.Source, c.ID)
		if err := v.passForgotten(rest, &cursor, &before); err != nil {
			return err
		}
		switch cursor++; {
		case c.Cursor != cursor:
			return touched(fmt.Sprintf("change %d is missing", cursor))
		case !bytes.Equal(prev, before):
			return touched(name + " doesn't follow on the one before it")
		case !own, json.Unmarshal([]byte(text), &said) != nil, classList(said.Classes) != classes,
			!bytes.Equal(eventHash(&c, text, version), content), !bytes.Equal(linkHash("stakeout log 1", content, prev), hash):
			return touched(name + " is not as it was recorded")
		}
		before = hash
		v.report.Changes++
		v.report.Head = Head{Cursor: c.Cursor, At: instant(at), Hash: hex.EncodeToString(hash)}
		return nil
	})
	if err == nil {
		err = v.passForgotten(rest, &cursor, &before)
	}
	if err == nil && len(rest) > 0 {
		err = touched(fmt.Sprintf("change %d is missing", cursor+1))
	}
	if err != nil {
		return err
	}
	return v.each(`SELECT s.source, s.id, v.number FROM versions v JOIN stories s ON s.story_id = v.story_id
		WHERE NOT EXISTS (SELECT 1 FROM changes c WHERE c.story_id = v.story_id AND c.to_version = v.number AND c.event <> 'reread') LIMIT 1`, func(row scanner) error {
		var key story.Key
		var number int
		if err := row.Scan(&key.Source, &key.ID, &number); err != nil {
			return err
		}
		return touched(fmt.Sprintf("the change that brought version %d of %s is missing", number, key))
	})
}

// stories holds the stories' own rows against their versions and the log, and
// the sources' against their stories.
func (v verifier) stories() error {
	if err := v.each("SELECT name FROM sources WHERE stories <> (SELECT count(*) FROM stories WHERE source = name) LIMIT 1", func(row scanner) error {
		var name string
		if err := row.Scan(&name); err != nil {
			return err
		}
		return touched(fmt.Sprintf("source %s has another number of stories than was counted", name))
	}); err != nil {
		return err
	}
	return v.each(`SELECT s.source, s.id, s.latest = coalesce((SELECT max(number) FROM versions v WHERE v.story_id = s.story_id), 0) FROM stories s
		WHERE s.latest <> coalesce((SELECT max(number) FROM versions v WHERE v.story_id = s.story_id), 0)
		OR (s.status = 'removed') <> coalesce((SELECT c.event = 'removed' FROM changes c WHERE c.story_id = s.story_id
			AND c.event IN ('removed', 'restored') ORDER BY c.cursor DESC LIMIT 1), FALSE) LIMIT 1`, func(row scanner) error {
		var key story.Key
		var whole bool
		if err := row.Scan(&key.Source, &key.ID, &whole); err != nil {
			return err
		}
		if !whole {
			return touched(fmt.Sprintf("the latest version of %s is missing", key))
		}
		return touched(fmt.Sprintf("the status of %s is not that of the log", key))
	})
}
