package configs

import (
	"net"

	"github.com/goccy/go-yaml/ast"
)

// Web is how the page and the API are served.
type Web struct {
	// Listen is the address that they are served at, HOST:PORT. Defaults to
	// 127.0.0.1:8437; "none" serves nothing.
	Listen string
	// Password opens everything, Tokens open the API and the feeds for reading.
	Password Secret
	Tokens   []Secret
	// UserHeader is a header in which a proxy names the user that it let in.
	UserHeader string
	// Hosts are the names that the page answers to, beside localhost and addresses.
	Hosts []string
}

// DefaultListen is where the page is served unless it is said otherwise.
const DefaultListen = "127.0.0.1:8437"

// webKeys are the keys of `web`.
var webKeys = []string{"listen", "password", "tokens", "user_header", "hosts"}

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
			for _, item := range f.items(p.v) {
				w.Tokens = append(w.Tokens, f.secret(item, at, scratch, true))
			}
		case "user_header":
			w.UserHeader = f.text(p.v, at)
		case "hosts":
			w.Hosts = f.hosts(p.v, at)
		}
	})
	return w
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
