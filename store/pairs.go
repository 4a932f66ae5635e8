package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// firstUnspaced is the first character of the scripts without spaces.
const firstUnspaced = "\u0e00"

// indexed is text as the search index gets it. SQLite takes what stands between
// two spaces for a word, and would find a word of a script without spaces only at
// the beginning of a sentence: of such scripts every two characters are written
// as a word, and the last one of a run alone.
func indexed(text string) string { return pairs(text, true) }

// sought is what is looked for in the index, as it stands there: where it ends
// inside of a run, what follows doesn't matter.
func sought(text string) string { return pairs(text, false) }

func pairs(text string, whole bool) string {
	if !strings.ContainsFunc(text, story.Unspaced) {
		return text
	}
	var b strings.Builder
	var run []rune
	end := func(last bool) {
		for i := range run {
			if i+1 == len(run) && last && len(run) > 1 {
				break
			}
			b.WriteByte(' ')
			b.WriteString(string(run[i:min(i+2, len(run))]))
		}
		if len(run) > 0 {
			b.WriteByte(' ')
		}
		run = run[:0]
	}
	for _, r := range text {
		switch {
		case story.Unspaced(r):
			run = append(run, r)
		case len(run) > 0 && unicode.IsMark(r): // a vowel or a tone over the letter before
		default:
			end(false)
			b.WriteRune(r)
		}
	}
	end(!whole)
	return b.String()
}

// closedEnd reports whether a text ends in two such characters or more: a pair,
// after which anything may follow.
func closedEnd(text string) bool { return endsUnspaced(text) && !openEnd(text) }

// openEnd reports whether a text ends in a single character of such a script,
// with which pairs begin.
func openEnd(text string) bool {
	if !endsUnspaced(text) {
		return false
	}
	text = strings.TrimRightFunc(text, unicode.IsMark)
	_, size := utf8.DecodeLastRuneInString(text)
	return !endsUnspaced(text[:len(text)-size])
}

func endsUnspaced(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(text, unicode.IsMark))
	return story.Unspaced(last)
}
