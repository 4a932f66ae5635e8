package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// storyListData is what the list of stories shows.
type storyListData struct {
	Stories []storyLine
	Filter  string
	Next    string
	Feed    string
	Exports []choice
}

type storyLine struct {
	story.Story
	Ago string
}

// storyLines is how many stories a page lists.
const storyLines = 60

func (s *server) storyList(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q := history.Query{Filter: f}
	if q.Behind, err = markOf(r.URL.Query().Get("after")); err != nil {
		s.fail(w, r, err)
		return
	}
	d := storyListData{Filter: f.String()}
	asked := url.QueryEscape(d.Filter)
	d.Feed = "/feeds/stories.atom?q=" + asked
	for _, format := range []string{"csv", "jsonl", "xlsx", "stix"} {
		d.Exports = append(d.Exports, choice{Name: format, URL: "/export?what=stories&format=" + format + "&q=" + asked})
	}
	for st, err := range history.Stories(r.Context(), s.Store, q) {
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if len(d.Stories) == storyLines {
			d.Next = "/stories?q=" + asked + "&after=" + url.QueryEscape(markText(d.Stories[storyLines-1].Story))
			break
		}
		line := storyLine{Story: st}
		if st.ChangedAt != nil {
			line.Ago = ago(*st.ChangedAt, s.Now())
		}
		d.Stories = append(d.Stories, line)
	}
	s.page(w, r, http.StatusOK, "stories", view{Title: "Stories", Nav: "stories", Data: d})
}

// searchData is what a search found.
type searchData struct {
	Query string
	Hits  []hitLine
	More  bool // there may be more than are shown
	Life  *life
	Ask   string // the address that shows the life of a phrase that many stories say
}

type hitLine struct {
	store.Hit
	Marked template.HTML
	Latest bool
}

func (s *server) searchView(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query().Get("q")
	hits, err := s.Store.Search(r.Context(), query, usualLimit)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	d := searchData{Query: query}
	for _, h := range hits {
		d.Hits = append(d.Hits, hitLine{Hit: h, Marked: marked(h.Snippet, query)})
	}
	d.More = len(hits) == usualLimit
	switch {
	case query == "":
	case d.More && r.URL.Query().Get("life") == "":
		d.Ask = "/search?life=1&q=" + url.QueryEscape(query)
	default:
		if d.Life, err = s.lifeOf(r.Context(), query); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.page(w, r, http.StatusOK, "search", view{Title: "Search", Query: query, Data: d})
}

// marked is a text with the words of a query set off.
func marked(text, query string) template.HTML {
	lower := strings.ToLower(text)
	var b strings.Builder
	if len(lower) != len(text) {
		lower = text // letters whose small form is longer: only exact words are set off
	}
	words := strings.FieldsFunc(strings.ToLower(query), func(r rune) bool { return strings.ContainsRune(" \"*:-()", r) })
	for at := 0; at < len(text); {
		from, size := -1, 0
		for _, word := range words {
			if i := strings.Index(lower[at:], word); i >= 0 && (from < 0 || i < from) {
				from, size = i, len(word)
			}
		}
		if from < 0 {
			b.WriteString(template.HTMLEscapeString(text[at:]))
			break
		}
		b.WriteString(template.HTMLEscapeString(text[at:at+from]) + "<mark>" + template.HTMLEscapeString(text[at+from:at+from+size]) + "</mark>")
		at += from + size
	}
	return template.HTML(b.String()) // escaped above
}

// download writes an export of what a filter means.
func (s *server) download(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	query := r.URL.Query()
	e := history.Export{Format: query.Get("format"), What: query.Get("what"), Query: history.Query{Filter: f}, Software: "stakeout " + s.Version, Zones: s.zone}
	if e.What == "" {
		e.What = "changes"
	}
	if e.Query.Only, err = s.viewed(r.Context(), query.Get("view")); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := e.Check(); err != nil {
		s.problem(w, r, http.StatusBadRequest, err.Error())
		return
	}
	h := w.Header()
	h.Set("Content-Type", downloadTypes[e.Format])
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="stakeout-%s-%s.%s"`, e.What, s.Now().UTC().Format("2006-01-02-150405"), extension(e.Format)))
	h.Set("Cache-Control", "no-store")
	if err := e.Write(r.Context(), w, s.Store); err != nil {
		s.Log.Warn("download broke off", "format", e.Format, "error", err)
		panic(http.ErrAbortHandler) // a file that ends early must not look whole
	}
}

// viewed picks the changes of one of the inbox's views; nil picks all.
func (s *server) viewed(ctx context.Context, view string) (func(story.Change) bool, error) {
	switch view {
	case "unseen":
		upto, err := s.Store.SeenUpto(ctx)
		return func(c story.Change) bool {
			if c.Cursor <= upto || err != nil {
				return false
			}
			marks, e := s.Store.Marks(ctx, []int64{c.Cursor})
			return e != nil || !marks[c.Cursor].Seen // rather one too many than one too few
		}, err
	case "starred":
		cursors, err := s.Store.Starred(ctx, mostStarred)
		return func(c story.Change) bool { return slices.Contains(cursors, c.Cursor) }, err
	}
	return nil, nil
}

// mostStarred is how many starred changes are exported.
const mostStarred = 10_000

func (s *server) zone(source string) *time.Location {
	for _, src := range s.Sources() {
		if src.Name == source {
			return src.Rules.Zone("published")
		}
	}
	return nil
}

var downloadTypes = map[string]string{
	"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8", "html": "application/octet-stream",
	"parquet": "application/vnd.apache.parquet", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"atom": "application/atom+xml", "stix": "application/stix+json;version=2.1", "misp": "application/json", "warc": "application/warc",
}

func extension(format string) string {
	switch format {
	case "stix", "misp":
		return format + ".json"
	}
	return format
}
