// Package digest says a change in a few words: what kind it is, where it stands,
// and the words that decide it. The terminal, the page, feeds and messages say it
// alike.
package digest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"stakeout/story"
)

// Title is the word that names a change: its weightiest class, the field where
// that says more, or its event.
func Title(c story.Change) string {
	if c.Event == story.EventChanged && len(c.Classes) > 0 {
		if len(c.Fields) == 1 && c.Fields[0].Class == story.Metadata {
			return c.Fields[0].Field
		}
		return string(c.Classes[0])
	}
	return string(c.Event)
}

// Weight orders changes: 0 for the weightiest.
func Weight(c story.Change) int {
	switch c.Event {
	case story.EventRemoved:
		return 1
	case story.EventNew:
		return len(story.Classes) + 1
	}
	least := len(story.Classes)
	for _, class := range c.Classes {
		if i := slices.Index(story.Classes, class); i >= 0 && i < least {
			least = i
		}
	}
	return 2 * least
}

// Place names where a change stands, as a reader counts: paragraph 2.
func Place(f story.FieldChange) string {
	if f.Field != "body" || f.At == nil {
		return strings.TrimPrefix(f.Field, "metadata.")
	}
	name := fmt.Sprintf("paragraph %d", *f.At+1)
	switch {
	case f.Class == story.Reordered && f.Was != nil:
		return fmt.Sprintf("%s, was paragraph %d", name, *f.Was+1)
	case f.Class == story.Deleted || f.New == "":
		return name + " of the earlier version"
	}
	return name
}

// Decisive is the field of a change that says most: of the weightiest class, the
// headline before the rest. Nil where no field differs.
func Decisive(c story.Change) *story.FieldChange {
	var best *story.FieldChange
	weight := len(story.Classes)
	for i := range c.Fields {
		f := &c.Fields[i]
		w := slices.Index(story.Classes, f.Class)
		if best == nil || w < weight || w == weight && f.Field == "headline" && best.Field != "headline" {
			best, weight = f, w
		}
	}
	return best
}

// Words is the word diff of a field whatever it is: of lists and of texts that
// came or went whole, too.
func Words(f story.FieldChange) []story.Word {
	switch {
	case f.IsList:
		return listWords(f.OldList, f.NewList)
	case f.Class == story.Reordered:
		return []story.Word{{Op: story.Kept, Text: f.New}}
	case len(f.Words) > 0:
		return f.Words
	}
	var out []story.Word
	if f.Old != "" {
		out = append(out, story.Word{Op: story.Dropped, Text: f.Old})
	}
	if f.New != "" {
		out = append(out, story.Word{Op: story.Inserted, Text: f.New})
	}
	return out
}

func listWords(old, new []string) []story.Word {
	var out []story.Word
	add := func(op story.Op, text string) {
		if len(out) > 0 {
			out = append(out, story.Word{Op: story.Kept, Text: ", "})
		}
		out = append(out, story.Word{Op: op, Text: text})
	}
	for _, v := range old {
		if slices.Contains(new, v) {
			add(story.Kept, v)
		} else {
			add(story.Dropped, v)
		}
	}
	for _, v := range new {
		if !slices.Contains(old, v) {
			add(story.Inserted, v)
		}
	}
	return out
}

// Near cuts what stayed to at most around characters, in whole words, next to
// what changed. around 0 keeps everything.
func Near(words []story.Word, around int) []story.Word {
	if around <= 0 {
		return words
	}
	out := make([]story.Word, len(words))
	for i, w := range words {
		if w.Op == story.Kept {
			w.Text = near(w.Text, around, i > 0, i+1 < len(words))
		}
		out[i] = w
	}
	return out
}

func near(text string, around int, before, after bool) string {
	if utf8.RuneCountInString(text) <= 2*around {
		return text
	}
	switch {
	case before && after:
		return Head(text, around) + " … " + Tail(text, around)
	case before:
		return Head(text, around) + " …"
	case after:
		return "… " + Tail(text, around)
	}
	return Head(text, around) + " …"
}

// Head is the first whole words of a text, at most n characters.
func Head(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	if i := strings.LastIndexByte(string(r[:n]), ' '); i > 0 {
		return string(r[:n])[:i]
	}
	return string(r[:n])
}

// Tail is the last whole words of a text, at most n characters.
func Tail(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	tail := string(r[len(r)-n:])
	if i := strings.IndexByte(tail, ' '); i >= 0 {
		return tail[i+1:]
	}
	return tail
}
