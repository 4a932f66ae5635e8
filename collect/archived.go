package collect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"stakeout/archive"
	"stakeout/configs"
	"stakeout/crawler/listing"
	"stakeout/extract"
	"stakeout/store"
	"stakeout/story"
	"stakeout/weburl"
)

// Importer takes archived copies of stories into a store, as visits at the times
// of the copies. They go the way of every visit: read, identified, judged,
// recorded. A history only grows at its end: a copy that is no later than what is
// on record of its story is refused.
type Importer struct {
	Store   *store.Store
	Sources []*configs.Source
	// Name of the archive, for the visits' notes.
	Name string
	Log  *slog.Logger
	// Tell is called for each copy that was taken in. Nil tells nobody.
	Tell func(Seen)
}

// Taken is what an import of copies came to, of one source.
type Taken struct {
	Source     string `json:"source"`
	Copies     int    `json:"copies"` // of its stories' addresses
	Known      int    `json:"known"`  // on record already
	New        int    `json:"new"`
	Changed    int    `json:"changed"`
	Same       int    `json:"same"`
	Removed    int    `json:"removed"`
	Blocked    int    `json:"blocked"`
	Unreadable int    `json:"unreadable"`
	// Unusable counts the copies of answers that say nothing of a story, by why.
	Unusable map[string]int `json:"unusable,omitempty"`
	// Refused has a line for each story whose copies are no later than what is on
	// record.
	Refused []string `json:"refused,omitempty"`
}

func (t *Taken) count(o story.Outcome) {
	switch o {
	case story.New:
		t.New++
	case story.Changed:
		t.Changed++
	case story.Same:
		t.Same++
	case story.Gone:
		t.Removed++
	case story.Blocked:
		t.Blocked++
	case story.Unreadable:
		t.Unreadable++
	}
}

// Want reports whether an address is on a host of a source, so that a copy of it
// may be of use.
func (im *Importer) Want(address string) bool {
	host := weburl.Host(address)
	return slices.ContainsFunc(im.Sources, func(src *configs.Source) bool { return ownHost(src, host) })
}

// ownHost reports whether a host is one of a source's.
func ownHost(src *configs.Source, host string) bool {
	same := func(h string) bool { return weburl.SameSite(strings.ToLower(h), host) }
	return slices.ContainsFunc(src.Start, func(s string) bool { return same(weburl.Host(s)) }) || slices.ContainsFunc(src.Hosts, same)
}

// Import takes in the copies of each source's stories, in the order of their
// times. The error is of the store, or ctx ended: what was taken in stays, and a
// further import goes on.
func (im *Importer) Import(ctx context.Context, copies *archive.Copies) ([]Taken, error) {
	var all []Taken
	for _, src := range im.Sources {
		taken, err := im.importSource(ctx, src, copies)
		all = append(all, taken)
		if err != nil {
			return all, fmt.Errorf("import into %s: %w", src.Name, err)
		}
	}
	return all, nil
}

// importing is an import of one source's copies under way.
type importing struct {
	*Importer
	src     *configs.Source
	copies  *archive.Copies
	fetch   *archived
	c       *Collector
	done    map[store.ImportedVisit]bool
	refused map[string]*refusal // by story
	taken   Taken
}

// refusal is what is told of a story whose copies come too late.
type refusal struct {
	copies int
	seen   time.Time
}

func (im *Importer) importSource(ctx context.Context, src *configs.Source, copies *archive.Copies) (Taken, error) {
	i := &importing{Importer: im, src: src, copies: copies, refused: map[string]*refusal{}, taken: Taken{Source: src.Name, Unusable: map[string]int{}}}
	i.fetch = &archived{copies: copies}
	i.c = &Collector{Fetch: i.fetch, Store: im.Store, Log: im.Log, Tell: im.Tell, Now: func() time.Time { return i.fetch.current.At }}
	var err error
	if i.done, err = im.Store.Imported(ctx, src.Name); err != nil {
		return i.taken, err
	}
	for _, e := range copies.All() {
		if err = i.take(ctx, e); err != nil {
			break
		}
	}
	if err == nil && i.taken.Copies > 0 {
		err = i.c.Keep(ctx, src.Name)
	}
	for key, r := range i.refused {
		i.taken.Refused = append(i.taken.Refused, fmt.Sprintf("%s: %d archived copies are no later than what is on record of it (seen %s)", key, r.copies, r.seen.UTC().Format(time.RFC3339)))
	}
	slices.Sort(i.taken.Refused)
	return i.taken, err
}

// take takes in one copy, where it is of a story of the source.
func (i *importing) take(ctx context.Context, e archive.Copy) error {
	if !ownHost(i.src, weburl.Host(e.URL)) || i.src.Stories != nil && !i.src.Stories.MatchString(e.URL) {
		return nil
	}
	a, err := i.Store.Address(ctx, i.src.Name, e.URL)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if !known {
		a = store.Address{Source: i.src.Name, URL: e.URL, LinkID: i.src.StoryID(e.URL)}
	}
	i.fetch.current = e
	if i.src.Stories == nil && !known && !i.looksLikeStory(e) {
		return nil
	}
	i.taken.Copies++
	if i.done[store.ImportedVisit{URL: e.URL, At: e.At.UnixMilli()}] {
		i.taken.Known++
		return nil
	}
	return i.visit(ctx, a)
}

// looksLikeStory judges a copy by itself, for a source that doesn't say what its
// stories' addresses look like.
func (i *importing) looksLikeStory(e archive.Copy) bool {
	page, err := i.fetch.page(e)
	if err != nil || page.Status != 200 {
		return false
	}
	doc, err := listing.Parse(e.URL, extract.Decode(page.Body, page.ContentType))
	return err == nil && doc.IsStory()
}

// visit is Visit of an archived copy.
func (i *importing) visit(ctx context.Context, a store.Address) error {
	e := i.fetch.current
	v := visit{c: i.c, src: i.src, address: a, note: store.ImportNote + i.Name}
	err := v.recall(ctx)
	if err == nil {
		err = v.fetch(ctx)
	}
	if err == nil {
		err = v.judge(ctx)
	}
	if err != nil {
		return fmt.Errorf("copy of %s: %w", e.URL, err)
	}
	var missing *unusable
	switch {
	case errors.As(v.failed, &missing):
		i.taken.Unusable[missing.why]++
		return nil
	case v.failed != nil:
		i.taken.Unusable["damaged"]++
		return nil
	case v.now.Outcome == story.Failed:
		i.taken.Unusable["an error of the server"]++
		return nil
	}
	late, err := i.tooLate(ctx, v.before, e.At)
	if late || err != nil {
		return err
	}
	seen, err := v.record(ctx)
	if err != nil {
		return fmt.Errorf("copy of %s: %w", e.URL, err)
	}
	i.taken.count(seen.Outcome)
	i.c.tell(seen)
	return v.lore.learn(ctx, &v)
}

// tooLate reports whether a story is on record as of a copy's time or later, and
// notes it.
func (i *importing) tooLate(ctx context.Context, before *store.Version, at time.Time) (bool, error) {
	if before == nil {
		return false, nil
	}
	s, err := i.Store.Story(ctx, before.Key)
	if err != nil {
		return false, err
	}
	seen := before.At
	for _, t := range []*time.Time{s.LastSeen, s.ChangedAt} {
		if t != nil && t.After(seen) {
			seen = *t
		}
	}
	if at.After(seen) {
		return false, nil
	}
	r := i.refused[before.Key.String()]
	if r == nil {
		r = &refusal{seen: seen}
		i.refused[before.Key.String()] = r
	}
	r.copies++
	return true, nil
}
