package store

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"stakeout/story"
)

// loggedChange is a change that waits to be written at the end of its transaction.
type loggedChange struct {
	change  *story.Change // gets its cursor then
	story   int64
	text    string // its JSON
	content []byte // its hash
}

// addChange puts an event into the log of a story; c has its From, To and At. Its
// cursor is known once the transaction ends.
func addChange(t *tx, key story.Key, storyID int64, c story.Change) (*story.Change, error) {
	c.Source, c.ID, c.Cursor = key.Source, key.ID, 0
	if c.Classes == nil {
		c.Classes = []story.Class{}
	}
	if c.Fields == nil {
		c.Fields = []story.FieldChange{}
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	version := []byte{}
	if _, err := t.get("SELECT hash FROM versions WHERE story_id = ? AND number = ?", []any{storyID, c.To}, &version); err != nil {
		return nil, err
	}
	recorded := c
	if key, err = recordedKey(t, storyID, key); err != nil {
		return nil, err
	}
	recorded.Source = key.Source
	t.log = append(t.log, loggedChange{&c, storyID, string(text), eventHash(&recorded, string(text), version)})
	return &c, nil
}

// addLog writes the changes that wait, behind the last one on record. Cursors are
// given and hashes chained in the order of the commits, so that who reads on from a
// cursor misses none: in Postgres under a lock that is held until the commit.
func (t *tx) addLog() error {
	if len(t.log) == 0 {
		return nil
	}
	if err := t.lockLog(); err != nil {
		return err
	}
	var last int64
	prev := []byte{}
	if _, err := t.get("SELECT cursor, hash FROM ("+lastOfLog+") AS last", nil, &last, &prev); err != nil {
		return err
	}
	for _, l := range t.log {
		c := l.change
		last++
		hash := linkHash("stakeout log 1", l.content, prev)
		if _, err := t.exec(`INSERT INTO changes (cursor, source, story_id, event, at, from_version, to_version, classes, change, content_hash, prev_hash, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, last, c.Source, l.story, c.Event, c.At.UnixMilli(), c.From, c.To, classList(c.Classes), l.text,
			l.content, prev, hash); err != nil {
			return err
		}
		c.Cursor, prev = last, hash
	}
	t.log = nil // not cut to nothing: a job that fails later gets back what it was
	return nil
}

// classList is a set of classes as the database keeps it, each between commas.
func classList(classes []story.Class) string {
	if len(classes) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte(',')
	for _, c := range classes {
		b.WriteString(string(c))
		b.WriteByte(',')
	}
	return b.String()
}

// ChangeFilter says which changes are asked for.
type ChangeFilter struct {
	Source string      // "" for every source
	Key    story.Key   // zero for every story
	Class  story.Class // "" for every class
	Since  time.Time   // at this time or later
	After  int64       // behind this cursor
	Upto   int64       // up to this cursor, it included; 0 for no end
	Limit  int         // 0 for all
	Newest bool        // newest first; else in the order of recording
	Reread bool        // with the events that are no publisher's doing
}

// Changes iterates over what happened. An error ends it.
func (s *Store) Changes(ctx context.Context, f ChangeFilter) iter.Seq2[story.Change, error] {
	f.Source, f.Key.Source = s.called(ctx, f.Source), s.called(ctx, f.Key.Source)
	query, args := f.query()
	return func(yield func(story.Change, error) bool) {
		rows, err := s.stream.query(ctx, query, args...)
		if err != nil {
			yield(story.Change{}, s.failure(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			c, err := scanChange(rows)
			if !yield(c, ours(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(story.Change{}, ours(err))
		}
	}
}

func (f ChangeFilter) query() (string, []any) {
	var w where
	switch {
	case f.Key != story.Key{}:
		w.and("c.story_id = (SELECT story_id FROM stories WHERE source = ? AND id = ?)", f.Key.Source, f.Key.ID)
	case f.Source != "":
		w.and("c.source = ?", f.Source)
	}
	if f.Class != "" {
		w.and("instr(c.classes, ?) > 0", ","+string(f.Class)+",")
	}
	if !f.Since.IsZero() {
		// Times may run back in the log, cursors don't: the first cursor of the
		// time bounds how much of the log is read. Without the hint SQLite walks
		// the log from its beginning to find that one.
		w.and("c.cursor >= (SELECT min(cursor) FROM changes INDEXED BY changes_at WHERE at >= ?)", f.Since.UnixMilli())
		w.and("c.at >= ?", f.Since.UnixMilli())
	}
	if f.After > 0 {
		w.and("c.cursor > ?", f.After)
	}
	if f.Upto > 0 {
		w.and("c.cursor <= ?", f.Upto)
	}
	if !f.Reread {
		w.and("c.event <> 'reread'")
	}
	query := "SELECT c.cursor, c.source, c.change FROM changes c" + w.String() + " ORDER BY c.cursor"
	if f.Newest {
		query += " DESC"
	}
	if f.Limit > 0 {
		query += " LIMIT ?"
		w.args = append(w.args, f.Limit)
	}
	return query, w.args
}

func scanChange(row scanner) (story.Change, error) {
	var c story.Change
	var cursor int64
	var source string // as it is called now
	var text []byte
	if err := row.Scan(&cursor, &source, &text); err != nil {
		return c, err
	}
	err := json.Unmarshal(text, &c)
	c.Cursor, c.Source = cursor, source
	return c, err
}

// scanner is a row to read.
type scanner interface{ Scan(...any) error }

// where gathers the conditions of a query.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}
