package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"stakeout/story"
)

// candidate is a version that a search may show.
type candidate struct {
	version int64
	story   story.Story
	score   float64
	text    string // the body
	at      int    // the first match in text, in runes
	matched bool   // whether there is one
}

// Weights of the ranking: those of BM25, with a word in the headline worth five
// in the text. How rare a word is needn't count, as every one must occur.
const (
	headlineWeight = 5
	saturation     = 1.2
	lengthWeight   = 0.75
	usualLength    = 3000 // characters
)

// read scores a candidate, and finds its first match.
func (c *candidate) read(q parsedQuery) {
	c.text = strings.Join(c.story.Body, " ")
	headline, body := folded(c.story.Headline), folded(c.text)
	norm := 1 - lengthWeight + lengthWeight*float64(len(body))/usualLength
	for _, w := range q.words {
		if first, rest, ok := strings.Cut(strings.TrimLeft(w, " "), " "); ok && rest != "" && !strings.Contains(body+headline, w) {
			w = edged(first, false) // a phrase that a sign divides
		}
		n := float64(strings.Count(body, w))
		c.score += n * (saturation + 1) / (n + saturation*norm)
		n = float64(strings.Count(headline, w))
		c.score += headlineWeight * n / (n + 1)
		if i := strings.Index(body, w); i >= 0 {
			at := utf8.RuneCountInString(body[:i])
			if !c.matched || at < c.at {
				c.at, c.matched = at, true
			}
		}
	}
}

// folded is text as the search index sees it: its words in lower case, without
// accents, each rune where it stood, everything else a space, and a space at
// both ends.
func folded(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte(' ')
	for _, r := range s {
		b.WriteRune(fold(r))
	}
	b.WriteByte(' ')
	return b.String()
}

func fold(r rune) rune {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return ' '
	}
	if !wordRune(r) {
		return ' '
	}
	if d := norm.NFD.PropertiesString(string(r)).Decomposition(); len(d) > 0 {
		if base, _ := utf8.DecodeRune(d); wordRune(base) {
			r = base
		}
	}
	return unicode.ToLower(r)
}

// Length of a snippet, and of what it shows before the first match, in runes.
const (
	snippetRunes = 160
	snippetLead  = 50
)

// snippet is the part of a candidate's text around its first match, else its
// beginning.
func (c *candidate) snippet() string {
	text := []rune(c.text)
	start := 0
	if c.at > snippetLead {
		start = min(c.at-snippetLead, len(text))
		for start < c.at && start > 0 && text[start-1] != ' ' {
			start++ // a whole word
		}
	}
	end := min(len(text), start+snippetRunes)
	for cut := end; end < len(text) && cut > start+snippetRunes/2; cut-- {
		if text[cut] == ' ' {
			end = cut
			break
		}
	}
	out := strings.TrimSpace(string(text[start:end]))
	if start > 0 {
		out = "… " + out
	}
	if end < len(text) {
		out += " …"
	}
	return out
}
