package crawler

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"stakeout/crawler/feed"
	"stakeout/crawler/listing"
	"stakeout/crawler/sitemap"
	"stakeout/weburl"
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
		d.allowSite(f)
		d.noteHints(doc, f)
		changes(d.c.now(), f.Items, func(i *feed.Item) *time.Time { return &i.Updated })
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

// feedSlack is how much sooner than a feed asks for it is read: a run on the hour
// counts from when it began, not from when the feed's turn came.
const feedSlack = 30 * time.Second

// noteHints remembers until when a feed that was just read says that it holds
// nothing new: by its own words, or by how long its copies may be kept.
func (d *discovery) noteHints(doc *document, f *feed.Feed) {
	if doc.held {
		return
	}
	now := d.c.now()
	until := f.Pace.Next(now)
	if kept := now.Add(maxAge(doc.page.Header)); kept.After(until) {
		until = kept
	}
	d.c.listings.change(doc.key, func(k *keptListing) { k.until = until.Add(-feedSlack) })
}

// maxAge is how long a copy may be kept by its Cache-Control header (RFC 9111,
// section 5.2.2.1), a day at most.
func maxAge(h http.Header) time.Duration {
	for directive := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		seconds, err := strconv.Atoi(strings.Trim(value, `"`))
		if name == "max-age" && err == nil && seconds > 0 {
			return time.Duration(min(seconds, 24*60*60)) * time.Second
		}
	}
	return 0
}

// changes takes from entries the times of change that mean nothing: those yet to
// come, and all of them where they lie close together, for then they say when the
// file was made.
func changes[E any](now time.Time, entries []E, at func(*E) *time.Time) {
	const many, close, ahead = 10, 10 * time.Minute, time.Hour
	var first, last time.Time
	count := 0
	for i := range entries {
		t := at(&entries[i])
		if t.After(now.Add(ahead)) {
			*t = time.Time{}
		}
		if t.IsZero() {
			continue
		}
		if count++; first.IsZero() || t.Before(first) {
			first = *t
		}
		if t.After(last) {
			last = *t
		}
	}
	if count < many || last.Sub(first) > close || last.Equal(last.Truncate(24*time.Hour)) {
		return
	}
	for i := range entries {
		*at(&entries[i]) = time.Time{}
	}
}

// allowSite lets the links of a feed that nobody configured lead to the site that
// it belongs to, where that is the feed's own domain: feeds.news.example is of
// www.news.example.
func (d *discovery) allowSite(f *feed.Feed) {
	site := hostOf(f.Link)
	if d.src.Stories == nil && site != "" && slices.ContainsFunc(d.hosts, func(h string) bool { return sameDomain(h, site) }) {
		d.hosts = append(d.hosts, site)
	}
}

// sameDomain reports whether two hosts were registered as one.
func sameDomain(a, b string) bool {
	da, errA := publicsuffix.EffectiveTLDPlusOne(a)
	db, errB := publicsuffix.EffectiveTLDPlusOne(b)
	return errA == nil && errB == nil && da == db
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
	entries, err := d.entries(ctx, doc, 0, sitemap.MaxEntries)
	if err != nil {
		return err
	}
	changes(d.c.now(), entries, func(e *sitemap.Entry) *time.Time { return &e.Modified })
	fitting, err := d.offerEntries(entries, len(entries))
	if err != nil {
		return err
	}
	if fitting == 0 {
		return d.noneOf(doc, "addresses of this sitemap", len(entries))
	}
	return ctx.Err()
}

// offerEntries yields the entries that are stories, newest first, at most most
// of them, and returns how many there were.
func (d *discovery) offerEntries(entries []sitemap.Entry, most int) (fitting int, err error) {
	slices.SortStableFunc(entries, func(a, b sitemap.Entry) int { return cmp.Compare(dateOf(b), dateOf(a)) })
	if d.src.Stories == nil {
		entries = storyEntries(slices.Clone(entries))
	}
	for _, e := range entries {
		fits, err := d.offer(Link{URL: e.URL, Title: e.Title, Published: e.Published, Modified: e.Modified, Via: listingSitemap})
		if err != nil {
			return fitting, err
		}
		if fits {
			fitting++
		}
		if fitting == most {
			break
		}
	}
	return fitting, nil
}

// mostUnasked is how many stories are taken from sitemaps that nobody named: the
// newest, not a site's whole past.
const mostUnasked = 100

// siteMaps yields the newest stories of the sitemaps that robots.txt names, for
// a page that tells nothing itself.
func (d *discovery) siteMaps(ctx context.Context, page *document) (found bool, err error) {
	u, err := url.Parse(page.page.FinalURL)
	if err != nil || d.src.IgnoreRobots {
		return false, nil
	}
	file, err := d.c.transport.robots.file(ctx, u, d.c.exchange(d.src, page.page.FinalURL, 1))
	if err != nil {
		return false, nil // the page came, so this is no news
	}
	var entries []sitemap.Entry
	for _, s := range file.Sitemaps[:min(len(file.Sitemaps), 3)] {
		address, err := weburl.Resolve(page.page.FinalURL, s)
		if err != nil || d.visited[address] || !d.allowed(hostOf(address)) {
			continue
		}
		doc, err := d.get(ctx, address)
		if err != nil || doc.kind != listingSitemap {
			continue
		}
		more, err := d.entries(ctx, doc, maxSitemapDepth-1, mostUnasked)
		if err == nil {
			entries = append(entries, more...)
		}
	}
	fitting, err := d.offerEntries(entries, mostUnasked)
	return fitting > 0, err
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

// entries reads a sitemap, and those that it names, the newest first, until it
// has enough.
func (d *discovery) entries(ctx context.Context, doc *document, depth, enough int) ([]sitemap.Entry, error) {
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
		if len(all) >= enough && enough < sitemap.MaxEntries {
			break
		}
		if depth+1 > maxSitemapDepth || len(d.visited) > maxSitemaps || len(all) >= enough {
			d.listing.Problems = append(d.listing.Problems, doc.page.URL+": the sitemap index names more than is read")
			break
		}
		child, err := d.getChanged(ctx, e.URL, e.Modified)
		if err == nil && child.kind != listingSitemap {
			err = contentError(child, "not a sitemap, though an index names it")
		}
		var found []sitemap.Entry
		if err == nil {
			found, err = d.entries(ctx, child, depth+1, enough)
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
