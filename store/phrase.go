package store

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"stakeout/story"
)

// Course is a story in which some words stand at one of its versions, and all
// that happened to it.
type Course struct {
	Key story.Key
	// Events are its log, oldest first, without rereads.
	Events []story.Change
	// Texts are what the versions say in which the words stand, as they were last
	// read: by their numbers. The words stand in none of the others.
	Texts map[int]story.Fields
}

// Courses finds the stories of which a version has the words of a phrase in a
// row, case, accents and marks not counted: the index finds them, no text is read
// but theirs. Of f count Source, and Since: stories that changed at that time or
// later. An error ends it.
func (s *Store) Courses(ctx context.Context, phrase string, f Filter) iter.Seq2[Course, error] {
	return func(yield func(Course, error) bool) {
		found, err := s.courses(ctx, phrase, f)
		if err != nil {
			yield(Course{}, fmt.Errorf("find %q: %w", phrase, err))
			return
		}
		for len(found) > 0 {
			n := 1
			for n < len(found) && found[n].story == found[0].story {
				n++
			}
			c, err := s.course(ctx, found[:n])
			if !yield(c, err) || err != nil {
				return
			}
			found = found[n:]
		}
	}
}

// matching is a version with the words that are looked for.
type matching struct{ story, version int64 }

// courses lists the versions that match, story by story.
func (s *Store) courses(ctx context.Context, phrase string, f Filter) ([]matching, error) {
	q, err := s.parse(ctx, `"`+strings.ReplaceAll(phrase, `"`, " ")+`"`)
	if err != nil || q.match == "" {
		return nil, err
	}
	var w where
	if f.Source != "" {
		w.and("s.source = ?", f.Source)
	}
	if !f.Since.IsZero() {
		w.and("s.changed_at >= ?", f.Since.UnixMilli())
	}
	match, args := q.matches(s.d, false)
	rows, err := s.query(ctx, `SELECT v.story_id, v.version_id FROM (`+match+`) m
		`+s.d.ordered()+` versions v ON v.version_id = m.id `+s.d.ordered()+` stories s ON s.story_id = v.story_id`+w.String()+" ORDER BY v.story_id, v.version_id",
		append(args, w.args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []matching
	for rows.Next() {
		var m matching
		if err := rows.Scan(&m.story, &m.version); err != nil {
			return nil, ours(err)
		}
		out = append(out, m)
	}
	return out, ours(rows.Err())
}

// course reads a story's log, and the texts of its versions that match.
func (s *Store) course(ctx context.Context, found []matching) (Course, error) {
	c := Course{Texts: map[int]story.Fields{}}
	for _, m := range found {
		var number int
		var packed []byte
		if err := s.get(ctx, `SELECT s.source, s.id, v.number, r.zstd FROM versions v JOIN stories s ON s.story_id = v.story_id
			JOIN readings r ON r.version_id = v.version_id WHERE v.version_id = ? ORDER BY r.ordinal DESC LIMIT 1`, []any{m.version}, &c.Key.Source, &c.Key.ID, &number, &packed); err != nil {
			return c, err
		}
		var r story.Reading
		if err := s.packs.unpackJSON(packed, &r); err != nil {
			return c, fmt.Errorf("story %s, version %d: reading: %w: %w", c.Key, number, err, ErrCorrupt)
		}
		c.Texts[number] = r.Fields
	}
	for e, err := range s.Changes(ctx, ChangeFilter{Key: c.Key}) {
		if err != nil {
			return c, err
		}
		c.Events = append(c.Events, e)
	}
	return c, nil
}
