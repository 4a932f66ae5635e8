package web

import (
	"bytes"
	"iter"
	"net/http"

	"stakeout/export"
	"stakeout/history"
	"stakeout/story"
)

// feedEntries is how many entries a feed has.
const feedEntries = 100

func (s *server) routeFeeds() {
	s.routes.HandleFunc("GET /feeds/changes.atom", s.changesFeed)
	s.routes.HandleFunc("GET /feeds/stories.atom", s.storiesFeed)
}

func (s *server) changesFeed(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	changes, err := first(history.Changes(r.Context(), s.Store, history.Query{Filter: f, Newest: true}))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	feed := export.Feed{Title: titled("Changes", f.String()), Updated: s.Now()}
	if len(changes) > 0 {
		feed.Updated = changes[0].At
	}
	var b bytes.Buffer
	s.feed(w, r, &b, &feed, export.ChangesAtom(&b, s.selfOf(r, feed), all(changes)))
}

func (s *server) storiesFeed(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	stories, err := first(history.Stories(r.Context(), s.Store, history.Query{Filter: f}))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	feed := export.Feed{Title: titled("Stories", f.String()), Updated: s.Now()}
	if len(stories) > 0 && stories[0].ChangedAt != nil {
		feed.Updated = *stories[0].ChangedAt
	}
	var b bytes.Buffer
	s.feed(w, r, &b, &feed, export.StoriesAtom(&b, s.selfOf(r, feed), all(stories)))
}

func titled(what, question string) string {
	if question == "" {
		return what
	}
	return what + ": " + question
}

// selfOf is a feed with its own address, which also names it.
func (s *server) selfOf(r *http.Request, f export.Feed) export.Feed {
	f.Self = origin(r) + r.URL.RequestURI()
	f.ID = f.Self
	return f
}

// origin is the scheme and host that a request came to.
func origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func (s *server) feed(w http.ResponseWriter, r *http.Request, b *bytes.Buffer, f *export.Feed, err error) {
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Last-Modified", f.Updated.UTC().Format(http.TimeFormat))
	s.send(w, r, b.Bytes())
}

// first are the first entries of a feed.
func first[T any](items iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if out = append(out, item); len(out) == feedEntries {
			break
		}
	}
	return out, nil
}

func all[T story.Story | story.Change](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
