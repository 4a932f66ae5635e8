package change

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"stakeout/story"
)

// Phrase is a run of words that is looked for, mark by mark, in normal form; only
// case doesn't count.
type Phrase struct{ folded string }

// NewPhrase makes a phrase of what a person typed; an error where no word is in it.
func NewPhrase(words string) (Phrase, error) {
	if !strings.ContainsFunc(words, wordRune) {
		return Phrase{}, errors.New("found no word, expected at least one letter or digit")
	}
	return Phrase{foldCase(story.Normal(words))}, nil
}

func foldCase(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return cases.Fold().String(s)
	}
	return strings.ToLower(s)
}

// Passage is where a phrase stands in a story.
type Passage struct {
	Field     string `json:"field"`               // a JSON name of Story, or metadata.LABEL
	Paragraph *int   `json:"paragraph,omitempty"` // of the body, from 0
	Text      string `json:"text"`                // the sentence, or the field's value
}

// In finds the first place of a story in which the phrase stands: headline, body,
// then the rest; nil where it stands nowhere.
func (p Phrase) In(f story.Fields) *Passage {
	if p.within(f.Headline) {
		return &Passage{Field: "headline", Text: story.Normal(f.Headline)}
	}
	for i, paragraph := range normalBody(f.Body) {
		if p.within(paragraph) {
			return &Passage{Field: "body", Paragraph: &i, Text: p.sentence(paragraph)}
		}
	}
	for _, field := range []struct {
		name   string
		values []string
	}{
		{"authors", f.Authors}, {"publisher", []string{f.Publisher}}, {"sector", []string{f.Sector}}, {"tags", f.Tags}, {"credibility", []string{f.Credibility}},
	} {
		if i := slices.IndexFunc(field.values, p.within); i >= 0 {
			return &Passage{Field: field.name, Text: story.Normal(field.values[i])}
		}
	}
	for _, label := range slices.Sorted(maps.Keys(f.Metadata)) {
		if label != "links" && p.within(f.Metadata[label]) {
			return &Passage{Field: "metadata." + label, Text: story.Normal(f.Metadata[label])}
		}
	}
	return nil
}

// sentence is the sentence of a paragraph that has the phrase; the paragraph
// where the phrase goes over the end of one.
func (p Phrase) sentence(paragraph string) string {
	for _, s := range sentences(paragraph) {
		if p.within(s) {
			return s
		}
	}
	return paragraph
}

// within reports whether the phrase stands in a text, not inside of a word or a
// number.
func (p Phrase) within(text string) bool {
	text = foldCase(story.Normal(text))
	for at := 0; ; {
		i := strings.Index(text[at:], p.folded)
		if i < 0 {
			return false
		}
		at += i
		if apart(text[:at], p.folded) && apart(p.folded, text[at+len(p.folded):]) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
}

// apart reports whether a word or a number ends between two texts.
func apart(before, after string) bool {
	last, size := utf8.DecodeLastRuneInString(before)
	first, firstSize := utf8.DecodeRuneInString(after)
	switch {
	case before == "" || after == "":
		return true
	case unicode.IsMark(first):
		return false
	case unicode.IsDigit(last) && strings.ContainsRune(".,:", first): // 1.5
		next, _ := utf8.DecodeRuneInString(after[firstSize:])
		return !unicode.IsDigit(next)
	case strings.ContainsRune(".,:", last) && unicode.IsDigit(first):
		previous, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
		return !unicode.IsDigit(previous)
	}
	return !wordRune(last) && !unicode.IsMark(last) || !wordRune(first) || single(last) || single(first)
}
