package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"stakeout/story"
)

// SourceState is what is remembered of a source.
type SourceState struct {
	Name      string
	NextRunAt time.Time // zero for none
	LastRunAt time.Time
	ListedAt  time.Time // when its listings were last taken down
	LastError string    // of its last collection; "" where it went well
}

// Source returns what is remembered of a source; the zero state where nothing is.
func (s *Store) Source(ctx context.Context, name string) (SourceState, error) {
	st := SourceState{Name: name}
	var next, last, listed sql.NullInt64
	err := s.read.QueryRowContext(ctx, "SELECT next_run_at, last_run_at, listed_at, last_error FROM sources WHERE name = ?", name).
		Scan(&next, &last, &listed, &st.LastError)
	if errors.Is(err, sql.ErrNoRows) {
		return st, nil
	}
	st.NextRunAt, st.LastRunAt, st.ListedAt = moment(next), moment(last), moment(listed)
	return st, ours(err)
}

// SetNextRun remembers when a source runs next; the zero time for by hand only.
func (s *Store) SetNextRun(ctx context.Context, name string, at time.Time) error {
	return s.commit(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sources (name, next_run_at) VALUES (?1, ?2)
			ON CONFLICT (name) DO UPDATE SET next_run_at = ?2`, name, millis(at))
		return err
	})
}

// Ran remembers how a source's collection went; problem is "" where it went well.
func (s *Store) Ran(ctx context.Context, name string, at time.Time, problem string) error {
	return s.commit(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sources (name, last_run_at, last_error) VALUES (?1, ?2, ?3)
			ON CONFLICT (name) DO UPDATE SET last_run_at = ?2, last_error = ?3`, name, millis(at), problem)
		return err
	})
}

// SourceHealth is how a source is.
type SourceHealth struct {
	Source       string          `json:"source"`
	LastVisit    *time.Time      `json:"last_visit"`
	LastSuccess  *time.Time      `json:"last_success"` // the last visit that read a story
	LastVisits   []story.Outcome `json:"last_visits"`  // the latest 24, oldest first
	Stories      int             `json:"stories"`
	Today        int             `json:"today"` // stories first seen since midnight UTC
	FieldsFilled int             `json:"fields_filled"`
	FieldsKnown  int             `json:"fields_known"` // filled in any of its latest stories
	NextRun      *time.Time      `json:"next_run"`
	Trouble      string          `json:"trouble,omitempty"` // what is wrong, in words; "" for nothing
}

// Health says how every source is that was ever collected, by name.
func (s *Store) Health(ctx context.Context, now time.Time) ([]SourceHealth, error) {
	names, err := s.column(ctx, "SELECT name FROM sources UNION SELECT source FROM stories ORDER BY 1")
	if err != nil {
		return nil, err
	}
	var out []SourceHealth
	for _, name := range names {
		h, err := s.health(ctx, name, now)
		if err != nil {
			return nil, fmt.Errorf("health of %s: %w", name, err)
		}
		out = append(out, h)
	}
	return out, nil
}

func (s *Store) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, ours(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, ours(err)
		}
		out = append(out, v)
	}
	return out, ours(rows.Err())
}

func (s *Store) health(ctx context.Context, name string, now time.Time) (SourceHealth, error) {
	h := SourceHealth{Source: name, LastVisits: []story.Outcome{}}
	state, err := s.Source(ctx, name)
	if err != nil {
		return h, err
	}
	if !state.NextRunAt.IsZero() {
		h.NextRun = &state.NextRunAt
	}
	midnight := now.UTC().Truncate(24 * time.Hour).UnixMilli()
	if err := s.read.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(first_seen_at >= ?), 0) FROM stories WHERE source = ?", midnight, name).
		Scan(&h.Stories, &h.Today); err != nil {
		return h, ours(err)
	}
	if err := s.lastVisits(ctx, &h); err != nil {
		return h, err
	}
	if err := s.fieldsFilled(ctx, &h); err != nil {
		return h, err
	}
	h.Trouble = trouble(h, state)
	return h, nil
}

// shownVisits is how many of a source's latest visits its health shows.
const shownVisits = 24

func (s *Store) lastVisits(ctx context.Context, h *SourceHealth) error {
	rows, err := s.read.QueryContext(ctx, "SELECT outcome, last_at, count FROM visits WHERE source = ? AND kind = 'story' ORDER BY last_at DESC, visit_id DESC LIMIT ?", h.Source, shownVisits)
	if err != nil {
		return ours(err)
	}
	defer rows.Close()
	for rows.Next() {
		var o story.Outcome
		var at int64
		var count int
		if err := rows.Scan(&o, &at, &count); err != nil {
			return ours(err)
		}
		if h.LastVisit == nil {
			h.LastVisit = instant(at)
		}
		if h.LastSuccess == nil && (o == story.New || o == story.Changed || o == story.Same) {
			h.LastSuccess = instant(at)
		}
		h.LastVisits = append([]story.Outcome{o}, h.LastVisits...)
	}
	return ours(rows.Err())
}

// fieldsFilled counts the fields that most of the source's latest stories fill,
// of those that any of them fills.
func (s *Store) fieldsFilled(ctx context.Context, h *SourceHealth) error {
	texts, err := s.column(ctx, `SELECT (SELECT reading FROM readings r WHERE r.version_id = v.version_id ORDER BY ordinal DESC LIMIT 1)
		FROM stories s JOIN versions v ON v.source = s.source AND v.id = s.id AND v.number = s.latest
		WHERE s.source = ? ORDER BY s.changed_at DESC LIMIT 20`, h.Source)
	if err != nil {
		return err
	}
	filled := map[string]int{}
	for _, text := range texts {
		var r story.Reading
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return err
		}
		for _, f := range r.Filled() {
			filled[f]++
		}
	}
	h.FieldsKnown = len(filled)
	for _, n := range filled {
		if 2*n >= len(texts) {
			h.FieldsFilled++
		}
	}
	return nil
}

// trouble says in words what is wrong with a source.
func trouble(h SourceHealth, state SourceState) string {
	if state.LastError != "" {
		return state.LastError
	}
	counts := map[story.Outcome]int{}
	for _, o := range h.LastVisits {
		counts[o]++
	}
	for _, o := range []struct {
		outcome story.Outcome
		words   string
	}{
		{story.Blocked, "a wall in %d of the last %d visits"},
		{story.Unreadable, "no readable story in %d of the last %d visits"},
		{story.Failed, "%d of the last %d visits failed"},
	} {
		if n := counts[o.outcome]; n > 0 && 3*n >= len(h.LastVisits) {
			return fmt.Sprintf(o.words, n, len(h.LastVisits))
		}
	}
	return ""
}
