package collect

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"stakeout/archive"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/weburl"
)

// archived is a Fetcher of what an archive holds: the copy that is taken in, and
// what belongs to it by being archived within a day of it.
type archived struct {
	copies  *archive.Copies
	current archive.Copy
}

// together is how far apart the pages of one story, or a redirect and where it
// leads, may have been archived.
const together = 24 * time.Hour

// unusable says why a copy tells nothing of its story.
type unusable struct{ why string }

func (u *unusable) Error() string { return "the archived copy is of no use: " + u.why }

// FetchPage implements Fetcher.
func (a *archived) FetchPage(_ context.Context, _ *configs.Source, r crawler.Request) (crawler.Page, error) {
	e, ok := a.find(r.URL)
	if !ok {
		return crawler.Page{URL: r.URL, At: a.current.At}, &unusable{"a further page of the story isn't in the archive"}
	}
	page, err := a.page(e)
	page.URL = r.URL
	return page, err
}

func (a *archived) find(address string) (archive.Copy, bool) {
	canonical, err := weburl.Canonical(address)
	if err != nil {
		return archive.Copy{}, false
	}
	if canonical == a.current.URL {
		return a.current, true
	}
	return a.copies.Near(canonical, a.current.At, together)
}

// page reads a copy, over its redirects.
func (a *archived) page(e archive.Copy) (crawler.Page, error) {
	const hops = 10
	page := crawler.Page{URL: e.URL, At: a.current.At}
	for range hops {
		resp, err := a.copies.Read(e)
		if err != nil {
			return page, err
		}
		page.FinalURL, page.Status, page.Header = e.URL, resp.Status, http.Header(resp.Header)
		page.ContentType, page.WireBytes = page.Header.Get("Content-Type"), int64(len(resp.Body))
		page.Header.Del("Set-Cookie")
		location := page.Header.Get("Location")
		switch {
		case resp.Status == http.StatusNotModified:
			return page, &unusable{"it says only that nothing changed (HTTP 304)"}
		case resp.Status < 300 || resp.Status >= 400 || location == "":
			page.Body, err = body(resp)
			return page, err
		}
		target, err := weburl.Resolve(e.URL, location)
		if err != nil {
			return page, &unusable{"its redirect leads nowhere"}
		}
		next, ok := a.find(target)
		if !ok {
			return page, &unusable{"where its redirect leads isn't in the archive"}
		}
		e = next
	}
	return page, &unusable{"its redirects don't end"}
}

// body is an answer's body with its content encoding undone.
func body(r archive.Response) ([]byte, error) {
	text, err := crawler.ReadBody(&http.Response{
		StatusCode: r.Status, Header: r.Header, ContentLength: int64(len(r.Body)), Body: io.NopCloser(bytes.NewReader(r.Body)),
	})
	if err != nil {
		return nil, fmt.Errorf("archived copy of %s: %w", r.URL, err)
	}
	return text, nil
}

// Discover implements Fetcher: an archive lists nothing.
func (a *archived) Discover(context.Context, *configs.Source, func(crawler.Link) error) (crawler.Listing, error) {
	return crawler.Listing{}, nil
}

// DiscoverScheduled implements Fetcher.
func (a *archived) DiscoverScheduled(ctx context.Context, src *configs.Source, yield func(crawler.Link) error) (crawler.Listing, error) {
	return a.Discover(ctx, src, yield)
}
