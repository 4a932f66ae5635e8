// Package change tells an edit from noise: two readings and a response in, an
// outcome and a change out. It is pure: no HTML, no network, no clock.
//
// It grades by form, in a dozen languages, and doesn't understand what it
// reads: a name is a word with a capital inside a sentence.
package change

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sort"
	"strings"

	"stakeout/story"
)

// Fields lists what differs between two readings' fields, in normal form:
// headline, body, then the rest. `updated`, the language and the links are
// recorded, and never compared.
func Fields(old, new story.Fields) []story.FieldChange {
	out := text(old, new)
	out = appendList(out, "authors", old.Authors, new.Authors)
	out = appendText(out, "publisher", old.Publisher, new.Publisher)
	if !sameSet(old.Sector, new.Sector) {
		out = appendText(out, "sector", old.Sector, new.Sector)
	}
	out = appendList(out, "tags", old.Tags, new.Tags)
	out = appendText(out, "credibility", old.Credibility, new.Credibility)
	if !old.Published.Same(new.Published) {
		out = appendText(out, "published", string(old.Published), string(new.Published))
	}
	for _, label := range labels(old.Metadata, new.Metadata) {
		out = appendText(out, "metadata."+label, old.Metadata[label], new.Metadata[label])
	}
	if len(out) == 0 {
		return out
	}
	lang := languageOf(old, new)
	for i := range out {
		out[i].Facts = factsOf(out[i], lang)
	}
	return out
}

// languageOf is the language of a story's versions as they state it, else by
// their words; "" where nothing tells.
func languageOf(old, new story.Fields) string {
	if lang := language(new.Language); lang != "" {
		return lang
	}
	if lang := language(old.Language); lang != "" {
		return lang
	}
	return guessLanguage(new)
}

// text lists what differs in headline and body.
func text(old, new story.Fields) []story.FieldChange {
	headline, newHeadline := story.Normal(old.Headline), story.Normal(new.Headline)
	paragraphs, newParagraphs := normalBody(old.Body), normalBody(new.Body)
	if headline == newHeadline && slices.Equal(paragraphs, newParagraphs) {
		return nil
	}
	g := newGrader(old, new)
	var out []story.FieldChange
	if headline != newHeadline {
		words := Words(headline, newHeadline)
		out = append(out, story.FieldChange{Field: "headline", Old: headline, New: newHeadline, Words: words, Class: g.grade(words)})
	}
	return append(out, body(paragraphs, newParagraphs, g)...)
}

// normalBody is a body in normal form, paragraphs that say nothing left out.
func normalBody(body []string) []string {
	out := make([]string, 0, len(body))
	for _, p := range body {
		if p = story.Normal(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func appendText(out []story.FieldChange, field, old, new string) []story.FieldChange {
	old, new = story.Normal(old), story.Normal(new)
	if old == new {
		return out
	}
	return append(out, story.FieldChange{Field: field, Class: story.Metadata, Old: old, New: new, Words: Words(old, new)})
}

// sameSet reports whether two texts list the same in another order.
func sameSet(a, b string) bool {
	return slices.Equal(setOf(normalList(strings.Split(a, ","))), setOf(normalList(strings.Split(b, ","))))
}

// appendList compares lists as sets: neither order nor case is an edit.
func appendList(out []story.FieldChange, field string, old, new []string) []story.FieldChange {
	old, new = normalList(old), normalList(new)
	if slices.Equal(setOf(old), setOf(new)) {
		return out
	}
	return append(out, story.FieldChange{Field: field, Class: story.Metadata, IsList: true, OldList: old, NewList: new})
}

func normalList(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s = story.Normal(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// setOf is a list in lower case, sorted, each member once.
func setOf(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, strings.ToLower(s))
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// labels are the compared labels of either metadata, sorted.
func labels(a, b map[string]string) []string {
	var out []string
	for label := range a {
		out = append(out, label)
	}
	for label := range b {
		if _, ok := a[label]; !ok {
			out = append(out, label)
		}
	}
	sort.Strings(out)
	return slices.DeleteFunc(out, func(l string) bool { return l == "links" })
}

// Classes is the set of the fields' classes, weightiest first.
func Classes(fields []story.FieldChange) []story.Class {
	out := []story.Class{}
	for _, class := range story.Classes {
		if slices.ContainsFunc(fields, func(f story.FieldChange) bool { return f.Class == class }) {
			out = append(out, class)
		}
	}
	return out
}

// Between is the change from one state of a story to another.
func Between(old, new story.Fields) story.Change {
	fields := Fields(old, new)
	if fields == nil {
		fields = []story.FieldChange{}
	}
	return story.Change{Event: story.EventChanged, Classes: Classes(fields), Fields: fields, Disclosed: disclosed(old, new, fields)}
}

// disclosed reports whether the publisher told its readers of a change: a
// correction or update line, or a later updated time.
func disclosed(old, new story.Fields, fields []story.FieldChange) bool {
	for _, f := range fields {
		if f.Class == story.Correction {
			return true
		}
	}
	before, okOld := old.Updated.Time()
	after, okNew := new.Updated.Time()
	return okNew && (!okOld || after.After(before))
}

// Print identifies what a story says: the same for two readings between which
// Fields finds nothing.
func Print(f story.Fields) string {
	h := sha256.New()
	put := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
		h.Write([]byte{1})
	}
	put(story.Normal(f.Headline))
	put(normalBody(f.Body)...)
	put(setOf(normalList(f.Authors))...)
	put(story.Normal(f.Publisher), story.Normal(f.Credibility))
	put(setOf(normalList(strings.Split(f.Sector, ",")))...)
	put(setOf(normalList(f.Tags))...)
	put(instant(f.Published))
	for _, label := range labels(f.Metadata, nil) {
		put(label, story.Normal(f.Metadata[label]))
	}
	return hex.EncodeToString(h.Sum(nil))
}
