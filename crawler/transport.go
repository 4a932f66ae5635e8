package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"stakeout/crawler/render"
	"stakeout/weburl"
)

// transport is the http.RoundTripper under Colly. It is called once a hop.
type transport struct {
	log      *slog.Logger
	now      func() time.Time
	agent    string // product token, for robots.txt
	robots   *robotsCache
	hosts    hosts
	sessions sessions
	pools    pools
	usage    Usage
	browser  *render.Browser
	budgetMu sync.Mutex
	backoff  time.Duration // before the second try; doubles
	slow     slow
	patience time.Duration // for a robots.txt, where that is less than its own limit
}

func newTransport(o Options, agent string) *transport {
	t := &transport{
		log: o.Log, now: o.Now, agent: agent, backoff: 500 * time.Millisecond,
		pools: pools{resolver: net.DefaultResolver, roots: o.Roots}, usage: o.Usage,
		browser: render.New(render.Options{Log: o.Log}),
		slow:    slow{window: rateWindow, least: leastRate}, patience: o.Patience,
	}
	t.hosts.gate = o.Gate
	t.robots = newRobotsCache(t, o.UserAgent, o.Now)
	return t
}

func (t *transport) close() {
	t.browser.Close()
	t.pools.close()
}

// RoundTrip makes one hop of a request: it may take several tries.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := exchangeOf(req.Context())
	if !ok {
		return nil, errors.New("crawler: a request outside of an exchange")
	}
	if err := t.mayRequest(req, x); err != nil {
		return nil, err
	}
	a, err := t.tries(req, x)
	if err == nil {
		a, err = t.rendered(req, x, a)
	}
	if err != nil {
		return nil, err
	}
	return x.deliver(req, a), nil
}

// tries requests one hop until it is answered well or must be given up.
func (t *transport) tries(req *http.Request, x *exchange) (*answer, error) {
	for {
		a, err := t.try(req, x)
		wait, again := t.again(req.URL, x, a, err)
		if !again {
			if later := tooLong(req.URL, x, a); later != nil {
				return nil, later
			}
			return a, err
		}
		t.log.Debug("trying again", "url", x.src.Session.Hide(req.URL.String()), "wait_ms", wait.Milliseconds(), "failed", x.failed, "error", hideError(err, x.src))
		if err := sleep(req.Context(), wait); err != nil {
			return nil, err
		}
		x.spend(wait)
	}
}

// mayRequest says whether a hop may be requested at all.
func (t *transport) mayRequest(req *http.Request, x *exchange) error {
	address := addressOf(req.URL)
	x.page.FinalURL = address
	if x.hops++; x.hops > maxRedirects+1 {
		return &FetchError{URL: x.page.URL, Kind: KindRedirects, Status: x.page.Status, Err: fmt.Errorf("more than %d redirects, the last to %s", maxRedirects, address)}
	}
	if s := req.URL.Scheme; s != "http" && s != "https" {
		return &FetchError{URL: address, Kind: KindRefused, Err: weburl.ErrScheme}
	}
	if len(address) > weburl.MaxLength {
		return &FetchError{URL: address[:100] + "…", Kind: KindLength, Err: weburl.ErrLong}
	}
	if repeats(req.URL) {
		return &FetchError{URL: address, Kind: KindPath, Status: x.page.Status, Err: fmt.Errorf("its path repeats itself more than %d times", maxRepeats)}
	}
	if x.src.IgnoreRobots || x.unasked {
		return nil
	}
	return t.robots.check(req, x)
}

// answer is one response with its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// try makes one request and reads its body to the end, when it is its turn.
func (t *transport) try(req *http.Request, x *exchange) (*answer, error) {
	if err := t.withinBudget(req.Context(), x); err != nil {
		return nil, err
	}
	h := t.hosts.get(hostKey(req.URL))
	if err := h.enter(req.Context(), x.src.Name, x.src.Parallel, x.src.Delay, x.left); err != nil {
		if errors.Is(err, errLater) {
			return nil, &FetchError{URL: req.URL.String(), Kind: KindLater, Status: x.page.Status, Err: err, Until: h.restsUntil()}
		}
		return nil, err
	}
	defer h.leave()
	begun := time.Now()
	defer func() { x.spend(time.Since(begun)) }()
	ctx, cancel := context.WithTimeout(req.Context(), x.left)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, x.paced(ctx, h))
	x.page.Attempts++
	x.page.Status = 0
	a, err := t.fetch(req.WithContext(ctx), x)
	if req.Context().Err() == nil {
		h.answered(x.page.Status)
	}
	if err != nil && ctx.Err() != nil && req.Context().Err() == nil {
		err = &FetchError{URL: req.URL.String(), Kind: KindTime, Status: x.page.Status, Err: fmt.Errorf("it took more than %s in all", x.most)}
	}
	return a, err
}

// paced watches a request leave. net/http sends one again by itself where a kept
// connection turns out to be closed: that one waits for the host's pace too, and
// counts. On a new connection the server sees the request later than we think,
// by as much as it takes to accept one: there the pace counts from its answer. So
// it does on a known one, where the answer comes within a few times the host's
// delay: a busy server, or the way to it, may have been late by as much.
func (x *exchange) paced(ctx context.Context, h *host) *httptrace.ClientTrace {
	sent, reused := false, false
	var left time.Time
	return &httptrace.ClientTrace{
		GotConn: func(conn httptrace.GotConnInfo) {
			if sent {
				_ = h.wait(ctx) // net/http sees itself that ctx ended
				x.page.Attempts++
			}
			sent, reused = true, conn.Reused
			left = time.Now()
			h.began(left)
		},
		GotFirstResponseByte: func() {
			if now := time.Now(); !reused || now.Sub(left) < 5*h.delay() {
				h.began(now)
			}
		},
	}
}

func (t *transport) fetch(req *http.Request, x *exchange) (*answer, error) {
	if err := t.pools.judge(req.Context(), x.src, req.URL); err != nil {
		return nil, networkError(req.URL, err)
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	req = x.lend(req.WithContext(ctx))
	if req.GetBody != nil {
		req.Body, _ = req.GetBody() // bytes.Reader's fails never
	}
	resp, err := t.pools.get(x.src).RoundTrip(req)
	if err != nil {
		return nil, networkError(req.URL, err)
	}
	defer resp.Body.Close()
	x.page.Status = resp.StatusCode
	resp.Request = req
	x.keep(resp)
	if err := refusedByProxy(x.src, resp); err != nil {
		return nil, networkError(req.URL, err)
	}
	body, wire, err := readBody(resp, t.slow, cancel)
	x.page.WireBytes = wire
	t.spent(req.Context(), x, wire)
	if err != nil {
		fe := bodyError(req.URL, err)
		fe.Status = resp.StatusCode
		return nil, fe
	}
	return &answer{resp.StatusCode, resp.Header, body}, nil
}

// deliver notes the hop's answer in the exchange, and makes of it the response
// that Colly sees.
func (x *exchange) deliver(req *http.Request, a *answer) *http.Response {
	x.page.FinalURL = addressOf(req.URL)
	x.page.Status = a.status
	x.page.Header = a.header.Clone()
	x.page.ContentType = a.header.Get("Content-Type")
	x.page.Body = a.body
	x.hide()
	x.page.NotModified = a.status == http.StatusNotModified
	header := a.header.Clone()
	header.Del("Content-Encoding")
	header.Del("Content-Length")
	var body []byte // of a page Colly has no use
	if x.listing {
		body = x.readable(header, x.page.Body)
	}
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Header: header, Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		Uncompressed: true, // keeps Colly from guessing at gzip
	}
}

// addressOf is a URL without its fragment, which is not sent.
func addressOf(u *url.URL) string {
	plain := *u
	plain.Fragment, plain.RawFragment = "", ""
	return plain.String()
}

// hostKey names the host whose pace counts: its name, with the port where that
// is not the scheme's own, so that http and https are one host.
func hostKey(u *url.URL) string { return weburl.Host(u.String()) }
