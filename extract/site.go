package extract

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/publicsuffix"
)

// longestSite is how many words a site's name has at most; pages that state more
// for it state their headline.
const longestSite = 8

// siteNames are what the page calls its site, folded: og:site_name, JSON-LD's
// publisher and site, the host's own word.
func (d *doc) siteNames() []string {
	if d.sites != nil {
		return d.sites
	}
	names := []string{}
	for _, name := range []string{"og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "al:ios:app_name", "dc.publisher"} {
		if s, _ := d.meta(name); s != "" {
			names = append(names, strings.TrimPrefix(s, "@"))
		}
	}
	if a := d.article(); a != nil {
		names = append(names, a.str("publisher"))
	}
	for _, n := range d.ld {
		if n.is("WebSite", "NewsMediaOrganization") {
			names = append(names, n.str("name"), n.str("alternateName"))
		}
	}
	host := hostOf(d.url)
	stated := len(names)
	names = append(names, host, hostWord(host))
	for i, n := range names {
		if i == stated {
			d.sitesStated = len(d.sites)
		}
		if n = fold(n); n != "" && strings.Count(n, " ") < longestSite {
			d.sites = append(d.sites, n)
		}
	}
	if d.sites == nil {
		d.sites = []string{}
	}
	return d.sites
}

// isSiteName reports whether a text is the site's name.
func (d *doc) isSiteName(s string) bool {
	f := fold(s)
	if f == "" {
		return false
	}
	tight := strings.ReplaceAll(f, " ", "")
	for _, name := range d.siteNames() {
		if f == name || tight == strings.ReplaceAll(name, " ", "") {
			return true
		}
	}
	return false
}

// isStatedSite reports whether a text is the name that the page gives its site,
// not only a word of its host.
func (d *doc) isStatedSite(s string) bool {
	f := fold(s)
	for _, name := range d.siteNames()[:d.sitesStated] {
		if f != "" && f == name {
			return true
		}
	}
	return false
}

// likeSite reports whether a part of a title names the site: the name itself,
// or words of which the name is one.
func (d *doc) likeSite(s string) bool {
	if d.isSiteName(s) {
		return true
	}
	f := fold(s)
	tight := strings.ReplaceAll(f, " ", "")
	for _, name := range d.siteNames() {
		n := strings.ReplaceAll(name, " ", "")
		if len(tokens(s)) > strings.Count(name, " ")+3 {
			continue // too much besides the name: a headline that begins with it
		}
		if len(n) < 3 || len(tight) < 3 {
			continue
		}
		if strings.HasPrefix(tight, n) || strings.HasSuffix(tight, n) || strings.Contains(n, tight) && 2*len(tight) > len(n) {
			return true
		}
	}
	return false
}

// titleSeparators part a title from the site's name, most telling first.
var titleSeparators = []string{" | ", " – ", " — ", " - ", " · ", " • ", " » ", " :: ", " ǀ ", " / ", " // ", "｜", "|", "ㅣ", " _ ", "_", "--", "-", ": "}

// withoutSite drops the site's name, and sections before it, from a title.
func (d *doc) withoutSite(title string) string {
	for range 3 {
		cut := d.cutSite(title)
		if cut == title {
			break
		}
		title = cut
	}
	return title
}

func (d *doc) cutSite(title string) string {
	for _, sep := range titleSeparators {
		if !strings.Contains(title, sep) {
			continue
		}
		if sep == "-" && !strings.ContainsFunc(title, ideograph) {
			continue // without spaces a hyphen joins words, but in Chinese and its kind
		}
		if i := strings.LastIndex(title, sep); i > 0 && sep != ": " {
			if tail := title[i+len(sep):]; d.likeSite(tail) && len(tokens(title[:i])) > 1 {
				return strings.TrimSpace(title[:i])
			}
		}
		if i := strings.Index(title, sep); i > 0 {
			if head := title[:i]; d.isSiteName(head) && len(tokens(title[i+len(sep):])) > 1 {
				return strings.TrimSpace(title[i+len(sep):])
			}
		}
	}
	return title
}

// ideograph reports whether a rune is of a script without spaces between words.
func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// hostWord is the word of a host that names its owner: example of
// news.example.co.uk.
func hostWord(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		host = d
	}
	if i := strings.IndexByte(host, '.'); i > 0 {
		return host[:i]
	}
	return host
}
