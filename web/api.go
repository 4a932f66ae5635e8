package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stakeout/filter"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// Limits of how much a page of the API holds.
const (
	usualLimit = 50
	mostLimit  = 1000
)

// storiesJSON is a page of stories; Next continues it, "" at its end.
type storiesJSON struct {
	Stories []story.Story `json:"stories"`
	Next    string        `json:"next,omitempty"`
}

// changesJSON is a page of changes; Next is the cursor to ask for what comes
// after, also where there is nothing yet.
type changesJSON struct {
	Changes []story.Change `json:"changes"`
	Next    string         `json:"next"`
}

// versionJSON is a story at one version, with its place in the chain.
type versionJSON struct {
	Story    story.Story `json:"story"`
	At       time.Time   `json:"at"`
	Hash     string      `json:"hash"`
	PrevHash string      `json:"prev_hash"`
	Pages    []pageJSON  `json:"pages"`
}

type pageJSON struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	SHA256      string `json:"sha256"`
}

// versionsJSON are a story's versions, as their times and hashes.
type versionsJSON struct {
	Versions []versionLine `json:"versions"`
}

type versionLine struct {
	Number   int       `json:"version"`
	At       time.Time `json:"at"`
	Headline string    `json:"headline"`
	URL      string    `json:"href"`
}

type sourcesJSON struct {
	Sources []store.SourceHealth `json:"sources"`
}

type hitsJSON struct {
	Hits []store.Hit `json:"hits"`
}

func (s *server) routeAPI() {
	s.routes.HandleFunc("GET /api/stories", s.apiStories)
	s.routes.HandleFunc("GET /api/changes", s.apiChanges)
	s.routes.HandleFunc("GET /api/sources", s.apiSources)
	s.routes.HandleFunc("GET /api/search", s.apiSearch)
	s.routes.HandleFunc("GET /openapi.json", s.openAPI)
	s.routes.HandleFunc("GET /healthz", s.healthz)
	s.routes.Handle("GET /metrics", s.metrics())
	s.routes.HandleFunc("GET /events", s.events)
}

// filterOf is what a request asks for: q, a filter in one line, and single
// conditions as parameters of their names.
func (s *server) filterOf(r *http.Request) (filter.Filter, error) {
	query := r.URL.Query()
	f, err := filter.Parse(query.Get("q"), s.Now())
	if err != nil {
		return f, err
	}
	for _, key := range filter.Keys {
		for _, value := range query[key] {
			if value == "" {
				continue
			}
			one, err := filter.Of(key, value, s.Now())
			if err != nil {
				return f, err
			}
			f = f.And(one)
		}
	}
	return f, nil
}

// limitOf is how many are asked for.
func limitOf(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return usualLimit, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostLimit {
		return 0, &badRequest{fmt.Sprintf("limit: found %q, expected 1 to %d", text, mostLimit)}
	}
	return n, nil
}

func (s *server) apiStories(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	limit, err := limitOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q := history.Query{Filter: f}
	if q.Behind, err = markOf(r.URL.Query().Get("after")); err != nil {
		s.fail(w, r, err)
		return
	}
	out := storiesJSON{Stories: []story.Story{}}
	for st, err := range history.Stories(r.Context(), s.Store, q) {
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if len(out.Stories) == limit {
			out.Next = markText(out.Stories[limit-1])
			break
		}
		out.Stories = append(out.Stories, st)
	}
	s.answer(w, r, out)
}

// markText is a place in a list of stories as text.
func markText(st story.Story) string {
	if st.ChangedAt == nil {
		return ""
	}
	return fmt.Sprintf("%d.%s", st.ChangedAt.UnixMilli(), st.Key())
}

func markOf(text string) (store.Mark, error) {
	if text == "" {
		return store.Mark{}, nil
	}
	at, key, _ := strings.Cut(text, ".")
	source, id, ok := strings.Cut(key, "/")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !ok {
		return store.Mark{}, &badRequest{fmt.Sprintf("after: found %q, expected the next of another page", text)}
	}
	return store.Mark{ChangedAt: time.UnixMilli(ms), Key: story.Key{Source: source, ID: id}}, nil
}

func (s *server) apiChanges(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	limit, err := limitOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	after, err := cursorOf(r.URL.Query().Get("after"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	last, err := s.Store.LastChange(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out := changesJSON{Changes: []story.Change{}}
	next := max(after, last)
	for c, err := range history.Changes(r.Context(), s.Store, history.Query{Filter: f, After: after, Upto: last}) {
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if len(out.Changes) == limit {
			next = out.Changes[limit-1].Cursor
			break
		}
		out.Changes = append(out.Changes, c)
	}
	out.Next = strconv.FormatInt(next, 10)
	s.answer(w, r, out)
}

func cursorOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, &badRequest{fmt.Sprintf("after: found %q, expected a cursor: the next of another page", text)}
	}
	return n, nil
}

// apiStory serves a story, its versions, or one of them. An ID may be an address:
// its slashes are written %2F.
func (s *server) apiStory(w http.ResponseWriter, r *http.Request, rest string) {
	key, rest, err := s.keyOf(r.Context(), rest)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	switch {
	case rest == "":
		st, err := s.Store.Story(r.Context(), key)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.answer(w, r, st)
	case rest == "versions":
		s.apiVersions(w, r, key)
	default:
		number, err := strconv.Atoi(strings.TrimPrefix(rest, "versions/"))
		if err != nil || number < 1 {
			s.problem(w, r, http.StatusNotFound, "expected /api/stories/SOURCE/ID/versions/N, N from 1")
			return
		}
		s.apiVersion(w, r, key, number)
	}
}

// keyOf reads SOURCE/ID off the beginning of an escaped path; rest is "", or what
// follows from "versions" on. The ID may have its slashes as they are, too.
func (s *server) keyOf(ctx context.Context, path string) (key story.Key, rest string, err error) {
	source, tail, _ := strings.Cut(path, "/")
	if key.Source, err = url.PathUnescape(source); err != nil {
		return key, "", &badRequest{"source: " + err.Error()}
	}
	id := tail
	if i := strings.LastIndex(tail, "/versions"); i > 0 {
		if after := tail[i+1:]; after == "versions" || strings.HasPrefix(after, "versions/") {
			id, rest = tail[:i], after
		}
	}
	if key.ID, err = url.PathUnescape(id); err != nil {
		return key, "", &badRequest{"ID: " + err.Error()}
	}
	if rest != "" {
		// An ID may end so itself.
		whole, err := url.PathUnescape(tail)
		if err == nil {
			if _, err := s.Store.Story(ctx, story.Key{Source: key.Source, ID: whole}); err == nil {
				return story.Key{Source: key.Source, ID: whole}, "", nil
			}
		}
	}
	return key, rest, nil
}

func (s *server) apiVersions(w http.ResponseWriter, r *http.Request, key story.Key) {
	versions, err := s.versionLines(r.Context(), key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answer(w, r, versionsJSON{versions})
}

func (s *server) versionLines(ctx context.Context, key story.Key) ([]versionLine, error) {
	latest, err := s.Store.Latest(ctx, key)
	if err != nil {
		return nil, err
	}
	out := make([]versionLine, 0, latest.Number)
	for n := 1; n <= latest.Number; n++ {
		v, err := s.Store.VersionAt(ctx, key, n)
		if err != nil {
			return nil, err
		}
		out = append(out, versionLine{n, v.At, v.Reading.Headline, apiPath(key) + fmt.Sprintf("/versions/%d", n)})
	}
	return out, nil
}

// apiPath is where a story is in the API.
func apiPath(key story.Key) string {
	return "/api/stories/" + url.PathEscape(key.Source) + "/" + url.PathEscape(key.ID)
}

func (s *server) apiVersion(w http.ResponseWriter, r *http.Request, key story.Key, number int) {
	st, err := s.Store.StoryAt(r.Context(), key, number)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v, err := s.Store.VersionAt(r.Context(), key, number)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out := versionJSON{Story: st, At: v.At, Hash: v.Hash, PrevHash: v.PrevHash, Pages: []pageJSON{}}
	for _, p := range v.Pages {
		out.Pages = append(out.Pages, pageJSON{p.URL, p.ContentType, p.SHA256})
	}
	s.answer(w, r, out)
}

func (s *server) apiSources(w http.ResponseWriter, r *http.Request) {
	health, err := s.Store.Health(r.Context(), s.Now())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if health == nil {
		health = []store.SourceHealth{}
	}
	s.answer(w, r, sourcesJSON{health})
}

func (s *server) apiSearch(w http.ResponseWriter, r *http.Request) {
	limit, err := limitOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	hits, err := s.Store.Search(r.Context(), r.URL.Query().Get("q"), limit)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if hits == nil {
		hits = []store.Hit{}
	}
	s.answer(w, r, hitsJSON{hits})
}

// healthJSON says that the program is up and its history can be read.
type healthJSON struct {
	Status string `json:"status"`
	Build
	Last int64 `json:"last_change"`
}

func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	last, err := s.Store.LastChange(r.Context())
	if err != nil {
		s.Log.Error("the history can't be read", "error", err)
		s.problem(w, r, http.StatusServiceUnavailable, "the history can't be read; the log says why")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	s.answer(w, r, healthJSON{"ok", s.Build, last})
}
