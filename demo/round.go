package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"stakeout/newsroom"
	"stakeout/store"
	"stakeout/story"
)

// Round is what one full round came to.
type Round struct {
	Rows    []Row
	Stories int
	Visits  int
	Took    time.Duration
}

// Row is one deed of the newsroom and what was caught of it, or something that
// was recorded without any deed.
type Row struct {
	Act      int       `json:"act"`
	Key      story.Key `json:"key"`
	Headline string    `json:"headline"`
	Event    string    `json:"event"` // of the deed; "" for a false alarm
	Did      string    `json:"did"`
	What     string    `json:"what"`
	Caught   string    `json:"caught"`
	Right    bool      `json:"right"`
}

// Wrong counts the rows on which record and deed differ.
func (r Round) Wrong() int {
	n := 0
	for _, row := range r.Rows {
		if !row.Right {
			n++
		}
	}
	return n
}

// Of counts the rows of an event, and how many of them are right.
func (r Round) Of(events ...string) (n, right int) {
	for _, row := range r.Rows {
		if slices.Contains(events, row.Event) {
			n++
			if row.Right {
				right++
			}
		}
	}
	return n, right
}

// act is what was recorded during one act.
type act struct {
	changes []story.Change
	seen    map[story.Key]story.Outcome
}

// PlayRound plays one full round: after each act it visits every story once,
// and at the end it holds the record against the ledger. between, which may be
// nil, is called before each act is watched.
func (d *Demo) PlayRound(ctx context.Context, between func(n int, title string)) (Round, error) {
	begun := time.Now()
	acts := []act{}
	var cursor int64
	watch := func() error {
		if err := d.Collect(ctx); err != nil {
			return err
		}
		a, next, err := d.recorded(ctx, cursor)
		acts, cursor = append(acts, a), next
		return err
	}
	if err := watch(); err != nil {
		return Round{}, err
	}
	for n := 1; ; n++ {
		title, ok := d.Play()
		if !ok {
			break
		}
		if between != nil {
			between(n, title)
		}
		if err := watch(); err != nil {
			return Round{}, err
		}
	}
	r := Round{Rows: compare(d.news.Truth(), acts), Took: time.Since(begun)}
	for _, a := range acts {
		r.Visits += len(a.seen)
	}
	for range d.Store.Stories(ctx, store.Filter{}) {
		r.Stories++
	}
	return r, nil
}

// recorded takes what was recorded since a cursor.
func (d *Demo) recorded(ctx context.Context, after int64) (act, int64, error) {
	a := act{seen: map[story.Key]story.Outcome{}}
	for c, err := range d.Store.Changes(ctx, store.ChangeFilter{After: after}) {
		if err != nil {
			return a, after, err
		}
		a.changes = append(a.changes, c)
		after = c.Cursor
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, s := range d.seen {
		a.seen[key] = s.Outcome
	}
	clear(d.seen)
	return a, after, nil
}

// confirmedAfter is how many acts after a removal its third visit is.
const confirmedAfter = story.Confirmations - 1

// compare holds what was recorded act by act against the ledger.
func compare(truth []newsroom.Deed, acts []act) []Row {
	used := map[int64]bool{}
	var rows []Row
	for _, deed := range truth {
		rows = append(rows, hold(deed, acts, used))
	}
	for n, a := range acts {
		for _, c := range a.changes {
			if !used[c.Cursor] {
				rows = append(rows, Row{Act: n, Key: story.Key{Source: c.Source, ID: c.ID}, Headline: c.Headline,
					Did: "nothing", Caught: summary(c), Right: false})
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return a.Act - b.Act })
	return rows
}

// hold finds what was recorded of one deed.
func hold(deed newsroom.Deed, acts []act, used map[int64]bool) Row {
	key := story.Key{Source: deed.Source, ID: deed.StoryID}
	row := Row{Act: deed.Act, Key: key, Headline: deed.Headline, Event: deed.Event, What: deed.What,
		Did: strings.TrimSpace(deed.Event + " " + strings.Join(deed.Classes, ", ")), Caught: "nothing"}
	switch story.Event(deed.Event) {
	case story.EventNew, story.EventChanged, story.EventRestored, story.EventMoved:
		holdEvent(&row, deed, at(acts, deed.Act), used)
	case story.EventRemoved:
		holdRemoval(&row, deed, acts, used)
	default:
		holdVisits(&row, deed, acts)
	}
	return row
}

func at(acts []act, n int) act {
	if n < len(acts) {
		return acts[n]
	}
	return act{}
}

func holdEvent(row *Row, deed newsroom.Deed, a act, used map[int64]bool) {
	for _, c := range a.changes {
		if used[c.Cursor] || c.Source != deed.Source || c.ID != deed.StoryID {
			continue
		}
		used[c.Cursor] = true
		row.Caught = summary(c)
		row.Right = string(c.Event) == deed.Event && (deed.Event != string(story.EventChanged) ||
			slices.Equal(fieldsOf(c), sorted(deed.Fields)) && slices.Equal(classesOf(c), sorted(deed.Classes)))
		return
	}
}

// holdRemoval expects the event with the third visit that says so; a page that
// is back before then must leave none.
func holdRemoval(row *Row, deed newsroom.Deed, acts []act, used map[int64]bool) {
	confirmed := deed.Act + confirmedAfter
	for _, c := range at(acts, confirmed).changes {
		if !used[c.Cursor] && c.Source == deed.Source && c.ID == deed.StoryID && c.Event == story.EventRemoved {
			used[c.Cursor] = true
			row.Caught, row.Right = fmt.Sprintf("removed, confirmed in act %d", confirmed), true
			return
		}
	}
	if deed.Until > 0 && deed.Until < confirmed {
		holdVisits(row, deed, acts)
	}
}

// holdVisits expects an outcome of every visit while a wall or a fault stands,
// and for noise that nothing was seen.
func holdVisits(row *Row, deed newsroom.Deed, acts []act) {
	want := deed.Event
	noise := want == "noise"
	until := max(deed.Until, deed.Act)
	row.Right = true
	for n := deed.Act; n <= min(until, len(acts)-1); n++ {
		got := string(at(acts, n).seen[story.Key{Source: deed.Source, ID: deed.StoryID}])
		row.Caught = got
		if noise && got != string(story.Changed) && got != string(story.New) {
			continue // also one visit that found it gone, which nothing confirmed
		}
		if got != want {
			row.Right = false
			return
		}
	}
}

// summary says what was recorded.
func summary(c story.Change) string {
	s := string(c.Event)
	if len(c.Classes) > 0 {
		s += " " + strings.Join(classesOf(c), ", ")
	}
	if f := fieldsOf(c); len(f) > 0 && c.Event == story.EventChanged {
		s += " (" + strings.Join(f, ", ") + ")"
	}
	return s
}

func classesOf(c story.Change) []string {
	var out []string
	for _, class := range c.Classes {
		out = append(out, string(class))
	}
	return sorted(out)
}

func fieldsOf(c story.Change) []string {
	var out []string
	for _, f := range c.Fields {
		out = append(out, f.Field)
	}
	return slices.Compact(sorted(out))
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}
