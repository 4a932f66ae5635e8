package story

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Plain returns text as a story keeps it: NFC, every run of whitespace one
// space, ends trimmed, control characters dropped, each run of bytes that are no
// UTF-8 one replacement character. What was printed stays: quotes, dashes, soft
// hyphens and their kind are folded only by Normal. Text that is plain already,
// which is most text of most pages, is not copied.
func Plain(s string) string {
	s = strings.TrimSpace(s)
	n, ascii := plainUpTo(s)
	if n < len(s) {
		s, ascii = respaced(s, n)
	}
	if ascii {
		return s
	}
	return norm.NFC.String(s)
}

// plainUpTo is how many bytes of s need neither other spaces nor anything dropped
// or replaced, and whether those are ASCII.
func plainUpTo(s string) (n int, ascii bool) {
	ascii = true
	space := true // as if one stood before
	for n < len(s) {
		switch c := s[n]; {
		case c > ' ' && c < 0x7f:
			space = false
			n++
		case c == ' ' && !space:
			space = true
			n++
		case c < utf8.RuneSelf:
			return n, ascii
		default:
			r, size := utf8.DecodeRuneInString(s[n:])
			if r == utf8.RuneError && size == 1 || unicode.IsSpace(r) || unicode.IsControl(r) {
				return n, ascii
			}
			space, ascii = false, false
			n += size
		}
	}
	return n, ascii
}

// respaced is s, of which n bytes are known to be plain, with single spaces
// between words and without what Plain drops, and whether it is ASCII.
func respaced(s string, n int) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	word, gap := strings.CutSuffix(s[:n], " ")
	b.WriteString(word)
	put := func(text string) {
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(text)
	}
	for n < len(s) {
		start := n
		for n < len(s) && s[n] > ' ' && s[n] < 0x7f {
			n++
		}
		if n > start {
			put(s[start:n])
			continue
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case unicode.IsSpace(r):
			gap = true
		case unicode.IsControl(r):
		case r == utf8.RuneError && size == 1:
			for n++; n < len(s) && invalidAt(s[n:]); n++ {
			}
			put("\uFFFD")
			continue
		default:
			put(s[n : n+size])
		}
		n += size
	}
	out := b.String()
	return out, isASCII(out)
}

func invalidAt(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return r == utf8.RuneError && size == 1
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
