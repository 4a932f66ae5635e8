package configs

import (
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Web is how the page and the API are served.
type Web struct {
	// Listen is the address that they are served at, HOST:PORT. Defaults to
	// 127.0.0.1:8437; "none" serves nothing.
	Listen string
	// Password opens everything; Passwords open roles: read, label, admin.
	Password  Secret
	Passwords map[string]Secret
	// Tokens open the API and the feeds.
	Tokens []Token
	// UserHeader is a header in which a proxy names the user that it let in, Users
	// their roles; where none is given all are admins, else the others only read.
	UserHeader string
	Users      map[string]string
	// Hosts are the names that the page answers to, beside localhost and addresses.
	Hosts []string
}

// DefaultListen is where the page is served unless it is said otherwise.
const DefaultListen = "127.0.0.1:8437"

// Token is a secret of a program, and what it may do with it.
type Token struct {
	Secret Secret // or sha256: and the hexadecimal hash of it
	Role   string
}

// Roles are what someone may do in the page: look; mark, label and note; all.
var Roles = []string{"read", "label", "admin"}

// webKeys are the keys of `web`.
var webKeys = []string{"listen", "password", "passwords", "tokens", "user_header", "users", "hosts"}

// web reads how the page is served.
func (f *file) web(n ast.Node, path string) Web {
	var w Web
	scratch := newSource("") // no source: what is secret here is sent to nobody
	f.mapping(n, path, webKeys, func(p pair) {
		at := join(path, p.key)
		switch p.key {
		case "listen":
			w.Listen = f.listen(p.v, at)
		case "password":
			w.Password = f.secret(p.v, at, scratch, true)
		case "tokens":
			w.Tokens = f.tokens(p.v, at, scratch)
		case "passwords":
			w.Passwords = map[string]Secret{}
			f.mapping(p.v, at, Roles, func(p pair) { w.Passwords[p.key] = f.secret(p.v, join(at, p.key), scratch, true) })
		case "users":
			w.Users = map[string]string{}
			all, _ := f.pairs(p.v, at, 0)
			for _, u := range all {
				w.Users[u.key] = f.role(u.v, join(at, u.key))
			}
		case "user_header":
			w.UserHeader = f.text(p.v, at)
		case "hosts":
			w.Hosts = f.hosts(p.v, at)
		}
	})
	return w
}

// tokens reads tokens: a list of those that may read, or a list for each role. One
// may be written out as its hash.
func (f *file) tokens(n ast.Node, path string, scratch *Source) []Token {
	var out []Token
	list := func(n ast.Node, path, role string) {
		for _, item := range f.items(n) {
			if text, _ := scalar(item); hashedToken.MatchString(text) {
				out = append(out, Token{NewSecret(text), role})
				continue
			}
			out = append(out, Token{f.secret(item, path, scratch, true), role})
		}
	}
	all, _ := f.pairs(n, "", 0)
	if len(all) == 0 || all[0].key == "file" {
		list(n, path, "read")
		return out
	}
	f.mapping(n, path, Roles, func(p pair) { list(p.v, join(path, p.key), p.key) })
	return out
}

// hashedToken is a token that is written as the SHA-256 of it.
var hashedToken = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

func (f *file) role(n ast.Node, path string) string {
	s := f.text(n, path)
	if !slices.Contains(Roles, s) {
		f.at(n, path, quote(s), "one of "+strings.Join(Roles, ", "))
	}
	return s
}

func (f *file) listen(n ast.Node, path string) string {
	s := f.text(n, path)
	if s == "none" {
		return s
	}
	if _, port, err := net.SplitHostPort(s); err != nil || port == "" {
		f.at(n, path, quote(s), "HOST:PORT such as "+DefaultListen+", or none")
	}
	return s
}
