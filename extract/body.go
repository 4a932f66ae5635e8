package extract

import (
	"net/url"
	"strings"

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
	if size(found.Paragraphs) < thin && size(embedded) < thin {
		embedded, via = x.doc.stateBody()
	}
	if better(embedded, found) {
		x.read.Body = embedded
		x.note("body", true, via)
		return
	}
	for i, p := range found.Paragraphs {
		if p = story.Plain(p); p != "" && !(i < 3 && x.isByline(p)) {
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
func better(embedded []string, found prose.Text) bool {
	data, shown := size(embedded), size(found.Paragraphs)
	return data > leastText && (shown == 0 || 2*shown < data)
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
