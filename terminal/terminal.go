// Package terminal is how stakeout speaks to a person: colour where a terminal
// wants it, words in reverse of what a script wants, and page text that can do
// the terminal no harm.
package terminal

import (
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
)

// Screen is a stream that a person may be reading.
type Screen struct {
	w      io.Writer
	colour bool
	live   bool
	width  int
}

// New looks at w: colour and progress only where it is a terminal; NO_COLOR in
// env (as of https://no-color.org) and TERM=dumb turn colour off.
func New(w io.Writer, env func(string) string) *Screen {
	s := &Screen{w: w, width: 100}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return s
	}
	s.live = true
	s.colour = env("NO_COLOR") == "" && env("TERM") != "dumb"
	if cols, _, err := term.GetSize(int(f.Fd())); err == nil && cols > 20 {
		s.width = cols
	}
	return s
}

// Live reports whether a person watches: progress may be drawn.
func (s *Screen) Live() bool { return s.live }

// Width is the number of columns; 100 where it is no terminal.
func (s *Screen) Width() int { return s.width }

// Write passes bytes through.
func (s *Screen) Write(p []byte) (int, error) { return s.w.Write(p) }

// Style is a way to set text.
type Style string

// The styles, by what they mean.
const (
	Strong  Style = "1"
	Quiet   Style = "2"
	Deleted Style = "9;31" // struck through: colour never speaks alone
	Added   Style = "4;32"
	Alarm   Style = "1;31"
	Good    Style = "32"
	Notice  Style = "33"
)

// Set returns text in a style, or as it is where there is no colour.
func (s *Screen) Set(style Style, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

// Safe returns page text without anything that a terminal would obey: control
// characters, escape sequences, and characters that turn the direction of text.
func Safe(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C:
			return -1
		}
		return r
	}, text)
}

// Cut returns text of at most n columns, an ellipsis in place of what is cut.
func Cut(text string, n int) string {
	if columns(text) <= n {
		return text
	}
	var b strings.Builder
	used := 0
	for _, r := range text {
		if used+runeColumns(r) > n-1 {
			break
		}
		b.WriteRune(r)
		used += runeColumns(r)
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// Pad returns text filled with spaces to n columns.
func Pad(text string, n int) string {
	if w := columns(text); w < n {
		return text + strings.Repeat(" ", n-w)
	}
	return text
}

func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is 2 for the wide characters of East Asian scripts and emoji, 0
// for combining marks, else 1.
func runeColumns(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r) || r == 0x200B || r == 0x200D:
		return 0
	case r >= 0x1100 && (r <= 0x115F || r >= 0x2E80 && r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF00 && r <= 0xFF60 ||
		r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x1F300 && r <= 0x1FAFF || r >= 0x20000 && r <= 0x3FFFD):
		return 2
	}
	return 1
}
