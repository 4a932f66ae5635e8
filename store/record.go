package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"stakeout/story"
)

// Result is a visit and everything that it brought; Record writes all of it or
// nothing.
type Result struct {
	Visit
	// From is the version that the visit was judged against; 0 for none.
	From int
	// Pages and Reading are set where there is a new version; Print is that of
	// its words: equal words, equal prints.
	Pages   []Page
	Reading *story.Reading
	Print   string
	// Change is what goes into the story's log; nil for nothing, though a new
	// version always gets its event. Record sets all of it but Event, Classes,
	// RevertedTo, Fields and Disclosed; its At is the visit's, From and To are
	// the latest version before and after: equal where no new one is written,
	// as for a story that moved.
	Change *story.Change
	// StoryStatus is what becomes of the story where it changes: Removed once
	// that is confirmed, Live when it is back; "" leaves it. It goes into the
	// log, with or without a Change, and needs no new version: removed, a story
	// keeps saying what it said.
	StoryStatus story.Status
	// Broken is set where the page yields no longer what the story has: Fields,
	// Reason and Page.
	Broken *BrokenPage
	// What is known of the address from now on.
	ETag, LastModified  string
	GoneInRow, Failures int
	NextAt              time.Time // zero for never
	// Recheck is what the re-check policy keeps of the story, as JSON; nil leaves
	// what it kept.
	Recheck []byte
	// Fence is the lease under which the story was visited.
	Fence Fence
}

// Recorded is what became of a Result.
type Recorded struct {
	Version int           // the story's latest; 0 where there is none
	Change  *story.Change // as recorded; nil for none
}

// packedResult is a result with what was made ready outside of the transaction.
type packedResult struct {
	Result
	pages         []packedPage
	reading       []byte // JSON
	packedReading []byte
	brokenBody    []byte
	words         words
	sketch        []int64
}

// Record writes one visit with all that it brought, in one transaction, and
// returns once it is on disk. ErrStale means that the story got another version
// or status since it was judged; nothing was written then, nor with ErrForgotten,
// ErrLeaseLost or a *RenamedError.
func (s *Store) Record(ctx context.Context, r Result) (Recorded, error) {
	packed, err := s.prepare(ctx, r)
	if err != nil {
		return Recorded{}, fmt.Errorf("record %s: %w", r.URL, err)
	}
	var done Recorded
	err = s.commit(ctx, r.Source, func(t *tx) (err error) {
		done, err = record(t, packed)
		return err
	})
	if errors.Is(err, ErrForgotten) {
		err = errors.Join(err, s.leaveAlone(ctx, r))
	}
	if err != nil {
		return Recorded{}, fmt.Errorf("record %s: %w", r.URL, err)
	}
	for _, p := range packed.pages {
		if p.newBase {
			s.bases.forget(r.Source)
		}
	}
	return done, nil
}

// prepare does what needs no transaction: it checks, compresses and hashes.
func (s *Store) prepare(ctx context.Context, r Result) (packedResult, error) {
	r = s.d.cleaned(r)
	r.At = r.At.UTC().Truncate(time.Millisecond)
	switch {
	case r.Source == "" || r.URL == "":
		return packedResult{}, errors.New("a visit without a source or a URL")
	case r.Key.ID != "" && r.Key.Source != r.Source:
		return packedResult{}, fmt.Errorf("a visit of %s to a story of %s", r.Source, r.Key.Source)
	case r.Key.ID == "" && (r.Reading != nil || r.Change != nil || r.StoryStatus != ""):
		return packedResult{}, errors.New("a version or change of no story")
	}
	packed := packedResult{Result: r}
	if r.Broken != nil {
		packed.brokenBody = s.packs.pack(r.Broken.Page.Body)
	}
	if r.Reading == nil {
		return packed, nil
	}
	var err error
	packed.reading, packed.packedReading, err = s.packs.packJSON(r.Reading)
	if err != nil {
		return packed, err
	}
	packed.words = wordsOf(r.Reading)
	packed.sketch = sketchOf(r.Reading)
	packed.pages, err = s.pack(ctx, r)
	return packed, err
}

func record(t *tx, r packedResult) (Recorded, error) {
	st, err := storyRow(t, r.Key)
	if err != nil {
		return Recorded{}, err
	}
	if err := errors.Join(refuseLost(t, r.Fence), refuseRenamed(t, r.Source)); err != nil {
		return Recorded{}, err
	}
	if err := refuseForgotten(t, r, st); err != nil {
		return Recorded{}, err
	}
	if r.Key.ID != "" && st.latest != r.From || r.StoryStatus != "" && st.status == r.StoryStatus {
		return Recorded{}, ErrStale
	}
	done := Recorded{Version: st.latest}
	if r.Reading != nil {
		done.Version++
	}
	if err := putStory(t, r.Result, &st, done.Version); err != nil {
		return Recorded{}, err
	}
	if r.Reading != nil {
		if err := addVersion(t, r, st, done.Version); err != nil {
			return Recorded{}, err
		}
		if err := putSketch(t, st.id, r.sketch); err != nil {
			return Recorded{}, err
		}
	}
	if c := r.event(st, done.Version); c != nil {
		if done.Change, err = addChange(t, r.Key, st.id, *c); err != nil {
			return Recorded{}, err
		}
	}
	visit, err := addVisit(t, r.Result, st)
	if err != nil {
		return Recorded{}, err
	}
	if err := putBroken(t, r, st.id); err != nil {
		return Recorded{}, err
	}
	return done, updateAddress(t, r.Result, st, visit)
}

// storyState is a story's row before a visit is recorded.
type storyState struct {
	id       int64
	latest   int // 0 where there is no story yet
	status   story.Status
	url      string
	headline string
	lastSeen sql.NullInt64
}

func storyRow(t *tx, key story.Key) (storyState, error) {
	var st storyState
	if key.ID == "" {
		return st, nil
	}
	_, err := t.get("SELECT story_id, latest, status, url, headline, last_seen_at FROM stories WHERE source = ? AND id = ?",
		[]any{key.Source, key.ID}, &st.id, &st.latest, &st.status, &st.url, &st.headline, &st.lastSeen)
	return st, err
}

// read reports whether the visit read the story.
func (r Result) read() bool {
	return r.Outcome == story.New || r.Outcome == story.Changed || r.Outcome == story.Same
}

// quiet reports whether nothing happened that goes into the log.
func (r Result) quiet() bool { return r.Reading == nil && r.Change == nil && r.StoryStatus == "" }

// putStory writes where the story stands; version is its latest from now on.
func putStory(t *tx, r Result, st *storyState, version int) (err error) {
	at := r.At.UnixMilli()
	if st.latest == 0 {
		if version == 0 {
			return nil
		}
		st.url, st.headline, st.status = r.Reading.URL, r.Reading.Headline, story.Live
		st.id, err = t.insert("story_id", `INSERT INTO stories (source, id, url, headline, status, latest, first_seen_at, last_seen_at, changed_at)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7)`, r.Key.Source, r.Key.ID, st.url, st.headline, st.status, version, at)
		if err == nil {
			_, err = t.exec("INSERT INTO sources (name, stories) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET stories = sources.stories + 1", r.Key.Source)
		}
		return err
	}
	if r.quiet() {
		if r.read() {
			_, err = t.exec("UPDATE stories SET last_seen_at = ?1 WHERE story_id = ?2 AND last_seen_at < ?1", at, st.id)
		}
		return err
	}
	if r.Reading != nil {
		st.url, st.headline = r.Reading.URL, r.Reading.Headline
	}
	if r.StoryStatus != "" {
		st.status = r.StoryStatus
	}
	seen := st.lastSeen.Int64
	if r.read() {
		seen = max(seen, at)
	}
	_, err = t.exec("UPDATE stories SET url = ?, headline = ?, status = ?, latest = ?, last_seen_at = ?, changed_at = ? WHERE story_id = ?",
		st.url, st.headline, st.status, version, seen, at, st.id)
	return err
}

// event is what a result puts into the log; nil for nothing. st is the story's
// row with the result's own words in it, but for lastSeen.
func (r Result) event(st storyState, version int) *story.Change {
	if r.quiet() {
		return nil
	}
	var c story.Change
	if r.Change != nil {
		c = *r.Change
	}
	switch {
	case r.StoryStatus == story.Removed:
		c.Event = story.EventRemoved
	case r.StoryStatus == story.Live:
		c.Event = story.EventRestored
	case c.Event == "" && r.From == 0:
		c.Event = story.EventNew
	case c.Event == "":
		c.Event = story.EventChanged
	}
	c.From, c.To, c.At = r.From, version, r.At
	c.URL, c.Headline = st.url, st.headline
	c.SeenBefore = instant(st.lastSeen)
	return &c
}

// updateAddress writes what is known of the address, and lets it take the place
// of any other where the same story was requested before.
func updateAddress(t *tx, r Result, st storyState, visit int64) error {
	if r.Kind != KindStory {
		return nil
	}
	storyID := sql.NullInt64{Int64: st.id, Valid: st.id != 0}
	if _, err := t.exec(`INSERT INTO addresses (source, url, host, story_id, via, found_at, next_at, etag, last_modified, gone_in_row, failures, last_visit_id)
		VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, ?8, ?9, ?10, ?11)
		ON CONFLICT (source, url) DO UPDATE SET story_id = coalesce(?4, addresses.story_id), next_at = ?6, hinted = 0,
		etag = ?7, last_modified = ?8, gone_in_row = ?9, failures = ?10, last_visit_id = ?11`,
		r.Source, r.URL, hostOf(r.URL), storyID, r.At.UnixMilli(), millis(r.NextAt), r.ETag, r.LastModified, r.GoneInRow, r.Failures, visit); err != nil {
		return err
	}
	if err := putRecheck(t, r); err != nil || !storyID.Valid || !r.read() {
		return err
	}
	_, err := t.exec(`UPDATE addresses SET next_at = NULL, hinted = 0, gone_in_row = 0, failures = 0
		WHERE story_id = ? AND source = ? AND url <> ? AND (next_at IS NOT NULL OR gone_in_row > 0 OR failures > 0)`, st.id, r.Source, r.URL)
	return err
}
