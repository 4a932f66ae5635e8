package extract

import (
	"sort"
	"strings"

	"stakeout/story"
)

// reader reads one page's fields, one after the other.
type reader struct {
	doc      *doc
	rules    *Rules
	template *Template
	read     *story.Reading
	card     *card
	cards    int // how many cards on the page lead to other stories
}

// finding is what a signal says of a field, and where it was read.
type finding struct {
	texts []string
	via   string
}

func (f finding) first() string {
	if len(f.texts) == 0 {
		return ""
	}
	return f.texts[0]
}

// said makes a finding of one text.
func said(text, via string) finding {
	if text == "" {
		return finding{}
	}
	return finding{[]string{text}, via}
}

// readFields fills the reading. The order matters where one field's reading
// rests on another's: the card is taken off the page before the body is read.
func (x *reader) readFields() {
	x.read.Via = map[string]string{}
	x.card = x.doc.findCard()
	x.read.Headlines = x.doc.headlines()
	x.one("headline", &x.read.Headline, x.doc.headline)
	x.one("language", &x.read.Language, x.doc.language)
	x.list("authors", &x.read.Authors, x.doc.authors)
	x.moment("published", &x.read.Published, x.doc.published)
	x.moment("updated", &x.read.Updated, x.doc.updated)
	x.one("publisher", &x.read.Publisher, x.doc.publisher)
	x.one("sector", &x.read.Sector, x.doc.section)
	x.one("credibility", &x.read.Credibility, nil)
	x.one("id", &x.read.ID, nil)
	x.address()
	x.metadata()
	_, labelled := x.card.row("tags")
	if labelled || x.rules.Has("tags") {
		x.list("tags", &x.read.Tags, nil) // before the card is taken off
	}
	x.body()
	x.doc.bodyText = strings.Join(x.read.Body, "\n")
	if !labelled && !x.rules.Has("tags") {
		x.list("tags", &x.read.Tags, x.doc.tags)
	}
	x.read.Next = x.doc.next()
	if len(x.read.Via) == 0 {
		x.read.Via = nil
	}
}

// one fills a field of one text: by its rule, the card's label, or find.
func (x *reader) one(field string, to *string, find func() finding) {
	if x.rules.Has(field) {
		v := x.doc.apply(x.rules.fields[field], false)
		*to = v.first()
		x.note(field, v.first() != "", v.via)
		return
	}
	if row, ok := x.card.row(field); ok && field != "headline" && field != "language" {
		*to = row.text()
		x.note(field, true, "label "+row.label)
		return
	}
	if find == nil {
		return
	}
	f := find()
	*to = f.first()
	x.note(field, *to != "", f.via)
}

// list fills a field of several texts.
func (x *reader) list(field string, to *[]string, find func() finding) {
	if x.rules.Has(field) {
		v := x.doc.apply(x.rules.fields[field], true)
		*to = distinct(v.texts)
		x.note(field, len(*to) > 0, v.via)
		return
	}
	if row, ok := x.card.row(field); ok {
		*to = row.values(field)
		x.note(field, len(*to) > 0, "label "+row.label)
		return
	}
	f := find()
	*to = distinct(f.texts)
	x.note(field, len(*to) > 0, f.via)
}

// values are a card row's several values: each an element of its own, else
// parted by commas and their kind.
func (p pair) values(field string) []string {
	if field == "authors" {
		return people(p.text())
	}
	if items := p.items(); len(items) > 0 {
		return distinct(items)
	}
	parts := strings.FieldsFunc(p.text(), func(r rune) bool { return strings.ContainsRune(",;،、，；|•·", r) })
	if len(parts) == 1 {
		parts = strings.Split(parts[0], " / ")
	}
	return distinct(parts)
}

// moment fills a time.
func (x *reader) moment(field string, to *story.Moment, find func() (story.Moment, string)) {
	if x.rules.Has(field) {
		for _, rule := range x.rules.fields[field] {
			v := x.doc.applyRule(rule, true)
			if m, ok := x.doc.ruledMoment(v); ok {
				*to = m
				x.note(field, true, v.via)
				return
			}
		}
		return
	}
	if row, ok := x.card.row(field); ok {
		if m, ok := x.doc.labelledMoment(row); ok {
			*to = m
			x.note(field, true, "label "+row.label)
			return
		}
	}
	m, via := find()
	*to = m
	x.note(field, m != "", via)
}

// metadata fills the fields of other names, and the labels without a meaning.
func (x *reader) metadata() {
	put := func(label, text, via string) {
		if text == "" {
			return
		}
		if x.read.Metadata == nil {
			x.read.Metadata = map[string]string{}
		}
		x.read.Metadata[label] = text
		x.note("metadata."+label, true, via)
	}
	for _, row := range x.card.unnamed() {
		if label := story.Plain(strings.TrimRight(row.label, ":： ")); x.read.Metadata[label] == "" {
			put(label, row.text(), "label "+label)
		}
	}
	for _, field := range x.rules.Fields() {
		if !storyField[field] {
			v := x.doc.apply(x.rules.fields[field], false)
			put(field, strings.Join(v.texts, ", "), v.via)
		}
	}
}

// storyField are the names of fields that are no metadata.
var storyField = map[string]bool{
	"headline": true, "body": true, "authors": true, "publisher": true, "sector": true, "tags": true,
	"credibility": true, "published": true, "updated": true, "language": true, "id": true, "url": true,
}

func (x *reader) note(field string, found bool, via string) {
	if found {
		x.read.Via[field] = x.doc.readAt(via)
	}
}

// distinct drops empty texts and repetitions, case ignored, and keeps the order.
func distinct(texts []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range texts {
		s = story.Plain(s)
		key := strings.ToLower(story.Normal(s))
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, s)
	}
	return out
}

// sortedKeys are a map's keys in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
