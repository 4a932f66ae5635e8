package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Prune says what of a history is let go.
type Prune struct {
	// PagesBefore lets the raw pages go of versions that were last seen before it;
	// their SHA-256 stays. A page that a later version has as well stays. Zero for
	// none.
	PagesBefore time.Time
	// VisitsBefore lets visits go that ended before it and brought nothing: those
	// that found the same, failed, or were blocked. Zero for none.
	VisitsBefore time.Time
	Source       string // "" for every source
	Reason       string
}

// how many pages and visits are let go of in a transaction: a few milliseconds, so
// that visits needn't wait.
const (
	pagesAtOnce  = 32
	visitsAtOnce = 500
)

// Prune lets pages and visits go, and leaves a record of it, which is written
// first. Collecting goes on meanwhile. Where it is interrupted, what is gone is
// gone, and the record says so; prune again to go on. Nothing is written where
// there is nothing to let go of.
func (s *Store) Prune(ctx context.Context, p Prune) (Erasure, error) {
	e, err := s.prune(ctx, p)
	if err != nil {
		return e, fmt.Errorf("prune: %w", s.failure(err))
	}
	return e, nil
}

func (s *Store) prune(ctx context.Context, p Prune) (Erasure, error) {
	pages, err := s.prunable(ctx, p)
	if err != nil {
		return Erasure{}, err
	}
	visits, err := s.droppable(ctx, p)
	if err != nil || len(pages)+len(visits) == 0 {
		return Erasure{}, err
	}
	row := erasureRow{kind: Pruned, reason: p.Reason, source: p.Source, at: s.now().UnixMilli(), pagesBefore: millis(p.PagesBefore), visitsBefore: millis(p.VisitsBefore)}
	var id int64
	if err := s.commit(ctx, erasing, func(t *tx) (err error) {
		// What was interrupted is over with: this one covers what it left.
		if _, err := t.exec("UPDATE erasures SET done_at = ? WHERE kind = 'prune' AND done_at IS NULL", row.at); err != nil {
			return err
		}
		id, err = openErasure(t, row)
		return err
	}); err != nil {
		return Erasure{}, err
	}
	if err := s.dropPages(ctx, id, pages); err != nil {
		return Erasure{}, err
	}
	for batch := range slices.Chunk(visits, visitsAtOnce) {
		if err := s.commit(ctx, erasing, func(t *tx) error { return dropVisits(t, id, batch, row.visitsBefore) }); err != nil {
			return Erasure{}, err
		}
	}
	if err := s.commit(ctx, erasing, func(t *tx) error { return closeErasure(t, id, s.now().UnixMilli()) }); err != nil {
		return Erasure{}, err
	}
	all, err := s.Erasures(ctx)
	if err != nil {
		return Erasure{}, err
	}
	return all[len(all)-1], nil
}

// prunable lists the pages to let go of.
func (s *Store) prunable(ctx context.Context, p Prune) (leaving, error) {
	if p.PagesBefore.IsZero() {
		return nil, nil
	}
	// Versions that are no older than that can't have been last seen before it.
	const lastSeen = "coalesce((SELECT n.prev_seen_at FROM versions n WHERE n.story_id = v.story_id AND n.number = v.number + 1), s.last_seen_at)"
	pages, err := column[int64](ctx, s, `SELECT DISTINCT vp.page_id FROM versions v JOIN stories s ON s.story_id = v.story_id
		JOIN version_pages vp ON vp.version_id = v.version_id
		WHERE v.at < ?1 AND `+lastSeen+` < ?1 AND ?2 IN ('', s.source) AND vp.page_id NOT IN (SELECT page_id FROM pruned_pages)`, p.PagesBefore.UnixMilli(), p.Source)
	if err != nil {
		return nil, err
	}
	slices.Sort(pages)
	needed, err := column[int64](ctx, s, `SELECT DISTINCT vp.page_id FROM version_pages vp JOIN versions v ON v.version_id = vp.version_id
		JOIN stories s ON s.story_id = v.story_id WHERE vp.page_id IN
		(SELECT page_id FROM version_pages GROUP BY page_id HAVING count(*) > 1) AND (`+lastSeen+` >= ?1 OR ?2 NOT IN ('', s.source))`, p.PagesBefore.UnixMilli(), p.Source)
	if err != nil {
		return nil, err
	}
	slices.Sort(needed)
	return slices.DeleteFunc(pages, leaving(needed).has), nil
}

// dropPages takes the bytes of pages: the latest first, because a page is packed
// with an earlier one.
func (s *Store) dropPages(ctx context.Context, erasure int64, pages leaving) error {
	rest := slices.Clone(pages)
	slices.Reverse(rest)
	for len(rest) > 0 {
		batch := rest[:min(pagesAtOnce, len(rest))]
		heirs := make([]sql.NullInt64, len(batch))
		for i, page := range batch {
			var err error
			if heirs[i], err = s.moveOff(ctx, page, pages); err != nil {
				return err
			}
		}
		err := s.commit(ctx, erasing, func(t *tx) error {
			for i, page := range batch {
				if err := dropPage(t, erasure, page, heirs[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if errors.Is(err, errMoved) {
			continue
		}
		if err != nil {
			return err
		}
		rest = rest[len(batch):]
	}
	return nil
}

func dropPage(t *tx, erasure, page int64, heir sql.NullInt64) error {
	if err := leave(t, page, heir); err != nil {
		return err
	}
	if _, err := t.exec("INSERT INTO pruned_pages (page_id, erasure_id) VALUES (?, ?)", page, erasure); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE pages SET zstd = x'', base_id = NULL WHERE page_id = ?", page); err != nil {
		return err
	}
	_, err := t.exec("UPDATE erasures SET pages = pages + 1 WHERE erasure_id = ?", erasure)
	return err
}

// brought are the outcomes that write history, whose visits stay: with them the
// server's answer is kept.
const brought = "('new', 'changed', 'removed')"

// folding tells a visit into which the next one may fold.
const folding = "EXISTS (SELECT 1 FROM addresses a WHERE a.source = visits.source AND a.url = visits.url AND a.last_visit_id = visits.visit_id)"

// droppable lists the visits to let go of.
func (s *Store) droppable(ctx context.Context, p Prune) ([]int64, error) {
	if p.VisitsBefore.IsZero() {
		return nil, nil
	}
	return column[int64](ctx, s, "SELECT visit_id FROM visits WHERE last_at < ? AND outcome NOT IN "+brought+" AND ? IN ('', source) AND NOT "+folding,
		p.VisitsBefore.UnixMilli(), p.Source)
}

func dropVisits(t *tx, erasure int64, visits []int64, before sql.NullInt64) error {
	for _, id := range visits {
		// One that another visit folded into meanwhile stays.
		n, err := t.update("DELETE FROM visits WHERE visit_id = ? AND last_at < ? AND NOT "+folding, id, before)
		if err != nil {
			return err
		}
		if _, err := t.exec("UPDATE erasures SET visits = visits + ? WHERE erasure_id = ?", n, erasure); err != nil {
			return err
		}
	}
	return nil
}

// Prunable counts what Prune would let go.
func (s *Store) Prunable(ctx context.Context, p Prune) (pages, visits int, err error) {
	all, err := s.prunable(ctx, p)
	if err != nil {
		return 0, 0, fmt.Errorf("prune: %w", err)
	}
	dropped, err := s.droppable(ctx, p)
	if err != nil {
		return 0, 0, fmt.Errorf("prune: %w", err)
	}
	return len(all), len(dropped), nil
}
