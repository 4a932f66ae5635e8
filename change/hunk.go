package change

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// hunk is one place where two texts differ.
type hunk struct {
	old, new             string
	oldTokens, newTokens []token
	oldQuote, newQuote   bool // it stands inside a quotation
	titled               bool // what follows says that it is a name
}

// token is a word of a hunk and where it stands.
type token struct {
	text  string
	first bool // of a sentence
}

// hunksOf lists the places where two texts differ.
func hunksOf(words []story.Word) []hunk {
	var out []hunk
	oldSide, newSide := side{start: true}, side{start: true}
	for i := 0; i < len(words); {
		if words[i].Op == story.Kept {
			oldSide.read(words[i].Text)
			newSide.read(words[i].Text)
			i++
			continue
		}
		h := hunk{oldQuote: oldSide.quoted, newQuote: newSide.quoted}
		for ; i < len(words) && words[i].Op != story.Kept; i++ {
			if words[i].Op == story.Dropped {
				h.old += words[i].Text
				h.oldTokens = append(h.oldTokens, oldSide.read(words[i].Text)...)
			} else {
				h.new += words[i].Text
				h.newTokens = append(h.newTokens, newSide.read(words[i].Text)...)
			}
		}
		h.oldQuote = h.oldQuote || strings.Contains(h.old, `"`)
		h.newQuote = h.newQuote || strings.Contains(h.new, `"`)
		h.titled = i < len(words) && h.old != "" && h.new != "" && titles[string(firstRune(words[i].Text))]
		out = append(out, h)
	}
	return out
}

// side reads one of two texts along, and knows whether it is inside a quotation
// and at the start of a sentence.
type side struct {
	quoted bool
	single bool // inside single quotation marks
	start  bool
	before string // the token before
}

func (s *side) read(text string) []token {
	var out []token
	tokens := tokenize(text)
	for i, t := range tokens {
		after := ""
		if i+1 < len(tokens) {
			after = tokens[i+1]
		}
		switch {
		case t == `"` || t == "「" || t == "」" || t == "『" || t == "』":
			s.quoted = !s.quoted
			s.start = s.start || s.quoted
		case t == "'":
			s.mark(after)
		case isWord(t):
			out = append(out, token{t, s.start})
			s.start = false
		case t == "." && capital(s.before) && utf8.RuneCountInString(s.before) <= 3: // Mr. Smith
		case strings.ContainsAny(t, ".!?:;。！？•"):
			s.start = true
		}
		s.before = t
	}
	return out
}

// mark reads a single quotation mark: one that follows a space and precedes a
// word opens, the next one after a word or a mark closes; any other is an
// apostrophe.
func (s *side) mark(after string) {
	opens := (s.before == "" || unicode.IsSpace(firstRune(s.before)) || s.before == "(") && (after == "" || isWord(after))
	switch {
	case !s.quoted && opens:
		s.quoted, s.single, s.start = true, true, true
	case s.quoted && s.single && !isWord(after):
		s.quoted, s.single = false, false
	}
}
