package crawler

import (
	"context"
	"slices"
	"strings"

	"stakeout/crawler/listing"
	"stakeout/weburl"
)

// jsonAfter reads JSON that goes on an HTML listing. That it can't be read is a
// problem of the further pages, not of the listing.
func (d *discovery) jsonAfter(ctx context.Context, doc *document, further int) error {
	err := d.json(ctx, doc, further)
	if err == nil || ctx.Err() != nil {
		return err
	}
	d.listing.Problems = append(d.listing.Problems, "further listing page: "+err.Error())
	return nil
}

// json yields the stories of a listing that is JSON, and of those after it;
// further is how many further pages were read to come there.
func (d *discovery) json(ctx context.Context, first *document, further int) error {
	known := listing.Shapes{}
	doc, all, fitting := first, 0, 0
	for {
		page, err := listing.ParseJSON(doc.page.FinalURL, doc.page.Body, doc.page.ContentType)
		if err != nil {
			return d.laterJSON(first, doc, err)
		}
		before := d.listing.Links
		items, fit, err := d.jsonPage(page, known)
		if all, fitting = all+items, fitting+fit; err != nil {
			return d.laterJSON(first, doc, err)
		}
		next := nextByHeader(doc)
		if next == "" {
			next = page.Next(d.src.NextPath, items)
		}
		if next == "" || further >= d.src.Pages || d.visited[next] || d.listing.Links == before || ctx.Err() != nil {
			break
		}
		further++
		if doc, err = d.get(ctx, next); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			d.listing.Problems = append(d.listing.Problems, "further listing page: "+err.Error())
			break
		}
		if doc.kind != listingJSON {
			break
		}
	}
	if fitting == 0 && doc == first {
		return d.noneOf(first, "addresses in this JSON", all)
	}
	return ctx.Err()
}

// laterJSON is what an error of one JSON page means: of the first it is the
// listing's.
func (d *discovery) laterJSON(first, doc *document, err error) error {
	if _, ours := err.(*stopped); ours {
		return err
	}
	err = contentError(doc, "%w", err)
	if doc == first {
		return err
	}
	d.listing.Problems = append(d.listing.Problems, "further listing page: "+err.Error())
	return nil
}

// jsonPage yields the stories of one page of JSON: those where the configuration
// says, else what has an address and looks like a story.
func (d *discovery) jsonPage(page *listing.JSON, known listing.Shapes) (items, fitting int, err error) {
	if d.src.Items != nil || d.src.Link != nil {
		links, items, err := page.Items(d.src.Items, d.src.Link)
		if err != nil {
			return items, 0, err
		}
		fitting, err = d.offerAll(links)
		return items, fitting, err
	}
	links := page.Links()
	items = len(links)
	if d.src.Stories == nil {
		links = page.Stories(known)
		items = max(len(links), 1)
	}
	if fitting, err = d.offerAll(links); err == nil && fitting == 0 && d.src.Stories != nil {
		links = page.Addresses()
		items = len(links)
		fitting, err = d.offerAll(links)
	}
	if fitting > 0 {
		items = fitting // what else has an address is no item
	}
	return items, fitting, err
}

// nextByHeader is the next page as a Link header has it (RFC 8288); "" for none.
func nextByHeader(doc *document) string {
	for _, header := range doc.page.Header.Values("Link") {
		for part := range strings.SplitSeq(header, ",") {
			target, parameters, found := strings.Cut(part, ">")
			target = strings.TrimSpace(target)
			if !found || !strings.HasPrefix(target, "<") || !relNext(parameters) {
				continue
			}
			if next, err := weburl.Resolve(doc.page.FinalURL, target[1:]); err == nil && weburl.SameSite(hostOf(next), hostOf(doc.page.FinalURL)) {
				return next
			}
		}
	}
	return ""
}

// relNext reports whether a link's parameters say that it leads to the next page.
func relNext(parameters string) bool {
	for p := range strings.SplitSeq(strings.ToLower(parameters), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.TrimSpace(name) == "rel" {
			return slices.Contains(strings.Fields(strings.Trim(value, `" `)), "next")
		}
	}
	return false
}
