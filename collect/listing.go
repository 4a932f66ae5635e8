package collect

import (
	"context"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/store"
	"stakeout/story"
)

// recordListing takes down one request for a listing, feed or sitemap.
func (c *Collector) recordListing(ctx context.Context, src *configs.Source, v crawler.ListingVisit) error {
	visit := store.Visit{
		Source: src.Name, URL: v.URL, Kind: "listing", At: v.At, Duration: v.Duration,
		Status: v.Status, Bytes: v.Bytes, Outcome: story.Same,
	}
	if visit.At.IsZero() {
		visit.At = c.now()
	}
	if v.Err != nil {
		visit.Outcome, visit.Reason = story.Failed, v.Err.Error()
	}
	_, err := c.Store.Record(ctx, store.Result{Visit: visit})
	return err
}
