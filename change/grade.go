package change

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// grader grades texts of one story that stayed and differ. It knows a name by
// its capital inside a sentence, and a slip of the pen by what the story's other
// words are.
type grader struct {
	lang  string          // two letters; "" where unknown
	names map[string]bool // words that the story writes with a capital inside sentences, and never without
	used  map[string]int  // how often the story has each word, in lower case, both versions taken together
}

// newGrader learns from both versions of a story.
func newGrader(old, new story.Fields) grader {
	g := grader{lang: languageOf(old, new), names: map[string]bool{}, used: map[string]int{}}
	small := map[string]bool{}
	for _, body := range [][]string{old.Body, new.Body} {
		for _, p := range body {
			s := side{start: true}
			for _, t := range s.read(story.Normal(p)) {
				l := strings.ToLower(t.text)
				g.used[l]++
				switch {
				case !capital(t.text):
					small[l] = true
				case !t.first:
					g.names[l] = true
				}
			}
		}
	}
	for l := range small {
		delete(g.names, l)
	}
	return g
}

// grade gives the weightiest class that applies: fact, wording or typo.
func (g grader) grade(words []story.Word) story.Class {
	fact, typo := false, true
	titled := inTitleCase(words)
	for _, h := range hunksOf(words) {
		if g.isFact(h, titled) {
			fact = true
		}
		if !g.isTypo(h.old, h.new) {
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

// isFact reports whether a hunk alters a number, date, name, place, negation,
// or the words of a quotation.
func (g grader) isFact(h hunk, titled bool) bool {
	dropped, inserted := differing(h.oldTokens, h.newTokens)
	if len(dropped)+len(inserted) == 0 {
		return false
	}
	if (h.oldQuote || h.newQuote) && wordsDiffer(dropped, inserted) {
		return true
	}
	if len(dropped) == 1 && len(inserted) == 1 && negates(dropped[0].text, inserted[0].text) {
		return true
	}
	for _, side := range [][]token{dropped, inserted} {
		for _, t := range side {
			l := strings.ToLower(t.text)
			if g.isNumber(l) || negations.has(g.lang, l) || strings.HasSuffix(l, "n't") {
				return true
			}
		}
	}
	return g.namesDiffer(dropped, inserted, titled) || wordsDiffer(dropped, inserted) && h.titled
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
		b.WriteString(strings.NewReplacer("-", "", "'", "").Replace(t.text))
	}
	return b.String()
}

// nounsAreCapital are the languages that write every noun with a capital.
var nounsAreCapital = wordSet("de lb als")

// namesDiffer reports whether a name came or went. A capital names only inside a
// sentence, and in a title in which not every word has one; elsewhere the story
// must write the word as a name. Where every noun has a capital, only an
// exchange counts.
func (g grader) namesDiffer(dropped, inserted []token, titled bool) bool {
	swapped := len(dropped) > 0 && len(inserted) > 0
	for _, side := range [][]token{dropped, inserted} {
		for _, t := range side {
			if !capital(t.text) || utf8.RuneCountInString(t.text) < 2 {
				continue
			}
			switch {
			case nounsAreCapital[g.lang]:
				if swapped && !t.first {
					return true
				}
			case !t.first && !titled, g.names[strings.ToLower(t.text)]:
				return true
			}
		}
	}
	return false
}

// capital reports whether a word begins with a capital letter.
func capital(t string) bool {
	r, _ := utf8.DecodeRuneInString(t)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// inTitleCase reports whether a text is a title in which most words have a
// capital, so that one says nothing.
func inTitleCase(words []story.Word) bool {
	capitals, all := 0, 0
	for _, w := range words {
		for _, t := range tokenize(w.Text) {
			if isWord(t) && utf8.RuneCountInString(t) > 3 && unicode.IsLetter(firstRune(t)) {
				all++
				if capital(t) {
					capitals++
				}
			}
		}
	}
	return all >= 4 && 10*capitals >= 7*all
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// isNumber reports whether a lower-case word is a number, in figures or in
// letters, or names a month or a day.
func (g grader) isNumber(l string) bool {
	if strings.ContainsFunc(l, unicode.IsNumber) || numberWords.has(g.lang, l) || dateWords.has(g.lang, l) {
		return true
	}
	for part := range strings.SplitSeq(l, "-") {
		if part != l && part != "one" && part != "second" && (numberWords.has(g.lang, part) || dateWords.has(g.lang, part)) {
			return true
		}
	}
	return false
}

// negates reports whether one word is the other turned round by a prefix.
func negates(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	prefix, ok := strings.CutSuffix(b, a)
	if !ok || len(a) < 4 {
		return false
	}
	for _, n := range negators {
		if prefix == n {
			return true
		}
	}
	return false
}

// isTypo reports whether two sides of a hunk say the same but for spelling,
// punctuation and case.
func (g grader) isTypo(old, new string) bool {
	a, b := lettersOf(old), lettersOf(new)
	if strings.Join(a, "") == strings.Join(b, "") {
		return true
	}
	if len(a) != len(b) {
		return misspelt(strings.Join(a, ""), strings.Join(b, "")) && len(a) <= 2 && len(b) <= 2
	}
	for i := range a {
		if a[i] != b[i] && (!misspelt(a[i], b[i]) || g.bothWords(a[i], b[i])) {
			return false
		}
	}
	return true
}

// bothWords reports whether the story has two words elsewhere too, so that
// neither is a slip.
func (g grader) bothWords(a, b string) bool { return g.used[a] > 1 && g.used[b] > 1 }

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
