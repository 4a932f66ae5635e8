package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"stakeout/filter"
	"stakeout/store"
)

// answer writes a value as JSON, with an ETag of what it says.
func (s *server) answer(w http.ResponseWriter, r *http.Request, value any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	s.send(w, r, b.Bytes())
}

// send writes bytes with an ETag, or says that they are as they were.
func (s *server) send(w http.ResponseWriter, r *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", tag)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "private, no-cache")
	}
	for _, known := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		// A proxy, or our own compression, may have marked it weak or coded.
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if known == tag || strings.TrimSuffix(known, `-gzip"`)+`"` == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(body); err != nil {
		s.Log.Debug("answer not sent", "path", r.URL.Path, "error", err)
	}
}

// problemJSON is an error as RFC 9457 has it.
type problemJSON struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// problem answers with an error: a page for a person, RFC 9457 for a program.
func (s *server) problem(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if wantsPage(r) {
		s.errorPage(w, r, status, detail)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	p := problemJSON{"about:blank", http.StatusText(status), status, detail}
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.Log.Debug("answer not sent", "path", r.URL.Path, "error", err)
	}
}

// fail answers with what went wrong, as far as it is the asker's business.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var wrong *filter.Error
	var several *store.AmbiguousError
	var bad *badRequest
	switch {
	case errors.Is(err, r.Context().Err()) && r.Context().Err() != nil:
		// The asker went away.
	case errors.As(err, &wrong), errors.As(err, &bad):
		s.problem(w, r, http.StatusBadRequest, err.Error())
	case errors.As(err, &several):
		s.problem(w, r, http.StatusConflict, err.Error())
	case errors.Is(err, store.ErrNotFound):
		s.problem(w, r, http.StatusNotFound, err.Error())
	default:
		s.Log.Error("request failed", "path", r.URL.Path, "error", err)
		s.problem(w, r, http.StatusInternalServerError, "the history could not be read; the log says why")
	}
}

// badRequest is what is wrong with a request.
type badRequest struct{ text string }

func (e *badRequest) Error() string { return e.text }

func escapeQuery(s string) string { return url.QueryEscape(s) }
