package collect

import (
	"context"
	"errors"
	"fmt"

	"stakeout/change"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/extract"
	"stakeout/store"
	"stakeout/story"
)

// Visit takes one address from request to record: fetch, read, judge, record.
// What goes wrong with the page is in Seen; an error means that the visit could
// not be recorded, or that ctx ended, and then nothing was.
func (c *Collector) Visit(ctx context.Context, src *configs.Source, a store.Address) (Seen, error) {
	v := visit{c: c, src: src, address: a, fence: c.Leases.fence(src.Name)}
	if gone, err := c.Store.IsForgotten(ctx, a.URL); err != nil || gone {
		return v.leftAlone(), err
	}
	if err := v.recall(ctx); err != nil {
		return Seen{}, fmt.Errorf("visit %s: %w", a.URL, err)
	}
	if err := v.fetch(ctx); err != nil {
		return Seen{}, fmt.Errorf("visit %s: %w", a.URL, err)
	}
	for {
		if err := v.judge(ctx); err != nil {
			return Seen{}, fmt.Errorf("visit %s: %w", a.URL, err)
		}
		seen, err := v.record(ctx)
		if errors.Is(err, store.ErrStale) {
			// Someone else recorded a version meanwhile: judge against that one.
			v.before = nil
			continue
		}
		if errors.Is(err, store.ErrForgotten) {
			return v.leftAlone(), nil
		}
		if err != nil {
			return Seen{}, fmt.Errorf("visit %s: %w", a.URL, err)
		}
		c.tell(seen)
		if err := v.lore.learn(ctx, &v); err != nil {
			return seen, fmt.Errorf("visit %s: %w", a.URL, err)
		}
		return seen, nil
	}
}

// leftAlone is what a visit sees of a story that was forgotten on request: nothing
// is recorded of it.
func (v *visit) leftAlone() Seen {
	return Seen{Source: v.src.Name, URL: v.address.URL, Outcome: story.Failed, Reason: store.ErrForgotten.Error(), At: v.c.now()}
}

// visit is one visit under way.
type visit struct {
	c       *Collector
	src     *configs.Source
	address store.Address
	fence   store.Fence // under which it is made
	note    string      // where the visit was imported from; "" for one that is made
	lore    *lore

	template *extract.Template // that this visit's pages are read with
	key      story.Key
	// unstated is true where the page's address is all that names the story.
	unstated bool
	before   *store.Version // the version on record, read by today's rules; nil for none
	pages    []crawler.Page
	failed   error // why no page came
	read     story.Reading
	same     bool // the very bytes of the version on record
	now      change.Verdict
}

// recall loads what is known of the source, and the version on record of the
// address' story, if it has one.
func (v *visit) recall(ctx context.Context) (err error) {
	if v.lore, err = v.c.lore(ctx, v.src.Name); err != nil {
		return err
	}
	v.template = v.lore.known()
	if v.address.ID == "" {
		return nil
	}
	return v.recallStory(ctx, story.Key{Source: v.src.Name, ID: v.address.ID})
}

// recallStory loads the latest version of a story, read again where today's
// rules or reader are not those that read it.
func (v *visit) recallStory(ctx context.Context, key story.Key) error {
	v.key = key
	latest, err := v.c.Store.Latest(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		v.before = nil
		return nil
	}
	if err != nil {
		return err
	}
	v.before = &latest
	if extract.Current(latest.Reading, v.src.Rules, v.template) {
		return nil
	}
	if v.pages == nil { // else what it is compared with has been read already
		if v.template, err = v.lore.newest(ctx, v.c, v.src.Name); err != nil {
			return err
		}
		if extract.Current(latest.Reading, v.src.Rules, v.template) {
			return nil
		}
	}
	_, _, err = v.c.reread(ctx, v.src, v.before, v.template)
	return err
}

// fetch requests the address, and the story's further pages.
func (v *visit) fetch(ctx context.Context) error {
	request := crawler.Request{URL: v.address.URL}
	if v.before != nil && v.before.Status == story.Live && len(v.before.Pages) == 1 {
		request.ETag, request.LastModified = v.address.ETag, v.address.LastModified
	}
	page, err := v.c.Fetch.FetchPage(ctx, v.src, request)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, used := crawler.IsBudget(err); used {
		return err // it was not visited, and stays due
	}
	if v.failed = err; err != nil {
		v.pages = []crawler.Page{page}
		return nil
	}
	v.pages = []crawler.Page{page}
	if v.same = v.unchanged(page); v.same {
		return nil
	}
	v.read = extract.Read(readable(page), v.src.Rules, v.template)
	return v.fetchFurther(ctx)
}

// unchanged reports whether the server said so, or sent the same bytes again.
func (v *visit) unchanged(p crawler.Page) bool {
	if v.before == nil || v.before.Status != story.Live || len(v.before.Pages) != 1 {
		return false
	}
	return p.NotModified || p.Status == 200 && v.before.Pages[0].SHA256 == store.PageID(p.Body)
}

// maxPages is how many pages of one story are read; the rest of a longer one is
// left, and said in the log.
const maxPages = 30

// fetchFurther follows a story over its further pages. They belong to the same
// visit: where one of them can't be had, the visit failed.
func (v *visit) fetchFurther(ctx context.Context) error {
	visited := map[string]bool{v.address.URL: true, v.pages[0].FinalURL: true}
	next := v.read.Next
	readings := []story.Reading{v.read}
	for next != "" && !visited[next] && len(v.pages) < maxPages && v.read.Trouble == (story.Trouble{}) {
		visited[next] = true
		page, err := v.c.Fetch.FetchPage(ctx, v.src, crawler.Request{URL: next})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, used := crawler.IsBudget(err); used {
			return err
		}
		if err == nil && page.Status != 200 {
			err = fmt.Errorf("page %d of the story, %s: HTTP %d", len(v.pages)+1, next, page.Status)
		}
		if err != nil {
			v.failed = err
			return nil
		}
		reading := extract.Read(readable(page), v.src.Rules, v.template)
		v.pages = append(v.pages, page)
		readings = append(readings, reading)
		next = reading.Next
	}
	if len(readings) > 1 {
		v.read = extract.Join(readings[0], readings[1:]...)
	}
	return nil
}

// judge compares what was read with the version on record.
func (v *visit) judge(ctx context.Context) error {
	if err := v.identify(ctx); err != nil {
		return err
	}
	first := v.pages[0]
	switch {
	case v.failed != nil:
		v.now = change.Verdict{Outcome: failure(v.failed), Reason: v.failed.Error()}
	case v.same:
		v.now = change.Verdict{Outcome: story.Same}
	default:
		v.now = v.lore.judge(v, change.Response{URL: v.address.URL, FinalURL: first.FinalURL, Status: first.Status})
		if v.now.Outcome == story.New || v.now.Outcome == story.Changed {
			v.read = v.now.Read
		}
	}
	return nil
}

// failure is the outcome of a fetch that brought no page: one that was cut off
// on its way is unreadable, everything else failed.
func failure(err error) story.Outcome {
	var fetch *crawler.FetchError
	if errors.As(err, &fetch) && fetch.Kind == crawler.KindTruncated {
		return story.Unreadable
	}
	return story.Failed
}

// reading is the version on record as read; nil where there is none.
func (v *visit) reading() *story.Reading {
	if v.before == nil {
		return nil
	}
	return &v.before.Reading
}

// readable is a fetched page as the reader takes it.
func readable(p crawler.Page) extract.Page {
	return extract.Page{URL: p.FinalURL, ContentType: p.ContentType, Body: p.Body}
}
