package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// DueFilter says which due addresses are asked for.
type DueFilter struct {
	Source string    // "" for every source
	At     time.Time // due at this time or before
	// NewOnly leaves out what was read before, Hinted what nothing listed says
	// has changed; together they give the new and the hinted.
	NewOnly, Hinted bool
	// Urgent leaves out the known stories that wait for a look by the re-check
	// policy: Rechecks has those.
	Urgent bool
	// ListedSince gives what was listed then or later, due or not, and nothing
	// else. Zero for what is due.
	ListedSince time.Time
	Limit       int // 0 for all
}

// Due lists the addresses whose next visit is due, those that wait longest
// first; with ListedSince, in the order in which they were found.
func (s *Store) Due(ctx context.Context, f DueFilter) ([]Address, error) {
	if f.Source != "" {
		return s.dueOf(ctx, f)
	}
	names, err := column[string](ctx, s, "SELECT name FROM sources ORDER BY name")
	if err != nil {
		return nil, err
	}
	var all []Address
	for _, name := range names {
		f.Source = name
		list, err := s.dueOf(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	if f.ListedSince.IsZero() {
		slices.SortStableFunc(all, func(a, b Address) int { return a.NextAt.Compare(b.NextAt) })
	} else {
		slices.SortStableFunc(all, func(a, b Address) int { return cmp.Compare(a.FoundAt.UnixMilli(), b.FoundAt.UnixMilli()) })
	}
	if f.Limit > 0 && len(all) > f.Limit {
		all = all[:f.Limit]
	}
	return all, nil
}

func (s *Store) dueOf(ctx context.Context, f DueFilter) ([]Address, error) {
	var w where
	w.and("a.source = ?", f.Source)
	order := "a.next_at, a.address_id"
	if f.ListedSince.IsZero() {
		w.and("a.next_at <= ?", f.At.UnixMilli())
	} else {
		w.and("a.listed_at >= ?", f.ListedSince.UnixMilli())
		order = "a.address_id"
	}
	switch {
	case f.NewOnly && f.Hinted:
		w.and("(a.story_id IS NULL OR a.hinted = 1)")
	case f.NewOnly:
		w.and("a.story_id IS NULL")
	case f.Hinted:
		w.and("a.hinted = 1")
	}
	if f.Urgent {
		w.and("NOT (" + waiting + " AND EXISTS (SELECT 1 FROM rechecks r WHERE r.address_id = a.address_id))")
	}
	tail := w.String() + " ORDER BY " + order
	if f.Limit > 0 {
		tail += " LIMIT ?"
		w.args = append(w.args, f.Limit)
	}
	return s.addresses(ctx, tail, w.args...)
}

// Unconfirmed lists the addresses of a source whose last visits did not read
// the story that is on record: a removal that waits for confirmation, a wall, a
// failure.
func (s *Store) Unconfirmed(ctx context.Context, source string) ([]Address, error) {
	return s.addresses(ctx, `WHERE a.source = ? AND (a.gone_in_row > 0 OR a.failures > 0) AND a.next_at IS NOT NULL
		AND a.story_id IS NOT NULL ORDER BY a.address_id`, source)
}

// Vanished makes those addresses due that the collection at `before` listed last
// and the one at `at` doesn't: a story that leaves a listing may be gone. It
// hints at each of them once, but for those whose re-check policy weighs it; the
// zero time hints at none.
func (s *Store) Vanished(ctx context.Context, source string, before, at time.Time) error {
	if before.IsZero() || !before.Before(at) {
		return nil
	}
	err := s.commit(ctx, source, func(t *tx) error {
		const left = ` WHERE source = ?2 AND listed_at = ?3 AND story_id IS NOT NULL AND next_at IS NOT NULL`
		if _, err := t.exec("UPDATE rechecks SET left_at = ?1 WHERE address_id IN (SELECT address_id FROM addresses"+left+")", at.UnixMilli(), source, before.UnixMilli()); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE addresses AS a SET next_at = CASE WHEN next_at > ?1 THEN ?1 ELSE next_at END,
			hinted = CASE WHEN EXISTS (SELECT 1 FROM rechecks r WHERE r.address_id = a.address_id) THEN 0 ELSE 1 END`+left, at.UnixMilli(), source, before.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("hint at what %s lists no more: %w", source, err)
	}
	return nil
}

// NextDue is when the next visit of a source is due; the zero time for never.
func (s *Store) NextDue(ctx context.Context, source string) (time.Time, error) {
	list, err := s.addresses(ctx, "WHERE a.source = ? AND a.next_at IS NOT NULL ORDER BY a.next_at LIMIT 1", source)
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	return list[0].NextAt, nil
}

// DueSource says what is due of a source.
type DueSource struct {
	Name     string
	Run      bool // its listings
	Urgent   bool // new stories, hints, retries, and looks on a schedule
	Rechecks bool // looks by the re-check policy
}

// DueSources lists every source with what is due of it at a time.
func (s *Store) DueSources(ctx context.Context, at time.Time) ([]DueSource, error) {
	const policed = waiting + ` AND EXISTS (SELECT 1 FROM rechecks r WHERE r.address_id = a.address_id)`
	rows, err := s.query(ctx, `SELECT name, next_run_at IS NOT NULL AND next_run_at <= ?1,
		EXISTS (SELECT 1 FROM addresses a WHERE a.source = name AND a.next_at <= ?1 AND NOT (`+policed+`)),
		EXISTS (SELECT 1 FROM addresses a WHERE a.source = name AND a.next_at <= ?1 AND `+policed+`)
		FROM sources ORDER BY name`, at.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []DueSource
	for rows.Next() {
		var d DueSource
		if err := rows.Scan(&d.Name, &d.Run, &d.Urgent, &d.Rechecks); err != nil {
			return nil, ours(err)
		}
		list = append(list, d)
	}
	return list, ours(rows.Err())
}

// SetBack brings what is due of a source after `from` forward by a time below 0:
// the clock was set back by as much.
func (s *Store) SetBack(ctx context.Context, source string, by time.Duration, from time.Time) error {
	err := s.commit(ctx, source, func(t *tx) error {
		_, err := t.exec("UPDATE addresses SET next_at = CASE WHEN next_at + ?2 > ?3 THEN next_at + ?2 ELSE ?3 END WHERE source = ?1 AND next_at > ?3", source, by.Milliseconds(), from.UnixMilli())
		if err == nil {
			_, err = t.exec("UPDATE sources SET next_run_at = CASE WHEN next_run_at + ?2 > ?3 THEN next_run_at + ?2 ELSE ?3 END WHERE name = ?1 AND next_run_at > ?3", source, by.Milliseconds(), from.UnixMilli())
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set back what is due of %s: %w", source, err)
	}
	return nil
}
