package story

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Normal returns text in normal form, in which readings are compared: Plain,
// with what a reader can't see folded (quotes and dashes of equal meaning, soft
// hyphens, zero-width and other invisible characters, ligatures, the ellipsis
// sign), never words, digits or sentence marks. It is idempotent.
func Normal(s string) string {
	s = Plain(s)
	if !foldable(s) {
		return s
	}
	return Plain(foldMarks(withoutInvisible(s)))
}

// foldable reports whether anything in s, which is plain, may be written otherwise
// in normal form.
func foldable(s string) bool {
	dash := false
	for _, r := range s {
		if r < utf8.RuneSelf {
			if r == '-' && dash {
				return true
			}
			dash = r == '-'
			continue
		}
		if _, folded := mark(r); folded || isDash(r) || invisible(r) || r == '\u200C' || r == '\u200D' {
			return true
		}
		dash = false
	}
	return false
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
	out := make([]byte, 0, len(s))
	before := ' '
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		last := before
		before = r
		if r < utf8.RuneSelf && r != '-' && r != ' ' {
			out = append(out, byte(r))
			continue
		}
		plainer, folded := mark(r)
		switch {
		case isDash(r):
			if n := len(out); n == 0 || out[n-1] != '-' {
				out = append(out, '-')
			}
		case r == ' ':
			if next, size := runeAt(s[i:]); next != '»' && next != '›' {
				out = append(out, ' ')
			} else if after, _ := runeAt(s[i+size:]); wordAt(after) {
				out = append(out, ' ')
			}
		case folded:
			out = append(out, plainer...)
			if (r == '«' || r == '‹') && strings.HasPrefix(s[i:], " ") && opens(last) {
				i, before = i+1, ' '
			}
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out)
}

// runeAt is the first rune of s; a space at its end.
func runeAt(s string) (rune, int) {
	if s == "" {
		return ' ', 0
	}
	return utf8.DecodeRuneInString(s)
}

// opens reports whether a quotation may begin after r.
func opens(r rune) bool { return r == ' ' || strings.ContainsRune("([{'’\"-–—:", r) }

func wordAt(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isDash reports whether r is one of the dashes that are all written as one hyphen,
// two and three in a row too, as plain text has them for a dash.
func isDash(r rune) bool {
	return r == '-' || r >= '\u2010' && r <= '\u2015' || r == '\u2212' || r == '\u2E3A' || r == '\u2E3B'
}

// mark is how a sign is written in normal form, where otherwise than as it is.
func mark(r rune) (string, bool) {
	switch r {
	case '‘', '’', '‚', '‛', 'ʼ', 'ʻ', '´', '‹', '›':
		return "'", true
	case '«', '»', '“', '”', '„', '‟', '〝', '〞', '〟':
		return `"`, true
	case '…':
		return "...", true
	case 'ﬀ':
		return "ff", true
	case 'ﬁ':
		return "fi", true
	case 'ﬂ':
		return "fl", true
	case 'ﬃ':
		return "ffi", true
	case 'ﬄ':
		return "ffl", true
	case 'ﬅ', 'ﬆ':
		return "st", true
	}
	return "", false
}
