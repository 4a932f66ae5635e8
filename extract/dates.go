package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// publishedMetas and updatedMetas are the names under which pages state their
// times, most telling first; vagueMetas are believed after what the page marks.
var (
	publishedMetas = []string{"article:published_time", "article:published:time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
		"parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published-date",
		"dc.date.issued", "dcterms.issued", "cxenseparse:recs:publishtime", "shareaholic:article_published_time", "rnews:datepublished", "originalpublicationdate"}
	vagueMetas   = []string{"dcterms.created", "dc.date.created", "date", "dc.date", "dcterms.date", "date.created", "creationdate", "datecreated", "citation_publication_date", "citation_date", "date.available"}
	updatedMetas = []string{"article:modified_time", "article:modified:time", "og:article:modified_time", "article:modified", "og:updated_time", "datemodified", "article:updated_time",
		"dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "modified-date", "revision_date", "shareaholic:article_modified_time"}
)

func (d *doc) clock() clock {
	return clock{monthFirst: strings.HasSuffix(strings.ToLower(d.lang), "-us") || strings.EqualFold(d.lang, "en") && strings.HasSuffix(hostOf(d.url), ".com")}
}

// published is when the story was published, in the offset that the page gives.
func (d *doc) published() (story.Moment, string) {
	m, via := d.statedTime()
	return d.local(m), via
}

// statedTime is when the story was published, as the page states it.
func (d *doc) statedTime() (story.Moment, string) {
	if a := d.article(); a != nil {
		for _, key := range []string{"datePublished", "dateCreated", "uploadDate"} {
			if m, ok := parseMoment(a.str(key), d.clock()); ok {
				return m, "json-ld " + key
			}
		}
	}
	if m, via := d.metaTime(publishedMetas); m != "" {
		return m, via
	}
	if m, via := d.microTime("datePublished"); m != "" {
		return m, via
	}
	if m, via := d.pageTime("datePublished"); m != "" {
		return m, via
	}
	shown, via := d.shownTime(false, sureDate)
	if shown != "" {
		return shown, via
	}
	if m, via := d.metaTime(vagueMetas); m != "" {
		return m, via
	}
	if m, via := d.shownTime(false, 0); m != "" {
		return m, via
	}
	if m, via := d.urlTime(); m != "" {
		return m, via
	}
	if m, via := d.stateTime(); m != "" {
		return m, via
	}
	return d.shownTime(true, 0)
}

var statePublished = regexp.MustCompile(`(?i)"(?:date_?published|(?:first_?|article_?|original_?)?(?:publish(?:ed|ing)?|publication|pub|issue|release|deploy|post|posted|regist(?:er)?|reg)(?:_?(?:date_?time|date|time|at|on|dt))?)\\?"\s*:\s*\\?"(\d{4}[-.]\d\d[-.]\d\d[^"\\]{0,30})`)

// stateTime is the time of publication in the page's embedded state, where that
// holds none of another day.
func (d *doc) stateTime() (story.Moment, string) {
	var found story.Moment
	look := func(script string) bool {
		for _, g := range statePublished.FindAllStringSubmatch(script, 50) {
			m, ok := parseMoment(g[1], d.clock())
			if ok && found != "" && m[:len(story.DayLayout)] != found[:len(story.DayLayout)] {
				return false
			}
			if ok && found == "" {
				found = m
			}
		}
		return true
	}
	for _, s := range d.state {
		if !look(s.text) {
			return "", ""
		}
	}
	for _, s := range d.stream {
		if !look(s) {
			return "", ""
		}
	}
	return found, "script"
}

// metaTime is the first time that metas of these names state.
func (d *doc) metaTime(names []string) (story.Moment, string) {
	for _, name := range names {
		for _, s := range d.metas[name] {
			if m, ok := parseMoment(s, d.clock()); ok {
				return m, "meta " + name
			}
		}
	}
	return "", ""
}

// pageTime is a time of the JSON-LD node that describes the page, where none
// describes an article.
func (d *doc) pageTime(key string) (story.Moment, string) {
	if d.article() != nil {
		return "", ""
	}
	for _, n := range d.ld {
		if n.is("WebPage", "ItemPage", "AboutPage", "VideoObject", "Recipe", "PodcastEpisode", "HowTo", "MedicalWebPage", "QAPage", "DiscussionForumPosting") {
			if m, ok := parseMoment(n.str(key), d.clock()); ok {
				return m, "json-ld " + key
			}
		}
	}
	return "", ""
}

// microTime is a microdata time outside lists of other stories.
func (d *doc) microTime(prop string) (story.Moment, string) {
	for _, n := range d.props[prop] {
		s := attr(n, "content")
		if s == "" {
			s = attr(n, "datetime")
		}
		if s == "" {
			s = attr(n, "title")
		}
		if _, ok := parseMoment(s, d.clock()); !ok {
			s = text(n)
		}
		if m, ok := parseMoment(s, d.clock()); ok && d.dateSurroundings(n, "") > -2 {
			return m, "microdata " + prop
		}
	}
	return "", ""
}

// updated is when the story was last changed, as the page states it.
func (d *doc) updated() (story.Moment, string) {
	if a := d.article(); a != nil {
		if m, ok := parseMoment(a.str("dateModified"), d.clock()); ok {
			return m, "json-ld dateModified"
		}
	}
	if m, via := d.metaTime(updatedMetas); m != "" {
		return m, via
	}
	if m, via := d.pageTime("dateModified"); m != "" {
		return m, via
	}
	if m, via := d.microTime("dateModified"); m != "" {
		return m, via
	}
	return d.shownTime(true, 0)
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
