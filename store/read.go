package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"stakeout/story"
)

// Filter says which stories or versions are asked for.
type Filter struct {
	Source string    // "" for every source
	Since  time.Time // changed (a version: recorded) at this time or later
	// AsRecorded gives each version's first reading instead of its latest.
	AsRecorded bool
	// Explain fills Via: where each field was read.
	Explain bool
}

// reading is the column of the reading that a filter asks for.
func (f Filter) reading() string {
	order := "DESC"
	if f.AsRecorded {
		order = ""
	}
	return "(SELECT reading FROM readings r WHERE r.version_id = v.version_id ORDER BY ordinal " + order + " LIMIT 1)"
}

// versionSeen is the column of when a version was last seen: when its story
// was, or when the next version found it for the last time.
const versionSeen = `CASE WHEN v.number = s.latest THEN s.last_seen_at ELSE coalesce(
	(SELECT json_extract(c.change, '$.seen_before') FROM changes c WHERE c.source = v.source AND c.id = v.id
	 AND json_extract(c.change, '$.from') = v.number AND json_extract(c.change, '$.to') = v.number + 1 LIMIT 1), s.last_seen_at) END`

const storyFrom = ` FROM stories s JOIN versions v ON v.source = s.source AND v.id = s.id`

// Stories iterates over stories as they stand, the latest changed first.
func (s *Store) Stories(ctx context.Context, f Filter) iter.Seq2[story.Story, error] {
	return s.stories(ctx, f, "s.changed_at", storyFrom+` AND v.number = s.latest
		WHERE (?1 = '' OR s.source = ?1) AND s.changed_at >= ?2 ORDER BY s.changed_at DESC, s.source, s.id`, f.Source, sinceMillis(f.Since))
}

// Versions iterates over every version, by story and number.
func (s *Store) Versions(ctx context.Context, f Filter) iter.Seq2[story.Story, error] {
	return s.stories(ctx, f, "v.at", storyFrom+`
		WHERE (?1 = '' OR s.source = ?1) AND v.at >= ?2 ORDER BY s.source, s.id, v.number`, f.Source, sinceMillis(f.Since))
}

func sinceMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// StoryAt returns a story at one of its versions, 0 for the latest; ErrNotFound
// where there is none.
func (s *Store) StoryAt(ctx context.Context, key story.Key, number int) (story.Story, error) {
	f := Filter{Explain: true}
	changed := "s.changed_at"
	if number > 0 {
		changed = "v.at"
	}
	for st, err := range s.stories(ctx, f, changed, storyFrom+` AND v.number = CASE WHEN ?3 > 0 THEN ?3 ELSE s.latest END
		WHERE s.source = ?1 AND s.id = ?2`, key.Source, key.ID, number) {
		return st, err
	}
	if number > 0 {
		return story.Story{}, fmt.Errorf("story %s: version %d: %w", key, number, ErrNotFound)
	}
	return story.Story{}, fmt.Errorf("story %s: %w", key, ErrNotFound)
}

func (s *Store) stories(ctx context.Context, f Filter, changedAt, from string, args ...any) iter.Seq2[story.Story, error] {
	return func(yield func(story.Story, error) bool) {
		rows, err := s.read.QueryContext(ctx, "SELECT s.source, s.id, v.url, s.status, v.number, s.first_seen_at, "+versionSeen+", "+changedAt+", "+f.reading()+from, args...)
		if err != nil {
			yield(story.Story{}, ours(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			st, err := scanStory(rows, f.Explain)
			if !yield(st, ours(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(story.Story{}, ours(err))
		}
	}
}

func scanStory(rows *sql.Rows, explain bool) (story.Story, error) {
	var st story.Story
	var first, changed int64
	var seen any
	var text string
	if err := rows.Scan(&st.Source, &st.ID, &st.URL, &st.Status, &st.Version, &first, &seen, &changed, &text); err != nil {
		return st, err
	}
	var r story.Reading
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return st, fmt.Errorf("story %s, version %d: reading: %w", st.Key(), st.Version, err)
	}
	st.Fields, st.URL = r.Fields, r.URL
	if explain {
		st.Via = r.Via
	}
	st.FirstSeen, st.ChangedAt, st.LastSeen = instant(first), instant(changed), seenAt(seen)
	return st, nil
}

// seenAt reads a time that is kept as milliseconds, or as RFC 3339 in a change.
func seenAt(v any) *time.Time {
	switch v := v.(type) {
	case int64:
		return instant(v)
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

func instant(ms int64) *time.Time {
	t := time.UnixMilli(ms).UTC()
	return &t
}

// ChangeFilter says which changes are asked for.
type ChangeFilter struct {
	Source string    // "" for every source
	Key    story.Key // zero for every story
	Since  time.Time // at this time or later
	After  int64     // behind this cursor
	Limit  int       // 0 for all
	Newest bool      // newest first; else in the order of recording
	Reread bool      // with the events that are no publisher's doing
}

// Changes iterates over what happened.
func (s *Store) Changes(ctx context.Context, f ChangeFilter) iter.Seq2[story.Change, error] {
	order := "c.cursor"
	if f.Newest {
		order = "c.cursor DESC"
	}
	limit := f.Limit
	if limit <= 0 {
		limit = -1
	}
	source := f.Source
	if f.Key.Source != "" {
		source = f.Key.Source
	}
	return func(yield func(story.Change, error) bool) {
		rows, err := s.read.QueryContext(ctx, `SELECT c.cursor, c.change FROM changes c
			WHERE (?1 = '' OR c.source = ?1) AND (?2 = '' OR c.id = ?2) AND c.at >= ?3 AND c.cursor > ?4 AND (?5 OR c.event <> 'reread')
			ORDER BY `+order+` LIMIT ?6`, source, f.Key.ID, sinceMillis(f.Since), f.After, f.Reread, limit)
		if err != nil {
			yield(story.Change{}, ours(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var c story.Change
			var text string
			err := rows.Scan(&c.Cursor, &text)
			if err == nil {
				cursor := c.Cursor
				err = json.Unmarshal([]byte(text), &c)
				c.Cursor = cursor
			}
			if !yield(c, ours(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(story.Change{}, ours(err))
		}
	}
}

// Visits lists a story's visits, the newest first, at most limit of them.
func (s *Store) Visits(ctx context.Context, key story.Key, limit int) ([]Visit, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT url, final_url, kind, first_at, last_at, count, status, bytes, duration_ms, outcome, reason, headers, ignored
		FROM visits WHERE source = ? AND id = ? ORDER BY visit_id DESC LIMIT ?`, key.Source, key.ID, limit)
	if err != nil {
		return nil, ours(err)
	}
	defer rows.Close()
	var out []Visit
	for rows.Next() {
		v := Visit{Source: key.Source, Key: key}
		var first, last, took int64
		var headers, ignored string
		if err := rows.Scan(&v.URL, &v.FinalURL, &v.Kind, &first, &last, &v.Count, &v.Status, &v.Bytes, &took, &v.Outcome, &v.Reason, &headers, &ignored); err != nil {
			return nil, ours(err)
		}
		v.At, v.LastAt, v.Duration = *instant(first), *instant(last), time.Duration(took)*time.Millisecond
		if err := json.Unmarshal([]byte(headers), &v.Header); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(ignored), &v.Ignored); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, ours(rows.Err())
}
