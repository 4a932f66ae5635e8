package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// publishedMetas and updatedMetas are the names under which pages state their
// times, most telling first.
var (
	publishedMetas = []string{"article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
		"parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published-date",
		"dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date", "cxenseparse:recs:publishtime",
		"date.created", "creationdate", "datecreated", "shareaholic:article_published_time", "rnews:datepublished", "originalpublicationdate", "last-modified-date"}
	updatedMetas = []string{"article:modified_time", "og:article:modified_time", "article:modified", "og:updated_time", "datemodified", "article:updated_time",
		"dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "modified-date", "revision_date", "shareaholic:article_modified_time"}
)

func (d *doc) clock() clock {
	return clock{monthFirst: strings.HasSuffix(strings.ToLower(d.lang), "-us") || strings.EqualFold(d.lang, "en") && strings.HasSuffix(hostOf(d.url), ".com")}
}

// published is when the story was published, as the page states it.
func (d *doc) published() (story.Moment, string) {
	if a := d.article(); a != nil {
		for _, key := range []string{"datePublished", "dateCreated", "uploadDate"} {
			if m, ok := parseMoment(a.str(key), d.clock()); ok {
				return m, "json-ld " + key
			}
		}
	}
	for _, name := range publishedMetas {
		if s, _ := d.meta(name); s != "" {
			if m, ok := parseMoment(s, d.clock()); ok {
				return m, "meta " + name
			}
		}
	}
	return d.shownTime()
}

// updated is when the story was last changed, as the page states it.
func (d *doc) updated() (story.Moment, string) {
	if a := d.article(); a != nil {
		if m, ok := parseMoment(a.str("dateModified"), d.clock()); ok {
			return m, "json-ld dateModified"
		}
	}
	for _, name := range updatedMetas {
		if s, _ := d.meta(name); s != "" {
			if m, ok := parseMoment(s, d.clock()); ok {
				return m, "meta " + name
			}
		}
	}
	return "", ""
}

// shownTime is the first time element outside lists of other stories.
func (d *doc) shownTime() (story.Moment, string) {
	for _, n := range d.times {
		s := attr(n, "datetime")
		if s == "" {
			s = text(n)
		}
		if m, ok := parseMoment(s, d.clock()); ok {
			return m, "css time"
		}
	}
	return "", ""
}

// ruledMoment reads the time that a rule found: a time element's machine form
// where there is one and no layout says otherwise, else its text.
func (d *doc) ruledMoment(v value) (story.Moment, bool) {
	c := d.clock()
	c.zone, c.layout = v.rule.zone, v.rule.Layout
	for i, s := range v.texts {
		if i < len(v.nodes) && v.rule.Attr == "" && v.rule.Layout == "" {
			if m, ok := machineTime(v.nodes[i], c); ok {
				return m, true
			}
		}
		if m, ok := parseMoment(s, c); ok {
			return m, true
		}
	}
	return "", false
}

// labelledMoment reads the time beside a label.
func (d *doc) labelledMoment(p pair) (story.Moment, bool) {
	for _, n := range p.nodes {
		if m, ok := machineTime(n, d.clock()); ok {
			return m, true
		}
	}
	return parseMoment(p.text(), d.clock())
}

// machineTime is the datetime of a time element at or below n.
func machineTime(n *html.Node, c clock) (story.Moment, bool) {
	c.layout = ""
	if n.DataAtom == atom.Time && attr(n, "datetime") != "" {
		return parseMoment(attr(n, "datetime"), c)
	}
	for e := range n.Descendants() {
		if e.DataAtom == atom.Time && attr(e, "datetime") != "" {
			return parseMoment(attr(e, "datetime"), c)
		}
	}
	return "", false
}
