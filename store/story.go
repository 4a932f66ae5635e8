package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"stakeout/story"
)

// Filter says which stories or versions are asked for.
type Filter struct {
	Source string    // "" for every source
	Since  time.Time // changed (a version: recorded) at this time or later
	Limit  int       // 0 for all
	// Behind continues a list of stories behind one of them; zero for its start.
	Behind Mark
	// AsRecorded gives each version's first reading instead of its latest.
	AsRecorded bool
	// Explain fills Via: where each field was read.
	Explain bool
}

// Mark is a place in a list of stories: behind the one of this key, when it had
// last changed at that time.
type Mark struct {
	ChangedAt time.Time
	Key       story.Key
}

// Stories iterates over stories as they stand, the latest changed first. An
// error ends it.
func (s *Store) Stories(ctx context.Context, f Filter) iter.Seq2[story.Story, error] {
	var w where
	w.and("v.number = s.latest")
	if f.Source != "" {
		w.and("s.source = ?", s.called(ctx, f.Source))
	}
	if !f.Since.IsZero() {
		w.and("s.changed_at >= ?", f.Since.UnixMilli())
	}
	if m := f.Behind; !m.ChangedAt.IsZero() {
		w.and("(s.changed_at, s.story_id) < (?, (SELECT story_id FROM stories WHERE source = ? AND id = ?))", m.ChangedAt.UnixMilli(), m.Key.Source, m.Key.ID)
	}
	return s.stories(ctx, s.stream, f, "s.changed_at", w, " ORDER BY s.changed_at DESC, s.story_id DESC")
}

// Versions iterates over every version, by source, ID and number; with Since, by
// time. An error ends it.
func (s *Store) Versions(ctx context.Context, f Filter) iter.Seq2[story.Story, error] {
	var w where
	order := " ORDER BY s.source, s.id, v.number"
	if f.Source != "" {
		w.and("s.source = ?", s.called(ctx, f.Source))
	}
	if !f.Since.IsZero() {
		w.and("v.at >= ?", f.Since.UnixMilli())
		order = " ORDER BY v.at, v.version_id"
	}
	return s.stories(ctx, s.stream, f, "v.at", w, order)
}

// Story returns a story as it stands; ErrNotFound where there is none.
func (s *Store) Story(ctx context.Context, key story.Key) (story.Story, error) {
	return s.StoryAt(ctx, key, 0)
}

// StoryAt returns a story at one of its versions, 0 for the latest; ErrNotFound
// where there is none. Its URL is the page's as of that version, its status the
// story's of now.
func (s *Store) StoryAt(ctx context.Context, key story.Key, number int) (story.Story, error) {
	var w where
	changed := "s.changed_at"
	key.Source = s.called(ctx, key.Source)
	w.and("s.source = ? AND s.id = ?", key.Source, key.ID)
	if number > 0 {
		changed = "v.at"
		w.and("v.number = ?", number)
	} else {
		w.and("v.number = s.latest")
	}
	for st, err := range s.stories(ctx, s.read, Filter{Explain: true}, changed, w, "") {
		return st, err
	}
	if number > 0 {
		return story.Story{}, fmt.Errorf("story %s, version %d: %w", key, number, ErrNotFound)
	}
	return story.Story{}, fmt.Errorf("story %s: %w", key, ErrNotFound)
}

// stories runs a query for stories. changedAt is the column that ChangedAt is
// read from.
func (s *Store) stories(ctx context.Context, from *reader, f Filter, changedAt string, w where, order string) iter.Seq2[story.Story, error] {
	newest := "DESC"
	if f.AsRecorded {
		newest = "ASC"
	}
	query := `SELECT s.source, s.id, s.status, v.number, s.first_seen_at,
		coalesce((SELECT n.prev_seen_at FROM versions n WHERE n.story_id = v.story_id AND n.number = v.number + 1), s.last_seen_at), ` + changedAt + `,
		(SELECT r.zstd FROM readings r WHERE r.version_id = v.version_id ORDER BY r.ordinal ` + newest + ` LIMIT 1)
		FROM stories s JOIN versions v ON v.story_id = s.story_id` + w.String() + order
	if f.Limit > 0 {
		query += " LIMIT ?"
		w.args = append(w.args, f.Limit)
	}
	return func(yield func(story.Story, error) bool) {
		rows, err := from.query(ctx, query, w.args...)
		if err != nil {
			yield(story.Story{}, s.failure(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			st, err := s.scanStory(rows, f.Explain)
			if !yield(st, ours(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(story.Story{}, ours(err))
		}
	}
}

func (s *Store) scanStory(row scanner, explain bool) (story.Story, error) {
	var st story.Story
	var first, seen, changed sql.NullInt64
	var packed []byte
	if err := row.Scan(&st.Source, &st.ID, &st.Status, &st.Version, &first, &seen, &changed, &packed); err != nil {
		return st, err
	}
	err := s.fillStory(&st, packed, explain, first, seen, changed)
	return st, err
}

// fillStory fills in what a story's row doesn't say: its packed reading, and
// times.
func (s *Store) fillStory(st *story.Story, packed []byte, explain bool, first, seen, changed sql.NullInt64) error {
	var r story.Reading
	if err := s.packs.unpackJSON(packed, &r); err != nil {
		return fmt.Errorf("story %s, version %d: reading: %w: %w", st.Key(), st.Version, err, ErrCorrupt)
	}
	st.Fields, st.URL = r.Fields, r.URL
	if explain {
		st.Via = r.Via
	}
	st.FirstSeen, st.LastSeen, st.ChangedAt = instant(first), instant(seen), instant(changed)
	return nil
}
