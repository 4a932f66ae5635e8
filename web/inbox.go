package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
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
	inboxLooks  = 1500
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
	Gone        string // of a removed story: what it had come to
	More        []edit // earlier edits of the same story, under this one
	Earlier     int    // and how many there are beyond those
}

// Silent reports whether the publisher told nobody of an edit.
func (e edit) Silent() bool { return !e.Disclosed && e.Event != story.EventRestored }

// inboxData is what the inbox shows.
type inboxData struct {
	Edits   []edit
	Summary string
	View    string
	Sort    string
	Filter  string // as it was typed
	Asked   []choice
	Facets  []facet
	Views   []choice
	Saved   []savedLine
	Other   choice // the other order
	Older   string // the address of what is older; "" at the end
	Follow  follow
	Exports []choice
	Top     int64 // the newest change, for live news and "all seen"
	Empty   bool  // nothing was ever recorded
	First   firstData
	Back    string
}

// savedLine is a saved filter.
type savedLine struct {
	choice
	Filter string
}

// follow says how to be told of what comes, of the same kind.
type follow struct {
	Filter string // without a beginning or an end
	Feed   string // the address of the feed
	Rule   string // for the configuration
	Export string // the command that writes what is new
}

func (s *server) inbox(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	query := r.URL.Query()
	d := inboxData{View: query.Get("view"), Sort: query.Get("sort"), Filter: f.Typed(), Back: r.URL.RequestURI()}
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
	d.Follow, d.First = s.followed(r, f), s.first(r)
	s.page(w, r, http.StatusOK, "inbox", view{Title: "Edits", Nav: "edits", Feed: d.Follow.Feed, Data: d})
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
	if d.Facets, err = s.facets(ctx, f, query, d.Edits); err != nil {
		return err
	}
	saved, err := s.Store.SavedFilters(ctx)
	if err != nil {
		return err
	}
	for _, f := range saved {
		d.Saved = append(d.Saved, savedLine{choice{Name: f.Name, URL: "/?view=all&q=" + url.QueryEscape(f.Filter), On: d.Filter == f.Filter}, f.Filter})
	}
	here := inboxURL(f, query)
	for _, v := range []struct{ view, name string }{{"unseen", "Unseen"}, {"all", "All"}, {"starred", "Starred"}} {
		d.Views = append(d.Views, choice{Name: v.name, URL: with(here, "view", v.view), On: d.View == v.view})
	}
	d.Other = choice{Name: "Weightiest first", URL: with(here, "sort", "weight")}
	if d.Sort == "weight" {
		d.Other = choice{Name: "Newest first", URL: with(here, "sort", "")}
	}
	for _, a := range asked {
		d.Asked = append(d.Asked, choice{Name: a.name, URL: "/?view=all&q=" + url.QueryEscape(a.filter), On: d.Filter == a.filter})
	}
	for _, format := range []struct{ name, says string }{{"csv", "CSV, for spreadsheets"}, {"xlsx", "Excel"}, {"jsonl", "JSON, a line each"}, {"parquet", "Parquet"}} {
		d.Exports = append(d.Exports, choice{Name: format.says, URL: "/export?format=" + format.name + "&view=" + url.QueryEscape(d.View) + "&q=" + url.QueryEscape(onlyEdits(f))})
	}
	d.Summary = summary(d.Edits, d.Older != "")
	return nil
}

// followed says how to be told of what a filter means, from now on.
func (s *server) followed(r *http.Request, f filter.Filter) follow {
	f = f.Without("since", "").Without("until", "")
	text := f.Typed()
	return follow{Filter: text, Feed: origin(r) + "/feeds/changes.atom?q=" + url.QueryEscape(onlyEdits(f)),
		Rule:   "notify:\n  " + ruleName(text) + ":\n    when: " + quoted(onlyEdits(f)) + "\n    to: ${DESK_CHAT}   # ntfy://…, slack://…, smtp://…, https://…\n",
		Export: "stakeout export --format csv --what changes --where " + shellQuoted(onlyEdits(f)) + " --since cursor:" + ruleName(text)}
}

// onlyEdits is a filter with what the inbox leaves out unless it is asked for.
func onlyEdits(f filter.Filter) string {
	if f.Has("event") {
		return f.Typed()
	}
	return strings.TrimSpace(f.Typed() + " -event:new")
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
	last, looked := int64(0), 0
	q.Looks = inboxLooks
	q.Only = func(c story.Change) bool {
		looked, last = looked+1, c.Cursor
		return c.Event != story.EventNew || f.Has("event")
	}
	for c, err := range history.Changes(ctx, s.Store, q) {
		if err != nil {
			return nil, "", err
		}
		if d.View == "unseen" && c.Cursor <= upto {
			looked = 0
			break // all that is older was seen
		}
		stories[story.Key{Source: c.Source, ID: c.ID}] = true
		if len(stories) > want {
			older = with(inboxURL(f, query), "before", strconv.FormatInt(c.Cursor+1, 10))
			break
		}
		out = append(out, c)
	}
	if older == "" && looked == inboxLooks {
		older = with(inboxURL(f, query), "before", strconv.FormatInt(last, 10))
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
		i, ok := at[key]
		switch {
		case !ok:
			at[key] = len(out)
			e := newEdit(c, marks[c.Cursor], now)
			if e.Gone, err = s.gone(ctx, c); err != nil {
				return nil, err
			}
			out = append(out, e)
		case len(out[i].More) < shownEarlier:
			out[i].More = append(out[i].More, newEdit(c, marks[c.Cursor], now))
		default:
			out[i].Earlier++
		}
	}
	return out, nil
}

// shownEarlier is how many earlier edits are shown under a story's latest.
const shownEarlier = 3

// gone says of a removed story how long it stood, and what it had come to.
func (s *server) gone(ctx context.Context, c story.Change) (string, error) {
	if c.Event != story.EventRemoved {
		return "", nil
	}
	st, err := s.Store.Story(ctx, story.Key{Source: c.Source, ID: c.ID})
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil || st.FirstSeen == nil {
		return "", err
	}
	return fmt.Sprintf("Gone after %s and %s. Three looks agree.", spoken(c.At.Sub(*st.FirstSeen)), plural(st.Version, "version", "versions")), nil
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

// with is an address of the inbox with parameters set; "" takes one out.
func with(address string, pairs ...string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "/"
	}
	query := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			query.Del(pairs[i])
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// summary says what is shown, in a sentence.
func summary(edits []edit, more bool) string {
	if len(edits) == 0 {
		return "Nothing here."
	}
	n, silent := 0, 0
	for _, e := range edits {
		n += 1 + len(e.More) + e.Earlier
		for _, one := range append([]edit{e}, e.More...) {
			if one.Silent() {
				silent++
			}
		}
	}
	text := fmt.Sprintf("%s to %s, %d of them silent", plural(n, "edit", "edits"), plural(len(edits), "story", "stories"), silent)
	if more {
		text = "The latest " + text
	}
	return text
}
