package extract

import (
	"strings"

	"stakeout/story"
)

// Candidate is what one signal of a page says of a field.
type Candidate struct {
	Value string `json:"value"`
	Via   string `json:"via"`
}

// Explain reads a page as Read does and lists, for each field that was found
// without a rule, what the page's other signals say of it, likeliest first: the
// runners-up. A value that a likelier signal gave already is left out.
func Explain(p Page, r *Rules, t *Template) (story.Reading, map[string][]Candidate) {
	read := Read(p, r, t)
	d, err := parse(Decode(p.Body, p.ContentType), p.URL, r)
	if err != nil {
		return read, nil
	}
	out := map[string][]Candidate{}
	for field, all := range d.candidates() {
		if r.Has(field) {
			continue
		}
		seen := map[string]bool{"": true, fold(won(read, field)): true}
		for _, c := range all {
			if key := fold(c.Value); !seen[key] {
				seen[key] = true
				out[field] = append(out[field], c)
			}
		}
	}
	return read, out
}

// won is the value that a field was read as, as candidates write it.
func won(read story.Reading, field string) string {
	switch field {
	case "headline":
		return read.Headline
	case "authors":
		return strings.Join(read.Authors, ", ")
	case "tags":
		return strings.Join(read.Tags, ", ")
	case "published":
		return string(read.Published)
	}
	return ""
}

// candidates are what each signal says of the fields that have several.
func (d *doc) candidates() map[string][]Candidate {
	out := map[string][]Candidate{}
	put := func(field, value, via string) {
		if value != "" && via != "" {
			out[field] = append(out[field], Candidate{value, via})
		}
	}
	h := d.headlines()
	put("headline", h.H1, "css h1")
	put("headline", h.JSONLD, "json-ld headline")
	put("headline", h.OG, "meta og:title")
	put("headline", h.Twitter, "meta twitter:title")
	put("headline", h.Title, "title")
	if b := d.bylineOf(); b != nil {
		put("authors", strings.Join(b.names, ", "), b.via)
	}
	for _, f := range []finding{d.ldAuthors(), d.metaAuthors()} {
		put("authors", strings.Join(f.texts, ", "), f.via)
	}
	for _, f := range []finding{d.statedTags(), d.shownTags(d.statedTags().texts)} {
		put("tags", strings.Join(f.texts, ", "), f.via)
	}
	for _, find := range []func() (story.Moment, string){
		func() (story.Moment, string) { return d.metaTime(publishedMetas) },
		func() (story.Moment, string) { return d.microTime("datePublished") },
		func() (story.Moment, string) { return d.metaTime(vagueMetas) },
		func() (story.Moment, string) { return d.shownTime(false, 0) },
		d.urlTime,
	} {
		m, via := find()
		put("published", string(m), via)
	}
	return out
}
