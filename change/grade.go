package change

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// grader grades a text that stayed and differs. lang is the story's language:
// German writes every noun with a capital, so there a capital names nobody.
type grader struct{ lang string }

// grade gives the weightiest class that applies: fact, wording or typo.
func (g grader) grade(words []story.Word) story.Class {
	hunks := hunksOf(words)
	fact, typo := false, true
	for _, h := range hunks {
		if g.isFact(h) {
			fact = true
		}
		if !isTypo(h.old, h.new) {
			typo = false
		}
	}
	switch {
	case fact:
		return story.Fact
	case typo:
		return story.Typo
	}
	return story.Wording
}

// hunk is one place where two texts differ.
type hunk struct {
	old, new           string
	oldTokens          []token
	newTokens          []token
	oldQuote, newQuote bool // it stands inside a quotation
}

// token is a word of a hunk and where it stands.
type token struct {
	text  string
	first bool // of a sentence
}

// hunksOf lists the places where two texts differ.
func hunksOf(words []story.Word) []hunk {
	var out []hunk
	var oldSide, newSide side
	oldSide.start, newSide.start = true, true
	for i := 0; i < len(words); {
		if words[i].Op == story.Kept {
			oldSide.read(words[i].Text)
			newSide.read(words[i].Text)
			i++
			continue
		}
		var h hunk
		h.oldQuote, h.newQuote = oldSide.quoted, newSide.quoted
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
		out = append(out, h)
	}
	return out
}

// side reads one of two texts along, and knows whether it is inside a quotation
// and at the start of a sentence.
type side struct {
	quoted bool
	start  bool
}

func (s *side) read(text string) []token {
	var out []token
	for _, t := range tokenize(text) {
		switch {
		case t == `"` || t == "»" || t == "«" || t == "「" || t == "」":
			s.quoted = !s.quoted
			s.start = s.start || s.quoted
		case isWord(t):
			out = append(out, token{t, s.start})
			s.start = false
		case strings.ContainsAny(t, ".!?:;。！？•"):
			s.start = true
		}
	}
	return out
}

// isFact reports whether a hunk alters a number, date, name, place, negation,
// or the words of a quotation.
func (g grader) isFact(h hunk) bool {
	dropped, inserted := differing(h.oldTokens, h.newTokens)
	if len(dropped)+len(inserted) == 0 {
		return false
	}
	if (h.oldQuote || h.newQuote) && wordsDiffer(dropped, inserted) {
		return true
	}
	both := append(append([]token(nil), dropped...), inserted...)
	for _, t := range both {
		if isNumber(t.text) || negations[strings.ToLower(t.text)] || strings.HasSuffix(strings.ToLower(t.text), "n't") {
			return true
		}
	}
	return g.namesDiffer(dropped, inserted)
}

// differing takes away the words that both sides of a hunk have, case ignored.
func differing(old, new []token) (dropped, inserted []token) {
	count := map[string]int{}
	for _, t := range new {
		count[strings.ToLower(t.text)]++
	}
	kept := map[string]int{}
	for _, t := range old {
		if k := strings.ToLower(t.text); count[k] > 0 {
			count[k]--
			kept[k]++
		} else {
			dropped = append(dropped, t)
		}
	}
	for _, t := range new {
		if k := strings.ToLower(t.text); kept[k] > 0 {
			kept[k]--
		} else {
			inserted = append(inserted, t)
		}
	}
	return dropped, inserted
}

// wordsDiffer reports whether letters differ, not only how they are joined.
func wordsDiffer(a, b []token) bool { return !strings.EqualFold(joined(a), joined(b)) }

func joined(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(strings.ReplaceAll(t.text, "-", ""))
	}
	return b.String()
}

// namesDiffer reports whether a word with a capital came or went that isn't the
// first of its sentence.
func (g grader) namesDiffer(dropped, inserted []token) bool {
	german := strings.HasPrefix(strings.ToLower(g.lang), "de")
	for _, t := range append(append([]token(nil), dropped...), inserted...) {
		r, _ := utf8.DecodeRuneInString(t.text)
		if !unicode.IsUpper(r) || utf8.RuneCountInString(t.text) < 2 && !german {
			continue
		}
		if !t.first && !german {
			return true
		}
		if german && !t.first && len(dropped) > 0 && len(inserted) > 0 {
			return true
		}
	}
	return false
}

// isNumber reports whether a word is a number, in figures or in letters, or
// names a month or a day of the week.
func isNumber(t string) bool {
	if strings.ContainsFunc(t, unicode.IsDigit) {
		return true
	}
	l := strings.ToLower(t)
	if numberWords[l] {
		return true
	}
	for _, part := range strings.Split(l, "-") {
		if part != l && numberWords[part] && part != "one" && part != "second" {
			return true
		}
	}
	return false
}

// isTypo reports whether two sides of a hunk say the same but for spelling,
// punctuation and case.
func isTypo(old, new string) bool {
	a, b := lettersOf(old), lettersOf(new)
	if strings.Join(a, "") == strings.Join(b, "") {
		return true
	}
	if len(a) != len(b) {
		return misspelt(strings.Join(a, ""), strings.Join(b, "")) && len(a) <= 2 && len(b) <= 2
	}
	for i := range a {
		if a[i] != b[i] && !misspelt(a[i], b[i]) {
			return false
		}
	}
	return true
}

// lettersOf are the words of a text in lower case, marks dropped.
func lettersOf(s string) []string {
	var out []string
	for _, t := range tokenize(s) {
		if isWord(t) {
			out = append(out, strings.NewReplacer("-", "", "'", "").Replace(strings.ToLower(t)))
		}
	}
	return out
}

// misspelt reports whether two words are likely one: one letter missing, added,
// wrong or swapped in a word of four and more, two in one of eight and more.
func misspelt(a, b string) bool {
	ra, rb := []rune(a), []rune(b)
	shorter := min(len(ra), len(rb))
	allowed := 0
	switch {
	case shorter >= 8:
		allowed = 2
	case shorter >= 3:
		allowed = 1
	}
	return allowed > 0 && editDistance(ra, rb, allowed) <= allowed
}

// editDistance is the Damerau-Levenshtein distance (optimal string alignment);
// it gives up beyond limit.
func editDistance(a, b []rune, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
