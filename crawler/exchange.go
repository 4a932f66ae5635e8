package crawler

import (
	"context"
	"net/http"
	"time"

	"github.com/gocolly/colly/v2"

	"stakeout/configs"
)

// exchange is what the transport knows of one request over all its hops and
// tries, and where it leaves what it saw: Colly shows only part of it. One
// goroutine uses it.
type exchange struct {
	src     *configs.Source
	tries   int           // at most
	failed  int           // tries that came to nothing
	most    time.Duration // that it may take
	left    time.Duration // of most
	hops    int
	page    Page
	listing bool   // Colly is handed readable text instead of the bytes sent
	kind    string // of a listing, by its content
	// cookies holds what the hops of this request set, where the source keeps
	// none: some sites set one and redirect to the same address. Nil until set.
	cookies http.CookieJar
	session *session
	unasked bool // robots.txt is not asked: the operator named this very address
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

func exchangeOf(ctx context.Context) (*exchange, bool) {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	return x, ok
}

// spend takes what was used from the time that is left.
func (x *exchange) spend(d time.Duration) {
	x.left -= d
	x.page.Duration += d
}

// callbacks are what Colly calls for one request; nil for what is not wanted.
type callbacks struct {
	html     func(*colly.HTMLElement) // the root element
	response func(*colly.Response)
}

func (on callbacks) register(c *colly.Collector) {
	if on.response != nil {
		c.OnResponse(on.response)
	}
	if on.html != nil {
		c.OnHTML("html", on.html)
	}
}
