// Package weburl resolves links as browsers do (the WHATWG URL standard) and
// gives addresses their canonical form, in which they are compared and kept.
//
// It knows http and https only. It never reorders what a query says, nor drops
// doubled slashes, for servers may tell the difference: two such spellings of
// one address stay two.
package weburl

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// MaxLength is the longest address that is followed, in bytes: longer than any
// that is meant to be read by people.
const MaxLength = 4096

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
	path, query, _ := strings.Cut(u.Href(true), "?")
	path = normalEscapes(path)
	if query = normalEscapes(dropTracking(query)); query != "" {
		path += "?" + query
	}
	if len(path) > MaxLength {
		return "", ErrLong
	}
	return path, nil
}

const upperHex = "0123456789ABCDEF"

// normalEscapes writes percent-escapes in one way (RFC 3986, section 6.2.2):
// upper case digits, none for letters, digits and "-._~", and "%25" for a sign
// that begins no escape.
func normalEscapes(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '%' {
			b.WriteByte(c)
			continue
		}
		if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			b.WriteString("%25")
			continue
		}
		plain := unhex(s[i+1])<<4 | unhex(s[i+2])
		if isUnreserved(plain) {
			b.WriteByte(plain)
		} else {
			b.Write([]byte{'%', upperHex[plain>>4], upperHex[plain&15]})
		}
		i += 2
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func isUnreserved(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_' || c == '~'
}

func parse(base, ref string) (*whatwg.Url, error) {
	if len(ref) > MaxLength || len(base) > MaxLength {
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
