package configs

import (
	"cmp"
	"encoding/base64"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Session is how a source makes itself known to its site, beyond the User-Agent.
// The zero value sends nothing, and forgets cookies after each request.
type Session struct {
	// Headers are sent with every request to the source's own hosts.
	Headers []Pair
	// KeepCookies keeps what the site sets for as long as the program runs.
	// True with `cookies` or `login`. Cookies are those it begins with.
	KeepCookies bool
	Cookies     []Pair
	// User and Password are of basic authentication; User is "" without it.
	User     string
	Password Secret
	// Login is the form to fill in; nil for none.
	Login *Login
	// Proxy is what requests go through; nil for none. Its user and password, if
	// any, are in ProxyAuth.
	Proxy     *url.URL
	ProxyAuth Secret // "user:password", as written in a URL

	secrets []string
}

// Pair is a name and what is sent under it.
type Pair struct {
	Name  string
	Value Secret
}

// Login is a form that lets us in.
type Login struct {
	// URL is the page with the form.
	URL string
	// Fields are filled in; the form's other fields are sent as they are.
	Fields []Pair
	// Success is the CSS selector of what only a page that let us in shows.
	Success string
	// Form is the CSS selector of the form. Defaults to the first form that has
	// one of the fields.
	Form string
}

// leastSecret is the length in bytes from which on a secret is looked for in what
// is shown and recorded. Shorter ones are words that pages use, too.
const leastSecret = 6

// hide remembers a secret, in the spellings in which it may turn up.
func (s *Session) hide(secret string) {
	if len(secret) < leastSecret {
		return
	}
	for _, spelling := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
		if !slices.Contains(s.secrets, spelling) {
			s.secrets = append(s.secrets, spelling)
		}
	}
	// the longest first, for one may be part of another
	slices.SortStableFunc(s.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// Hide returns text with every secret of the session replaced by ***.
func (s *Session) Hide(text string) string {
	for _, secret := range s.secrets {
		if strings.Contains(text, secret) {
			text = strings.ReplaceAll(text, secret, hidden)
		}
	}
	return text
}

// String implements fmt.Stringer: what a session holds is not for showing.
func (Session) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Session) GoString() string { return hidden }

// HasSecrets reports whether Hide can change anything.
func (s *Session) HasSecrets() bool { return len(s.secrets) > 0 }

// The keys of what a session consists of.
var (
	authKeys  = []string{"user", "password"}
	loginKeys = []string{"url", "fields", "success", "form"}
)

// sessionKey reads one key of a source that is of its session.
func (f *file) sessionKey(src *Source, key string, v ast.Node, path string) {
	s := &src.Session
	switch key {
	case "headers":
		s.Headers = f.headers(v, path, src)
	case "cookies":
		s.KeepCookies = true
		s.Cookies = f.cookies(v, path, src)
	case "auth":
		f.auth(v, path, src)
	case "login":
		s.KeepCookies = true
		s.Login = f.login(v, path, src)
	case "proxy":
		f.proxy(v, path, src)
	}
}

// named reads a mapping of names to what is sent under them, in its order.
func (f *file) named(n ast.Node, path string, src *Source, name func(p pair)) (pairs []Pair) {
	f.mapping(n, path, nil, func(p pair) {
		name(p)
		pairs = append(pairs, Pair{p.key, f.secret(p.v, join(path, p.key), src, sensitive.MatchString(p.key))})
	})
	return pairs
}

var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // RFC 9110, section 5.6.2

// ourHeaders are those that are not for a configuration to set, and why.
var ourHeaders = map[string]string{
	"User-Agent": "another header: who asks is said honestly, `contact` adds to it",
	"Cookie":     "another header: cookies belong under `cookies`",
}

func (f *file) headers(n ast.Node, path string, src *Source) []Pair {
	return f.named(n, path, src, func(p pair) {
		name := textproto.CanonicalMIMEHeaderKey(p.key)
		switch name {
		case "Host", "Content-Length", "Transfer-Encoding", "Connection", "Te", "Trailer", "Upgrade", "Keep-Alive", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range":
			f.at(p.k, path, "header "+quote(p.key), "another header: this one is set by each request itself")
		case "Proxy-Authorization":
			f.at(p.k, path, "header "+quote(p.key), "user and password in `proxy`")
		}
		if want := ourHeaders[name]; want != "" {
			f.at(p.k, path, "header "+quote(p.key), want)
		}
		if !token.MatchString(p.key) {
			f.at(p.k, path, "header "+quote(p.key), "a header's name: letters, digits and dashes")
		}
	})
}

// cookies reads the cookies that a session begins with; the word keep stands for
// none.
func (f *file) cookies(n ast.Node, path string, src *Source) []Pair {
	if s, ok := scalar(n); ok {
		if s != "keep" {
			f.at(n, path, quote(s), "keep, or a mapping of names to values")
		}
		return nil
	}
	return f.named(n, path, src, func(p pair) {
		if !token.MatchString(p.key) {
			f.at(p.k, path, "cookie "+quote(p.key), "a cookie's name, without spaces and marks")
		}
	})
}

func (f *file) auth(n ast.Node, path string, src *Source) {
	s := &src.Session
	f.mapping(n, path, authKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "user":
			s.User = f.secret(p.v, at, src, false).Reveal()
			if strings.Contains(s.User, ":") {
				f.at(p.v, at, "a colon", "a user's name, which has none")
			}
		case "password":
			s.Password = f.secret(p.v, at, src, true)
		}
	})
	if s.User == "" {
		f.at(n, path, "no user", "user: and password:")
	}
	if s.Password.text != "" {
		s.hide(base64.StdEncoding.EncodeToString([]byte(s.User + ":" + s.Password.text)))
	}
}

func (f *file) login(n ast.Node, path string, src *Source) *Login {
	l := &Login{}
	f.mapping(n, path, loginKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "url":
			if l.URL = f.text(p.v, at); !isAddress(l.URL) {
				f.at(p.v, at, quote(l.URL), "an address that begins with http:// or https://")
			}
		case "fields":
			l.Fields = f.named(p.v, at, src, func(pair) {})
		case "success":
			l.Success = f.selector(p.v, at)
		case "form":
			l.Form = f.selector(p.v, at)
		}
	})
	for _, need := range []struct {
		key     string
		missing bool
	}{{"url", l.URL == ""}, {"fields", len(l.Fields) == 0}, {"success", l.Success == ""}} {
		if need.missing {
			f.at(n, path, "no "+need.key, "url, fields, and success: a CSS selector of what only a page that let us in shows")
		}
	}
	return l
}

// proxy reads a proxy's address; its password must not be written out.
func (f *file) proxy(n ast.Node, path string, src *Source) {
	const want = "an address such as http://host:3128, https://host:3129, socks5://host:1080 or socks5h://host:1080"
	raw, _ := scalar(n)
	u, err := url.Parse(f.text(n, path))
	if f.unset[n] {
		return
	}
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) || u.Path != "" && u.Path != "/" {
		f.at(n, path, "what is none", want) // what was found may hold a password
		return
	}
	s := &src.Session
	if u.User != nil {
		password, has := u.User.Password()
		if has && len(variableNames(raw)) == 0 {
			f.at(n, path, "a password written out", "${VAR} in its place, read from the environment")
		}
		s.hide(password)
		s.hide(u.User.String())
		s.hide(base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password)))
		s.ProxyAuth = Secret{u.User.String()}
	}
	for _, name := range variableNames(raw) {
		if v, ok := f.env(name); ok && v != u.Host && v != u.Hostname() {
			s.hide(v)
		}
	}
	bare := *u
	bare.User, bare.Path = nil, ""
	s.Proxy = &bare
}
