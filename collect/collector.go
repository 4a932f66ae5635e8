// Package collect is one visit, from an address to a record, and one collection
// of a source: what `crawl`, `run` and `demo` share. It decides neither when
// nor how many.
package collect

import (
	"context"
	"log/slog"
	"time"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/store"
	"stakeout/story"
)

// Fetcher finds story links and fetches pages; *crawler.Crawler is one.
type Fetcher interface {
	FetchPage(ctx context.Context, src *configs.Source, r crawler.Request) (crawler.Page, error)
	Discover(ctx context.Context, src *configs.Source, yield func(crawler.Link) error) (crawler.Listing, error)
	DiscoverScheduled(ctx context.Context, src *configs.Source, yield func(crawler.Link) error) (crawler.Listing, error)
}

// Collector collects sources into a store. Its fields are set once, before use;
// it is safe for concurrent use.
type Collector struct {
	Fetch Fetcher
	Store *store.Store
	Log   *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Tell is called for each visit once it is on disk, by several goroutines at
	// once. Nil tells nobody.
	Tell func(Seen)

	// Rechecks bound the looks at known stories, of all sources together.
	Rechecks configs.Rechecks

	// Leases keep one source from being run by two programs at once. Nil where
	// there is only one.
	Leases *Leases

	lores lores
	desks desks
}

// Seen is what a visit saw, as it was recorded.
type Seen struct {
	Source   string
	URL      string // the address requested
	Key      story.Key
	Headline string
	Outcome  story.Outcome
	Reason   string        // of every outcome that is not new, changed or same
	Version  int           // the story's latest; 0 where there is none
	Change   *story.Change // what was recorded in the log; nil for most visits
	At       time.Time
}

func (c *Collector) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c *Collector) tell(s Seen) {
	if c.Tell != nil {
		c.Tell(s)
	}
}
