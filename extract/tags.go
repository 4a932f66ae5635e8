package extract

import (
	"regexp"
	"strings"
)

var (
	uuidTag   = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f-]{20,}$|^[0-9a-f]{16,}$|^\d{5,}$|^#?[a-z]{1,3}\d{3,}$`)
	codeTag   = regexp.MustCompile(`^[a-z0-9]+(?:_[a-z0-9-]+)+$`)
	prefixTag = regexp.MustCompile(`^[A-Z][\p{L} ]{2,24}: \S`)
	tagCount  = regexp.MustCompile(`\s*\(\d+[^)]*\)$`)
	pathTag   = regexp.MustCompile(`^[a-z-]+/([^/]+)$`)
)

// tagMetas are the names under which pages state their tags, most telling first.
var tagMetas = []string{"news_keywords", "parsely-tags", "cxenseparse:keywords", "cxenseparse:tags", "article:tags", "keywords", "keyword", "dc.subject", "dcterms.subject", "citation_keywords", "sailthru.tags", "tags"}

// tags are the page's keywords for its story. What the page shows wins over its
// metadata where it says more, and always over the vague "keywords".
func (d *doc) tags() finding {
	stated := d.statedTags()
	shown := d.shownTags(stated.texts)
	switch {
	case len(stated.texts) == 0:
		return shown
	case len(shown.texts) == 0:
		return stated
	case strings.HasPrefix(stated.via, "meta keyword"), coversTags(shown.texts, stated.texts):
		return shown
	}
	return stated
}

// statedTags are the tags of the metadata.
func (d *doc) statedTags() finding {
	if tags := d.cleanTags(d.metas["article:tag"]); len(tags) > 0 {
		return finding{tags, "meta article:tag"}
	}
	if a := d.article(); a != nil {
		if tags := d.cleanTags(a.strs("keywords")); len(tags) > 0 {
			return finding{tags, "json-ld keywords"}
		}
	}
	for _, name := range tagMetas {
		if tags := d.cleanTags(d.metas[name]); len(tags) > 0 && !(strings.HasSuffix(name, "keywords") && d.foreign(tags)) {
			return finding{tags, "meta " + name}
		}
	}
	if d.article() == nil {
		for _, n := range d.ld {
			if tags := d.cleanTags(n.strs("keywords")); len(tags) > 0 {
				return finding{tags, "json-ld keywords"}
			}
		}
	}
	return finding{}
}

// foreign reports whether keywords are the site's rather than the story's: none
// of them is about what the headline and the summary say.
func (d *doc) foreign(tags []string) bool {
	about := " " + fold(d.headline().first()+" "+d.description()+" "+d.bodyText) + " "
	for _, t := range tags {
		if stem := []rune(fold(t)); strings.Contains(about, string(stem)) || len(stem) > 6 && strings.Contains(about, " "+string(stem[:5])) {
			return false
		}
	}
	return len(tags) > 2 && len(about) > 20
}

// coversTags reports whether shown tags have nearly all that the metadata has.
func coversTags(shown, stated []string) bool {
	has := map[string]bool{}
	for _, t := range shown {
		has[fold(t)] = true
	}
	n := 0
	for _, t := range stated {
		if has[fold(t)] {
			n++
		}
	}
	return len(shown) >= len(stated) && n*10 >= len(stated)*8
}

// cleanTags parts the values of a keywords property and drops what is no tag:
// identifiers, category codes, the site's own name.
func (d *doc) cleanTags(values []string) []string {
	var all []string
	for _, v := range values {
		all = append(all, splitTags(v)...)
	}
	paths, coded := len(all) > 0, 0
	for _, t := range all {
		paths = paths && pathTag.MatchString(t)
		if prefixTag.MatchString(t) {
			coded++
		}
	}
	var out []string
	for _, t := range all {
		if paths {
			t = pathTag.FindStringSubmatch(t)[1]
		}
		t = strings.TrimSpace(strings.TrimLeft(strings.Trim(t, " \"'“”"), "#"))
		switch {
		case t == "" || len(t) > 100 || uuidTag.MatchString(t) || codeTag.MatchString(t) || strings.Contains(t, "://"):
		case coded > 1 && prefixTag.MatchString(t):
		case d.isStatedSite(t) && len(all) > 1, strings.EqualFold(t, hostOf(d.url)):
		default:
			out = append(out, t)
		}
	}
	return distinct(out)
}

// splitTags parts a list of tags in one text.
func splitTags(v string) []string {
	parts := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",;，、،；|", r) })
	if len(parts) == 1 && strings.ContainsFunc(v, ideograph) && strings.Count(v, " ") > 1 {
		return strings.Fields(v)
	}
	return parts
}
