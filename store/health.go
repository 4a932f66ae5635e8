package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"stakeout/story"
)

// SourceHealth is how a source is.
type SourceHealth struct {
	Source      string          `json:"source"`
	Stories     int             `json:"stories"`
	Today       int             `json:"today"`        // stories first seen since midnight UTC
	LastVisits  []story.Outcome `json:"last_visits"`  // the latest 24, oldest first
	LastVisit   *time.Time      `json:"last_visit"`   // of one of its stories
	LastSuccess *time.Time      `json:"last_success"` // the last visit that read a story
	// FieldsFilled counts the fields that most of its latest stories fill, of
	// FieldsKnown that any of them fills.
	FieldsFilled int `json:"fields_filled"`
	FieldsKnown  int `json:"fields_known"`
	// Blocked, Unreadable and Failed are how many of LastVisits were so.
	Blocked    int `json:"blocked"`
	Unreadable int `json:"unreadable"`
	Failed     int `json:"failed"`
	// Waiting is how many stories wait for a removal to be confirmed, or for a
	// visit that reads them again.
	Waiting int        `json:"waiting"`
	LastRun *time.Time `json:"last_run"`
	NextRun *time.Time `json:"next_run"`
	// Break is what the layout no longer yields; nil for nothing.
	Break   *Break `json:"break,omitempty"`
	Trouble string `json:"trouble,omitempty"` // what is wrong, in words; "" for nothing
}

// Health says how every source is that was ever collected, by name.
func (s *Store) Health(ctx context.Context, now time.Time) ([]SourceHealth, error) {
	states, err := s.sources(ctx, "ORDER BY name")
	if err != nil {
		return nil, err
	}
	var out []SourceHealth
	for _, state := range states {
		h, err := s.health(ctx, state, now)
		if err != nil {
			return nil, fmt.Errorf("health of %s: %w", state.Name, err)
		}
		out = append(out, h)
	}
	return out, nil
}

func (s *Store) health(ctx context.Context, state SourceState, now time.Time) (SourceHealth, error) {
	h := SourceHealth{
		Source: state.Name, LastVisits: []story.Outcome{},
		LastVisit: known(state.LastVisitAt), LastSuccess: known(state.LastSuccess),
		LastRun: known(state.LastRunAt), NextRun: known(state.NextRunAt),
	}
	midnight := now.UTC().Truncate(24 * time.Hour).UnixMilli()
	var recent string
	if err := s.get(ctx, `SELECT recent, stories,
		(SELECT count(*) FROM stories WHERE source = name AND first_seen_at >= ?),
		(SELECT count(*) FROM addresses WHERE source = name AND (gone_in_row > 0 OR failures > 0))
		FROM sources WHERE name = ?`, []any{midnight, state.Name}, &recent, &h.Stories, &h.Today, &h.Waiting); err != nil {
		return h, err
	}
	for _, o := range strings.Fields(recent) {
		h.count(story.Outcome(o))
	}
	if err := s.fieldsFilled(ctx, &h); err != nil {
		return h, err
	}
	var err error
	if h.Break, err = s.broken(ctx, state.Name); err != nil {
		return h, err
	}
	h.Trouble = h.trouble(state)
	return h, nil
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (h *SourceHealth) count(o story.Outcome) {
	h.LastVisits = append(h.LastVisits, o)
	switch o {
	case story.Blocked:
		h.Blocked++
	case story.Unreadable:
		h.Unreadable++
	case story.Failed:
		h.Failed++
	}
}

// sampledStories is how many of a source's latest stories tell which fields its
// pages fill.
const sampledStories = 20

func (s *Store) fieldsFilled(ctx context.Context, h *SourceHealth) error {
	filled := map[string]int{}
	n := 0
	for st, err := range s.Stories(ctx, Filter{Source: h.Source, Limit: sampledStories}) {
		if err != nil {
			return err
		}
		n++
		for _, f := range st.Filled() {
			filled[f]++
		}
	}
	h.FieldsKnown = len(filled)
	for _, stories := range filled {
		if 2*stories >= n {
			h.FieldsFilled++
		}
	}
	return nil
}

// trouble says in words what is wrong with a source: what its last collection
// could not do, else what a third or more of its latest visits came to.
func (h *SourceHealth) trouble(state SourceState) string {
	if state.LastError != "" {
		return state.LastError
	}
	if b := h.Break; b != nil {
		return fmt.Sprintf("%s stopped matching at %s UTC on %d stories", strings.Join(b.Fields, ", "), b.Since.Format("15:04, 2 Jan"), b.Stories)
	}
	for _, o := range []struct {
		visits int
		words  string
	}{
		{h.Blocked, "a wall in %d of the last %d visits"},
		{h.Unreadable, "no readable story in %d of the last %d visits"},
		{h.Failed, "%d of the last %d visits failed"},
	} {
		if o.visits > 0 && 3*o.visits >= len(h.LastVisits) {
			return fmt.Sprintf(o.words, o.visits, len(h.LastVisits))
		}
	}
	return ""
}
