package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"stakeout/digest"
	"stakeout/export"
	"stakeout/filter"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// How much the inbox shows at a time, looks through to fill it, and counts.
const (
	inboxEdits  = 40
	inboxLooks  = 5000
	facetsOver  = 1000
	weighedOver = 400
)

// edit is a change in the inbox.
type edit struct {
	story.Change
	Chip, Class string // the word on it, and the class that colours it
	Words       template.HTML
	Place       string
	Ago, Window string
	Mark        store.ChangeMark
	Earlier     int // edits of the same story under this one
}

// Silent reports whether the publisher told nobody of an edit.
func (e edit) Silent() bool { return !e.Disclosed && e.Event != story.EventRestored }

// inboxData is what the inbox shows.
type inboxData struct {
	Edits   []edit
	Summary string
	View    string
	Sort    string
	Filter  string
	Facets  []facet
	Views   []choice
	Saved   []choice
	Older   string // the address of what is older; "" at the end
	Feed    string
	Exports []choice
	Top     int64 // the newest change, for live news and "all seen"
	Empty   bool  // nothing was ever recorded
	Back    string
}

// facet is one way to narrow the inbox.
type facet struct {
	Name    string
	Choices []choice
}

// choice is one of several ways on.
type choice struct {
	Name  string
	Count int
	URL   string
	On    bool
}

func (s *server) inbox(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	query := r.URL.Query()
	d := inboxData{View: query.Get("view"), Sort: query.Get("sort"), Filter: f.String(), Back: r.URL.RequestURI()}
	if d.View == "" {
		d.View = "unseen"
	}
	before, err := cursorOf(query.Get("before"))
	if err == nil {
		err = s.fillInbox(r.Context(), &d, f, before, query)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "inbox", view{Title: "Edits", Nav: "edits", Data: d})
}

func (s *server) fillInbox(ctx context.Context, d *inboxData, f filter.Filter, before int64, query url.Values) (err error) {
	if d.Top, err = s.Store.LastChange(ctx); err != nil {
		return err
	}
	if d.Empty = d.Top == 0; d.Empty {
		return nil
	}
	var changes []story.Change
	if d.View == "starred" {
		changes, err = s.starred(ctx, f)
	} else {
		changes, d.Older, err = s.edits(ctx, d, f, before, query)
	}
	if err != nil {
		return err
	}
	if d.Edits, err = s.asEdits(ctx, changes); err != nil {
		return err
	}
	if d.Facets, err = s.facets(ctx, query); err != nil {
		return err
	}
	saved, err := s.Store.SavedFilters(ctx)
	if err != nil {
		return err
	}
	for _, f := range saved {
		d.Saved = append(d.Saved, choice{Name: f.Name, URL: "/?view=all&q=" + url.QueryEscape(f.Filter), On: d.Filter == f.Filter})
	}
	for _, v := range []struct{ view, name string }{{"unseen", "Unseen"}, {"all", "All"}, {"starred", "Starred"}} {
		d.Views = append(d.Views, choice{Name: v.name, URL: with(query, "view", v.view, "before", ""), On: d.View == v.view})
	}
	d.Feed = "/feeds/changes.atom?q=" + url.QueryEscape(d.Filter)
	for _, format := range []string{"csv", "jsonl", "xlsx", "parquet"} {
		d.Exports = append(d.Exports, choice{Name: format, URL: "/export?format=" + format + "&q=" + url.QueryEscape(onlyEdits(f))})
	}
	d.Summary = summary(d.Edits, d.Older != "")
	return nil
}

// onlyEdits is a filter with what the inbox leaves out unless it is asked for.
func onlyEdits(f filter.Filter) string {
	if f.Has("event") {
		return f.String()
	}
	return strings.TrimSpace(f.String() + " -event:new")
}

// edits are the newest edits that are meant, one a story.
func (s *server) edits(ctx context.Context, d *inboxData, f filter.Filter, before int64, query url.Values) (out []story.Change, older string, err error) {
	q := history.Query{Filter: f, Newest: true}
	if before > 0 {
		q.Upto = before - 1
	}
	want := inboxEdits
	if d.Sort == "weight" {
		want = weighedOver
	}
	upto, err := s.Store.SeenUpto(ctx)
	if err != nil {
		return nil, "", err
	}
	stories := map[story.Key]bool{}
	looked := 0
	last := int64(0)
	for c, err := range history.Changes(ctx, s.Store, q) {
		if err != nil {
			return nil, "", err
		}
		if looked++; looked > inboxLooks || len(stories) > want {
			older = with(query, "before", strconv.FormatInt(last, 10))
			break
		}
		if c.Event == story.EventNew && !f.Has("event") {
			last = c.Cursor
			continue
		}
		if d.View == "unseen" && c.Cursor <= upto {
			break // all that is older was seen
		}
		stories[story.Key{Source: c.Source, ID: c.ID}] = true
		if len(stories) > want {
			older = with(query, "before", strconv.FormatInt(last, 10))
			break
		}
		last = c.Cursor
		out = append(out, c)
	}
	if d.View == "unseen" {
		if out, err = s.unseen(ctx, out); err != nil {
			return nil, "", err
		}
	}
	if d.Sort == "weight" {
		slices.SortStableFunc(out, func(a, b story.Change) int { return digest.Weight(a) - digest.Weight(b) })
		out = out[:min(len(out), inboxEdits)]
		older = ""
	}
	return out, older, nil
}

func (s *server) unseen(ctx context.Context, changes []story.Change) ([]story.Change, error) {
	marks, err := s.Store.Marks(ctx, cursorsOf(changes))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(changes, func(c story.Change) bool { return marks[c.Cursor].Seen }), nil
}

func (s *server) starred(ctx context.Context, f filter.Filter) ([]story.Change, error) {
	cursors, err := s.Store.Starred(ctx, inboxEdits)
	if err != nil {
		return nil, err
	}
	var out []story.Change
	for _, cursor := range cursors {
		for c, err := range history.Changes(ctx, s.Store, history.Query{Filter: f, After: cursor - 1, Upto: cursor}) {
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func cursorsOf(changes []story.Change) []int64 {
	out := make([]int64, len(changes))
	for i, c := range changes {
		out[i] = c.Cursor
	}
	return out
}

// asEdits makes entries of changes; those of one story stand under its first.
func (s *server) asEdits(ctx context.Context, changes []story.Change) ([]edit, error) {
	marks, err := s.Store.Marks(ctx, cursorsOf(changes))
	if err != nil {
		return nil, err
	}
	now := s.Now()
	at := map[story.Key]int{}
	var out []edit
	for _, c := range changes {
		key := story.Key{Source: c.Source, ID: c.ID}
		if i, ok := at[key]; ok {
			out[i].Earlier++
			continue
		}
		at[key] = len(out)
		out = append(out, newEdit(c, marks[c.Cursor], now))
	}
	return out, nil
}

func newEdit(c story.Change, m store.ChangeMark, now time.Time) edit {
	m.Cursor = c.Cursor
	e := edit{Change: c, Chip: digest.Title(c), Class: string(c.Event), Ago: ago(c.At, now), Window: window(c), Mark: m}
	if len(c.Classes) > 0 {
		e.Class = string(c.Classes[0])
	}
	if e.Headline == "" {
		e.Headline = c.ID
	}
	f := digest.Decisive(c)
	if f == nil {
		return e
	}
	if f.Field == "headline" && len(c.Fields) == 1 {
		e.Chip = "headline"
	}
	e.Place = digest.Place(*f)
	e.Words = template.HTML(export.WordsHTML(digest.Near(limited(digest.Words(*f)), 80))) // escaped there
	return e
}

// shownWords is how many characters of a run of words the inbox shows.
const shownWords = 400

// limited cuts long runs: a paragraph that came whole, say.
func limited(words []story.Word) []story.Word {
	out := make([]story.Word, len(words))
	for i, w := range words {
		if head := digest.Head(w.Text, shownWords); w.Op != story.Kept && head != w.Text {
			w.Text = head + " …"
		}
		out[i] = w
	}
	return out
}

// facets counts the latest edits by what they may be narrowed to.
func (s *server) facets(ctx context.Context, query url.Values) ([]facet, error) {
	classes, sources, told := map[string]int{}, map[string]int{}, map[string]int{}
	n := 0
	for c, err := range history.Changes(ctx, s.Store, history.Query{Newest: true}) {
		if err != nil {
			return nil, err
		}
		if n++; n > facetsOver {
			break
		}
		if c.Event == story.EventNew {
			continue
		}
		for _, class := range c.Classes {
			classes[string(class)]++
		}
		if c.Event == story.EventRemoved {
			classes["removed"]++
		}
		told["no"]++
		if c.Disclosed {
			told["no"]--
			told["yes"]++
		}
		sources[c.Source]++
	}
	var kinds []choice
	for _, class := range append(slices.Clone(story.Classes), "removed") {
		if count := classes[string(class)]; count > 0 {
			key := "class"
			if class == "removed" {
				key = "event"
			}
			kinds = append(kinds, option(query, key, string(class), string(class), count))
		}
	}
	var names []string
	for name := range sources {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return sources[names[i]] > sources[names[j]] || sources[names[i]] == sources[names[j]] && names[i] < names[j]
	})
	var bySource []choice
	for _, name := range names[:min(len(names), 20)] {
		bySource = append(bySource, option(query, "source", name, name, sources[name]))
	}
	return []facet{{"Kind", kinds}, {"Told the reader?", []choice{option(query, "disclosed", "no", "silent", told["no"]), option(query, "disclosed", "yes", "disclosed", told["yes"])}},
		{"Source", bySource}, {"When", []choice{option(query, "since", "today", "today", 0), option(query, "since", "24h", "last 24 hours", 0), option(query, "since", "7d", "last 7 days", 0)}}}, nil
}

// option is a choice that sets a parameter, or takes it back where it is set.
func option(query url.Values, key, value, name string, count int) choice {
	on := query.Get(key) == value
	if on {
		value = ""
	}
	return choice{Name: name, Count: count, URL: with(query, key, value, "before", ""), On: on}
}

// with is the inbox's address with parameters set; "" takes one out.
func with(query url.Values, pairs ...string) string {
	out := url.Values{}
	for k, v := range query {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			out.Del(pairs[i])
		} else {
			out.Set(pairs[i], pairs[i+1])
		}
	}
	if len(out) == 0 {
		return "/"
	}
	return "/?" + out.Encode()
}

// summary says what is shown, in a sentence.
func summary(edits []edit, more bool) string {
	if len(edits) == 0 {
		return "Nothing here."
	}
	n, silent := 0, 0
	for _, e := range edits {
		n += 1 + e.Earlier
		if e.Silent() {
			silent++
		}
	}
	text := fmt.Sprintf("%s to %s, %d of them last changed silently", plural(n, "edit", "edits"), plural(len(edits), "story", "stories"), silent)
	if more {
		text = "The latest " + text
	}
	return text
}
