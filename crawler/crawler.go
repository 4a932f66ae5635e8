// Package crawler gets from a source to its pages: it finds story links on
// listing pages, in feeds and in sitemaps, and fetches pages. It does not know
// what a page means.
//
// Colly drives requests and callbacks. Under it lies one http.RoundTripper of
// ours that sees every hop of every request: it refuses private addresses, asks
// robots.txt, keeps each host's pace, tries again, undoes the content encoding
// and holds the limits. Weak spots: nothing runs a page's scripts, and a server
// that closes an HTTP/1.0 connection early can't be told from one that was done.
package crawler

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gocolly/colly/v2"

	"stakeout/crawler/robots"
)

// Limits of one request, as the contract has them where it names them.
const (
	pageTries    = 3
	listingTries = 5
	maxTime      = 60 * time.Second // for a page, tries included, waiting for its turn not
	maxBody      = 20 << 20         // bytes, decoded
	maxWire      = 20 << 20         // bytes, as sent
	maxHeader    = 256 << 10        // bytes
	maxRedirects = 10
	maxRatio     = 250      // decoded bytes for each one sent,
	freeOfRatio  = 10 << 20 // of a body larger than this
	leastRate    = 100      // bytes a second, over
	rateWindow   = 20 * time.Second
)

// Options are what a Crawler needs. The zero value is ready to use.
type Options struct {
	// UserAgent is sent with every request. Its product token, what stands
	// before the slash, is what robots.txt is asked for. Defaults to
	// "stakeout/VERSION", with Contact behind it.
	UserAgent string
	// Contact is a URL or mail address where a webmaster reaches the operator.
	Contact string
	// Log gets what is worth knowing. Defaults to nowhere.
	Log *slog.Logger
	// Now is the clock that dates pages. Defaults to time.Now.
	Now func() time.Time
	// HighestID returns the highest number among the IDs of a source's known
	// stories, 0 for none: where a start with {id} goes on. Defaults to none
	// known.
	HighestID func(ctx context.Context, source string) (int64, error)
	// Roots are the authorities whose certificates are trusted. Defaults to those
	// of the machine.
	Roots *x509.CertPool
	// Patience is how long a page may take in all, its tries included. Defaults to
	// 60 seconds, and can only be less.
	Patience time.Duration
	// Usage counts what sources with a budget use. Defaults to a count that ends
	// with the Crawler.
	Usage Usage
	// Gate says when a host may be asked that other programs ask too. Defaults to
	// at any time.
	Gate Gate
}

// Gate shares hosts with other programs.
type Gate interface {
	// Enter waits until this program may ask a host, whose delay is gap. It is
	// called before every request, and must be quick where nothing changed. taught
	// is what the host taught another program that asked it since; nil for nothing.
	Enter(ctx context.Context, host string, gap time.Duration) (taught []byte, err error)
	// Taught keeps what a host teaches this program, for those that ask it later.
	Taught(host string, lesson []byte)
}

// Crawler fetches pages for any number of sources. It holds what makes them
// polite together: each host's pace, and its robots.txt. Safe for concurrent
// use.
type Crawler struct {
	log       *slog.Logger
	now       func() time.Time
	userAgent string
	patience  time.Duration
	transport *transport
	colly     *colly.Collector // cloned for each request
	listings  listingCache
	ahead     ahead
	highestID func(ctx context.Context, source string) (int64, error)
}

// New returns a Crawler. Close it when done.
func New(o Options) *Crawler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Usage == nil {
		o.Usage = &memoryUsage{}
	}
	if o.UserAgent == "" {
		o.UserAgent = userAgent(o.Contact)
	}
	if o.Patience <= 0 {
		o.Patience = maxTime
	}
	c := &Crawler{log: o.Log, now: o.Now, patience: min(o.Patience, maxTime), userAgent: o.UserAgent, highestID: o.HighestID}
	c.transport = newTransport(o, robots.Agent(o.UserAgent))
	c.colly = newCollector(o.UserAgent, c.transport)
	return c
}

// Close ends idle connections. Requests under way are ended by their contexts.
func (c *Crawler) Close() { c.transport.close() }

// userAgent is the honest default: name, version, and how to reach us.
func userAgent(contact string) string {
	version := "dev"
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" && b.Main.Version != "(devel)" {
		version = b.Main.Version
	}
	agent := "stakeout/" + version
	if contact != "" {
		agent += " (+" + contact + ")"
	}
	return agent
}

// newCollector returns a Collector with every setting said, for Colly's own
// defaults cut bodies, drop errors and, in NewCollector, follow the environment
// (COLLY_*), which Init does not.
func newCollector(userAgent string, t http.RoundTripper) *colly.Collector {
	c := &colly.Collector{}
	c.Init()
	c.UserAgent = userAgent
	c.AllowURLRevisit = true        // what was visited is for the store to know
	c.IgnoreRobotsTxt = true        // the transport asks, hop by hop
	c.ParseHTTPErrorResponse = true // a 404 is an answer
	c.MaxBodySize = 0               // the transport limits, and fails instead of cutting
	c.DetectCharset = false
	c.CheckHead = false
	c.Async = false
	c.CacheDir = ""
	c.TraceHTTP = false
	c.MaxDepth = 0
	c.MaxRequests = 0
	c.SetClient(&http.Client{Transport: t})
	c.SetRedirectHandler(func(*http.Request, []*http.Request) error { return nil }) // the transport counts
	return c
}
