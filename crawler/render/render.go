// Package render shows pages to a headless Chromium, for sites that assemble
// their stories by script, and returns what their readers would see, as HTML.
//
// One browser is shared, started with the first page; each page has a profile of
// its own, which ends with it. The browser has no way to the network but a proxy
// of ours on loopback, one for each page, which dials as the caller says: what
// the caller's guard refuses, no script can reach. The document itself, and each
// further one that its scripts lead to, are fetched by the caller, with all its
// politeness. Images, fonts, media, frames and trackers are not loaded.
//
// Weak spots: what needs a click or scrolling is not seen, nor what stands in
// frames or closed shadow roots, nor what comes by sockets or late from workers;
// the site's scripts, styles and data are fetched without asking robots.txt, and
// as fast as the page asks for them.
package render

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Limits of one page.
const (
	maxTime      = 30 * time.Second // in all
	maxSettle    = 15 * time.Second // for its scripts
	maxBytes     = 50 << 20         // of what it loads, as sent
	maxRequests  = 500
	maxHTML      = 20 << 20
	maxDocuments = 5 // that its scripts lead to, one after the other
)

// Errors of this package.
var (
	// ErrNoBrowser says that there is no Chromium; it is not temporary.
	ErrNoBrowser = errors.New("there is no Chromium on this machine")
	// ErrStart says that Chromium is there, and doesn't run.
	ErrStart = errors.New("the browser can't be started")
	// ErrTooMuch says that a page loads more than it may; it is not temporary.
	ErrTooMuch = fmt.Errorf("the page loads more than %d MB, or more than %d files", maxBytes>>20, maxRequests)
	// ErrTooLarge says that the page as shown is too large; it is not temporary.
	ErrTooLarge = fmt.Errorf("the page as shown is larger than %d MB", maxHTML>>20)
	// ErrLeads says that a page's scripts lead on and on; it is not temporary.
	ErrLeads = fmt.Errorf("the page's scripts lead to more than %d other pages", maxDocuments)
	// ErrCrashed says that the browser, or the page in it, ended.
	ErrCrashed = errors.New("the page made the browser crash")
	// ErrStuck says that the page didn't come to an end.
	ErrStuck = errors.New("the page was not ready in time")
)

// Options are what a Browser needs. The zero value is ready to use.
type Options struct {
	// Path is that of Chromium. Defaults to the environment's
	// STAKEOUT_CHROMIUM, else what Find finds.
	Path string
	// Tabs is how many pages are shown at once. Defaults to 3.
	Tabs int
	// MaxMemory is how many bytes of memory the browser may have: past it, the
	// next page gets another browser, past twice as much this one ends at once.
	// Defaults to 1 GB.
	MaxMemory int64
	Log       *slog.Logger
}

// Network is how a page's scripts reach the network.
type Network struct {
	// Dial connects to "host:port", by the guard.
	Dial func(ctx context.Context, address string) (net.Conn, error)
	// HTTP makes requests without TLS, by the same guard.
	HTTP http.RoundTripper
}

// Document is an answer to the request for one.
type Document struct {
	Status      int
	ContentType string
	Location    string // of a redirect
	Body        []byte
}

// Page is a page to show.
type Page struct {
	URL       string
	Document                // what its URL was answered with
	Most      time.Duration // that it may take, waiting for a tab not; at most 30 s, and 0 for that
	UserAgent string
	Cookies   []*http.Cookie // for URL
	Network   Network
	// Follow fetches a document that the page's scripts lead to.
	Follow func(ctx context.Context, address string) (Document, error)
	// Header returns what is sent besides with a request; nil for nothing.
	Header func(u *url.URL) http.Header
}

// Shown is a page as its readers would see it.
type Shown struct {
	URL      string        // of the document, where scripts led to another
	HTML     []byte        // UTF-8
	Bytes    int64         // that its files took, as sent
	Requests int           // for its files
	Refused  int           // connections that Network refused
	Duration time.Duration // waiting for a tab not
}

// Browser shows pages. Safe for concurrent use. Close it.
type Browser struct {
	o    Options
	tabs chan struct{}

	mu     sync.Mutex // protects the following fields
	now    *process   // that takes new pages; nil for none
	closed bool
	starts int // browsers started
}

// New returns a Browser; nothing is started yet.
func New(o Options) *Browser {
	if o.Tabs == 0 {
		o.Tabs = 3
	}
	if o.MaxMemory == 0 {
		o.MaxMemory = 1 << 30
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Browser{o: o, tabs: make(chan struct{}, o.Tabs)}
}

// Close ends the browser, and with it every page.
func (b *Browser) Close() {
	b.mu.Lock()
	p := b.now
	b.now, b.closed = nil, true
	b.mu.Unlock()
	if p != nil {
		p.stop()
	}
}

// Render shows a page, when a tab is free for it.
func (b *Browser) Render(ctx context.Context, page Page) (Shown, error) {
	select {
	case b.tabs <- struct{}{}:
	case <-ctx.Done():
		return Shown{}, ctx.Err()
	}
	defer func() { <-b.tabs }()
	most := maxTime
	if page.Most > 0 {
		most = min(most, page.Most)
	}
	bounded, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	begun := time.Now()
	shown, err := b.show(bounded, page)
	if errors.Is(err, errGone) && ctx.Err() == nil { // it ended before the page came to it
		shown, err = b.show(bounded, page)
	}
	switch {
	case errors.Is(err, errGone):
		err = ErrCrashed
	case err != nil && bounded.Err() != nil && ctx.Err() == nil:
		err = ErrStuck
	}
	shown.Duration = time.Since(begun)
	return shown, err
}

// show shows a page in the browser that there is, or in a new one.
func (b *Browser) show(ctx context.Context, page Page) (Shown, error) {
	p, err := b.process(ctx)
	if err != nil {
		return Shown{}, err
	}
	defer p.leave()
	door, err := openDoor(page)
	if err != nil {
		return Shown{}, err
	}
	defer door.close()
	shown, err := show(ctx, p, page, door)
	shown.Bytes, shown.Refused = door.bytes.Load(), int(door.refused.Load())
	if door.full.Load() {
		err = ErrTooMuch
	}
	if err != nil && p.gone() {
		err = errGone
	}
	return shown, err
}

// process returns a browser that takes one more page. The caller calls leave.
func (b *Browser) process(ctx context.Context) (*process, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, context.Canceled
	}
	if b.now != nil && b.now.enter() {
		return b.now, nil
	}
	path, err := b.path()
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, path, b.o)
	if err != nil {
		return nil, err
	}
	b.starts++
	b.now = p
	p.enter()
	return p, nil
}
