package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"stakeout/configs"
	"stakeout/crawler/robots"
)

// How long what is known of a robots.txt holds (RFC 9309, section 2.4), and how
// long a failure to get one does.
const (
	robotsHold     = 24 * time.Hour
	robotsFailHold = 5 * time.Minute
	robotsTries    = 3
	robotsTime     = 30 * time.Second
	robotsHops     = 5
	maxCrawlDelay  = 60 * time.Second // a larger one is taken for this
)

// robotsCache fetches the robots.txt of each origin once a day.
type robotsCache struct {
	transport *transport
	userAgent string
	now       func() time.Time

	mu  sync.Mutex // protects all
	all map[string]*robotsEntry
}

// robotsEntry is what one origin's robots.txt says.
type robotsEntry struct {
	turn  chan struct{} // holds one token: whoever has it may fetch and write
	file  *robots.File  // nil until the first success
	err   error         // why it could not be had; nil where file holds
	until time.Time
}

func newRobotsCache(t *transport, userAgent string, now func() time.Time) *robotsCache {
	if now == nil {
		now = time.Now
	}
	return &robotsCache{transport: t, userAgent: userAgent, now: now, all: map[string]*robotsEntry{}}
}

// check says whether robots.txt lets a hop pass, and makes known the pace that
// it asks for.
func (c *robotsCache) check(req *http.Request, x *exchange) error {
	u := req.URL
	file, err := c.file(req.Context(), u, x)
	if err != nil {
		if req.Context().Err() != nil {
			return req.Context().Err()
		}
		return err
	}
	if delay, ok := file.CrawlDelay(c.transport.agent); ok {
		c.transport.hosts.get(hostKey(u)).ask(min(delay, maxCrawlDelay))
	}
	if !file.Allowed(c.transport.agent, u.String()) {
		return &FetchError{URL: u.String(), Kind: KindRobots,
			Err: fmt.Errorf("robots.txt disallows it for %s (`robots: ignore` overrides)", c.transport.agent)}
	}
	return nil
}

// file returns the robots.txt of an address' origin, fetching it where what is
// known is too old. Others who ask meanwhile wait for it.
func (c *robotsCache) file(ctx context.Context, u *url.URL, x *exchange) (*robots.File, error) {
	origin := u.Scheme + "://" + u.Host
	e := c.entry(origin)
	select {
	case <-e.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { e.turn <- struct{}{} }()
	if c.now().Before(e.until) {
		return e.file, e.err
	}
	h := c.transport.hosts.get(hostKey(u))
	if err := h.share(ctx); err != nil { // by which another program's is known
		return nil, err
	}
	if known, until, err := h.knownRobots(u, origin, c.now()); !until.IsZero() {
		e.err, e.until = err, until
		if err == nil {
			e.file = known
		}
		return e.file, e.err
	}
	file, body, took, err := c.fetch(ctx, origin+"/robots.txt", x.src)
	x.left -= took
	var fe *FetchError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		e.file, e.err, e.until = file, nil, c.now().Add(robotsHold)
		h.teachRobots(origin, robotsLesson{Until: e.until, Text: string(body)})
	case errors.As(err, &fe) && fe.isOfSource():
		return nil, err // holds for this source, not for the next
	case e.file != nil && e.err == nil:
		// RFC 9309, section 2.3.1.4: what was known may be used on.
		e.until = c.now().Add(robotsFailHold)
	default:
		e.err, e.until = err, c.now().Add(robotsFailHold)
		h.teachRobots(origin, robotsLesson{Until: e.until, Failed: reasonOf(err)})
	}
	return e.file, e.err
}

func (c *robotsCache) entry(origin string) *robotsEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all[origin] == nil {
		e := &robotsEntry{turn: make(chan struct{}, 1)}
		e.turn <- struct{}{}
		c.all[origin] = e
	}
	return c.all[origin]
}

// fetch gets a robots.txt: one that is not there (4xx) allows everything, one
// that can't be had (5xx, 429, network) nothing (RFC 9309, section 2.3.1).
func (c *robotsCache) fetch(ctx context.Context, address string, src *configs.Source) (*robots.File, []byte, time.Duration, error) {
	most := min(robotsTime, c.transport.patience)
	x := &exchange{src: src, session: c.transport.sessions.get(src), tries: robotsTries, most: most, left: most, page: Page{URL: address}}
	body, err := c.follow(ctx, address, x)
	if err != nil {
		return nil, nil, x.page.Duration, err
	}
	return robots.Parse(body), body, x.page.Duration, nil
}

// follow requests a robots.txt over its redirects; nothing where there is none.
func (c *robotsCache) follow(ctx context.Context, address string, x *exchange) ([]byte, error) {
	for range robotsHops + 1 {
		a, err := c.request(ctx, address, x)
		if err != nil {
			var fe *FetchError
			if errors.As(err, &fe) && fe.isOfSource() {
				return nil, err
			}
			return nil, unreachable(address, x.page.Status, err)
		}
		location := a.header.Get("Location")
		switch {
		case a.status >= 200 && a.status < 300:
			return a.body, nil
		case a.status >= 300 && a.status < 400 && location != "":
			from := address
			if address, err = redirected(from, location); err != nil {
				return nil, nil
			}
			if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
				return nil, unreachable(from, a.status, fmt.Errorf("it redirects to %s", short(address)))
			}
		case a.status == http.StatusTooManyRequests || a.status >= 500:
			return nil, unreachable(address, a.status, fmt.Errorf("HTTP %d", a.status))
		default:
			return nil, nil
		}
	}
	return nil, nil // too many redirects: as if there were none
}

// reasonOf is why a robots.txt could not be had, as unreachable was told.
func reasonOf(err error) string {
	var fe *FetchError
	if errors.As(err, &fe) {
		if cause := errors.Unwrap(fe.Err); cause != nil {
			return cause.Error()
		}
	}
	return err.Error()
}

func unreachable(address string, status int, err error) error {
	var fe *FetchError
	if errors.As(err, &fe) {
		err = fe.Err
	}
	return &FetchError{URL: address, Kind: KindRobots, Status: status,
		Err:  fmt.Errorf("robots.txt could not be had, so the site is left alone for now: %w", err),
		Next: fmt.Sprintf("it is asked for again in %d minutes", robotsFailHold/time.Minute)}
}

// request makes one hop, with tries, as RoundTrip does for pages.
func (c *robotsCache) request(ctx context.Context, address string, x *exchange) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", "text/plain,*/*;q=0.5")
	req.Header.Set("Accept-Encoding", acceptEncoding)
	return c.transport.tries(req, x)
}

func redirected(from, location string) (string, error) {
	base, err := url.Parse(from)
	if err != nil {
		return "", err
	}
	to, err := base.Parse(location)
	if err != nil {
		return "", err
	}
	return to.String(), nil
}
