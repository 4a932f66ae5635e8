// Package history answers a filter from a store: which stories, versions, changes
// and pages are meant. The commands, the feeds, the page and the notifications ask
// it alike.
package history

import (
	"context"
	"errors"
	"iter"
	"strconv"

	"stakeout/export"
	"stakeout/filter"
	"stakeout/store"
	"stakeout/story"
)

// Query says what of a history is asked for.
type Query struct {
	Filter filter.Filter
	// After and Upto bound what is asked for to what the changes behind one cursor
	// and up to another touched; 0 for no bound.
	After, Upto int64
	// AsRecorded gives each version's first reading instead of its latest; Explain
	// says where each field was read.
	AsRecorded, Explain bool
	// Behind continues a list of stories.
	Behind store.Mark
	// Newest gives changes newest first.
	Newest bool
	// Reread gives the events too that are no publisher's doing.
	Reread bool
	// Only picks among the changes that are otherwise meant; nil picks all.
	Only func(story.Change) bool
	// Looks is how many changes are gone through at most; 0 for all.
	Looks int
}

// byChange reports whether the changes must be gone through to tell what is meant.
func (q Query) byChange() bool {
	return q.After > 0 || q.Upto > 0 || q.Only != nil || q.Filter.OfChanges()
}

// Changes iterates over the changes that are meant, in the order of recording. An
// error ends it.
func Changes(ctx context.Context, db *store.Store, q Query) iter.Seq2[story.Change, error] {
	return func(yield func(story.Change, error) bool) {
		of := q.Filter.OfStories()
		looks := 0
		for c, err := range db.Changes(ctx, store.ChangeFilter{Source: q.Filter.Source(), Since: q.Filter.Since(), After: q.After, Upto: q.Upto, Newest: q.Newest, Reread: q.Reread}) {
			if err != nil {
				yield(c, err)
				return
			}
			if looks++; q.Looks > 0 && looks > q.Looks {
				return
			}
			if q.Only != nil && !q.Only(c) {
				continue
			}
			var s story.Story
			if of || c.Event == story.EventNew && !q.Filter.Everything() {
				if s, err = db.StoryAt(ctx, story.Key{Source: c.Source, ID: c.ID}, c.To); err != nil && !errors.Is(err, store.ErrNotFound) {
					yield(c, err)
					return
				}
			}
			if q.Filter.Change(c, s) && !yield(c, nil) {
				return
			}
		}
	}
}

// touched are the stories that the changes meant touched, or the versions that they
// brought about.
func touched(ctx context.Context, db *store.Store, q Query, name func(key story.Key, version int) []string) (export.Set, error) {
	out := export.Set{}
	q.Newest = false
	for c, err := range Changes(ctx, db, q) {
		if err != nil {
			return nil, err
		}
		out.Add(name(story.Key{Source: c.Source, ID: c.ID}, c.To)...)
	}
	return out, nil
}

// Stories iterates over the stories that are meant as they stand, the latest
// changed first: where something is asked of changes, those that such a change
// touched. An error ends it.
func Stories(ctx context.Context, db *store.Store, q Query) iter.Seq2[story.Story, error] {
	return chosen(ctx, db, q, db.Stories, func(key story.Key, _ int) []string { return []string{key.Source, key.ID} })
}

// Versions iterates over the versions that are meant. An error ends it.
func Versions(ctx context.Context, db *store.Store, q Query) iter.Seq2[story.Story, error] {
	return chosen(ctx, db, q, db.Versions, func(key story.Key, version int) []string {
		return []string{key.Source, key.ID, strconv.Itoa(version)}
	})
}

type source func(context.Context, store.Filter) iter.Seq2[story.Story, error]

func chosen(ctx context.Context, db *store.Store, q Query, from source, name func(story.Key, int) []string) iter.Seq2[story.Story, error] {
	return func(yield func(story.Story, error) bool) {
		var among export.Set
		if q.byChange() {
			var err error
			if among, err = touched(ctx, db, q, name); err != nil {
				yield(story.Story{}, err)
				return
			}
		}
		where := store.Filter{Source: q.Filter.Source(), Since: q.Filter.Since(), AsRecorded: q.AsRecorded, Explain: q.Explain, Behind: q.Behind}
		for s, err := range from(ctx, where) {
			if err == nil && (among != nil && !among.Has(name(s.Key(), s.Version)...) || !q.Filter.Story(s)) {
				continue
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}
