package story

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Plain returns text as a story keeps it: NFC, every run of whitespace one
// space, ends trimmed, control characters dropped. What was printed stays:
// quotes, dashes, soft hyphens and their kind are folded only by Normal.
func Plain(s string) string {
	if plain, ascii := isPlain(s); plain && ascii {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// isPlain reports whether s is ASCII, and whether Plain would leave it as it is:
// most text of most pages, which is then not copied.
func isPlain(s string) (plain, ascii bool) {
	plain, ascii = true, true
	space := true // as if one stood before
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 0x80:
			return false, false
		case c == ' ':
			plain = plain && !space
			space = true
			continue
		case c < ' ' || c == 0x7f:
			plain = false
		}
		space = false
	}
	return plain && (!space || s == ""), ascii
}

// Normal returns text in normal form, in which readings are compared: Plain,
// with what a reader can't see folded (quotes and dashes of equal meaning, soft
// hyphens, zero-width and other invisible characters, ligatures, the ellipsis
// sign), never words, digits or sentence marks. It is idempotent.
func Normal(s string) string {
	s = Plain(s)
	if _, ascii := isPlain(s); ascii && !strings.Contains(s, "--") {
		return s // nothing to fold
	}
	return Plain(foldMarks(withoutInvisible(s)))
}

// withoutInvisible drops what takes no room on the screen. Joiners stay where
// they shape what is seen: in scripts that join their letters, and in emoji.
func withoutInvisible(s string) string {
	before := rune(0)
	return strings.Map(func(r rune) rune {
		switch {
		case invisible(r), (r == '\u200C' || r == '\u200D') && !joins(before):
			return -1
		}
		before = r
		return r
	}, s)
}

func invisible(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u034F', r == '\u061C', r == '\u180E', r == '\u200B', r == '\uFEFF', r == '\uFFFC',
		r >= '\u200E' && r <= '\u200F', r >= '\u202A' && r <= '\u202E', r >= '\u2060' && r <= '\u206F',
		r >= '\uFE00' && r <= '\uFE0F', r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// joins reports whether a joiner after r can be seen.
func joins(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
		unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
		unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.So, unicode.Sk)
}

// foldMarks writes quotes, dashes, ligatures and the ellipsis the plainest way;
// s is plain. The spaces inside French quotation marks are part of the marks.
func foldMarks(s string) string {
	runes := []rune(s)
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case strings.ContainsRune(dashes, r):
			if n := len(out); n == 0 || out[n-1] != '-' {
				out = append(out, '-')
			}
		case r == ' ' && (at(i+1) == '»' || at(i+1) == '›') && !wordAt(at(i+2)):
		case r == '«' || r == '»' || r == '‹' || r == '›':
			out = append(out, marks[r]...)
			if (r == '«' || r == '‹') && at(i+1) == ' ' && opens(at(i-1)) {
				i++
			}
		case marks[r] != "":
			out = append(out, marks[r]...)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out)
}

// opens reports whether a quotation may begin after r.
func opens(r rune) bool { return r == ' ' || strings.ContainsRune("([{'’\"-–—:", r) }

func wordAt(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// dashes are all written as one hyphen, two and three in a row too, as plain
// text has them for a dash.
const dashes = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2E3A\u2E3B"

// marks are the signs that are written otherwise in normal form.
var marks = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '‛': "'", 'ʼ': "'", 'ʻ': "'", '´': "'", '‹': "'", '›': "'",
	'«': `"`, '»': `"`, '“': `"`, '”': `"`, '„': `"`, '‟': `"`, '〝': `"`, '〞': `"`, '〟': `"`,
	'…': "...", 'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st",
}
