package crawler

import (
	"context"

	"stakeout/crawler/listing"
)

// pages reads a listing page and those after it.
func (d *discovery) pages(ctx context.Context, first *document) error {
	known := listing.Shapes{}
	doc := first
	for further := 0; ; further++ {
		before := d.listing.Links
		seen, err := d.page(ctx, doc, known)
		if err != nil {
			return err
		}
		if seen == 0 {
			if further == 0 {
				return d.without(ctx, doc)
			}
			return nil
		}
		next := doc.html.Next(d.src.Next)
		if next == "" && d.src.Next == "" {
			next = nextByHeader(doc)
		}
		if next == "" || further >= d.src.Pages || d.visited[next] || d.listing.Links == before {
			return nil
		}
		if doc, err = d.get(ctx, next); err != nil {
			if ctx.Err() != nil {
				return err
			}
			d.listing.Problems = append(d.listing.Problems, "further listing page: "+err.Error())
			return nil
		}
		switch doc.kind {
		case listingHTML:
		case listingJSON: // what "load more" fetches
			return d.jsonAfter(ctx, doc, further+1)
		default:
			return nil
		}
	}
}

// page yields the stories of one listing page and returns how many it lists.
func (d *discovery) page(ctx context.Context, doc *document, known listing.Shapes) (int, error) {
	links := doc.html.Links()
	if d.src.Stories == nil {
		if doc.html.IsStory() {
			return d.itself(doc)
		}
		if links = doc.html.Stories(known); len(links) == 0 {
			links = doc.html.EmbeddedStories()
		}
	}
	count, err := d.offerAll(links)
	if count == 0 && err == nil && d.src.Stories != nil {
		if count, err = d.offerAll(doc.html.Embedded()); count == 0 && err == nil {
			return d.itself(doc)
		}
	}
	if err != nil {
		return count, err
	}
	return count, ctx.Err()
}

// offerAll yields the links that are stories, and returns how many are.
func (d *discovery) offerAll(links []*listing.Link) (count int, err error) {
	for _, l := range links {
		fits, err := d.offer(Link{URL: l.URL, Title: l.Title, Published: l.Published, Modified: l.Modified, Via: listingHTML})
		if err != nil {
			return count, err
		}
		if fits {
			count++
		}
	}
	return count, nil
}

// itself yields the page as the story that it is.
func (d *discovery) itself(doc *document) (int, error) {
	fits, err := d.offer(Link{URL: doc.page.FinalURL, Via: listingStory})
	if !fits || err != nil {
		return 0, err
	}
	if d.listing.Links == 1 {
		d.listing.Kind = listingStory
	}
	return 1, nil
}

// without is a listing on which no story was found. Where nothing says what a
// story's address looks like, it may be a short story itself, or its feed or its
// site's sitemaps may tell more.
func (d *discovery) without(ctx context.Context, doc *document) error {
	if to := doc.html.Refresh(); to != "" && !d.visited[to] && len(d.visited) <= maxRedirects {
		return d.start(ctx, to)
	}
	if d.src.Stories == nil {
		if doc.html.MayBeStory() {
			_, err := d.itself(doc)
			return err
		}
		for _, feed := range doc.html.Feeds() {
			if d.visited[feed] {
				continue
			}
			found, err := d.get(ctx, feed)
			if err != nil || found.kind != listingFeed {
				continue
			}
			if err := d.feed(ctx, found); err == nil {
				return nil
			}
		}
		if found, err := d.siteMaps(ctx, doc); found || err != nil {
			return err
		}
		if d.scripted(doc) {
			return contentError(doc, "no story links found: %s", forScripts)
		}
		return contentError(doc, "no story links found: none of the %d links on this page look alike enough, and it is no story itself; `stories` can say which are", len(doc.html.Links()))
	}
	if d.scripted(doc) {
		return contentError(doc, "no link matches stories `%s`: %s", d.src.Stories, forScripts)
	}
	return contentError(doc, "no link matches stories `%s` among the %d links on this page", d.src.Stories, len(doc.html.Links()))
}

// forScripts is what to do about a page that its scripts fill.
const forScripts = "this page has next to nothing without its scripts; `render: true` shows it to a browser, and where its scripts fetch JSON, that can be the start"

// scripted reports whether a page that was not shown to a browser needs one.
func (d *discovery) scripted(doc *document) bool { return !d.src.Render && doc.html.Scripted() }
