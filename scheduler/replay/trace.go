// Package replay plays a trace of stories and their edits, in virtual time, to
// the scheduler that the service runs, and to others to compare it with. It
// knows every edit; the scheduler is told only what its looks would find.
package replay

import (
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Trace is a history of stories, by time of publication.
type Trace struct {
	Stories []*Story
	// Removals is true where the trace says which stories were removed, and so
	// what became of them after they left the listing.
	Removals bool
}

// Story is what a trace knows of a story.
type Story struct {
	ID, Kind, Host string
	Published      time.Time
	LastListed     time.Time
	Edits          []time.Time // in order
	Hints          []time.Time // when a listing showed it anew, in order
	Removed        time.Time   // zero for never
}

// ReadTrace reads a trace's CSV: story_id, kind, published_at, last_listed_at,
// n_edits, edit_at and edit_after (separated by semicolons: an edit's time lies
// between the two, and is drawn by the seed), and optionally host, removed_at and
// hint_at.
func ReadTrace(r io.Reader, seed uint64) (*Trace, error) {
	c := csv.NewReader(r)
	c.ReuseRecord = true
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("reading the trace's header: %w", err)
	}
	columns := map[string]int{}
	for i, name := range head {
		columns[strings.TrimPrefix(name, "\ufeff")] = i
	}
	for _, name := range []string{"story_id", "kind", "published_at", "last_listed_at", "edit_at", "edit_after"} {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("the trace has no column %s", name)
		}
	}
	t := &Trace{}
	for {
		record, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading the trace: %w", err)
		}
		row := row{columns: columns, record: record}
		s := row.story(seed)
		if row.err != nil {
			line, _ := c.FieldPos(0)
			return nil, fmt.Errorf("the trace's line %d: %w", line, row.err)
		}
		t.Removals = t.Removals || !s.Removed.IsZero()
		t.Stories = append(t.Stories, s)
	}
	slices.SortStableFunc(t.Stories, func(a, b *Story) int { return a.Published.Compare(b.Published) })
	return t, nil
}

// row is one line of the trace; its first error stays.
type row struct {
	columns map[string]int
	record  []string
	err     error
}

func (r *row) text(name string) string {
	i, ok := r.columns[name]
	if !ok || i >= len(r.record) {
		return ""
	}
	return strings.TrimSpace(r.record[i])
}

func (r *row) times(name string) []time.Time {
	text := r.text(name)
	if text == "" {
		return nil
	}
	var list []time.Time
	for s := range strings.SplitSeq(text, ";") {
		t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
		if err != nil && r.err == nil {
			r.err = fmt.Errorf("%s: found %q, expected a time such as 2022-10-01T06:00:00Z", name, s)
		}
		list = append(list, t)
	}
	return list
}

func (r *row) time(name string) time.Time {
	if list := r.times(name); len(list) > 0 {
		return list[0]
	}
	return time.Time{}
}

func (r *row) story(seed uint64) *Story {
	s := &Story{
		ID: strings.Clone(r.text("story_id")), Kind: strings.Clone(r.text("kind")), Host: strings.Clone(r.text("host")),
		Published: r.time("published_at"), LastListed: r.time("last_listed_at"),
		Hints: r.times("hint_at"), Removed: r.time("removed_at"),
	}
	after, at := r.times("edit_after"), r.times("edit_at")
	if len(after) != len(at) && r.err == nil {
		r.err = fmt.Errorf("found %d times in edit_after and %d in edit_at, expected as many", len(after), len(at))
	}
	if r.err != nil {
		return s
	}
	// Each story has its own numbers, so that its edits don't depend on which
	// other stories the file holds.
	h := fnv.New64a()
	h.Write([]byte(s.ID)) // never fails
	random := rand.New(rand.NewPCG(seed, h.Sum64()))
	for i := range at {
		s.Edits = append(s.Edits, after[i].Add(time.Duration(random.Float64()*float64(at[i].Sub(after[i])))))
	}
	slices.SortFunc(s.Edits, time.Time.Compare)
	slices.SortFunc(s.Hints, time.Time.Compare)
	return s
}

// Without is the trace without the stories of a kind.
func (t *Trace) Without(kind string) *Trace {
	rest := *t
	rest.Stories = slices.DeleteFunc(slices.Clone(t.Stories), func(s *Story) bool { return s.Kind == kind })
	return &rest
}
