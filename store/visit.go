package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"time"

	"stakeout/story"
)

// The kinds of a visit.
const (
	KindStory   = "story"
	KindListing = "listing" // a listing page, feed or sitemap
)

// Visit is one request for one address.
type Visit struct {
	Source, URL string
	FinalURL    string    // after redirects
	Key         story.Key // zero while the story is not known
	Kind        string    // KindStory or KindListing
	At          time.Time
	Duration    time.Duration
	Status      int   // HTTP; 0 where no response came
	Bytes       int64 // on the wire
	Outcome     story.Outcome
	Reason      string
	Header      http.Header
	Ignored     []story.Ignored
	// LastAt and Count are of visits that found the same and were folded into
	// this one, whose Duration, Status, Bytes, Header and Ignored are then the
	// last one's. Record doesn't look at them.
	LastAt time.Time
	Count  int
}

// addVisit writes a visit and returns its row; one that found the same as the
// last of its address folds into that one's.
func addVisit(t *tx, r Result, st storyState) (id int64, err error) {
	header, err := json.Marshal(r.Header)
	if err != nil {
		return 0, err
	}
	ignored := []byte("[]")
	if len(r.Ignored) > 0 {
		if ignored, err = json.Marshal(r.Ignored); err != nil {
			return 0, err
		}
	}
	final := r.FinalURL
	if final == r.URL {
		final = ""
	}
	storyID := sql.NullInt64{Int64: st.id, Valid: st.id != 0}
	at := r.At.UnixMilli()
	if err := countVisit(t, r.Visit, at); err != nil {
		return 0, err
	}
	if r.Outcome == story.Same && r.Reason == "" {
		last, found, err := lastVisit(t, r.Visit)
		if err != nil {
			return 0, err
		}
		if found {
			n, err := t.update(`UPDATE visits SET last_at = ?, count = count + 1, status = ?, bytes = ?, duration_ms = ?, headers = ?, ignored = ?
				WHERE visit_id = ? AND outcome = 'same' AND reason = '' AND final_url = ? AND story_id IS NOT DISTINCT FROM ? AND last_at <= ?`,
				at, r.Status, r.Bytes, r.Duration.Milliseconds(), string(header), string(ignored), last, final, storyID, at)
			if err != nil || n > 0 {
				return last, err
			}
		}
	}
	return t.insert("visit_id", `INSERT INTO visits (source, url, final_url, story_id, kind, outcome, reason, first_at, last_at, status, bytes, duration_ms, headers, ignored)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13)`,
		r.Source, r.URL, final, storyID, r.Kind, r.Outcome, r.Reason, at, r.Status, r.Bytes, r.Duration.Milliseconds(), string(header), string(ignored))
}

// lastVisit is the last visit to the same address.
func lastVisit(t *tx, v Visit) (id int64, found bool, err error) {
	var last sql.NullInt64
	if v.Kind == KindListing {
		found, err = t.get("SELECT visit_id FROM visits WHERE kind = 'listing' AND source = ? AND url = ? ORDER BY visit_id DESC LIMIT 1", []any{v.Source, v.URL}, &last)
	} else {
		found, err = t.get("SELECT last_visit_id FROM addresses WHERE source = ? AND url = ?", []any{v.Source, v.URL}, &last)
	}
	return last.Int64, found && last.Valid, err
}

// countVisit notes a visit in its source's row.
func countVisit(t *tx, v Visit, at int64) error {
	if v.Kind != KindStory || strings.HasPrefix(v.Reason, ImportNote) {
		return nil // an imported one tells nothing of how the source is now
	}
	var recent string
	found, err := t.get("SELECT recent FROM sources WHERE name = ?", []any{v.Source}, &recent)
	if err != nil {
		return err
	}
	success := sql.NullInt64{Int64: at, Valid: Result{Visit: v}.read()}
	recent = addRecent(recent, v.Outcome)
	if !found {
		_, err = t.exec("INSERT INTO sources (name, recent, last_visit_at, last_success_at) VALUES (?, ?, ?, ?)", v.Source, recent, at, success)
		return err
	}
	_, err = t.exec("UPDATE sources SET recent = ?, last_visit_at = ?, last_success_at = coalesce(?, last_success_at) WHERE name = ?", recent, at, success, v.Source)
	return err
}

// shownVisits is how many of a source's latest visits its health shows.
const shownVisits = 24

// addRecent adds an outcome behind a source's latest.
func addRecent(recent string, o story.Outcome) string {
	if recent == "" {
		return string(o)
	}
	recent += " " + string(o)
	if strings.Count(recent, " ") >= shownVisits {
		_, recent, _ = strings.Cut(recent, " ")
	}
	return recent
}

// Visits lists a story's visits, the newest first, at most limit of them; all of
// them where it is negative.
func (s *Store) Visits(ctx context.Context, key story.Key, limit int) ([]Visit, error) {
	if limit < 0 {
		limit = math.MaxInt
	}
	rows, err := s.query(ctx, `SELECT url, final_url, kind, first_at, last_at, count, status, bytes, duration_ms, outcome, reason, headers, ignored
		FROM visits WHERE story_id = (SELECT story_id FROM stories WHERE source = ? AND id = ?) ORDER BY visit_id DESC LIMIT ?`, key.Source, key.ID, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Visit
	for rows.Next() {
		v, err := scanVisit(rows)
		if err != nil {
			return nil, ours(err)
		}
		v.Source, v.Key = key.Source, key
		out = append(out, v)
	}
	return out, ours(rows.Err())
}

func scanVisit(row scanner) (Visit, error) {
	var v Visit
	var first, last sql.NullInt64
	var took int64
	var headers, ignored []byte
	if err := row.Scan(&v.URL, &v.FinalURL, &v.Kind, &first, &last, &v.Count, &v.Status, &v.Bytes, &took, &v.Outcome, &v.Reason, &headers, &ignored); err != nil {
		return v, err
	}
	v.At, v.LastAt, v.Duration = moment(first), moment(last), time.Duration(took)*time.Millisecond
	if v.FinalURL == "" {
		v.FinalURL = v.URL
	}
	if err := json.Unmarshal(headers, &v.Header); err != nil {
		return v, err
	}
	return v, json.Unmarshal(ignored, &v.Ignored)
}
