package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"stakeout/story"
)

// Visit is one request for one address.
type Visit struct {
	Source, URL string
	FinalURL    string    // after redirects
	Key         story.Key // zero while the story is not known
	Kind        string    // "story" or "listing"
	At          time.Time
	LastAt      time.Time // of visits folded into this one; zero when recording
	Count       int       // how many are folded; 0 when recording
	Duration    time.Duration
	Status      int   // HTTP; 0 where no response came
	Bytes       int64 // on the wire
	Outcome     story.Outcome
	Reason      string
	Header      http.Header
	Ignored     []story.Ignored
}

// Result is a visit and everything that it brought; Record writes all of it or
// nothing.
type Result struct {
	Visit
	// From is the version that the visit was judged against; 0 for none.
	From int
	// Pages and Reading are set where there is a new version; Print is what
	// story.Fields say in normal form, hashed.
	Pages   []Page
	Reading *story.Reading
	Print   string
	// Change is what goes into the story's log; nil for nothing. Its Source,
	// ID, From, To and At are set by Record.
	Change *story.Change
	// Status is what becomes of the story; "" leaves it.
	StoryStatus story.Status
	// What is known of the address from now on.
	ETag, LastModified  string
	GoneInRow, Failures int
	NextAt              time.Time // zero for never
}

// Recorded is what became of a Result.
type Recorded struct {
	Version int           // the story's latest; 0 where there is none
	Change  *story.Change // as recorded; nil for none
}

// Record writes one visit with all that it brought, in one transaction, and
// returns once it is on disk. ErrStale means that the story got another version
// since the one that the visit was judged against; nothing was written then.
func (s *Store) Record(ctx context.Context, r Result) (Recorded, error) {
	pages := pack(r.Pages)
	var done Recorded
	err := s.commit(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		done, err = record(ctx, tx, r, pages)
		return err
	})
	if err != nil {
		return Recorded{}, fmt.Errorf("record %s: %w", r.URL, err)
	}
	return done, nil
}

func record(ctx context.Context, tx *sql.Tx, r Result, pages []packedPage) (Recorded, error) {
	st, err := storyRow(ctx, tx, r.Key)
	if err != nil {
		return Recorded{}, err
	}
	if r.Key.ID != "" && st.latest != r.From {
		return Recorded{}, ErrStale
	}
	done := Recorded{Version: st.latest}
	if r.Reading != nil {
		done.Version = st.latest + 1
		if err := addVersion(ctx, tx, r, done.Version, pages); err != nil {
			return Recorded{}, err
		}
	}
	if err := updateStory(ctx, tx, r, st, done.Version); err != nil {
		return Recorded{}, err
	}
	if r.Change != nil {
		if done.Change, err = addChange(ctx, tx, r, st, done.Version); err != nil {
			return Recorded{}, err
		}
	}
	if err := addVisit(ctx, tx, r.Visit); err != nil {
		return Recorded{}, err
	}
	return done, updateAddress(ctx, tx, r)
}

// storyState is a story's row before a visit is recorded.
type storyState struct {
	latest   int // 0 where there is no story yet
	lastSeen sql.NullInt64
}

func storyRow(ctx context.Context, tx *sql.Tx, key story.Key) (storyState, error) {
	var st storyState
	if key.ID == "" {
		return st, nil
	}
	err := tx.QueryRowContext(ctx, "SELECT latest, last_seen_at FROM stories WHERE source = ? AND id = ?", key.Source, key.ID).Scan(&st.latest, &st.lastSeen)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return st, err
}

// updateStory writes where the story stands.
func updateStory(ctx context.Context, tx *sql.Tx, r Result, st storyState, version int) error {
	at := r.At.UnixMilli()
	switch {
	case r.Key.ID == "" || version == 0:
		return nil
	case st.latest == 0:
		_, err := tx.ExecContext(ctx, `INSERT INTO stories (source, id, url, status, latest, first_seen_at, last_seen_at, changed_at)
			VALUES (?, ?, ?, 'live', ?, ?, ?, ?)`, r.Key.Source, r.Key.ID, r.Reading.URL, version, at, at, at)
		return err
	}
	read := r.Outcome == story.New || r.Outcome == story.Changed || r.Outcome == story.Same
	if read {
		if _, err := tx.ExecContext(ctx, "UPDATE stories SET last_seen_at = max(last_seen_at, ?) WHERE source = ? AND id = ?", at, r.Key.Source, r.Key.ID); err != nil {
			return err
		}
	}
	if r.Reading != nil {
		if _, err := tx.ExecContext(ctx, "UPDATE stories SET latest = ?, url = ? WHERE source = ? AND id = ?", version, r.Reading.URL, r.Key.Source, r.Key.ID); err != nil {
			return err
		}
	}
	if r.StoryStatus != "" {
		if _, err := tx.ExecContext(ctx, "UPDATE stories SET status = ? WHERE source = ? AND id = ?", r.StoryStatus, r.Key.Source, r.Key.ID); err != nil {
			return err
		}
	}
	if r.Change != nil {
		_, err := tx.ExecContext(ctx, "UPDATE stories SET changed_at = ? WHERE source = ? AND id = ?", at, r.Key.Source, r.Key.ID)
		return err
	}
	return nil
}

// addChange puts a change into the log.
func addChange(ctx context.Context, tx *sql.Tx, r Result, st storyState, version int) (*story.Change, error) {
	c := *r.Change
	c.Source, c.ID, c.From, c.To, c.At = r.Key.Source, r.Key.ID, st.latest, version, r.At.UTC()
	if st.lastSeen.Valid && c.SeenBefore == nil {
		seen := moment(st.lastSeen)
		c.SeenBefore = &seen
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	row, err := tx.ExecContext(ctx, "INSERT INTO changes (source, id, event, at, change) VALUES (?, ?, ?, ?, ?)", c.Source, c.ID, c.Event, c.At.UnixMilli(), string(text))
	if err != nil {
		return nil, err
	}
	c.Cursor, err = row.LastInsertId()
	return &c, err
}

// addVisit writes a visit; one that found the same as the last of its address
// folds into that one's row.
func addVisit(ctx context.Context, tx *sql.Tx, v Visit) error {
	header, err := json.Marshal(v.Header)
	if err != nil {
		return err
	}
	ignored, err := json.Marshal(v.Ignored)
	if err != nil {
		return err
	}
	at := v.At.UnixMilli()
	if v.Outcome == story.Same {
		r, err := tx.ExecContext(ctx, `UPDATE visits SET last_at = ?, count = count + 1, status = ?, bytes = ?, duration_ms = ?, headers = ?, ignored = ?
			WHERE visit_id = (SELECT visit_id FROM visits WHERE source = ? AND url = ? ORDER BY visit_id DESC LIMIT 1)
			AND outcome = 'same' AND id = ? AND last_at <= ?`,
			at, v.Status, v.Bytes, v.Duration.Milliseconds(), string(header), string(ignored), v.Source, v.URL, v.Key.ID, at)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO visits (source, url, final_url, id, kind, first_at, last_at, status, bytes, duration_ms, outcome, reason, headers, ignored)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.Source, v.URL, v.FinalURL, v.Key.ID, v.Kind, at, at, v.Status, v.Bytes, v.Duration.Milliseconds(), v.Outcome, v.Reason, string(header), string(ignored))
	return err
}

// updateAddress writes what is known of the address, and lets it take the place
// of any other where the same story was requested before.
func updateAddress(ctx context.Context, tx *sql.Tx, r Result) error {
	if r.Kind != "story" {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE addresses SET story_id = CASE WHEN ?1 <> '' THEN ?1 ELSE story_id END,
		next_at = ?2, hinted = 0, etag = ?3, last_modified = ?4, gone_in_row = ?5, failures = ?6 WHERE source = ?7 AND url = ?8`,
		r.Key.ID, millis(r.NextAt), r.ETag, r.LastModified, r.GoneInRow, r.Failures, r.Source, r.URL); err != nil {
		return err
	}
	if r.Key.ID == "" || r.Outcome != story.New && r.Outcome != story.Changed && r.Outcome != story.Same {
		return nil
	}
	_, err := tx.ExecContext(ctx, "UPDATE addresses SET next_at = NULL, hinted = 0, gone_in_row = 0, failures = 0 WHERE source = ? AND story_id = ? AND url <> ? AND next_at IS NOT NULL", r.Source, r.Key.ID, r.URL)
	return err
}
