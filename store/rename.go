package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"stakeout/story"
)

// A source keeps its history under another name: every row that has its name gets
// the new one, in one transaction, and an append-only record says so. What is hashed
// stays as it was: the hashes of a story cover the name under which it was recorded
// first, which the story keeps (docs/decisions/13-a-source-gets-another-name.md).

// RenamedError says that a source has another name now. Nothing was written.
type RenamedError struct {
	Old, New string
	At       time.Time
}

func (e *RenamedError) Error() string {
	return fmt.Sprintf("source %s was renamed to %s on %s", e.Old, e.New, e.At.UTC().Format(time.DateOnly))
}

// renamed lists the tables with a source's name, and its column there.
var renamed = []struct{ table, column string }{
	{"addresses", "source"}, {"visits", "source"}, {"changes", "source"}, {"templates", "source"}, {"lessons", "source"}, {"learnt", "source"},
	{"uses", "source"}, {"broken_pages", "source"}, {"told_trouble", "source"}, {"sources", "name"},
}

// renameRow is a rename as its hash covers it.
type renameRow struct {
	id, at                      int64
	oldName, newName            string
	headHash, prevHash, rowHash []byte
}

// sum is the hash of a rename: "stakeout rename 1", ID, time, both names, the log's
// last hash when it was written (empty for an empty log), the hash of the rename
// before (empty for the first).
func (r renameRow) sum() []byte {
	d := newDigest("stakeout rename 1")
	d.number(r.id)
	d.number(r.at)
	d.text(r.oldName)
	d.text(r.newName)
	d.bytes(r.headHash)
	d.bytes(r.prevHash)
	return d.sum()
}

// Rename gives a source another name, with its whole history. Whoever runs it under
// the old one records nothing more. ErrNotFound where there is no such source; an
// error where the new name has a history, or was another source's.
func (s *Store) Rename(ctx context.Context, oldName, newName string) error {
	err := s.commitAll(ctx, []string{oldName, newName, "renames"}, func(t *tx) error {
		if err := t.addLog(); err != nil {
			return err
		}
		if err := mayRename(t, oldName, newName); err != nil {
			return err
		}
		r := renameRow{at: s.now().UnixMilli(), oldName: oldName, newName: newName, headHash: []byte{}, prevHash: []byte{}}
		if _, err := t.get("SELECT hash FROM ("+lastOfLog+") AS last", nil, &r.headHash); err != nil {
			return err
		}
		if _, err := t.get("SELECT rename_id, hash FROM renames ORDER BY rename_id DESC LIMIT 1", nil, &r.id, &r.prevHash); err != nil {
			return err
		}
		r.id++
		return r.carryOut(t)
	})
	if err != nil {
		return fmt.Errorf("rename source %s to %s: %w", oldName, newName, err)
	}
	s.bases.forget(oldName)
	return nil
}

// carryOut writes the record, and the new name wherever the old one stands.
func (r renameRow) carryOut(t *tx) error {
	if _, err := t.exec("INSERT INTO renames (rename_id, at, old_name, new_name, head_hash, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
		r.id, r.at, r.oldName, r.newName, r.headHash, r.prevHash, r.sum()); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE stories SET source = ?1, recorded_source = coalesce(recorded_source, source) WHERE source = ?2", r.newName, r.oldName); err != nil {
		return err
	}
	for _, n := range renamed {
		if _, err := t.exec("UPDATE "+n.table+" SET "+n.column+" = ?1 WHERE "+n.column+" = ?2", r.newName, r.oldName); err != nil {
			return err
		}
	}
	// Whoever holds the source by its old name is thought dead from now on.
	if _, err := t.exec("UPDATE hosts SET holder = '', number = number + 1, until = 0 WHERE host = ?", SourceLease(r.oldName)); err != nil {
		return err
	}
	_, err := t.exec("UPDATE renames SET done = 1 WHERE rename_id = ?", r.id)
	return err
}

func mayRename(t *tx, oldName, newName string) error {
	var names []renameRow
	if err := eachRename(t, func(r renameRow) { names = append(names, r) }); err != nil {
		return err
	}
	if found, err := t.get("SELECT 1 FROM sources WHERE name = ?", []any{oldName}, new(int)); err != nil || !found {
		if now := nameNow(names, oldName); err == nil && now != oldName {
			return fmt.Errorf("its name is %s by now: %w", now, ErrNotFound)
		}
		return errors.Join(err, ErrNotFound)
	}
	if now := nameNow(names, newName); now != newName && now != oldName {
		return fmt.Errorf("%s is an earlier name of %s, and finds its stories", newName, now)
	}
	taken, err := t.get("SELECT 1 FROM sources WHERE name = ?", []any{newName}, new(int))
	if err != nil {
		return err
	}
	if taken {
		return fmt.Errorf("%s has a history of its own", newName)
	}
	open, err := t.get("SELECT 1 FROM erasures WHERE done_at IS NULL", nil, new(int))
	if err == nil && open {
		err = errors.New("a prune or forget was interrupted: run that again first")
	}
	return err
}

// nameNow is what a source is called after renames, by its name at any time: an
// earlier name is nobody else's.
func nameNow(all []renameRow, name string) string {
	for _, r := range all {
		if r.oldName == name {
			name = r.newName
		}
	}
	return name
}

// eachRename reads the records in a transaction.
func eachRename(t *tx, take func(renameRow)) error {
	stmt, err := t.prepared("SELECT rename_id, at, old_name, new_name FROM renames ORDER BY rename_id")
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(t.ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r renameRow
		if err := rows.Scan(&r.id, &r.at, &r.oldName, &r.newName); err != nil {
			return err
		}
		take(r)
	}
	return rows.Err()
}

// refuseRenamed refuses to record under a name that a source has no more.
func refuseRenamed(t *tx, name string) error {
	if found, err := t.get("SELECT 1 FROM renames WHERE old_name = ? LIMIT 1", []any{name}, new(int)); err != nil || !found {
		return err
	}
	var all []renameRow
	if err := eachRename(t, func(r renameRow) { all = append(all, r) }); err != nil {
		return err
	}
	return renamedError(all, name)
}

func renamedError(all []renameRow, name string) error {
	now := nameNow(all, name)
	if now == name {
		return nil
	}
	e := &RenamedError{Old: name, New: now}
	for _, r := range all {
		if r.oldName == name {
			e.At = time.UnixMilli(r.at)
		}
	}
	return e
}

// Renamed returns a *RenamedError where a source has another name by now; nil where
// it hasn't.
func (s *Store) Renamed(ctx context.Context, name string) error {
	all, err := s.renames(ctx)
	if err != nil {
		return err
	}
	return renamedError(all, name)
}

// NameNow is what a source is called now, by any name that it had.
func (s *Store) NameNow(ctx context.Context, name string) (string, error) {
	all, err := s.renames(ctx)
	return nameNow(all, name), err
}

// called is NameNow for a query that follows: where this can't be read, that can't
// either.
func (s *Store) called(ctx context.Context, name string) string {
	if name == "" {
		return ""
	}
	if now, err := s.NameNow(ctx, name); err == nil {
		return now
	}
	return name
}

func (s *Store) renames(ctx context.Context) ([]renameRow, error) {
	rows, err := s.query(ctx, "SELECT rename_id, at, old_name, new_name FROM renames ORDER BY rename_id")
	if err != nil {
		return nil, fmt.Errorf("renames: %w", err)
	}
	defer rows.Close()
	var out []renameRow
	for rows.Next() {
		var r renameRow
		if err := rows.Scan(&r.id, &r.at, &r.oldName, &r.newName); err != nil {
			return nil, ours(err)
		}
		out = append(out, r)
	}
	return out, ours(rows.Err())
}

// formerNames are the names that a source had before.
func formerNames(t *tx, name string) (names []string, err error) {
	var all []renameRow
	if err := eachRename(t, func(r renameRow) { all = append(all, r) }); err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.oldName != name && nameNow(all, r.oldName) == name {
			names = append(names, r.oldName)
		}
	}
	return names, nil
}

// recordedKey is a story's key as its hashes cover it. Key is its key now, and holds
// for a story that isn't on record yet.
func recordedKey(t *tx, storyID int64, key story.Key) (story.Key, error) {
	var name sql.NullString
	_, err := t.get("SELECT recorded_source FROM stories WHERE story_id = ?", []any{storyID}, &name)
	if name.Valid {
		key.Source = name.String
	}
	return key, err
}

// renames checks the records, and that the stories that have another name now have
// it by one of them.
func (v verifier) renames() error {
	var all []renameRow
	before := []byte{}
	if err := v.each("SELECT rename_id, at, old_name, new_name, head_hash, prev_hash, hash FROM renames ORDER BY rename_id", func(row scanner) error {
		var r renameRow
		if err := row.Scan(&r.id, &r.at, &r.oldName, &r.newName, &r.headHash, &r.prevHash, &r.rowHash); err != nil {
			return err
		}
		switch {
		case r.id != int64(len(all)+1):
			return touched(fmt.Sprintf("the record of rename %d is missing", len(all)+1))
		case !bytes.Equal(r.prevHash, before) || !bytes.Equal(r.sum(), r.rowHash):
			return touched(fmt.Sprintf("the record of rename %d is not as it was recorded", r.id))
		}
		all, before = append(all, r), r.rowHash
		return nil
	}); err != nil {
		return err
	}
	v.report.Renames = len(all)
	return v.each("SELECT DISTINCT source, coalesce(recorded_source, source) FROM stories", func(row scanner) error {
		var now, recorded string
		if err := row.Scan(&now, &recorded); err != nil {
			return err
		}
		if nameNow(all, recorded) != now {
			return touched(fmt.Sprintf("stories that were recorded as of %s are those of %s, and no record says so", recorded, now))
		}
		return nil
	})
}
