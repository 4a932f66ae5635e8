package propose

import (
	"slices"
	"strings"

	"stakeout/extract"
	"stakeout/story"
)

// fieldOrder is the order in which people read a source's fields.
var fieldOrder = []string{"headline", "body", "authors", "publisher", "sector", "tags", "credibility", "published", "updated", "id", "url"}

// cssCandidates are selectors that name what an element is, shortest first.
var cssCandidates = map[string][]string{
	"headline": {"h1", "article h1", "main h1", "[itemprop=headline]", "header h1", "article h2", "h2"},
	"body":     {"article p", "main p", "[itemprop=articleBody] p", "[itemprop=articleBody]", "article > p", "main article p", ".article-body p", ".article-content p", ".entry-content p", ".post-content p", ".story-body p", ".content p"},
	"authors":  {"[rel=author]", "[itemprop=author] [itemprop=name]", "[itemprop=author]", ".byline a", ".author a", ".author", ".byline"},
}

// rules proposes a rule for each field that the reader found on most samples:
// the first that gives the same on every one of them.
func (p *Proposal) rules() {
	for _, field := range fieldOrder {
		of := p.having(field)
		if 2*of < len(p.Samples) || of == 0 {
			continue
		}
		var best Rule
		for _, r := range p.candidates(field) {
			if gives := p.gives(field, r); gives > best.Gives {
				best = Rule{Field: field, Rule: r, Gives: gives, Of: of}
			}
		}
		if best.Gives == of {
			p.Rules = append(p.Rules, best)
		}
	}
}

// having counts the samples on which the reader found a field.
func (p *Proposal) having(field string) int {
	n := 0
	for _, s := range p.Samples {
		if len(values(s.Reading, field)) > 0 {
			n++
		}
	}
	return n
}

// candidates are the rules that may give a field: where the reader found it,
// then what its element is usually called.
func (p *Proposal) candidates(field string) []extract.Rule {
	var out []extract.Rule
	for _, s := range p.Samples {
		if r, ok := ruleOf(s.Reading.Via[field], field); ok && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, css := range cssCandidates[field] {
		if r := (extract.Rule{CSS: css}); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// anything are elements that hold anything: that the first of them has a field on
// some stories says nothing of the next.
var anything = map[string]bool{"p": true, "div": true, "span": true, "li": true, "td": true, "a": true, "b": true, "strong": true, "em": true, "i": true, "small": true, "section": true}

// ruleOf makes a rule of where the reader found a field; ok is false where no
// rule can say it.
func ruleOf(via, field string) (extract.Rule, bool) {
	kind, where, _ := strings.Cut(via, " ")
	r := extract.Rule{}
	switch kind {
	case "label":
		r.Label = where
	case "meta":
		r.Meta = where
	case "json-ld":
		r.JSONLD = where
	case "css":
		r.CSS = where
	default:
		return r, false
	}
	if where == "" || strings.ContainsAny(where, ",>") || anything[r.CSS] {
		return r, false
	}
	if r.Label != "" && field == "tags" {
		r.Split = ","
	}
	return r, true
}

// gives counts the samples on which a rule gives what the reader found.
func (p *Proposal) gives(field string, r extract.Rule) int {
	rules, err := extract.Compile(map[string][]extract.Rule{field: {r}}, nil)
	if err != nil {
		return 0
	}
	n := 0
	for _, s := range p.Samples {
		want := values(s.Reading, field)
		if len(want) > 0 && slices.Equal(values(extract.Read(s.page, rules, nil), field), want) {
			n++
		}
	}
	return n
}

// values are what a reading says of a field.
func values(r story.Reading, field string) []string {
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	switch field {
	case "headline":
		return one(r.Headline)
	case "body":
		return r.Body
	case "authors":
		return r.Authors
	case "publisher":
		return one(r.Publisher)
	case "sector":
		return one(r.Sector)
	case "tags":
		return r.Tags
	case "credibility":
		return one(r.Credibility)
	case "published":
		return one(string(r.Published))
	case "updated":
		return one(string(r.Updated))
	case "id":
		return one(r.ID)
	case "url":
		if r.Via["url"] == "" {
			return nil
		}
		return one(r.URL)
	}
	return nil
}
