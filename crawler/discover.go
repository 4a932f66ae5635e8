package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"

	"stakeout/configs"
	"stakeout/crawler/listing"
	"stakeout/extract"
	"stakeout/weburl"
)

// Link is a story that a source lists.
type Link struct {
	URL       string // canonical
	ID        string // what the group id of `stories` took; "" without one
	Title     string // as listed
	Published time.Time
	Modified  time.Time
	Via       string // "listing", "feed", "sitemap", "sequence" or "story"
}

// Listing is what reading a source's listings came to.
type Listing struct {
	Pages    int    // read
	Links    int    // yielded
	Kind     string // of the first start: "listing", "feed", "sitemap", "json", "sequence", "story"
	Problems []string
	Visits   []ListingVisit
	// Held is how many listings were gone by without asking, for their publisher
	// says that they hold nothing new yet.
	Held int
	// Partial says that the source lists only what is new: that something isn't
	// listed any more means nothing.
	Partial bool
	// Modified has later times of change for links that were yielded already,
	// where a further start of the source tells them.
	Modified map[string]time.Time
}

// ListingVisit is one request for a listing.
type ListingVisit struct {
	URL      string
	At       time.Time
	Duration time.Duration
	Status   int
	Bytes    int64
	Err      error
}

// Discover reads every start of a source and yields the story links that it
// finds, as it finds them, each once by address and by ID. An error of yield
// ends it and is returned as it is. What went wrong with one start is among the
// Problems; when no start gave a story, it is the error.
func (c *Crawler) Discover(ctx context.Context, src *configs.Source, yield func(Link) error) (Listing, error) {
	return c.discover(ctx, src, false, yield)
}

// DiscoverScheduled is Discover for a run that nobody waits for: what a feed says
// of when it is worth reading again, and a sitemap index of what changed, is gone
// by where the last copy is still in memory.
func (c *Crawler) DiscoverScheduled(ctx context.Context, src *configs.Source, yield func(Link) error) (Listing, error) {
	return c.discover(ctx, src, !src.IgnoreHints, yield)
}

func (c *Crawler) discover(ctx context.Context, src *configs.Source, patient bool, yield func(Link) error) (Listing, error) {
	d := &discovery{
		c: c, src: src, patient: patient, yield: yield,
		hosts:   hostsOf(src),
		visited: map[string]bool{}, urls: map[string]bool{}, ids: map[string]bool{},
	}
	var problems []error
	for _, start := range src.Start {
		err := hideError(d.start(ctx, start), src)
		var stopped *stopped
		switch {
		case errors.As(err, &stopped):
			return d.listing, stopped.err
		case ctx.Err() != nil:
			return d.listing, ctx.Err()
		case err != nil:
			problems = append(problems, err)
			d.listing.Problems = append(d.listing.Problems, err.Error())
			c.log.Debug("listing not read", "source", src.Name, "start", src.Session.Hide(start), "error", err)
		}
	}
	if d.listing.Links == 0 {
		return d.listing, errors.Join(problems...)
	}
	return d.listing, nil
}

// discovery is one run over a source's starts.
type discovery struct {
	c       *Crawler
	src     *configs.Source
	patient bool // a copy may be gone by where its publisher says so
	yield   func(Link) error
	hosts   []string
	listing Listing
	visited map[string]bool // listing pages
	urls    map[string]bool // stories yielded
	ids     map[string]bool
	trail   trail
}

// stopped is an error of yield, told apart from those of a listing.
type stopped struct{ err error }

func (s *stopped) Error() string { return s.err.Error() }

// hostsOf are the hosts that a source's links may lead to.
func hostsOf(src *configs.Source) []string {
	var hosts []string
	for _, s := range src.Start {
		hosts = append(hosts, weburl.Host(s))
	}
	for _, h := range src.Hosts {
		hosts = append(hosts, strings.ToLower(h))
	}
	return hosts
}

// document is a listing as fetched: an HTML page, or the bytes of a feed or a
// sitemap.
type document struct {
	page Page
	key  string // of its copy
	held bool   // it is a copy that was gone by
	kind string
	text []byte        // UTF-8, of kind listingHTML
	html *listing.Page // of kind listingHTML
}

// start reads one start, whatever it is.
func (d *discovery) start(ctx context.Context, address string) error {
	if reSequence.MatchString(address) {
		return d.sequence(ctx, address)
	}
	doc, err := d.get(ctx, address)
	if err != nil {
		return err
	}
	if d.listing.Kind == "" {
		d.listing.Kind = doc.kind
	}
	// A start that redirects to another host leads there by its publisher's word.
	d.hosts = append(d.hosts, hostOf(doc.page.FinalURL))
	switch doc.kind {
	case listingFeed:
		return d.feed(ctx, doc)
	case listingJSON:
		return d.json(ctx, doc, 0)
	case listingSitemap:
		return d.sitemap(ctx, doc)
	case listingHTML:
		return d.pages(ctx, doc)
	}
	return contentError(doc, "it is no HTML page, feed or sitemap (content type %q, %d bytes)", doc.page.ContentType, len(doc.page.Body))
}

func contentError(doc *document, format string, args ...any) error {
	return &FetchError{URL: doc.page.URL, Kind: KindContent, Status: doc.page.Status, Err: fmt.Errorf(format, args...)}
}

// get fetches a listing, in at most 5 tries.
func (d *discovery) get(ctx context.Context, address string) (*document, error) {
	return d.getChanged(ctx, address, time.Time{})
}

// getChanged is get of a listing that another one names, with the time of its
// last change; zero for none.
func (d *discovery) getChanged(ctx context.Context, address string, modified time.Time) (*document, error) {
	if err := d.trail.step(address, d.listing.Links, d.c.now()); err != nil {
		return nil, err
	}
	doc := &document{key: d.src.Name + "\n" + address}
	now := d.c.now()
	kept := d.c.listings.get(doc.key)
	if d.patient && kept.holds(modified, now) {
		d.listing.Held++
		doc.held = true
		d.visited[address], d.visited[kept.page.FinalURL] = true, true
		d.c.log.Debug("listing not asked for: nothing new is to be expected", "source", d.src.Name, "url", address, "until", kept.until)
		return doc, doc.keep(kept)
	}
	x := d.c.exchange(d.src, address, listingTries)
	x.listing = true
	header := http.Header{}
	if kept.conditional(now) {
		header = kept.conditions()
	}
	err := d.c.visit(ctx, x, header, callbacks{
		html: func(e *colly.HTMLElement) {
			doc.html = listing.New(e.Request.URL.String(), goquery.NewDocumentFromNode(root(e)))
		},
		response: func(r *colly.Response) { doc.text = r.Body },
	})
	d.visited[address], d.visited[x.page.FinalURL] = true, true
	doc.page, doc.kind = x.page, x.kind
	unchanged := kept.conditional(now) && x.page.NotModified
	switch {
	case unchanged:
		err = errors.Join(err, doc.keep(kept))
	case doc.kind == listingHTML && doc.html == nil && doc.page.Status == http.StatusOK:
		// Colly gives up on pages nested too deep; its error is not ours.
		doc.html, err = listing.Parse(doc.page.FinalURL, doc.text)
	}
	if err == nil && doc.page.Status != http.StatusOK {
		err = &FetchError{URL: address, Kind: KindStatus, Status: x.page.Status, Err: fmt.Errorf("HTTP %d", x.page.Status)}
	}
	d.listing.Visits = append(d.listing.Visits, ListingVisit{
		URL: d.src.Session.Hide(address), At: x.page.At, Duration: x.page.Duration, Status: x.page.Status, Bytes: x.page.WireBytes, Err: hideError(err, d.src),
	})
	if err != nil {
		return nil, err
	}
	if unchanged {
		d.c.listings.change(doc.key, func(k *keptListing) { k.asked, k.modified = now, modified })
	} else {
		d.c.listings.put(doc.key, doc.page, doc.kind, modified, now)
	}
	d.listing.Pages++
	return doc, nil
}

// keep makes a document of the copy of it.
func (doc *document) keep(kept *keptListing) (err error) {
	doc.page, doc.kind = kept.whole(), kept.kind
	if doc.kind == listingHTML {
		doc.text = extract.Decode(doc.page.Body, doc.page.ContentType)
		doc.html, err = listing.Parse(doc.page.FinalURL, doc.text)
	}
	return err
}

// root is the document node above the root element.
func root(e *colly.HTMLElement) *html.Node {
	n := e.DOM.Nodes[0]
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

// offer yields a link unless it was, or leads where the source doesn't. It
// reports whether the link is a story of the source, yielded now or before.
func (d *discovery) offer(l Link) (fits bool, err error) {
	canonical, err := weburl.Canonical(l.URL)
	if err != nil {
		return false, nil
	}
	l.URL = canonical
	if !d.allowed(hostOf(l.URL)) {
		return false, nil
	}
	if d.src.Stories != nil {
		if l.ID, fits = storyID(d.src, l.URL); !fits {
			return false, nil
		}
	}
	if d.urls[l.URL] || l.ID != "" && d.ids[l.ID] {
		if l.Modified.After(d.listing.Modified[l.URL]) {
			if d.listing.Modified == nil {
				d.listing.Modified = map[string]time.Time{}
			}
			d.listing.Modified[l.URL] = l.Modified
		}
		return true, nil
	}
	d.urls[l.URL] = true
	if l.ID != "" {
		d.ids[l.ID] = true
	}
	d.listing.Links++
	if err := d.yield(l); err != nil {
		return true, &stopped{err}
	}
	return true, nil
}

// storyID matches an address against `stories`, and returns its group id.
func storyID(src *configs.Source, address string) (id string, ok bool) {
	m := src.Stories.FindStringSubmatch(address)
	if m == nil {
		return "", false
	}
	if i := src.Stories.SubexpIndex("id"); i >= 0 {
		return m[i], true
	}
	return "", true
}

// allowed reports whether links may lead to a host.
func (d *discovery) allowed(host string) bool {
	return slices.ContainsFunc(d.hosts, func(h string) bool { return weburl.SameSite(h, host) })
}

func hostOf(address string) string { return weburl.Host(address) }
