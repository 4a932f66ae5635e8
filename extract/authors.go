package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// authors are the people, or the desk, that the page signs with: the byline over
// the metadata, where both name people, for it is what readers see.
func (d *doc) authors() finding {
	ld, meta := d.ldAuthors(), d.metaAuthors()
	people := ld
	if d.onlySite(people.texts) {
		people = d.withoutSiteNames(meta)
	}
	if d.onlySite(people.texts) {
		people = finding{}
	}
	if b := d.bylineOf(); b != nil && !d.onlySite(b.names) && d.bylineWins(b, people.texts) {
		return d.withoutDesks(finding{b.names, b.via})
	}
	for _, f := range []finding{people, ld, meta} {
		if len(f.texts) > 0 {
			return d.withoutDesks(f)
		}
	}
	return finding{}
}

// withoutDesks drops the site's own desk from a list that names people too.
func (d *doc) withoutDesks(f finding) finding {
	people := slices.DeleteFunc(slices.Clone(f.texts), func(n string) bool { return desk.MatchString(n) && d.likeSite(desk.ReplaceAllString(n, "")) })
	if len(people) == 0 {
		return f
	}
	return finding{people, f.via}
}

// desk is what a site calls the people who write for it.
var desk = regexp.MustCompile(`(?i)\b(?:redaktion|redaction|rédaction|redacción|redazione|redação|redactie|redaksjonen|editorial team|newsroom|staff|team)\b`)

// bylineWins reports whether the byline is to be believed over the people that
// the metadata names. Where they share names the fuller list wins: a byline may
// be parted wrongly.
func (d *doc) bylineWins(b *byline, stated []string) bool {
	if len(stated) == 0 {
		return true
	}
	shared := 0
	for _, n := range b.names {
		if slices.ContainsFunc(stated, func(s string) bool { return samePerson(n, s) }) {
			shared++
		}
	}
	switch {
	case shared == 0:
		return b.score >= sureByline
	case shared == len(stated) && len(b.names) > shared:
		return b.marked || fullNames(b.names) && startsByline(shortText(b.node, 300))
	case shared == len(b.names) && len(stated) > shared:
		return b.score >= surestByline && !saysAll(linesAround(b.node), stated)
	}
	return false
}

// Weights of a byline: from sureByline on it is believed over the metadata's
// people, from surestByline on also where it names fewer of them.
const (
	sureByline   = 7
	surestByline = 9
)

// linesAround is the text of what a byline stands in, as far as it is short.
func linesAround(n *html.Node) string {
	line := text(n)
	for i := 0; i < 4 && n.Parent != nil; i++ {
		n = n.Parent
		s := shortText(n, 300)
		if s == "" {
			break
		}
		line = s
	}
	return line
}

// saysAll reports whether a line has all the names.
func saysAll(line string, names []string) bool {
	line = " " + fold(line) + " "
	for _, n := range names {
		if !strings.Contains(line, " "+fold(n)+" ") {
			return false
		}
	}
	return true
}

// samePerson reports whether two names may be one person's: the words of one are
// all in the other.
func samePerson(a, b string) bool {
	return fold(a) == fold(b) || len(tokens(a)) > 1 && len(tokens(b)) > 1 && overlap(a, b) == 1
}

// withoutSiteNames drops the site from a list of authors that names people too.
func (d *doc) withoutSiteNames(f finding) finding {
	var kept []string
	for _, n := range f.texts {
		if !d.isSiteName(n) {
			kept = append(kept, n)
		}
	}
	if len(kept) == 0 {
		return f
	}
	return finding{kept, f.via}
}

// onlySite reports whether a list of authors names nobody but the site itself.
func (d *doc) onlySite(names []string) bool {
	for _, n := range names {
		if !d.isSiteName(n) {
			return false
		}
	}
	return true
}

// statedPeople are all the people that the metadata names.
func (d *doc) statedPeople() []string {
	return append(d.ldAuthors().texts, d.metaAuthors().texts...)
}

func (d *doc) ldAuthors() finding {
	a := d.article()
	if a == nil {
		return finding{}
	}
	for _, key := range []string{"author", "creator"} {
		var names []string
		values := a.strs(key)
		for _, s := range values {
			if strings.Contains(s, "://") {
				continue
			}
			if len(values) > 1 && likeName(cleanName(s)) {
				names = append(names, cleanName(s))
				continue
			}
			names = append(names, people(s)...)
		}
		if names = distinct(names); len(names) > 0 {
			return finding{names, "json-ld " + key}
		}
	}
	return finding{}
}

var authorMetas = []string{"author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
	"byl", "dc.contributor", "article_author", "authors", "og:article:author", "cxenseparse:author", "dc.author", "citation_author", "shareaholic:article_author_name"}

func (d *doc) metaAuthors() finding {
	for _, name := range authorMetas {
		var names []string
		for _, v := range d.metas[name] {
			if !strings.Contains(v, "://") {
				names = append(names, people(v)...)
			}
		}
		if names = distinct(names); len(names) > 0 {
			return finding{names, "meta " + name}
		}
	}
	if v, name := d.labelledMeta("authors"); v != "" {
		return finding{people(v), "meta " + name}
	}
	return finding{}
}
