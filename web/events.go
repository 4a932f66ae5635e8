package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"stakeout/history"
)

// heartbeat is how often a silent stream says that it is still there.
const heartbeat = 25 * time.Second

// events streams changes as they are recorded (server-sent events): an event
// "change" each, its ID the cursor, its data the change as JSON. A reader that
// comes back with Last-Event-ID, or ?after=, misses none.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	f, err := s.filterOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	from := r.Header.Get("Last-Event-ID")
	if from == "" {
		from = r.URL.Query().Get("after")
	}
	after, err := cursorOf(from)
	if err == nil && from == "" {
		after, err = s.Store.LastChange(r.Context())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	fmt.Fprint(w, "retry: 3000\n\n")
	if out.Flush() != nil {
		return
	}
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	beat := s.Now()
	for {
		sent, err := s.sendChanges(w, r, history.Query{Filter: f, After: after})
		if err != nil {
			return // the reader comes back, and asks from where it was
		}
		switch {
		case sent > after:
			after, beat = sent, s.Now()
		case s.Now().Sub(beat) > heartbeat:
			fmt.Fprint(w, ": still here\n\n")
			beat = s.Now()
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// sendChanges writes the changes that are meant, and returns the cursor up to
// which all were looked at.
func (s *server) sendChanges(w http.ResponseWriter, r *http.Request, q history.Query) (int64, error) {
	last, err := s.Store.LastChange(r.Context())
	if err != nil || last <= q.After {
		return q.After, err
	}
	q.Upto = last
	for c, err := range history.Changes(r.Context(), s.Store, q) {
		if err != nil {
			return q.After, err
		}
		text, err := json.Marshal(c)
		if err != nil {
			return q.After, err
		}
		if _, err := fmt.Fprintf(w, "id: %s\nevent: change\ndata: %s\n\n", strconv.FormatInt(c.Cursor, 10), text); err != nil {
			return q.After, err
		}
	}
	return last, nil
}
