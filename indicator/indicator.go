// Package indicator finds what analysts search for in a text: CVE numbers, hashes,
// IP addresses and domains, also as they write them so that nobody follows them:
// hxxp://, example[.]com, 192.0.2[.]1, example[dot]com.
package indicator

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"stakeout/story"
)

// Indicator is one that stands in a text.
type Indicator struct {
	Kind     story.FactKind // FactCVE, FactHash, FactIP or FactDomain
	Text     string         // as written
	Value    string         // the same for two that say the same: lower case, points as points
	From, To int            // in bytes
}

var (
	cvePattern    = regexp.MustCompile(`(?i)\bCVE-\d{4}-\d{4,7}\b`)
	hashPattern   = regexp.MustCompile(`(?i)\b(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b`)
	ip4Pattern    = regexp.MustCompile(`\b\d{1,3}(?:` + point + `\d{1,3}){3}\b`)
	ip6Pattern    = regexp.MustCompile(`(?i)\b[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{0,4}){2,7}\b`)
	domainPattern = regexp.MustCompile(`\b[\p{Ll}\d](?:[\p{Ll}\d-]*[\p{Ll}\d])?(?:` + point + `[\p{Ll}\d](?:[\p{Ll}\d-]*[\p{Ll}\d])?)+\b`)
	urlPattern    = regexp.MustCompile(`(?i)\bh(?:tt|xx)ps?(?:\[:\]|:)(?://|\[//\])[^\s<>"'` + "`" + `“”«»|]+`)
)

// point is the point of an address, and what is written for it.
const point = `(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))`

// Find lists the indicators of a text: by kind, and in the order of the text.
func Find(s string) []Indicator {
	var out []Indicator
	add := func(kind story.FactKind, at [][]int, value func(string) string) {
		for _, r := range at {
			text := s[r[0]:r[1]]
			if v := value(text); v != "" && !overlaps(out, r[0], r[1]) {
				out = append(out, Indicator{kind, text, v, r[0], r[1]})
			}
		}
	}
	may := lookAt(s)
	if may.cve {
		add(story.FactCVE, cvePattern.FindAllStringIndex(s, -1), strings.ToUpper)
	}
	if may.hash {
		add(story.FactHash, hashPattern.FindAllStringIndex(s, -1), hash)
	}
	if may.name {
		add(story.FactIP, ip4Pattern.FindAllStringIndex(s, -1), address)
	}
	if may.colon {
		add(story.FactIP, ip6Pattern.FindAllStringIndex(s, -1), address)
	}
	if may.name {
		add(story.FactDomain, domainPattern.FindAllStringIndex(s, -1), domain)
	}
	return out
}

// signs are what a text shows at a glance: without one, it has no indicator of that
// kind, and no pattern needs to go through it.
type signs struct{ cve, hash, name, colon bool }

func lookAt(s string) signs {
	var may signs
	hex := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if isHex(c) {
			hex++
			may.hash = may.hash || hex >= 32
		} else {
			hex = 0
		}
		if i == 0 || i+1 == len(s) {
			continue
		}
		before, after := s[i-1], s[i+1]
		switch c {
		case '-':
			may.cve = may.cve || (before == 'e' || before == 'E') && '0' <= after && after <= '9'
		case ':':
			may.colon = may.colon || isHex(before) && (isHex(after) || after == ':')
		case '.':
			may.name = may.name || before > ' ' && after > ' ' && after != '"' && after != '\''
		case '[', '(', '{':
			may.name = may.name || after == '.' || after == 'd'
		}
	}
	return may
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func overlaps(all []Indicator, from, to int) bool {
	for _, i := range all {
		if i.From < to && from < i.To {
			return true
		}
	}
	return false
}

// hash is a hash in lower case; a long number alone is none.
func hash(s string) string {
	if strings.Trim(s, "0123456789") == "" {
		return ""
	}
	return strings.ToLower(s)
}

// armed undoes what keeps readers from following an address.
func armed(s string) string {
	return points.Replace(strings.ToLower(s))
}

var points = strings.NewReplacer("[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".")

// URLs lists the addresses of the web that a text names, as they are followed, each
// once; their hosts are domains or IP addresses that Find finds as well.
func URLs(s string) []string {
	var out []string
	if !strings.Contains(s, "//") {
		return nil
	}
	for _, text := range urlPattern.FindAllString(s, -1) {
		scheme, rest, _ := strings.Cut(points.Replace(strings.NewReplacer("[:]", ":", "[//]", "//").Replace(text)), "://")
		rest = strings.TrimRight(rest, ".,;:!?)]}…")
		u, err := url.Parse(strings.Replace(strings.ToLower(scheme), "xx", "tt", 1) + "://" + rest)
		if err != nil || address(u.Hostname()) == "" && domain(u.Hostname()) == "" {
			continue
		}
		if address := u.String(); !slices.Contains(out, address) {
			out = append(out, address)
		}
	}
	return out
}

func address(s string) string {
	a, err := netip.ParseAddr(armed(s))
	if err != nil {
		return ""
	}
	return a.String()
}

// domain is a host's name under a public suffix; "" for words with a point
// between them.
func domain(s string) string {
	d := armed(s)
	suffix, official := publicsuffix.PublicSuffix(d)
	if !official && !strings.Contains(suffix, ".") || suffix == d || strings.Trim(d, "0123456789.") == "" {
		return ""
	}
	return d
}
