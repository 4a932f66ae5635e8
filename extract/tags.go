package extract

import "strings"

// tags are the page's keywords for its story.
func (d *doc) tags() finding {
	if v := d.metas["article:tag"]; len(v) > 0 {
		return finding{splitTags(v), "meta article:tag"}
	}
	if a := d.article(); a != nil {
		if v := a.strs("keywords"); len(v) > 0 {
			return finding{splitTags(v), "json-ld keywords"}
		}
	}
	for _, name := range []string{"parsely-tags", "sailthru.tags", "news_keywords", "keywords"} {
		if v := d.metas[name]; len(v) > 0 {
			return finding{splitTags(v), "meta " + name}
		}
	}
	return finding{}
}

func splitTags(values []string) []string {
	var out []string
	for _, v := range values {
		for _, t := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",;，、،", r) }) {
			out = append(out, strings.TrimSpace(t))
		}
	}
	return distinct(out)
}
