package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"stakeout/extract/prose"
	"stakeout/weburl"

	"stakeout/story"
)

// maxLinks bounds how many of the body's links are recorded.
const maxLinks = 500

// body fills the body and the links in it: by rule, else as found by prose, else
// from what the page carries as data only.
func (x *reader) body() {
	if x.rules.Has("body") {
		v := x.doc.apply(x.rules.fields["body"], true)
		x.read.Body = v.paragraphs()
		x.note("body", len(x.read.Body) > 0, v.via)
		x.links(v.nodes)
		return
	}
	if x.card != nil {
		x.card.remove()
	}
	hints := prose.Hints{
		Headline:    x.read.Headline,
		Description: x.doc.description(),
		URL:         x.doc.url,
	}
	embedded, via := x.doc.embeddedBody()
	if strings.HasPrefix(via, "json-ld") {
		hints.ArticleBody = strings.Join(embedded, "\n")
	}
	found := prose.Find(x.doc.root, hints)
	x.cards = found.Cards
	if size(found.Paragraphs) < thin && size(embedded) < thin {
		if text, from := x.doc.stateBody(longWords(x.read.Headline + " " + x.doc.description())); size(text) > size(embedded) {
			embedded, via = text, from
		}
	}
	if x.better(embedded, found.Paragraphs) && (strings.HasPrefix(via, "json-ld") || x.sameStory(embedded, found.Paragraphs)) {
		x.read.Body = embedded
		x.note("body", true, via)
		return
	}
	for i, p := range found.Paragraphs {
		if p = unbroken.Replace(story.Plain(p)); p != "" && !(i < 3 && x.isByline(p)) {
			x.read.Body = append(x.read.Body, p)
		}
	}
	x.read.Ignored = append(x.read.Ignored, found.Ignored...)
	if found.Via == "" {
		found.Via = "reader"
	}
	x.note("body", len(x.read.Body) > 0, found.Via)
	x.withoutTemplate()
	x.links(found.Nodes)
}

// isByline reports whether a paragraph at the body's beginning is the line that
// names its authors, with what such lines hold besides.
func (x *reader) isByline(p string) bool {
	if len(p) > 160 || len(x.read.Authors) == 0 || !startsByline(p) {
		return false
	}
	for _, name := range x.read.Authors {
		if !strings.Contains(p, name) {
			return false
		}
	}
	return true
}

// thin is the size of text, in bytes, below which the page's embedded state is
// looked into for more.
const thin = 600

// better reports whether the text that the page carries as data is the story and
// what stands on the page is not: much the longer, or there is nothing else.
func (x *reader) better(embedded, found []string) bool {
	data, shown := size(embedded), size(found)
	return data > leastText && (shown == 0 || 2*shown < data)
}

// sameStory reports whether a text in the page's state is the story that the page
// is about: it goes on with what is shown, or has more of the words of headline
// and description. Much else is kept in scripts: other stories, consent, captions.
func (x *reader) sameStory(data, shown []string) bool {
	if len(shown) > 0 && shared(data, shown) >= 0.5 {
		return true
	}
	about := distinct(longWords(x.read.Headline + " " + x.doc.description()))
	if len(about) == 0 {
		return len(shown) == 0
	}
	told := coverage(about, data)
	return told > coverage(about, shown) && (len(shown) > 0 || told >= leastTold)
}

// leastTold is the share of headline's and description's words that a text has at
// least, to be the page's where nothing else is.
const leastTold = 0.2

// shared is the share of the shown paragraphs' bytes whose beginnings the data has.
func shared(data, shown []string) float64 {
	has := fold(strings.Join(data, " "))
	all, in := 0, 0
	for _, p := range shown {
		all += len(p)
		if strings.Contains(has, firstPart(fold(p), 40)) {
			in += len(p)
		}
	}
	return float64(in) / float64(max(1, all))
}

// coverage is the share of words that a text has.
func coverage(words, paragraphs []string) float64 {
	return float64(common(words, distinct(tokens(strings.Join(paragraphs, " "))))) / float64(max(1, len(words)))
}

// longWords are a text's words that are no mere links between others: of four
// bytes and more.
func longWords(s string) []string {
	return slices.DeleteFunc(tokens(s), func(w string) bool { return len(w) < 4 && w[0] < utf8.RuneSelf })
}

func size(paragraphs []string) int {
	n := 0
	for _, p := range paragraphs {
		n += len(p)
	}
	return n
}

// links records the addresses linked from the body, one a line.
func (x *reader) links(nodes []*html.Node) {
	if x.rules.Has("links") {
		return
	}
	base, err := url.Parse(x.doc.url)
	if err != nil {
		return
	}
	seen := map[string]bool{}
	var out []string
	for _, ref := range linksIn(nodes) {
		u := x.doc.linkTarget(base, ref)
		if u == "" || seen[u] || len(out) >= maxLinks {
			continue
		}
		seen[u] = true
		out = append(out, u)
	}
	if len(out) == 0 {
		return
	}
	if x.read.Metadata == nil {
		x.read.Metadata = map[string]string{}
	}
	x.read.Metadata["links"] = strings.Join(out, "\n")
}

// linkTarget is the absolute address of a link, without tracking; "" where it
// leads to no page.
func (d *doc) linkTarget(base *url.URL, ref string) string {
	u, err := base.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	if u.RawQuery != "" {
		if clean, err := weburl.CanonicalRef(d.url, ref); err == nil {
			return clean
		}
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == base.Path && u.Host == base.Host && u.RawQuery == base.RawQuery {
		return "" // a place on the page itself
	}
	return u.String()
}
