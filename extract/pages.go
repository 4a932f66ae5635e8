package extract

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxPages bounds the number that a further page of a story may have.
const maxPages = 50

var (
	namedPage = regexp.MustCompile(`(?i)^(.*?)[/_.,-](?:page|seite|pagina|pag|pg|p|s)[/_=-]?(\d{1,2})(/|\.[a-z]{3,5})?$`)
	barePage  = regexp.MustCompile(`^(.*?)[/_,.-](\d{1,2})(/|\.[a-z]{3,5})?$`)
	extension = regexp.MustCompile(`(/|\.[a-z]{3,5})$`)
	pageParam = map[string]bool{"page": true, "seite": true, "pagina": true, "pag": true, "pg": true, "p": true, "paged": true, "start": false}
)

// storyPage is an address parted into what is the same on all pages of a story
// and the number of the page.
type storyPage struct {
	base  string
	n     int
	named bool // the address says that it is a page's number
}

// next is the address of the story's next page: a link to the same path with the
// next number, where the page marks it as such; "" where there is none.
func (d *doc) next() string {
	here, err := url.Parse(d.url)
	if err != nil {
		return ""
	}
	ways := readings(here)
	stem := here.Path
	for _, w := range ways {
		base, _, _ := strings.Cut(w.base, "?")
		stem = stem[:commonPrefix(stem, base)]
	}
	links := d.pageLinks(here, stem)
	for _, current := range ways {
		if current.n > 1 && !current.named && !hasFirst(links, current.base) {
			continue // a number in an address is an ID until page 1 says otherwise
		}
		for _, l := range links {
			for _, p := range readings(l.to) {
				if p.base == current.base && p.n == current.n+1 && l.marked(p.n) {
					return l.to.String()
				}
			}
		}
	}
	return ""
}

// pageLink is a link of the page to its own site.
type pageLink struct {
	node *html.Node
	to   *url.URL
}

// commonPrefix is the length of what two texts begin with.
func commonPrefix(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

// pageLinks are the links that may lead to a page of the same story: on the same
// host, their paths beginning with stem.
func (d *doc) pageLinks(here *url.URL, stem string) []pageLink {
	var out []pageLink
	for n := range d.root.Descendants() {
		if n.DataAtom != atom.A && n.DataAtom != atom.Link || n.Type != html.ElementNode {
			continue
		}
		href := attr(n, "href")
		if href == "" || n.DataAtom == atom.Link && !hasWord(attr(n, "rel"), "next") {
			continue
		}
		if stem != "/" && strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.HasPrefix(href, stem) {
			continue // before the cost of parsing it
		}
		to, err := here.Parse(strings.TrimSpace(href))
		if err != nil || !strings.HasPrefix(to.Path, stem) || to.Host != here.Host || strings.Contains(strings.ToLower(to.Fragment+to.Path+to.RawQuery), "comment") {
			continue
		}
		to.Fragment, to.RawFragment = "", ""
		if len(out) < 500 {
			out = append(out, pageLink{n, to})
		}
	}
	return out
}

// hasFirst reports whether one of the links leads to a story's first page.
func hasFirst(links []pageLink, base string) bool {
	for _, l := range links {
		for _, p := range readings(l.to) {
			if p.base == base && p.n == 1 {
				return true
			}
		}
	}
	return false
}

// readings are the ways to part an address into story and page, the plainest
// first: as a first page, and with a number that it has.
func readings(u *url.URL) []storyPage {
	path := extension.ReplaceAllString(u.Path, "")
	var out []storyPage
	q := u.Query()
	for _, key := range sortedKeys(q) {
		if n, err := strconv.Atoi(q.Get(key)); err == nil && pageParam[strings.ToLower(key)] && n >= 1 && n <= maxPages {
			q.Del(key)
			out = append(out, storyPage{path + "?" + q.Encode(), n, true})
			return out
		}
	}
	query := "?" + q.Encode()
	if g := namedPage.FindStringSubmatch(u.Path); g != nil {
		if n, _ := strconv.Atoi(g[2]); n >= 1 && n <= maxPages {
			return append(out, storyPage{strings.TrimRight(g[1], "/") + query, n, true})
		}
	}
	out = append(out, storyPage{path + query, 1, true})
	if g := barePage.FindStringSubmatch(u.Path); g != nil {
		if n, _ := strconv.Atoi(g[2]); n >= 2 && n <= maxPages {
			out = append(out, storyPage{g[1] + query, n, false})
		}
	}
	return out
}

var nextWord = regexp.MustCompile(`(?i)^(?:(?:next|nächste|naechste|weiter|suivant|suivante|page suivante|siguiente|successiva|avanti|próxima|seguinte|volgende|næste|nästa|neste|následující|następna|sonraki|следующая|далее|下一页|下一頁|次へ|次のページ|다음)(?: (?:page|seite|página|pagina))?\s*[»›→>]*|(?:page|seite|página|pagina|teil|part)\s*\d+|[»›→>]+|continue(?: reading)?)$`)

// marked reports whether a link says that it leads to page n of the same story.
func (l pageLink) marked(n int) bool {
	if hasWord(attr(l.node, "rel"), "next") {
		return true
	}
	s := shortText(l.node, 60)
	if s == "" {
		s = attr(l.node, "title") + attr(l.node, "aria-label")
	}
	if nextWord.MatchString(strings.TrimSpace(s)) {
		return true
	}
	if s != strconv.Itoa(n) {
		return false
	}
	for p := l.node.Parent; p != nil; p = p.Parent { // a number counts among its kind only
		if p.DataAtom == atom.Article || p.DataAtom == atom.Body || !hasText(p) {
			return false
		}
		if t := shortText(p, 200); t == "" {
			return false
		} else if strings.Contains(t, "1") && t != s {
			return true
		}
	}
	return false
}
