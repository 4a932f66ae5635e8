package change

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// Words compares two texts in normal form word by word. Dropping what was
// inserted gives the old text, dropping what was dropped the new one, byte for
// byte; no word and no number is split.
func Words(old, new string) []story.Word {
	if old == new {
		return appendWord(nil, story.Kept, old)
	}
	t := newTexts(old, new)
	hunks := t.slide(t.joinNear(diff(t.codesA, t.codesB)))
	var out []story.Word
	i := 0
	for _, h := range hunks {
		out = appendWord(out, story.Kept, strings.Join(t.a[i:h.oldFrom], ""))
		out = appendWord(out, story.Dropped, strings.Join(t.a[h.oldFrom:h.oldTo], ""))
		out = appendWord(out, story.Inserted, strings.Join(t.b[h.newFrom:h.newTo], ""))
		i = h.oldTo
	}
	return appendWord(out, story.Kept, strings.Join(t.a[i:], ""))
}

// appendWord adds a run of words, empty ones left out.
func appendWord(out []story.Word, op story.Op, text string) []story.Word {
	if text == "" {
		return out
	}
	return append(out, story.Word{Op: op, Text: text})
}

// interner gives equal tokens equal numbers.
type interner map[string]int32

func (in interner) codes(tokens []string) []int32 {
	out := make([]int32, len(tokens))
	for i, t := range tokens {
		code, ok := in[t]
		if !ok {
			code = int32(len(in))
			in[t] = code
		}
		out[i] = code
	}
	return out
}

// tokenize splits text into words, numbers with their separators, spaces and
// single marks; scripts without spaces go character by character.
func tokenize(s string) []string {
	out := make([]string, 0, len(s)/3+1)
	for len(s) > 0 {
		n := tokenLength(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// tokenLength is how many bytes the first token of s takes.
func tokenLength(s string) int {
	if n := asciiWord(s); n > 0 {
		return n
	}
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsSpace(r):
		return runLength(s, unicode.IsSpace)
	case single(r):
		return size + marksLength(s[size:])
	case !wordRune(r):
		return size + marksLength(s[size:])
	}
	if n := initials(s); n > 0 {
		return n
	}
	n := size
	digit := unicode.IsDigit(r)
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		next, _ := utf8.DecodeRuneInString(s[n+size:])
		switch {
		case wordRune(r) && !single(r), unicode.IsMark(r):
		// 1,500 and 1.5, 12:30, 3-4, 24/7; don't, WHO-led.
		case digit && strings.ContainsRune(".,:/-'", r) && unicode.IsDigit(next):
		case (r == '\'' || r == '-') && unicode.IsLetter(next) && !single(next):
		case r == ' ' && thousands(s[:n], s[n+size:]):
		default:
			return n
		}
		n += size
		digit = unicode.IsDigit(r)
	}
	return n
}

// asciiWord is how many bytes the word at the beginning of a text takes where it
// is of the letters a to z and what follows can't belong to it, else 0; a space
// is one too. It is there for speed: most tokens are such.
func asciiWord(s string) int {
	if s[0] == ' ' && len(s) > 1 && s[1] > ' ' && s[1] < utf8.RuneSelf {
		return 1
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case c == ' ', c == ',', c == '.' && i > 1:
			return i
		default:
			return 0
		}
	}
	return len(s)
}

// initials is how many bytes at the beginning of a text are letters with a point
// after each: U.S., e.g.
func initials(s string) int {
	n := 0
	for {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) || single(r) || !strings.HasPrefix(s[n+size:], ".") {
			break
		}
		n += size + 1
	}
	if r, _ := utf8.DecodeRuneInString(s[n:]); n < 4 || wordRune(r) {
		return 0
	}
	return n
}

// thousands reports whether a number goes on after a space: 36 982,92.
func thousands(before, after string) bool {
	if len(before) > 3 && before[len(before)-4] != ' ' || strings.Trim(before, "0123456789 ") != "" || before[0] == '0' {
		return false
	}
	digits := runLength(after, unicode.IsDigit)
	return digits == 3
}

func runLength(s string, in func(rune) bool) int {
	for i, r := range s {
		if !in(r) {
			return i
		}
	}
	return len(s)
}

func marksLength(s string) int { return runLength(s, unicode.IsMark) }

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsNumber(r) }

// single reports whether a character is a word by itself, as in Chinese,
// Japanese, Thai, Lao, Khmer and Burmese, which write no spaces.
func single(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// similarity is the share of the words, spaces and marks aside, that two texts
// have in common: Dice's coefficient over bags, 0 to 1.
func similarity(a, b []string) float64 {
	count := map[string]int{}
	na, nb, common := 0, 0, 0
	for _, t := range a {
		if isWord(t) {
			count[strings.ToLower(t)]++
			na++
		}
	}
	for _, t := range b {
		if isWord(t) {
			nb++
			if k := strings.ToLower(t); count[k] > 0 {
				count[k]--
				common++
			}
		}
	}
	if na+nb == 0 {
		return 0
	}
	return 2 * float64(common) / float64(na+nb)
}

func isWord(t string) bool {
	if t != "" && t[0] < utf8.RuneSelf {
		c := t[0] | 0x20
		return c >= 'a' && c <= 'z' || t[0] >= '0' && t[0] <= '9'
	}
	r, _ := utf8.DecodeRuneInString(t)
	return wordRune(r)
}
