package story

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Plain returns text as a story keeps it: NFC, every run of whitespace one
// space, ends trimmed, control characters dropped. What was printed stays:
// quotes, dashes, soft hyphens and their kind are folded only by Normal.
func Plain(s string) string {
	if plain, ascii := isPlain(s); plain && ascii {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
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
// hyphens, zero-width and other invisible characters, the ellipsis sign), never
// words, digits or sentence marks.
func Normal(s string) string {
	if _, ascii := isPlain(s); ascii {
		return Plain(s) // nothing to fold
	}
	return Plain(normalFolder.Replace(quoteSpaces.Replace(s)))
}

// quoteSpaces takes the spaces inside French quotation marks away, which are
// part of the marks.
var quoteSpaces = strings.NewReplacer("\u00AB\u00A0", "\u00AB", "\u00AB\u202F", "\u00AB", "\u00AB ", "\u00AB",
	"\u00A0\u00BB", "\u00BB", "\u202F\u00BB", "\u00BB", " \u00BB", "\u00BB")

var normalFolder = strings.NewReplacer(
	"\u00AD", "", "\u200B", "", "\u200C", "", "\u200D", "", "\u2060", "", "\uFEFF", "",
	"\u200E", "", "\u200F", "", "\u202A", "", "\u202B", "", "\u202C", "", "\u202D", "", "\u202E", "",
	"\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "",
	"\u2018", "'", "\u2019", "'", "\u201B", "'", "\u02BC", "'",
	"\u00AB", `"`, "\u00BB", `"`, "\u201C", `"`, "\u201D", `"`, "\u201E", `"`, "\u201F", `"`,
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2015", "-", "\u2212", "-",
	"\u2026", "...",
)
