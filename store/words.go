package store

import (
	"slices"
	"strings"
	"unicode"
)

// What SQLite's full-text index does by itself is done here for Postgres, so that
// both find the same: text is split into words, which are folded, and phrases are
// looked for in the words as they stand in a row.

// Limits of Postgres: a word of its index, all words of a version, in bytes.
const (
	maxWord  = 1000
	maxWords = 900_000
)

// inARow is the words of a text as the index has them, folded, with a space around
// each; "" for none.
func inARow(text string) string {
	// Marks over a letter that have no letter of their own are no more than an accent.
	text = strings.Map(func(r rune) rune {
		if 0x300 <= r && r <= 0x331 && unicode.IsMark(r) {
			return -1
		}
		return r
	}, text)
	list := strings.Fields(folded(text))
	if len(list) == 0 {
		return ""
	}
	for i, w := range list {
		list[i] = shortened(w)
	}
	return " " + strings.Join(list, " ") + " "
}

func shortened(word string) string {
	if len(word) <= maxWord {
		return word
	}
	return strings.ToValidUTF8(word[:maxWord], "")
}

// headlineMark stands before a word of the headline, in the index.
const headlineMark = "^"

// addWords writes what the search is to know of a version.
func (t *tx) addWords(w words) error {
	if t.d == onSQLite {
		_, err := t.exec("INSERT INTO search (rowid, headline, body, other) VALUES (?, ?, ?, ?)", w.version, w.headline, w.body, w.other)
		return err
	}
	headline, text := inARow(w.headline), inARow(w.body)+"\n"+inARow(w.other)
	list := strings.Fields(headline)
	for _, word := range list {
		list = append(list, headlineMark+word)
	}
	list = append(list, strings.Fields(text)...)
	slices.Sort(list)
	list = slices.Compact(list)
	size := 0
	for i, word := range list {
		if size += len(word) + 1; size > maxWords {
			list = list[:i]
			break
		}
	}
	_, err := t.exec("INSERT INTO search (rowid, words, headline, text) VALUES (?, array_to_tsvector(CAST(? AS TEXT[])), ?, ?)", w.version, list, headline, text)
	return err
}

// matches is a query for the versions that match, their rowid as id. In SQLite the
// expression is its whole; headline looks there alone.
func (q parsedQuery) matches(d dialect, headline bool) (query string, args []any) {
	if d == onSQLite {
		match := q.match
		if headline {
			match = "{headline} : (" + match + ")"
		}
		return "SELECT rowid AS id FROM search WHERE search MATCH ?", []any{match}
	}
	mark, in := "", "(headline || text)"
	if headline {
		mark, in = headlineMark, "headline"
	}
	var w where
	var wanted []string
	for _, t := range q.terms {
		if one := len(t.words) == 1; one || !t.excluded {
			for i, word := range t.words {
				l := "'" + mark + shortened(word) + "'" // of letters and figures alone
				if t.prefix && i == len(t.words)-1 {
					l += ":*"
				}
				if t.excluded {
					l = "!" + l
				}
				wanted = append(wanted, l)
			}
			if one {
				continue
			}
		}
		phrase := " " + strings.Join(shortenedAll(t.words), " ")
		if !t.prefix {
			phrase += " "
		}
		if t.excluded {
			w.and("strpos("+in+", ?) = 0", phrase)
		} else {
			w.and("strpos("+in+", ?) > 0", phrase)
		}
	}
	all := where{conditions: append([]string{"words @@ CAST(? AS TSQUERY)"}, w.conditions...), args: append([]any{strings.Join(wanted, " & ")}, w.args...)}
	return "SELECT rowid AS id FROM search" + all.String(), all.args
}

func shortenedAll(list []string) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = shortened(w)
	}
	return out
}
