package robots

import (
	"strings"
	"time"
)

// Agent is the product token of a User-Agent: what robots.txt addresses.
// "stakeout/1.0 (+https://example.org)" is "stakeout".
func Agent(userAgent string) string { return productToken(userAgent) }

// Allowed reports whether agent, a product token, may request the address,
// which is absolute and percent-encoded. The longest rule that matches wins,
// Allow over Disallow at equal length.
func (f *File) Allowed(agent, address string) bool {
	path := pathOf(address)
	best, allowed := 0, true
	for _, g := range f.groupsFor(agent) {
		for _, r := range g.rules {
			n := len(r.pattern)
			if n < best || n == 0 || n == best && !r.allow || !matches(path, r.pattern) {
				continue
			}
			best, allowed = n, r.allow
		}
	}
	return allowed
}

// CrawlDelay returns the least time between two requests that the file asks of
// agent; ok is false where it asks none.
func (f *File) CrawlDelay(agent string) (delay time.Duration, ok bool) {
	for _, g := range f.groupsFor(agent) {
		if g.delay >= 0 && (!ok || g.delay > delay) {
			delay, ok = g.delay, true
		}
	}
	return delay, ok
}

// groupsFor returns the groups that name agent, merged as RFC 9309 section
// 2.2.1 has it, or else those for everyone.
func (f *File) groupsFor(agent string) []group {
	agent = strings.ToLower(agent)
	named := f.naming(agent)
	if agent == "" || named == nil {
		return f.naming("*")
	}
	return named
}

func (f *File) naming(agent string) []group {
	var found []group
	for _, g := range f.groups {
		for _, a := range g.agents {
			if a == agent {
				found = append(found, g)
				break
			}
		}
	}
	return found
}

// pathOf is what rules are matched against: path, parameters and query.
func pathOf(address string) string {
	address, _, _ = strings.Cut(address, "#")
	rest := address
	if i := strings.Index(address, "//"); i >= 0 {
		rest = address[i+2:]
	}
	i := strings.IndexAny(rest, "/?;")
	switch {
	case i < 0:
		return "/"
	case rest[i] != '/':
		return "/" + rest[i:]
	}
	return rest[i:]
}

// matches reports whether the pattern matches a beginning of path; "*" stands
// for any characters and a "$" at the end for the path's end. It keeps the set
// of places where what was read of the pattern can end, so its time is bounded
// by the product of both lengths whatever the pattern.
func matches(path, pattern string) bool {
	ends := make([]int, 1, len(path)+1) // sorted places in path
	for i := range len(pattern) {
		c := pattern[i]
		switch {
		case c == '$' && i == len(pattern)-1:
			return ends[len(ends)-1] == len(path)
		case c == '*':
			first := ends[0]
			ends = ends[:0]
			for at := first; at <= len(path); at++ {
				ends = append(ends, at)
			}
		default:
			kept := ends[:0]
			for _, at := range ends {
				if at < len(path) && path[at] == c {
					kept = append(kept, at+1)
				}
			}
			if ends = kept; len(ends) == 0 {
				return false
			}
		}
	}
	return true
}

const upperHex = "0123456789ABCDEF"

// escape brings a pattern to the form of an encoded path: other than ASCII is
// percent-encoded, and the digits of what was encoded are upper case.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c >= 0x80:
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
