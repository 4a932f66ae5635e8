package web

import (
	"net/http"
	"strconv"
	"strings"

	"stakeout/filter"
	"stakeout/store"
)

// Limits of what people write, in bytes.
const (
	mostLabel  = 60
	mostNote   = 2000
	mostFilter = 1000
)

// mark keeps what a person says of a change: seen, starred, a label, a note. What
// isn't named stays as it was.
func (s *server) mark(w http.ResponseWriter, r *http.Request) {
	cursor, err := strconv.ParseInt(r.PathValue("cursor"), 10, 64)
	if err != nil || cursor < 1 {
		s.problem(w, r, http.StatusNotFound, "expected /marks/CURSOR")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 10_000)
	if err := r.ParseForm(); err != nil {
		s.problem(w, r, http.StatusBadRequest, err.Error())
		return
	}
	s.marking.Lock()
	defer s.marking.Unlock()
	marks, err := s.Store.Marks(r.Context(), []int64{cursor})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	m := marks[cursor]
	m.Cursor = cursor
	for field, to := range map[string]*bool{"seen": &m.Seen, "starred": &m.Starred} {
		if v := r.PostForm.Get(field); v != "" {
			*to = v == "1"
		}
	}
	for field, to := range map[string]*string{"label": &m.Label, "note": &m.Note} {
		if v, ok := r.PostForm[field]; ok {
			*to = strings.TrimSpace(v[0])
		}
	}
	if len(m.Label) > mostLabel || len(m.Note) > mostNote {
		s.problem(w, r, http.StatusBadRequest, "a label has at most 60 bytes, a note 2,000")
		return
	}
	s.done(w, r, s.Store.PutMark(r.Context(), m))
}

// seeAll marks everything up to a change as seen.
func (s *server) seeAll(w http.ResponseWriter, r *http.Request) {
	cursor, err := cursorOf(r.FormValue("upto"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.done(w, r, s.Store.SeeUpto(r.Context(), cursor))
}

// saveFilter keeps a filter under a name, or forgets it.
func (s *server) saveFilter(w http.ResponseWriter, r *http.Request) {
	f := store.SavedFilter{Name: strings.TrimSpace(r.FormValue("name")), Filter: r.FormValue("filter")}
	if f.Name == "" || len(f.Name) > mostLabel || len(f.Filter) > mostFilter {
		s.problem(w, r, http.StatusBadRequest, "expected a name of at most 60 bytes, and a filter of at most 1,000")
		return
	}
	if _, err := filter.Parse(f.Filter, s.Now()); err != nil {
		s.fail(w, r, err)
		return
	}
	s.done(w, r, s.Store.SaveFilter(r.Context(), f))
}

// done answers to something that a person did: back to where they were, or, to a
// script, nothing.
func (s *server) done(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case err != nil:
		s.fail(w, r, err)
	case r.FormValue("back") != "":
		http.Redirect(w, r, ownPath(r.FormValue("back")), http.StatusSeeOther)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
