package crawler

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"sync"

	"golang.org/x/net/publicsuffix"

	"stakeout/configs"
	"stakeout/weburl"
)

// sessions keeps, for every source that wants it, what its site knows us by.
type sessions struct {
	mu  sync.Mutex // protects all
	all map[string]*session
}

// session is one source's: its cookies, and whether it is logged in.
type session struct {
	jar   http.CookieJar // nil where cookies end with the request
	login loginState
}

// get returns a source's session; with the first call its cookies are set.
func (s *sessions) get(src *configs.Source) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[string]*session{}
	}
	if s.all[src.Name] == nil {
		one := &session{login: newLoginState()}
		if src.Session.KeepCookies {
			one.jar = newJar()
			setCookies(one.jar, src)
		}
		s.all[src.Name] = one
	}
	return s.all[src.Name]
}

func newJar() http.CookieJar {
	jar, _ := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // fails never
	return jar
}

// setCookies puts the cookies of the configuration into a jar, for each of the
// source's own hosts.
func setCookies(jar http.CookieJar, src *configs.Source) {
	var cookies []*http.Cookie
	for _, c := range src.Session.Cookies {
		cookies = append(cookies, &http.Cookie{Name: c.Name, Value: c.Value.Reveal(), Path: "/"})
	}
	for _, own := range ownAddresses(src) {
		if u, err := url.Parse(own); err == nil {
			jar.SetCookies(u, cookies)
		}
	}
}

// ownAddresses are addresses of the source's own hosts, as the configuration
// names them.
func ownAddresses(src *configs.Source) []string {
	own := slices.Clone(src.Start)
	if src.Session.Login != nil {
		own = append(own, src.Session.Login.URL)
	}
	for _, h := range src.Hosts {
		own = append(own, "https://"+h)
	}
	return own
}

// owns reports whether what is secret may be sent to an address: to the hosts
// that the configuration names, and unencrypted only where it names them so.
func owns(src *configs.Source, u *url.URL) bool {
	return slices.ContainsFunc(ownAddresses(src), func(own string) bool {
		o, err := url.Parse(own)
		return err == nil && weburl.SameSite(hostKey(o), hostKey(u)) && (u.Scheme == "https" || o.Scheme == u.Scheme)
	})
}

// lend returns a hop's request with what the source makes itself known by: its
// cookies, or those that earlier hops were given, its headers and its password.
func (x *exchange) lend(req *http.Request) *http.Request {
	with := req.Clone(req.Context())
	if jar := x.jar(); jar != nil {
		for _, c := range jar.Cookies(req.URL) {
			with.AddCookie(c)
		}
	}
	x.identify(with)
	return with
}

// identify gives a request to a host of the source's own its headers and its
// password.
func (x *exchange) identify(req *http.Request) {
	s := &x.src.Session
	if len(s.Headers) == 0 && s.User == "" || !owns(x.src, req.URL) {
		return
	}
	for _, h := range s.Headers {
		req.Header.Set(h.Name, h.Value.Reveal())
	}
	if s.User != "" {
		req.SetBasicAuth(s.User, s.Password.Reveal())
	}
}

// keep takes the cookies that a hop was given.
func (x *exchange) keep(resp *http.Response) {
	given := resp.Cookies()
	if len(given) == 0 {
		return
	}
	jar := x.jar()
	if jar == nil {
		x.cookies = newJar()
		jar = x.cookies
	}
	jar.SetCookies(resp.Request.URL, given)
}

// jar is the source's, where it keeps cookies, else the request's; nil for none
// yet.
func (x *exchange) jar() http.CookieJar {
	if x.session.jar != nil {
		return x.session.jar
	}
	return x.cookies
}

// hide takes the secrets of the source out of what is shown or recorded.
func (x *exchange) hide() {
	x.page.Header.Del("Set-Cookie") // the site's secrets
	s := &x.src.Session
	if !s.HasSecrets() {
		return
	}
	x.page.FinalURL, x.page.ContentType = s.Hide(x.page.FinalURL), s.Hide(x.page.ContentType)
	for _, values := range x.page.Header {
		for i, v := range values {
			values[i] = s.Hide(v)
		}
	}
	if text := string(x.page.Body); s.Hide(text) != text {
		x.page.Body = []byte(s.Hide(text))
	}
}

// hideError takes the secrets of a source out of an error's words.
func hideError(err error, src *configs.Source) error {
	fe, ok := err.(*FetchError)
	if !ok || !src.Session.HasSecrets() || src.Session.Hide(fe.Error()) == fe.Error() {
		return err
	}
	hidden := *fe
	hidden.URL, hidden.Err = src.Session.Hide(fe.URL), fe.Err
	if words := fe.Err.Error(); src.Session.Hide(words) != words {
		hidden.Err = &worded{src.Session.Hide(words), fe.Err}
	}
	return &hidden
}

// worded is an error in other words.
type worded struct {
	words string
	err   error
}

func (w *worded) Error() string { return w.words }

func (w *worded) Unwrap() error { return w.err }
