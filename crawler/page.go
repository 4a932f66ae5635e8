package crawler

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"stakeout/configs"
)

// Request asks for one page. ETag and LastModified are those of the copy that
// the caller has, "" for none: the server may then answer that it is unchanged.
// A source that renders its pages is asked for them whole.
type Request struct {
	URL          string
	ETag         string
	LastModified string
}

// Page is one answer, whole: whatever its status, its body arrived to the end.
type Page struct {
	URL         string // as asked for
	FinalURL    string // after redirects
	Status      int
	Header      http.Header
	ContentType string
	Body        []byte // content encoding undone, character set as sent
	At          time.Time
	Duration    time.Duration // of all tries and hops, waiting for the host's turn not
	WireBytes   int64         // of the body as sent
	NotModified bool          // 304
	Attempts    int           // tries of all hops
}

// FetchPage fetches a page for a source, in at most 3 tries. Any status that
// arrives whole is a Page; everything else is a *FetchError, with which the Page
// still says what is known: address, time, attempts, status.
func (c *Crawler) FetchPage(ctx context.Context, src *configs.Source, r Request) (Page, error) {
	if p, ok := c.ahead.take(src.Name, r.URL, c.now()); ok {
		return p, nil
	}
	x := c.exchange(src, r.URL, pageTries)
	header := http.Header{}
	if src.Render {
		r.ETag, r.LastModified = "", "" // they say nothing about what scripts make of a page
	}
	if r.ETag != "" {
		header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		header.Set("If-Modified-Since", r.LastModified)
	}
	err := c.visit(ctx, x, header, callbacks{})
	return x.page, err
}

// exchange begins one request.
func (c *Crawler) exchange(src *configs.Source, url string, tries int) *exchange {
	return &exchange{
		src: src, session: c.transport.sessions.get(src), tries: tries, most: c.patience, left: c.patience,
		page: Page{URL: url, FinalURL: url, At: c.now()},
	}
}

// visit requests what an exchange is for, logged in where the source has a login:
// a page that looks logged out is requested once more after another.
func (c *Crawler) visit(ctx context.Context, x *exchange, header http.Header, on callbacks) error {
	want := x.src.Session.Login
	if want == nil {
		return c.request(ctx, x, header, on)
	}
	number, err := c.logIn(ctx, x.src, 0)
	if err != nil {
		return hideError(asFetchError(err, x.page.URL), x.src)
	}
	first := *x
	if err := c.request(ctx, x, header.Clone(), on); err != nil || !loggedOut(&x.page, want) {
		return err
	}
	again, err := c.logIn(ctx, x.src, number)
	if err != nil {
		x.page.Body = nil
		return hideError(asFetchError(err, x.page.URL), x.src)
	}
	if again == number {
		return nil // it is as it is, logged in or not
	}
	first.left, first.page.Duration, first.page.Attempts = x.left, x.page.Duration, x.page.Attempts
	*x = first
	return c.request(ctx, x, header, on)
}

// introduce sets the headers that tell who asks and for what.
func (c *Crawler) introduce(header http.Header) {
	header.Set("User-Agent", c.userAgent)
	header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.7")
	header.Set("Accept-Encoding", acceptEncoding)
}

// request has Colly make the request of an exchange. A panic, in a callback or in
// what it calls, is an error of this request and no other.
func (c *Crawler) request(ctx context.Context, x *exchange, header http.Header, on callbacks) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &FetchError{URL: x.page.URL, Kind: KindInternal, Err: fmt.Errorf("panic: %v", p)}
		}
		x.page.FinalURL = x.src.Session.Hide(x.page.FinalURL)
		err = hideError(err, x.src)
	}()
	c.introduce(header)
	collector := c.colly.Clone()
	collector.Context = withExchange(ctx, x)
	on.register(collector)
	err = asFetchError(collector.Request(http.MethodGet, x.page.URL, nil, nil, header), x.page.URL)
	if err == nil && x.page.Status == 0 {
		err = &FetchError{URL: x.page.URL, Kind: KindInternal, Err: fmt.Errorf("no answer was seen")}
	}
	if err != nil {
		x.page.Body = nil // nothing may be read from it
	}
	if ctx.Err() != nil && err != nil {
		return &FetchError{URL: x.page.URL, Kind: KindTime, Err: ctx.Err()}
	}
	return err
}
