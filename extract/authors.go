package extract

import "strings"

// authors are the people, or the desk, that the page signs with.
func (d *doc) authors() finding {
	if a := d.article(); a != nil {
		if names := d.ldPeople(a); len(names) > 0 {
			return finding{names, "json-ld author"}
		}
	}
	for _, name := range []string{"author", "parsely-author", "sailthru.author", "article:author", "dc.creator", "dcterms.creator", "byl", "dc.contributor"} {
		var names []string
		for _, v := range d.metas[name] {
			if !strings.Contains(v, "://") {
				names = append(names, people(v)...)
			}
		}
		if names = d.notSite(names); len(names) > 0 {
			return finding{names, "meta " + name}
		}
	}
	return finding{}
}

func (d *doc) ldPeople(a ldNode) []string {
	var names []string
	for _, key := range []string{"author", "creator"} {
		for _, s := range a.strs(key) {
			names = append(names, people(s)...)
		}
		if len(names) > 0 {
			break
		}
	}
	return distinct(d.notSite(names))
}

func (d *doc) notSite(names []string) []string {
	var out []string
	for _, n := range names {
		if !d.isSiteName(n) {
			out = append(out, n)
		}
	}
	return out
}
