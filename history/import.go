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

// Import takes back versions exported as JSON lines: each story's, in the order of
// their numbers, with their times. What is on record already is left as it is; a
// story whose history on record differs is refused, and said. A line that can't be
// read ends the import, with its number; what came before it stays.
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
		if len(line) == 0 {
			continue
		}
		s, err := readVersion(line)
		if err != nil {
			return done, errors.Join(flush(), fmt.Errorf("line %d: %w", n, err))
		}
		if len(same) > 0 && same[0].Key() != s.Key() {
			if err := flush(); err != nil {
				return done, err
			}
		}
		same = append(same, s)
	}
	if err := lines.Err(); err != nil {
		return done, errors.Join(flush(), fmt.Errorf("line %d: %w", n+1, err))
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
		return s, errors.New("found no source and id, expected a version as `export --what versions --format jsonl` writes it")
	case s.Version < 1 || s.ChangedAt == nil:
		return s, fmt.Errorf("%s: found no version and changed_at, expected those of an export of versions", s.Key())
	case s.Headline == "" && len(s.Body) == 0:
		return s, fmt.Errorf("%s, version %d: found no headline and no text", s.Key(), s.Version)
	}
	return s, nil
}

// importStory takes in one story's versions.
func importStory(ctx context.Context, db *store.Store, versions []story.Story, done *Imported) error {
	slices.SortStableFunc(versions, func(a, b story.Story) int { return a.Version - b.Version })
	key := versions[0].Key()
	latest, err := db.Latest(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	known := latest.Number
	for _, s := range versions {
		if s.Version <= known {
			had, err := db.StoryAt(ctx, key, s.Version)
			if err != nil {
				return err
			}
			if had.ChangedAt == nil || !had.ChangedAt.Equal(s.ChangedAt.Truncate(time.Millisecond)) || change.Print(had.Fields) != change.Print(s.Fields) {
				done.Refused = append(done.Refused, fmt.Sprintf("%s: version %d on record is another one", key, s.Version))
				return nil
			}
		}
	}
	before := story.Story{Version: known}
	if known > 0 {
		if before, err = db.Story(ctx, key); err != nil {
			return err
		}
	}
	took := false
	for _, s := range versions {
		switch {
		case s.Version <= known:
			done.Known++
			continue
		case s.Version != before.Version+1:
			done.Refused = append(done.Refused, fmt.Sprintf("%s: found version %d after version %d, expected each in turn", key, s.Version, before.Version))
			return nil
		}
		err := importVersion(ctx, db, before, s)
		if errors.Is(err, store.ErrForgotten) {
			done.Refused = append(done.Refused, fmt.Sprintf("%s: %v", key, store.ErrForgotten))
			return nil
		}
		if err != nil {
			return err
		}
		before, took = s, true
		done.Versions++
	}
	if !took {
		return nil
	}
	done.Stories++
	return importEnd(ctx, db, before)
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
	if _, err := db.Record(ctx, r); err != nil {
		return err
	}
	if s.LastSeen == nil || !s.LastSeen.After(*s.ChangedAt) {
		return nil
	}
	again := visitOf(s, *s.LastSeen, story.Same)
	again.From = s.Version
	_, err := db.Record(ctx, again)
	return err
}

// importEnd says that a story was removed, where its last version does. When is
// not told by an export: it was last seen then.
func importEnd(ctx context.Context, db *store.Store, s story.Story) error {
	if s.Status != story.Removed {
		return nil
	}
	at := *s.ChangedAt
	if s.LastSeen != nil {
		at = *s.LastSeen
	}
	r := visitOf(s, at, story.Gone)
	r.From, r.StoryStatus = s.Version, story.Removed
	_, err := db.Record(ctx, r)
	return err
}

func visitOf(s story.Story, at time.Time, o story.Outcome) store.Result {
	address := s.URL
	if address == "" {
		address = s.ID
	}
	return store.Result{Visit: store.Visit{Source: s.Source, URL: address, FinalURL: address, Key: s.Key(), Kind: store.KindStory, At: at,
		Outcome: o, Reason: "imported"}}
}
