package crawler

import (
	"cmp"
	"context"
	"slices"

	"stakeout/crawler/feed"
	"stakeout/crawler/listing"
	"stakeout/crawler/sitemap"
)

// Limits of one start that is a sitemap index.
const (
	maxSitemaps     = 200
	maxSitemapDepth = 3
)

// feed yields the items of a feed and of its further pages.
func (d *discovery) feed(ctx context.Context, doc *document) error {
	first := doc
	items, fitting := 0, 0
	for further := 0; ; further++ {
		f, err := feed.Parse(doc.page.FinalURL, doc.page.Body, doc.page.ContentType)
		if err != nil {
			return contentError(doc, "%w", err)
		}
		before := d.listing.Links
		for _, i := range f.Items {
			items++
			fits, err := d.offer(Link{URL: i.URL, Title: i.Title, Published: i.Published, Modified: i.Updated, Via: listingFeed})
			if err != nil {
				return err
			}
			if fits {
				fitting++
			}
		}
		if f.Next == "" || further >= d.src.Pages || d.visited[f.Next] || d.listing.Links == before {
			break
		}
		if doc, err = d.get(ctx, f.Next); err != nil || doc.kind != listingFeed {
			break
		}
	}
	if fitting == 0 {
		return d.noneOf(first, "items of this feed", items)
	}
	return ctx.Err()
}

// noneOf is the error of a feed or sitemap without a story.
func (d *discovery) noneOf(doc *document, what string, count int) error {
	if d.src.Stories == nil {
		return contentError(doc, "none of the %d %s leads to a story on %s", count, what, d.hosts[0])
	}
	return contentError(doc, "no address matches stories `%s` among the %d %s", d.src.Stories, count, what)
}

// sitemap yields the pages of a sitemap, or of those that an index names,
// newest first.
func (d *discovery) sitemap(ctx context.Context, doc *document) error {
	entries, err := d.entries(ctx, doc, 0)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b sitemap.Entry) int { return cmp.Compare(dateOf(b), dateOf(a)) })
	all := len(entries)
	if d.src.Stories == nil {
		entries = storyEntries(entries)
	}
	fitting := 0
	for _, e := range entries {
		fits, err := d.offer(Link{URL: e.URL, Title: e.Title, Published: e.Published, Modified: e.Modified, Via: listingSitemap})
		if err != nil {
			return err
		}
		if fits {
			fitting++
		}
	}
	if fitting == 0 {
		return d.noneOf(doc, "addresses of this sitemap", all)
	}
	return ctx.Err()
}

// dateOf sorts entries: seconds of the later of both times; 0 where none is
// stated.
func dateOf(e sitemap.Entry) int64 {
	t := e.Modified
	if e.Published.After(t) {
		t = e.Published
	}
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// entries reads a sitemap, and those that it names: news and the newest first.
func (d *discovery) entries(ctx context.Context, doc *document, depth int) ([]sitemap.Entry, error) {
	s, err := sitemap.Parse(doc.page.FinalURL, doc.page.Body, doc.page.ContentType)
	if err != nil {
		return nil, contentError(doc, "%w", err)
	}
	if !s.Index {
		return s.Entries, nil
	}
	slices.SortStableFunc(s.Entries, func(a, b sitemap.Entry) int { return cmp.Compare(dateOf(b), dateOf(a)) })
	var all []sitemap.Entry
	for _, e := range s.Entries {
		if d.visited[e.URL] || !d.allowed(hostOf(e.URL)) {
			continue
		}
		if depth+1 > maxSitemapDepth || len(d.visited) > maxSitemaps || len(all) >= sitemap.MaxEntries {
			d.listing.Problems = append(d.listing.Problems, doc.page.URL+": the sitemap index names more than is read")
			break
		}
		child, err := d.get(ctx, e.URL)
		if err == nil && child.kind != listingSitemap {
			err = contentError(child, "not a sitemap, though an index names it")
		}
		var found []sitemap.Entry
		if err == nil {
			found, err = d.entries(ctx, child, depth+1)
		}
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			d.listing.Problems = append(d.listing.Problems, err.Error())
			continue
		}
		all = append(all, found...)
	}
	return all, nil
}

// storyEntries are those that look like stories: all with the news extension
// where any has it, else by the shapes of their addresses.
func storyEntries(entries []sitemap.Entry) []sitemap.Entry {
	if slices.ContainsFunc(entries, func(e sitemap.Entry) bool { return e.News }) {
		return slices.DeleteFunc(entries, func(e sitemap.Entry) bool { return !e.News })
	}
	addresses := make([]string, len(entries))
	for i, e := range entries {
		addresses[i] = e.URL
	}
	likely := listing.StoryAddresses(addresses)
	return slices.DeleteFunc(entries, func(e sitemap.Entry) bool { return !likely[e.URL] })
}
