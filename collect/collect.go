package collect

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/store"
	"stakeout/story"
)

// Plan says which addresses a collection visits.
type Plan struct {
	// Listed visits every story that is listed now, not only the new and hinted.
	Listed bool
	// Due visits every known story whose next look is due, and those whose
	// removal waits for confirmation.
	Due bool
	// Known visits every known story that is to be visited at all, due or not.
	Known bool
	// Max is how many stories are visited at most; 0 for all.
	Max int
}

// Summary is what one collection of a source came to.
type Summary struct {
	Source     string  `json:"source"`
	Listed     int     `json:"listed"`
	Fetched    int     `json:"fetched"`
	New        int     `json:"new"`
	Changed    int     `json:"changed"`
	Same       int     `json:"same"`
	Removed    int     `json:"removed"` // visits, confirmed or not
	Blocked    int     `json:"blocked"`
	Unreadable int     `json:"unreadable"`
	Failed     int     `json:"failed"`
	Seconds    float64 `json:"seconds"`
	// Pages is how many listing pages were read.
	Pages int `json:"listing_pages"`
	// Error says why the source could not be read at all; "" where it could.
	Error string `json:"error,omitempty"`
	// Left says why stories were left for the next time; "" where none were.
	Left string `json:"left,omitempty"`
}

// count adds a visit.
func (s *Summary) count(o story.Outcome) {
	s.Fetched++
	switch o {
	case story.New:
		s.New++
	case story.Changed:
		s.Changed++
	case story.Same:
		s.Same++
	case story.Gone:
		s.Removed++
	case story.Blocked:
		s.Blocked++
	case story.Unreadable:
		s.Unreadable++
	case story.Failed:
		s.Failed++
	}
}

// Stage is how far a collection is.
type Stage struct {
	Source       string
	Done, Total  int // visits; Total is 0 while listings are read
	Listed       int
	ListingPages int
	New, Changed int
}

// Collect collects one source once: reads its listings, remembers what they
// list, and visits what the plan says. The error is of the source as a whole or
// of the store; single visits that fail are counted. progress may be nil.
func (c *Collector) Collect(ctx context.Context, src *configs.Source, plan Plan, progress func(Stage)) (Summary, error) {
	begun := c.now()
	sum := Summary{Source: src.Name}
	finish := func(err error) (Summary, error) {
		sum.Seconds = c.now().Sub(begun).Seconds()
		if err != nil {
			sum.Error = err.Error()
			err = fmt.Errorf("source %s: %w", src.Name, err)
		}
		return sum, err
	}
	_, release, err := c.hold(ctx, src.Name, true)
	if err != nil {
		return finish(err)
	}
	defer release("")
	listed, listing, discoverErr := c.discover(ctx, src, c.Fetch.Discover, begun, progress)
	sum.Listed, sum.Pages = len(listed), listing.Pages
	if ctx.Err() != nil {
		return finish(ctx.Err())
	}
	if err := c.Store.Ran(ctx, src.Name, begun, problem(discoverErr)); err != nil {
		return finish(err)
	}
	todo, err := c.todo(ctx, src, plan, listed, begun)
	if err != nil {
		return finish(err)
	}
	err = c.visitAll(ctx, src, todo, &sum, progress)
	if _, used := crawler.IsBudget(err); used {
		sum.Left, err = fmt.Sprintf("%d stories are left: %s", len(todo)-sum.Fetched, err), nil
	}
	if err != nil {
		return finish(errors.Join(err, c.Keep(context.WithoutCancel(ctx), src.Name)))
	}
	if err := c.readAlike(ctx, src, todo); err != nil {
		return finish(err)
	}
	return finish(errors.Join(discoverErr, c.Keep(ctx, src.Name), c.keepLearnt(ctx, src.Name, true)))
}

// List reads a source's listings once and remembers what they list: what is new
// or hinted at is then due. found is how many stories are listed.
func (c *Collector) List(ctx context.Context, src *configs.Source) (found int, err error) {
	at := c.now()
	links, _, err := c.discover(ctx, src, c.Fetch.DiscoverScheduled, at, nil)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return len(links), errors.Join(err, c.Store.Ran(ctx, src.Name, at, problem(err)))
}

// problem is an error as it is remembered; "" for none.
func problem(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// discover reads the listings, in one of the Fetcher's ways, and remembers what
// they list.
func (c *Collector) discover(ctx context.Context, src *configs.Source, how func(context.Context, *configs.Source, func(crawler.Link) error) (crawler.Listing, error), at time.Time, progress func(Stage)) ([]store.Link, crawler.Listing, error) {
	var links []store.Link
	listing, err := how(ctx, src, func(l crawler.Link) error {
		links = append(links, store.Link{URL: l.URL, ID: l.ID, Title: l.Title, Published: l.Published, Modified: l.Modified, Via: l.Via})
		if progress != nil {
			progress(Stage{Source: src.Name, Listed: len(links)})
		}
		return nil
	})
	if ctx.Err() != nil {
		return nil, listing, ctx.Err()
	}
	for _, v := range listing.Visits {
		if recordErr := c.recordListing(ctx, src, v); recordErr != nil {
			return nil, listing, recordErr
		}
	}
	if len(links) == 0 {
		return nil, listing, err
	}
	for i, l := range links {
		if later := listing.Modified[l.URL]; later.After(l.Modified) {
			links[i].Modified = later
		}
	}
	before, stateErr := c.Store.Source(ctx, src.Name)
	if stateErr != nil {
		return nil, listing, stateErr
	}
	if _, foundErr := c.Store.Found(ctx, src.Name, links, at); foundErr != nil {
		return nil, listing, errors.Join(err, foundErr)
	}
	if err == nil && len(listing.Problems) == 0 && !listing.Partial {
		err = c.Store.Vanished(ctx, src.Name, before.ListedAt, at)
	}
	return links, listing, err
}

// visitAll visits addresses, as many at once as the source allows.
func (c *Collector) visitAll(ctx context.Context, src *configs.Source, todo []store.Address, sum *Summary, progress func(Stage)) error {
	var mu sync.Mutex // protects sum and done
	done := 0
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(src.Parallel)
	for _, a := range todo {
		if groupCtx.Err() != nil {
			break
		}
		group.Go(func() error {
			seen, err := c.Visit(groupCtx, src, a)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			sum.count(seen.Outcome)
			done++
			if progress != nil {
				progress(Stage{Source: src.Name, Done: done, Total: len(todo), Listed: sum.Listed, ListingPages: sum.Pages, New: sum.New, Changed: sum.Changed})
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}
