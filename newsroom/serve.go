package newsroom

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ServeHTTP serves the newsroom's pages, feeds and sitemaps, as it stands after
// the last act.
func (n *Newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	base := "http://" + r.Host
	if r.TLS != nil {
		base = "https://" + r.Host
	}
	switch r.URL.Path {
	case "/":
		reply(w, http.StatusOK, "front", frontPage{n.churn(), n.Desks()})
		return
	case "/robots.txt":
		n.robots(w, base)
		return
	}
	for _, d := range n.desks {
		switch r.URL.Path {
		case d.FeedPath:
			n.feed(w, r, d, base)
			return
		case d.SitemapPath:
			n.sitemap(w, d, base)
			return
		}
		if page, ok := d.listingPage(r); ok {
			n.listing(w, d, page)
			return
		}
		for _, p := range d.pieces {
			if p.path == r.URL.Path {
				n.story(w, r, p, base)
				return
			}
			if slices.Contains(p.former, r.URL.Path) {
				http.Redirect(w, r, p.path, http.StatusMovedPermanently)
				return
			}
		}
	}
	n.missing(w, http.StatusNotFound)
}

// story serves a story, or what stands in its way.
func (n *Newsroom) story(w http.ResponseWriter, r *http.Request, p *piece, base string) {
	switch p.trouble.kind {
	case captcha:
		n.message(w, http.StatusForbidden, "Just a moment...", captchaForm,
			"Checking that you are not a robot. Please complete the captcha to continue to the site.")
	case consent:
		n.message(w, http.StatusOK, "Before you continue", consentForm,
			"We and our partners store and access information on your device. To read on, accept all cookies or take out a subscription.")
	case unavailable:
		n.message(w, http.StatusServiceUnavailable, "503 Service Unavailable", "", "The server is busy. Please try again later.")
	case notFound:
		n.missing(w, http.StatusNotFound)
	case goneForGood:
		n.missing(w, http.StatusGone)
	case softGone:
		n.missing(w, http.StatusOK)
	case toFront:
		http.Redirect(w, r, "/", http.StatusFound)
	case shortBody, cutPage:
		n.broken(w, p, base)
	default:
		if n.unchanged(w, r, p) {
			return
		}
		reply(w, http.StatusOK, p.desk.Kind, n.storyPage(p, base, n.churn()))
	}
}

// unchanged answers a conditional request for a story of the wire, whose
// validators are honest: a weak tag for each revision, and when that was made.
// The other desks, as most of the web, have none.
func (n *Newsroom) unchanged(w http.ResponseWriter, r *http.Request, p *piece) bool {
	if p.desk.Kind != wire {
		return false
	}
	tag := fmt.Sprintf(`W/"%s-%d"`, p.id, p.revision)
	w.Header().Set("ETag", tag)
	w.Header().Set("Last-Modified", p.edited.Format(http.TimeFormat))
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// broken serves the first part of a story's page: with the length of the whole,
// or as if it were all.
func (n *Newsroom) broken(w http.ResponseWriter, p *piece, base string) {
	b := render(p.desk.Kind, n.storyPage(p, base, n.churn()))
	middle := template.HTMLEscapeString(p.body()[len(p.paragraphs)/2])
	cut := len(b) / 2
	if i := strings.Index(string(b), middle[:12]); i > 0 {
		cut = i + 40
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if p.trouble.kind == shortBody {
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	}
	w.WriteHeader(http.StatusOK)
	w.Write(b[:cut]) // an error means that the reader has left
}

type messagePage struct {
	Churn *churn
	Title string
	Lines []string
	Form  template.HTML
}

const (
	captchaForm = template.HTML(`<form id="challenge-form" action="/cdn-cgi/challenge" method="post"><div class="g-recaptcha" data-sitekey="6Lc-newsroom"></div><noscript>Enable JavaScript and cookies to continue</noscript></form>`)
	consentForm = template.HTML(`<form id="consent-form" action="/consent" method="post"><button name="all">Accept all</button> <button name="none">Reject all</button> <a href="/subscribe">Subscribe</a></form>`)
)

func (n *Newsroom) message(w http.ResponseWriter, status int, title string, form template.HTML, lines ...string) {
	reply(w, status, "message", messagePage{n.churn(), title, lines, form})
}

func (n *Newsroom) missing(w http.ResponseWriter, status int) {
	n.message(w, status, "Page not found", "", "Sorry, the page that you are looking for does not exist or has been removed.",
		"Go back to the front page, or try the search.")
}

type frontPage struct {
	Churn *churn
	Desks []Desk
}

// listed are a desk's stories as its listing has them: newest first, those that
// are gone for some acts yet, as real listings do.
func (n *Newsroom) listed(d *desk) []*piece {
	const lingers = 5
	var out []*piece
	for i := len(d.pieces) - 1; i >= 0; i-- {
		p := d.pieces[i]
		if !p.trouble.forGood() || n.act-p.trouble.since < lingers {
			out = append(out, p)
		}
	}
	return out
}

type listingPage struct {
	Churn          *churn
	Desk           Desk
	Site           string
	Stories        []teaser
	MostRead       []teaser
	Previous, Next string
	Pages          []pageLink
	Year           int
}

type pageLink struct {
	N    int
	Path string
	Here bool
}

// listingPage is the number of the page of the desk's listing that is asked for.
func (d *desk) listingPage(r *http.Request) (int, bool) {
	path := r.URL.Path
	if path == d.ListingPath || path+"/" == d.ListingPath {
		if s := r.URL.Query().Get("page"); s != "" && d.Kind != newspaper {
			page, err := strconv.Atoi(s)
			return page, err == nil && page > 0
		}
		return 1, true
	}
	rest, ok := strings.CutPrefix(path, d.ListingPath+"page/")
	if !ok || d.Kind != newspaper {
		return 0, false
	}
	page, err := strconv.Atoi(strings.Trim(rest, "/"))
	return page, err == nil && page > 0
}

// pagePath is the address of a page of the desk's listing.
func (d *desk) pagePath(page int) string {
	switch {
	case page == 1:
		return d.ListingPath
	case d.Kind == newspaper:
		return fmt.Sprintf("%spage/%d/", d.ListingPath, page)
	}
	return fmt.Sprintf("%s?page=%d", d.ListingPath, page)
}

func (n *Newsroom) listing(w http.ResponseWriter, d *desk, page int) {
	all := n.listed(d)
	last := (len(all) + d.perPage - 1) / d.perPage
	if page > last {
		n.missing(w, http.StatusNotFound)
		return
	}
	c := n.churn()
	v := listingPage{Churn: c, Desk: d.Desk, Site: d.title, Year: n.opened.Year()}
	for _, p := range all[(page-1)*d.perPage : min(page*d.perPage, len(all))] {
		v.Stories = append(v.Stories, teaserOf(p))
	}
	v.MostRead = n.others(&piece{desk: d}, c, 5)
	if page > 1 {
		v.Previous = d.pagePath(page - 1)
	}
	if page < last {
		v.Next = d.pagePath(page + 1)
	}
	for i := range last {
		v.Pages = append(v.Pages, pageLink{i + 1, d.pagePath(i + 1), i+1 == page})
	}
	name := d.Kind + "-listing"
	if pages.Lookup(name) == nil {
		name = cards + "-listing"
	}
	reply(w, http.StatusOK, name, v)
}

// robots allows everything but a search that isn't there.
func (n *Newsroom) robots(w http.ResponseWriter, base string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "User-agent: *\nDisallow: /search\nDisallow: /share\nAllow: /\n\n")
	for _, d := range n.desks {
		fmt.Fprintf(w, "Sitemap: %s%s\n", base, d.SitemapPath)
	}
}
