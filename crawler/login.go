package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"stakeout/configs"
	"stakeout/extract"
	"stakeout/weburl"
)

// A login that failed is not tried again for a while, for sites lock accounts;
// nor is one that worked made more often than this.
const (
	loginPause  = 10 * time.Minute
	maxLogins   = 4 // in a loginPause
	loginTime   = 60 * time.Second
	loginHops   = 10
	maxFormSize = 1 << 20 // bytes sent
)

// loginState is how a source's login stands. turn holds one token: whoever has it
// may log in and write the rest.
type loginState struct {
	turn  chan struct{}
	count int         // logins that worked
	times []time.Time // of the latest, at most maxLogins
	err   error       // of one that failed
	at    time.Time   // when it did
}

func newLoginState() loginState {
	l := loginState{turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// logIn fills in the login form of a source that has one, where that was not done
// yet or, with after, since the login of that number. It returns the number of
// the login that holds.
func (c *Crawler) logIn(ctx context.Context, src *configs.Source, after int) (number int, err error) {
	l := &c.transport.sessions.get(src).login
	select {
	case <-l.turn:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	defer func() { l.turn <- struct{}{} }()
	if l.count > after {
		return l.count, nil
	}
	now := c.now()
	if l.err != nil && now.Sub(l.at) < loginPause {
		return l.count, l.err
	}
	recent := slices.DeleteFunc(slices.Clone(l.times), func(t time.Time) bool { return now.Sub(t) >= loginPause })
	if len(recent) >= maxLogins {
		return l.count, nil // the page is taken as it is
	}
	if err := c.fillIn(ctx, src); err != nil {
		if ctx.Err() == nil {
			l.err, l.at = err, now
		}
		return l.count, err
	}
	l.err, l.times = nil, append(recent, now)
	l.count++
	c.log.Info("logged in", "source", src.Name, "times", l.count)
	return l.count, nil
}

// fillIn fetches the page with the form, sends it, and looks for what proves that
// it let us in.
func (c *Crawler) fillIn(ctx context.Context, src *configs.Source) error {
	want := src.Session.Login
	x := c.exchange(src, want.URL, pageTries)
	x.unasked, x.most, x.left = true, loginTime, loginTime
	page, err := c.browse(ctx, x, http.MethodGet, want.URL, nil)
	if err != nil {
		return loginError(want.URL, err)
	}
	f, err := findForm(page, want)
	if err != nil {
		return loginError(want.URL, err)
	}
	to, err := url.Parse(f.action)
	if err != nil || !owns(src, to) || strings.HasPrefix(want.URL, "https:") && to.Scheme != "https" {
		return loginError(want.URL, fmt.Errorf("its form is sent to %s, which is none of the source's own addresses (`hosts` can name it)", hostOf(f.action)))
	}
	x.tries, x.failed = 1, 0 // a form is not sent twice: sites lock accounts
	if f.method == http.MethodGet {
		to.RawQuery = f.values.Encode()
		page, err = c.browse(ctx, x, http.MethodGet, to.String(), nil)
	} else {
		page, err = c.browse(ctx, x, http.MethodPost, f.action, []byte(f.values.Encode()))
	}
	if err != nil {
		return loginError(want.URL, err)
	}
	if page.doc.Find(want.Success).Length() == 0 {
		return loginError(want.URL, fmt.Errorf("the page behind the form (%s, HTTP %d) has no %s, so it did not let us in: check user and password, and what `success` says", page.url, page.status, want.Success))
	}
	return nil
}

func loginError(address string, err error) error {
	var fe *FetchError
	status := 0
	if errors.As(err, &fe) {
		if fe.Kind != KindNetwork && fe.Kind != KindStatus {
			return fe
		}
		err, status = fe.Err, fe.Status
	}
	return &FetchError{URL: address, Kind: KindLogin, Status: status, Err: fmt.Errorf("the login did not work: %w", err)}
}

// shown is a page on the way to being logged in.
type shown struct {
	url    string
	status int
	doc    *goquery.Document
}

// browse requests an address as a browser does: over its redirects, with the
// session's cookies. body is a form's.
func (c *Crawler) browse(ctx context.Context, x *exchange, method, address string, body []byte) (*shown, error) {
	for range loginHops {
		req, err := http.NewRequestWithContext(ctx, method, address, nil)
		if err != nil {
			return nil, err
		}
		c.introduce(req.Header)
		if method == http.MethodPost {
			setBody(req, body)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Origin", req.URL.Scheme+"://"+req.URL.Host)
			req.Header.Set("Referer", x.src.Session.Login.URL)
		}
		if err := c.transport.mayRequest(req, x); err != nil {
			return nil, err
		}
		a, err := c.transport.tries(req, x)
		if err != nil {
			return nil, err
		}
		location := a.header.Get("Location")
		if a.status < 300 || a.status > 399 || location == "" {
			return show(address, a)
		}
		if address, err = redirected(address, location); err != nil {
			return nil, err
		}
		if a.status != http.StatusTemporaryRedirect && a.status != http.StatusPermanentRedirect {
			method, body = http.MethodGet, nil
		}
		if to, err := url.Parse(address); err != nil || method == http.MethodPost && !owns(x.src, to) {
			return nil, fmt.Errorf("the form is passed on to %s, which is none of the source's own addresses", hostOf(address))
		}
	}
	return nil, &FetchError{URL: address, Kind: KindRedirects, Err: fmt.Errorf("more than %d redirects", loginHops)}
}

// setBody gives a request a body that can be sent again.
func setBody(req *http.Request, body []byte) {
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}

func show(address string, a *answer) (*shown, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(extract.Decode(a.body, a.header.Get("Content-Type"))))
	if err != nil {
		return nil, fmt.Errorf("its page can't be read: %w", err)
	}
	return &shown{address, a.status, doc}, nil
}

// form is a form filled in.
type form struct {
	method, action string
	values         url.Values
}

// findForm finds the form on a page and fills it in.
func findForm(page *shown, want *configs.Login) (*form, error) {
	selector := "form"
	if want.Form != "" {
		selector = want.Form
	}
	forms := page.doc.Find(selector).FilterFunction(func(_ int, s *goquery.Selection) bool {
		return want.Form != "" || slices.ContainsFunc(want.Fields, func(f configs.Pair) bool { return hasField(s, f.Name) })
	})
	if forms.Length() == 0 {
		return nil, fmt.Errorf("the page (%s, HTTP %d) has no form with a field named %s: `form` can say which it is", page.url, page.status, want.Fields[0].Name)
	}
	s := forms.First()
	base := page.url
	if href, ok := page.doc.Find("base[href]").First().Attr("href"); ok {
		if to, err := weburl.Resolve(base, href); err == nil {
			base = to
		}
	}
	action, err := weburl.Resolve(base, s.AttrOr("action", page.url))
	if err != nil {
		return nil, fmt.Errorf("its form: %w", err)
	}
	f := &form{method: http.MethodGet, action: action, values: url.Values{}}
	if strings.EqualFold(s.AttrOr("method", ""), "post") {
		f.method = http.MethodPost
	}
	f.gather(s)
	for _, field := range want.Fields {
		f.values.Set(field.Name, field.Value.Reveal())
	}
	if len(f.values.Encode()) > maxFormSize {
		return nil, fmt.Errorf("its form is larger than %d MB", maxFormSize>>20)
	}
	return f, nil
}

func hasField(s *goquery.Selection, name string) bool {
	return s.Find("input, select, textarea").FilterFunction(func(_ int, in *goquery.Selection) bool { return in.AttrOr("name", "") == name }).Length() > 0
}

// gather takes what the form sends by itself: hidden fields, what is filled in or
// ticked already, and the button.
func (f *form) gather(s *goquery.Selection) {
	pressed := false
	s.Find("input, select, textarea, button").Each(func(_ int, in *goquery.Selection) {
		name, kind := in.AttrOr("name", ""), strings.ToLower(in.AttrOr("type", "text"))
		if in.Is("button") {
			kind = strings.ToLower(in.AttrOr("type", "submit"))
		}
		if _, off := in.Attr("disabled"); off || name == "" {
			return
		}
		_, ticked := in.Attr("checked")
		switch {
		case in.Is("select"):
			if chosen := in.Find("option[selected]").First(); chosen.Length() > 0 {
				f.values.Add(name, chosen.AttrOr("value", chosen.Text()))
			}
		case in.Is("textarea"):
			f.values.Add(name, in.Text())
		case kind == "submit":
			if !pressed {
				f.values.Add(name, in.AttrOr("value", ""))
			}
			pressed = true
		case kind == "checkbox", kind == "radio":
			if ticked {
				f.values.Add(name, in.AttrOr("value", "on"))
			}
		case kind == "button", kind == "reset", kind == "image", kind == "file":
		default:
			f.values.Add(name, in.AttrOr("value", ""))
		}
	})
}

// loggedOut reports whether a page looks as if the session had ended: it is
// refused, leads to the login, or asks for the password.
func loggedOut(p *Page, want *configs.Login) bool {
	switch {
	case p.Status == http.StatusUnauthorized, p.Status == http.StatusForbidden:
		return true
	case p.FinalURL != p.URL && samePath(p.FinalURL, want.URL):
		return true
	case p.Status != http.StatusOK || !bytes.Contains(bytes.ToLower(p.Body), []byte("password")):
		return false
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(p.Body))
	if err != nil || doc.Find(want.Success).Length() > 0 {
		return false
	}
	return doc.Find("form").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.Find("input[type=password i]").Length() > 0 &&
			slices.ContainsFunc(want.Fields, func(f configs.Pair) bool { return hasField(s, f.Name) })
	}).Length() > 0
}

// samePath reports whether two addresses differ at most in their queries.
func samePath(a, b string) bool {
	a, _, _ = strings.Cut(a, "?")
	b, _, _ = strings.Cut(b, "?")
	return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}
