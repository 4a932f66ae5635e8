package change

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"stakeout/story"
)

// Words compares two texts in normal form word by word. Dropping what was
// inserted gives the old text, dropping what was dropped the new one, byte for
// byte; no word and no number is split.
func Words(old, new string) []story.Word {
	if old == new {
		if old == "" {
			return nil
		}
		return []story.Word{{Op: story.Kept, Text: old}}
	}
	a, b := tokenize(old), tokenize(new)
	if hopeless(a, b) {
		return nonEmptyWords(story.Word{Op: story.Dropped, Text: old}, story.Word{Op: story.Inserted, Text: new})
	}
	return tidy(diffTokens(a, b))
}

// tokenize splits text into words, numbers with their separators, spaces and
// single marks; scripts without spaces go character by character.
func tokenize(s string) []string {
	var out []string
	for len(s) > 0 {
		n := tokenLength(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// tokenLength is how many bytes the first token of s takes.
func tokenLength(s string) int {
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

// Limits beyond which two texts of little in common are taken as replaced
// whole: comparing them costs the product of their differences.
const (
	manyTokens   = 4000
	littleCommon = 0.2
)

// hopeless reports whether two long texts have next to nothing in common.
func hopeless(a, b []string) bool {
	return len(a)+len(b) > manyTokens && similarity(a, b) < littleCommon
}

// diffTokens compares token lists by Myers' algorithm ("An O(ND) Difference
// Algorithm", 1986), and then joins hunks that only a few words set apart.
func diffTokens(a, b []string) []story.Word {
	in := interner{codes: map[string]rune{}}
	ra, rb := in.encode(a), in.encode(b)
	d := diffmatchpatch.New()
	d.DiffTimeout = 0
	diffs := d.DiffMainRunes(ra, rb, false)
	diffs = d.DiffCleanupSemantic(diffs)
	var out []story.Word
	for _, x := range diffs {
		w := story.Word{Op: story.Kept, Text: in.decode(x.Text)}
		switch x.Type {
		case diffmatchpatch.DiffDelete:
			w.Op = story.Dropped
		case diffmatchpatch.DiffInsert:
			w.Op = story.Inserted
		}
		out = append(out, w)
	}
	return out
}

// interner gives each token a character of its own, out of the planes that hold
// no surrogates.
type interner struct {
	codes  map[string]rune
	tokens []string
}

const firstCode = 0xE000

func (in *interner) encode(tokens []string) []rune {
	out := make([]rune, len(tokens))
	for i, t := range tokens {
		code, ok := in.codes[t]
		if !ok {
			code = firstCode + rune(len(in.tokens))
			in.codes[t] = code
			in.tokens = append(in.tokens, t)
		}
		out[i] = code
	}
	return out
}

func (in *interner) decode(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(in.tokens[r-firstCode])
	}
	return b.String()
}

// tidy merges neighbours of one kind, puts what was dropped before what was
// inserted, and moves spaces that both share out of a hunk.
func tidy(words []story.Word) []story.Word {
	var out []story.Word
	var dropped, inserted strings.Builder
	flush := func() {
		d, i := dropped.String(), inserted.String()
		dropped.Reset()
		inserted.Reset()
		tail := ""
		for strings.HasSuffix(d, " ") && strings.HasSuffix(i, " ") {
			d, i, tail = d[:len(d)-1], i[:len(i)-1], " "+tail
		}
		head := ""
		for strings.HasPrefix(d, " ") && strings.HasPrefix(i, " ") {
			d, i, head = d[1:], i[1:], head+" "
		}
		for _, w := range []story.Word{{Op: story.Kept, Text: head}, {Op: story.Dropped, Text: d}, {Op: story.Inserted, Text: i}, {Op: story.Kept, Text: tail}} {
			out = appendWord(out, w)
		}
	}
	for _, w := range words {
		switch w.Op {
		case story.Dropped:
			dropped.WriteString(w.Text)
		case story.Inserted:
			inserted.WriteString(w.Text)
		default:
			flush()
			out = appendWord(out, w)
		}
	}
	flush()
	return out
}

func appendWord(out []story.Word, w story.Word) []story.Word {
	if w.Text == "" {
		return out
	}
	if n := len(out); n > 0 && out[n-1].Op == w.Op {
		out[n-1].Text += w.Text
		return out
	}
	return append(out, w)
}

func nonEmptyWords(words ...story.Word) []story.Word {
	var out []story.Word
	for _, w := range words {
		out = appendWord(out, w)
	}
	return out
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
	r, _ := utf8.DecodeRuneInString(t)
	return wordRune(r)
}
