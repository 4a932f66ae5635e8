package crawler

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"stakeout/crawler/render"
)

// rendered shows an answer that is an HTML page to the browser, where the source
// wants that, and returns it as its readers see it.
func (t *transport) rendered(req *http.Request, x *exchange, a *answer) (*answer, error) {
	if !x.src.Render || x.unasked || a.status != http.StatusOK || kindOf(a.body, a.header.Get("Content-Type")) != listingHTML {
		return a, nil
	}
	left, took := x.left, x.page.Duration
	shown, err := t.browser.Render(req.Context(), t.forBrowser(req, x, a))
	x.left, x.page.Duration = left, took
	x.spend(shown.Duration) // what it led to is part of it
	x.page.WireBytes += shown.Bytes
	t.spentFiles(req.Context(), x, shown)
	if shown.Refused > 0 {
		t.log.Debug("a page's scripts were refused connections", "url", x.src.Session.Hide(req.URL.String()), "refused", shown.Refused)
	}
	if err != nil {
		return nil, renderError(req, err)
	}
	if to, err := url.Parse(shown.URL); err == nil && shown.URL != req.URL.String() {
		req.URL = to
	}
	header := a.header.Clone()
	header.Set("Content-Type", "text/html; charset=utf-8")
	// They are of what was sent, and say nothing about what scripts made of it.
	header.Del("ETag")
	header.Del("Last-Modified")
	return &answer{a.status, header, shown.HTML}, nil
}

// forBrowser is what the browser is told of a page.
func (t *transport) forBrowser(req *http.Request, x *exchange, a *answer) render.Page {
	page := render.Page{
		URL: addressOf(req.URL), Document: documentOf(a), UserAgent: req.Header.Get("User-Agent"), Most: max(x.left, time.Second),
		Network: render.Network{
			Dial: func(ctx context.Context, address string) (net.Conn, error) { return t.pools.dial(ctx, x.src, address) },
			HTTP: roundTrip{&t.pools, x.src},
		},
		Follow: func(ctx context.Context, address string) (render.Document, error) {
			return t.follow(ctx, req, x, address)
		},
		Header: func(u *url.URL) http.Header { return x.secretHeaders(u) },
	}
	if jar := x.jar(); jar != nil {
		page.Cookies = jar.Cookies(req.URL)
	}
	return page
}

func documentOf(a *answer) render.Document {
	return render.Document{Status: a.status, ContentType: a.header.Get("Content-Type"), Location: a.header.Get("Location"), Body: a.body}
}

// follow fetches a document that a page's scripts lead to, as any other hop.
func (t *transport) follow(ctx context.Context, from *http.Request, x *exchange, address string) (render.Document, error) {
	next, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return render.Document{}, err
	}
	next.Header = from.Header.Clone()
	if err := t.mayRequest(next, x); err != nil {
		return render.Document{}, err
	}
	a, err := t.tries(next, x)
	if err != nil {
		return render.Document{}, err
	}
	return documentOf(a), nil
}

// spentFiles counts what a page's files cost.
func (t *transport) spentFiles(ctx context.Context, x *exchange, shown render.Shown) {
	if x.src.Budget.Requests.Amount == 0 && x.src.Budget.Bytes.Amount == 0 {
		return
	}
	if err := t.usage.Use(context.WithoutCancel(ctx), x.src.Name, t.now(), int64(shown.Requests), shown.Bytes); err != nil {
		t.log.Warn("a source's use was not counted", "source", x.src.Name, "error", err)
	}
}

// renderError grades what the browser returned.
func renderError(req *http.Request, err error) error {
	var fe *FetchError
	if errors.As(err, &fe) || req.Context().Err() != nil {
		return err
	}
	fe = &FetchError{URL: addressOf(req.URL), Kind: KindRender, Status: http.StatusOK, Err: &worded{short(err.Error()), err}, Next: againLater}
	switch {
	case errors.Is(err, render.ErrNoBrowser), errors.Is(err, render.ErrStart):
		fe.Next = render.HowToGet
	case errors.Is(err, render.ErrTooLarge):
		fe.Kind, fe.Next = KindSize, ""
	case errors.Is(err, render.ErrTooMuch):
		fe.Kind, fe.Next = KindWire, ""
	case errors.Is(err, render.ErrStuck), errors.Is(err, context.DeadlineExceeded):
		fe.Kind, fe.Err, fe.Next = KindTime, render.ErrStuck, ""
	case errors.Is(err, render.ErrLeads):
		fe.Kind, fe.Next = KindRedirects, ""
	}
	return fe
}

// secretHeaders are what a request to an address of the source's own is sent with.
func (x *exchange) secretHeaders(u *url.URL) http.Header {
	bare := &http.Request{Header: http.Header{}, URL: u}
	x.identify(bare)
	return bare.Header
}
