// Package weburl resolves links as browsers do (the WHATWG URL standard) and
// gives addresses their canonical form, in which they are compared and kept.
//
// It knows http and https only. It never reorders or re-encodes what a query
// says, for servers may tell the difference; so two spellings of one query stay
// two addresses.
package weburl

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// MaxLength is the longest address that is followed, in bytes: what common
// servers and proxies accept in a request line.
const MaxLength = 8000

// Errors of this package; none of them is temporary.
var (
	ErrScheme = errors.New("not an http or https address")
	ErrLong   = fmt.Errorf("the address is longer than %d bytes", MaxLength)
)

var parser = whatwg.NewParser()

// Resolve returns the absolute form of ref as found on a page at base, with its
// fragment. ErrScheme is returned for mailto:, javascript: and their kind.
func Resolve(base, ref string) (string, error) {
	u, err := parse(base, ref)
	if err != nil {
		return "", err
	}
	return u.Href(false), nil
}

// Canonical returns the form in which an address is compared and kept: as
// browsers write it, without fragment, user and password, and without tracking
// parameters. The canonical form of a canonical form is itself.
func Canonical(raw string) (string, error) { return CanonicalRef("", raw) }

// CanonicalRef is Canonical of ref as found on a page at base.
func CanonicalRef(base, ref string) (string, error) {
	u, err := parse(base, ref)
	if err != nil {
		return "", err
	}
	u.SetUsername("")
	u.SetPassword("")
	href := u.Href(true)
	path, query, found := strings.Cut(href, "?")
	if !found {
		return href, nil
	}
	if kept := dropTracking(query); kept != "" {
		return path + "?" + kept, nil
	}
	return path, nil
}

func parse(base, ref string) (*whatwg.Url, error) {
	if len(ref) > MaxLength {
		return nil, ErrLong
	}
	var u *whatwg.Url
	var err error
	if base == "" {
		u, err = parser.Parse(ref)
	} else {
		u, err = parser.ParseRef(base, ref)
	}
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", ref, err)
	}
	if s := u.Scheme(); s != "http" && s != "https" {
		return nil, fmt.Errorf("%w: %q", ErrScheme, shorten(ref))
	}
	if len(u.Href(false)) > MaxLength {
		return nil, ErrLong
	}
	return u, nil
}

func shorten(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// Host returns the host of an absolute address, lower case, with its port where
// that is not the scheme's own; "" where there is none.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}

// SameSite reports whether two hosts differ at most by a leading "www.".
func SameSite(a, b string) bool {
	return strings.TrimPrefix(a, "www.") == strings.TrimPrefix(b, "www.")
}
