package collect

import (
	"context"
	"fmt"
	"strings"
	"time"

	"stakeout/change"
	"stakeout/scheduler"
	"stakeout/store"
	"stakeout/story"
)

// record writes the visit, and what it brought, in one transaction.
func (v *visit) record(ctx context.Context) (Seen, error) {
	r := v.result()
	switch {
	case v.now.Outcome == story.Gone:
		v.recordGone(&r)
	case v.now.Outcome == story.Blocked, v.now.Outcome == story.Unreadable, v.now.Outcome == story.Failed:
		r.GoneInRow = v.address.GoneInRow // these visits don't count either way
		r.Failures = v.address.Failures + 1
		r.Broken = v.broken()
	default:
		if err := v.recordRead(ctx, &r); err != nil {
			return Seen{}, err
		}
	}
	if r.Change != nil {
		r.Change.URL, r.Change.Headline = v.stated()
	}
	if err := v.setNextLook(ctx, &r); err != nil {
		return Seen{}, err
	}
	done, err := v.c.Store.Record(ctx, r)
	if err != nil {
		return Seen{}, err
	}
	return v.seen(r, done), nil
}

// broken is the page as it is kept where its layout no longer yields what the story
// has; nil for any other.
func (v *visit) broken() *store.BrokenPage {
	if len(v.now.Lost) == 0 || v.before == nil {
		return nil
	}
	p := v.pages[0]
	return &store.BrokenPage{Fields: v.now.Lost, Reason: v.now.Reason, Page: store.Page{URL: p.FinalURL, ContentType: p.ContentType, Body: p.Body}}
}

// stated is the story's address and headline, as the page or the version on
// record has them. What a page that says that it is gone has as its heading is none.
func (v *visit) stated() (address, headline string) {
	if v.before != nil && (v.read.Headline == "" || v.now.Outcome == story.Gone) {
		return v.before.URL, v.before.Reading.Headline
	}
	return v.read.URL, v.read.Headline
}

// result is the visit without what it means for the story.
func (v *visit) result() store.Result {
	first := v.pages[0]
	r := store.Result{Visit: store.Visit{
		Source: v.src.Name, URL: v.address.URL, FinalURL: first.FinalURL, Key: v.key, Kind: "story",
		At: first.At, Duration: first.Duration, Status: first.Status, Header: first.Header,
		Outcome: v.now.Outcome, Reason: v.now.Reason, Ignored: v.now.Ignored,
	}, Fence: v.fence}
	if r.At.IsZero() {
		r.At = v.c.now()
	}
	if v.note != "" {
		r.Reason = strings.TrimSuffix(v.note+": "+v.now.Reason, ": ")
	}
	for _, p := range v.pages {
		r.Bytes += p.WireBytes
	}
	if v.before != nil {
		r.From = v.before.Number
	}
	r.ETag, r.LastModified = v.address.ETag, v.address.LastModified
	return r
}

// recordGone counts a page that says its story is gone; the third such visit
// with none between that read the story confirms it.
func (v *visit) recordGone(r *store.Result) {
	r.GoneInRow = v.address.GoneInRow + 1
	if v.before == nil || v.before.Status == story.Removed || r.GoneInRow < story.Confirmations {
		return
	}
	r.StoryStatus = story.Removed
	r.Change = &story.Change{Event: story.EventRemoved, Classes: []story.Class{}, Fields: []story.FieldChange{}}
}

// recordRead takes down a page that was read: nothing new, a first version, a
// changed one, or a story that is back.
func (v *visit) recordRead(ctx context.Context, r *store.Result) error {
	first := v.pages[0]
	if h := first.Header; h != nil {
		r.ETag, r.LastModified = keep(h.Get("ETag"), r.ETag), keep(h.Get("Last-Modified"), r.LastModified)
	}
	back := v.before != nil && v.before.Status == story.Removed
	if v.now.Outcome == story.Same && !back {
		return nil
	}
	if back {
		r.StoryStatus = story.Live
	}
	c := v.now.Change
	if c.Event == "" {
		c.Event = story.EventChanged
	}
	if back {
		c.Event = story.EventRestored
	}
	if v.now.Outcome != story.Same {
		r.Reading, r.Print = &v.read, change.Print(v.read.Fields)
		for _, p := range v.pages {
			r.Pages = append(r.Pages, store.Page{URL: p.FinalURL, ContentType: p.ContentType, Body: p.Body})
		}
		if err := v.markReverted(ctx, &c); err != nil {
			return err
		}
	}
	r.Change = &c
	return nil
}

// markReverted says so where the story is back to the words of an earlier
// version than the last.
func (v *visit) markReverted(ctx context.Context, c *story.Change) error {
	if v.before == nil {
		return nil
	}
	number, ok, err := v.c.Store.HasPrint(ctx, v.key, change.Print(v.read.Fields))
	if err != nil || !ok || number == v.before.Number {
		return err
	}
	c.RevertedTo = number
	c.Classes = append(c.Classes, story.Reverted)
	return nil
}

// setNextLook says when the address is visited next; the zero time for never.
func (v *visit) setNextLook(ctx context.Context, r *store.Result) error {
	recheck := v.src.Recheck
	switch {
	case r.Outcome == story.Gone && r.GoneInRow >= story.Confirmations && v.before == nil:
		// It never was a story.
	case r.Outcome == story.Gone && r.GoneInRow < story.Confirmations:
		r.NextAt = r.At.Add(scheduler.Confirm(r.GoneInRow))
	case r.Failures > 0:
		r.NextAt = r.At.Add(scheduler.Retry(r.Failures))
	case recheck.Adaptive():
		return v.recheck(ctx, r)
	case v.now.Doubt:
		r.NextAt = r.At.Add(scheduler.Doubt)
	case recheck.Schedule != nil:
		r.NextAt = recheck.Schedule.Next(r.At)
	}
	return nil
}

// born is when the story was published, as far as that is known and believable;
// else when its address was found.
func (v *visit) born(r store.Result) time.Time {
	found := v.address.FoundAt
	if found.IsZero() {
		found = r.At
	}
	reading := v.read
	if v.before != nil && v.same {
		reading = v.before.Reading
	}
	if t, ok := reading.Published.Time(); ok && t.Before(r.At) {
		return t
	}
	return found
}

// changed is when the story was last edited; zero for one that never was.
func (v *visit) changed(r store.Result) time.Time {
	switch {
	case v.before == nil:
		return time.Time{}
	case r.Reading != nil:
		return r.At
	case v.before.Number > 1:
		return v.before.At
	}
	return time.Time{}
}

// seen is what the visit tells.
func (v *visit) seen(r store.Result, done store.Recorded) Seen {
	s := Seen{
		Source: v.src.Name, URL: v.address.URL, Key: v.key, Outcome: r.Outcome, Reason: r.Reason,
		Version: done.Version, Change: done.Change, At: r.At,
	}
	_, s.Headline = v.stated()
	if r.Outcome == story.Gone && v.before != nil && r.Change == nil && v.before.Status == story.Live {
		s.Reason = fmt.Sprintf("%s (%d of %d visits that must say so)", r.Reason, r.GoneInRow, story.Confirmations)
	}
	return s
}

func keep(now, before string) string {
	if now != "" {
		return now
	}
	return before
}
