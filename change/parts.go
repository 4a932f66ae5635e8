package change

import (
	"sort"
	"strings"
	"time"

	"stakeout/story"
)

// partsOf are the parts of a story that Fields compares: the headline, the
// sentences of the body, the members of lists, and what else says something.
func partsOf(t Told) []Origin {
	var out []Origin
	add := func(field, text, same string) {
		if text != "" {
			out = append(out, Origin{Field: field, Text: text, Version: t.Version, At: t.At, key: field + "\x00" + same})
		}
	}
	headline := story.Normal(t.Headline)
	add("headline", headline, headline)
	for i, p := range normalBody(t.Body) {
		for _, s := range sentences(p) {
			add("body", s, s)
			out[len(out)-1].Paragraph = &i
		}
	}
	members := func(field string, list []string) {
		for _, m := range normalList(list) {
			add(field, m, strings.ToLower(m))
		}
	}
	text := func(field, value string) { add(field, story.Normal(value), story.Normal(value)) }
	members("authors", t.Authors)
	text("publisher", t.Publisher)
	add("sector", story.Normal(t.Sector), strings.Join(setOf(normalList(strings.Split(t.Sector, ","))), ","))
	members("tags", t.Tags)
	text("credibility", t.Credibility)
	add("published", string(t.Published), instant(t.Published))
	for _, label := range labels(t.Metadata, nil) {
		text("metadata."+label, t.Metadata[label])
	}
	return out
}

// instant is a time the same for two that are: 10:00+02:00 and 08:00Z.
func instant(m story.Moment) string {
	if t, ok := m.Time(); ok && !m.DayOnly() {
		return t.UTC().Format(time.RFC3339)
	}
	return string(m)
}

// counterparts finds for each part of a story what stood in its place before; nil
// where nothing did. Of a list's members it is the same member, of sentences the
// same one wherever it stood, else the one most alike.
func counterparts(parts, before []Origin) []*Origin {
	out := make([]*Origin, len(parts))
	byKey, byField := map[string]*Origin{}, map[string]*Origin{}
	for i := range before {
		byKey[before[i].key], byField[before[i].Field] = &before[i], &before[i]
	}
	for i, p := range parts {
		switch p.Field {
		case "body":
		case "authors", "tags":
			out[i] = byKey[p.key]
		default:
			out[i] = byField[p.Field]
		}
	}
	oldAt, old := bodyOf(before)
	newAt, new := bodyOf(parts)
	for _, p := range alignSentences(old, new) {
		out[newAt[p.new]] = &before[oldAt[p.old]]
	}
	return out
}

// bodyOf lists the sentences among parts, and where each stands there.
func bodyOf(parts []Origin) (at []int, texts []string) {
	for i, p := range parts {
		if p.Field == "body" {
			at, texts = append(at, i), append(texts, p.Text)
		}
	}
	return at, texts
}

// alignSentences pairs sentences: equal ones first, along their order and then
// wherever they stand, then what is alike, or was rewritten in its place.
func alignSentences(old, new []string) []pair {
	pairs := sameOrder(old, new)
	oldFree, newFree := free(pairs, len(old), len(new))
	pairs = append(pairs, sameText(old, new, oldFree, newFree)...)
	oldFree, newFree = free(pairs, len(old), len(new))
	pairs = append(pairs, similar(old, new, oldFree, newFree)...)
	pairs = append(pairs, inPlace(old, new, pairs, rewritten)...)
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].new < pairs[j].new })
	return pairs
}
