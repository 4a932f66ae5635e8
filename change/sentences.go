package change

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentences splits a paragraph in normal form into its sentences. It goes by
// marks, not by meaning: where a mark may stand for an abbreviation the text is
// left in one piece, as two sentences told as one mislead less than half of one.
func sentences(paragraph string) []string {
	var out []string
	rest := paragraph
	for at := 0; at < len(rest); {
		r, size := utf8.DecodeRuneInString(rest[at:])
		end := at + size
		if !strings.ContainsRune(sentenceMarks, r) {
			at = end
			continue
		}
		end += runLength(rest[end:], closesSentence)
		if strings.ContainsRune(wideMarks, r) || endsHere(rest[:at], r, rest[end:]) {
			out = append(out, strings.TrimSpace(rest[:end]))
			rest, at = strings.TrimLeft(rest[end:], " "), 0
			continue
		}
		at = end
	}
	if rest = strings.TrimSpace(rest); rest != "" {
		out = append(out, rest)
	}
	return out
}

// Marks that end a sentence; after the wide ones no space follows.
const (
	wideMarks     = "。！？"
	sentenceMarks = ".!?؟।॥" + wideMarks
)

// closesSentence reports whether a mark behind the end of a sentence belongs to it.
func closesSentence(r rune) bool { return strings.ContainsRune(sentenceMarks+`"')]}」』）】`, r) }

// endsHere reports whether a mark between two texts ends a sentence.
func endsHere(before string, mark rune, after string) bool {
	if after == "" {
		return true
	}
	if after[0] != ' ' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, ` "'([{「『（`))
	if unicode.IsLower(next) {
		return false
	}
	if mark != '.' {
		return true
	}
	word := before[strings.LastIndexAny(before, ` "'([-`)+1:]
	runes := utf8.RuneCountInString(word)
	switch {
	case runes == 1 && unicode.IsUpper(firstRune(word)), initials(word+".") > 0: // J. Smith, U.S. troops
		return false
	case runes <= 2 && strings.Trim(word, "0123456789") == "" && dateWords.has("", strings.ToLower(firstWord(after))): // 3. Mai
		return false
	}
	return !abbreviated[strings.ToLower(word)]
}

func firstWord(s string) string {
	s = strings.TrimLeft(s, " ")
	return s[:runLength(s, wordRune)]
}

// abbreviated are words that a point follows inside of a sentence.
var abbreviated = wordSet(`mr mrs ms dr prof st gov sen rep gen col capt sgt lt cmdr rev hon jr sr vs no nos fig vol pp approx est dept inc ltd bros
	jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e cf al
	z.b u.a d.h bzw ca dipl hr fr str nr mme mlle sra srta dra ing avv sig dott
	г ул им тыс млн млрд руб`)
