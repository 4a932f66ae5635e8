package extract

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold is a text as names and titles are compared: compatibility forms, case,
// accents of form and everything but letters and digits ignored.
func fold(s string) string { return strings.Join(tokens(s), " ") }

// tokens are a text's words, lower case; a kana or a Han character is a word by
// itself, for those scripts put no spaces between words.
func tokens(s string) []string {
	if !ascii(s) {
		s = invisible.Replace(norm.NFKC.String(s))
	}
	s = strings.ToLower(s)
	var out []string
	start := -1
	for i, r := range s {
		word := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		single := word && r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		if start >= 0 && (!word || single) {
			out = append(out, s[start:i])
			start = -1
		}
		if single {
			out = append(out, string(r))
		} else if word && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// invisible are characters inside words that no reader sees.
var invisible = strings.NewReplacer("\u00AD", "", "\u200B", "", "\u200C", "", "\u200D", "", "\u2060", "", "\uFEFF", "", "\u200E", "", "\u200F", "")

// overlap is the share of the words of the shorter text that the other has.
func overlap(a, b string) float64 {
	wa, wb := tokens(a), tokens(b)
	if len(wa) > len(wb) {
		wa, wb = wb, wa
	}
	if len(wa) == 0 {
		return 0
	}
	return float64(common(wa, wb)) / float64(len(wa))
}

// likeness is the F1 of two texts' bags of words: 1 for the same words.
func likeness(a, b string) float64 {
	wa, wb := tokens(a), tokens(b)
	if len(wa)+len(wb) == 0 {
		return 0
	}
	return 2 * float64(common(wa, wb)) / float64(len(wa)+len(wb))
}

func common(wa, wb []string) int {
	has := map[string]int{}
	for _, w := range wb {
		has[w]++
	}
	n := 0
	for _, w := range wa {
		if has[w] > 0 {
			has[w]--
			n++
		}
	}
	return n
}

// ascii reports whether a text is ASCII: nothing that is folded is.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
