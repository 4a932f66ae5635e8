package history

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"stakeout/change"
	"stakeout/store"
	"stakeout/story"
)

// Imported is what an import came to.
type Imported struct {
	Versions int `json:"versions"` // taken in
	Known    int `json:"known"`    // on record already
	Stories  int `json:"stories"`  // that got versions
	// Refused are the stories whose history on record is another one; nothing of
	// theirs was taken in.
	Refused []string `json:"refused,omitempty"`
}

// importedBy names what an imported reading was made by: nothing that can read the
// page again, since no page came with it.
const importedBy = "import"

// maxLine is the longest line of an import, in bytes.
const maxLine = 64 << 20

// LineError says which line of an import could not be read.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *LineError) Unwrap() error { return e.Err }

// Import takes back versions exported as JSON lines: each story's, in the order of
// their numbers, with their times. What is on record already is left as it is; a
// story whose history on record differs is refused, and said. A line that can't be
// read ends the import with a *LineError; the stories before it stay, and of its own
// nothing is taken in.
func Import(ctx context.Context, db *store.Store, r io.Reader) (Imported, error) {
	var done Imported
	var same []story.Story // the versions of one story
	flush := func() error {
		if len(same) == 0 {
			return nil
		}
		err := importStory(ctx, db, same, &done)
		same = same[:0]
		return err
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if len(line) == 0 {
			continue
		}
		s, err := readVersion(line)
		if err != nil {
			return done, &LineError{n, err}
		}
		if len(same) > 0 && same[0].Key() != s.Key() {
			if err := flush(); err != nil {
				return done, err
			}
		}
		same = append(same, s)
	}
	if err := lines.Err(); err != nil {
		return done, &LineError{n + 1, err}
	}
	return done, flush()
}

// readVersion reads one line of an export of versions or stories.
func readVersion(line []byte) (story.Story, error) {
	var s story.Story
	if err := json.Unmarshal(line, &s); err != nil {
		return s, fmt.Errorf("found %.40q, expected a version as JSON: %w", line, err)
	}
	switch {
	case s.Source == "" || s.ID == "":
		return s, fmt.Errorf("found %.40q without source and id, expected a version as `export --what versions --format jsonl` writes it", line)
	case s.Version < 1 || s.ChangedAt == nil:
		return s, fmt.Errorf("%s: found no version and changed_at, expected those of an export of versions", s.Key())
	case s.Headline == "" && len(s.Body) == 0:
		return s, fmt.Errorf("%s, version %d: found no headline and no text, expected one of them", s.Key(), s.Version)
	case s.Status != story.Live && s.Status != story.Removed && s.Status != "":
		return s, fmt.Errorf("%s, version %d: found the status %.40q, expected live or removed", s.Key(), s.Version, string(s.Status))
	}
	return s, nil
}

// importStory takes in one story's versions: all that are not on record, or, where
// they don't fit what is, none.
func importStory(ctx context.Context, db *store.Store, versions []story.Story, done *Imported) error {
	key := versions[0].Key()
	latest, err := db.Latest(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	before := story.Story{Version: latest.Number}
	if latest.Number > 0 {
		if before, err = db.Story(ctx, key); err != nil {
			return err
		}
	}
	fresh, known, why, err := fitting(ctx, db, versions, latest.Number)
	if err != nil {
		return err
	}
	if why != "" {
		done.Refused = append(done.Refused, fmt.Sprintf("%s: %s", key, why))
		return nil
	}
	if known.Version == latest.Number && known.Version > 0 {
		// What was last seen of it then may be later than what is on record.
		if len(fresh) > 0 {
			known.Status = before.Status // that of the last version
		}
		if before, err = importStanding(ctx, db, before, known); err != nil {
			return err
		}
	}
	for i, s := range fresh {
		err := importVersion(ctx, db, before, s)
		if errors.Is(err, store.ErrForgotten) {
			done.Refused = append(done.Refused, fmt.Sprintf("%s: %v", key, store.ErrForgotten))
			return nil
		}
		if err != nil {
			return err
		}
		before = s
		before.Status, before.LastSeen = story.Live, nil
		if i+1 < len(fresh) {
			s.Status = story.Live // each line has the status of the last
		}
		if before, err = importStanding(ctx, db, before, s); err != nil {
			return err
		}
		done.Versions++
	}
	done.Known += len(versions) - len(fresh)
	if len(fresh) > 0 {
		done.Stories++
	}
	return nil
}

// fitting are the versions that follow those on record, in the order of their
// numbers, and the last that is on record; or why they don't fit.
func fitting(ctx context.Context, db *store.Store, versions []story.Story, latest int) (fresh []story.Story, known story.Story, why string, err error) {
	slices.SortStableFunc(versions, func(a, b story.Story) int { return a.Version - b.Version })
	last := story.Story{Version: latest}
	for _, s := range versions {
		switch {
		case s.Version <= latest:
			had, err := db.StoryAt(ctx, s.Key(), s.Version)
			if err != nil {
				return nil, known, "", err
			}
			if !told(had, s) {
				return nil, known, fmt.Sprintf("version %d on record is another one", s.Version), nil
			}
			known = s
		case s.Version == last.Version && told(last, s):
			// the same line twice
		case s.Version != last.Version+1:
			return nil, known, fmt.Sprintf("found version %d after version %d, expected each in turn", s.Version, last.Version), nil
		default:
			fresh, last = append(fresh, s), s
		}
	}
	return fresh, known, "", nil
}

// told reports whether two say the same of a version.
func told(a, b story.Story) bool {
	return a.ChangedAt != nil && a.ChangedAt.Truncate(time.Millisecond).Equal(b.ChangedAt.Truncate(time.Millisecond)) && change.Print(a.Fields) == change.Print(b.Fields)
}

// importVersion records one version as it was told.
func importVersion(ctx context.Context, db *store.Store, before, s story.Story) error {
	r := visitOf(s, *s.ChangedAt, story.New)
	r.From, r.Print = before.Version, change.Print(s.Fields)
	r.Reading = &story.Reading{ID: s.ID, URL: s.URL, Fields: s.Fields, Via: s.Via, Rules: importedBy, Reader: importedBy}
	r.Change = &story.Change{Event: story.EventNew, URL: s.URL, Headline: s.Headline}
	if before.Version > 0 {
		c := change.Between(before.Fields, s.Fields)
		c.Event, c.URL, c.Headline = story.EventChanged, s.URL, s.Headline
		r.Outcome, r.Change = story.Changed, &c
	}
	if before.Status == story.Removed {
		r.StoryStatus = story.Live
	}
	_, err := db.Record(ctx, r)
	return err
}

// importStanding records what was seen of a story behind the version on record:
// that it still said the same, was removed, or back. When it was removed an export
// doesn't tell: it was last seen then. It returns the story as it stands then.
func importStanding(ctx context.Context, db *store.Store, had, s story.Story) (story.Story, error) {
	at := *s.ChangedAt
	if s.LastSeen != nil && s.LastSeen.After(at) {
		at = *s.LastSeen
	}
	later := had.LastSeen == nil && at.After(*s.ChangedAt) || had.LastSeen != nil && at.After(*had.LastSeen)
	record := func(o story.Outcome, status story.Status) error {
		r := visitOf(s, at, o)
		r.From, r.StoryStatus = s.Version, status
		_, err := db.Record(ctx, r)
		return err
	}
	back := had.Status == story.Removed && s.Status != story.Removed
	if later && (back || had.Status != story.Removed) {
		status := story.Status("")
		if back {
			status = story.Live
		}
		if err := record(story.Same, status); err != nil {
			return had, err
		}
		had.LastSeen = &at
		if back {
			had.Status = story.Live
		}
	}
	if s.Status == story.Removed && had.Status != story.Removed {
		if err := record(story.Gone, story.Removed); err != nil {
			return had, err
		}
		had.Status = story.Removed
	}
	return had, nil
}

func visitOf(s story.Story, at time.Time, o story.Outcome) store.Result {
	address := s.URL
	if address == "" {
		address = s.ID
	}
	return store.Result{Visit: store.Visit{Source: s.Source, URL: address, FinalURL: address, Key: s.Key(), Kind: store.KindStory, At: at,
		Outcome: o, Reason: "imported"}}
}
