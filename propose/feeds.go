package propose

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// Feed is one of a feed reader's list.
type Feed struct {
	Title, URL string
}

// Feeds writes a configuration with a source for each feed, named after its title,
// else its host. What has no address that can be fetched is left out, and said.
func Feeds(feeds []Feed) (text string, refused []string) {
	var b strings.Builder
	b.WriteString("# From a list of feeds; check it with: stakeout check\nsources:\n")
	names, seen := map[string]bool{}, map[string]bool{}
	for _, f := range feeds {
		u, err := url.Parse(strings.TrimSpace(f.URL))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			refused = append(refused, fmt.Sprintf("%q, expected an address that begins with http:// or https://", f.URL))
			continue
		}
		if seen[u.String()] {
			continue
		}
		seen[u.String()] = true
		name := feedName(f.Title, u.Hostname())
		for n, base := 2, name; names[name]; n++ {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		names[name] = true
		fmt.Fprintf(&b, "  %s:\n    start: %s\n    schedule: '*/15 * * * *'\n", quoted(name), quoted(u.String()))
	}
	return b.String(), refused
}

// feedName makes a source's name of a title: small letters, figures and dashes.
func feedName(title, host string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	name := strings.Join(words, "-")
	if name == "" {
		name = strings.TrimPrefix(host, "www.")
	}
	if len(name) > 60 {
		name = strings.TrimRight(strings.ToValidUTF8(name[:60], ""), "-")
	}
	return name
}
