package store

import (
	"strings"
	"unicode"

	"stakeout/story"
)

// parsedQuery is what a person typed, for SQLite.
type parsedQuery struct {
	match string   // an FTS5 expression, every word quoted; "" where nothing can match
	words []string // the words and phrases that must occur, folded, with the space before and behind
}

// parseQuery makes an FTS5 expression of what a person typed. Nothing of it is
// SQLite's syntax but what this puts around the words.
func parseQuery(query string) parsedQuery {
	var q parsedQuery
	var want, not []string
	for _, t := range tokens(query) {
		if !strings.ContainsFunc(t.text, wordRune) {
			continue
		}
		quoted := `"` + t.text + `"`
		t.prefix = t.prefix && longPrefix(t.text)
		if t.prefix {
			quoted += "*"
		}
		if t.excluded {
			not = append(not, quoted)
			continue
		}
		want = append(want, quoted)
		word := " " + strings.Join(strings.Fields(folded(t.text)), " ")
		if !t.prefix {
			word += " "
		}
		q.words = append(q.words, word)
	}
	if len(want) == 0 {
		return parsedQuery{}
	}
	q.match = strings.Join(want, " AND ")
	if len(not) > 0 {
		q.match = "(" + q.match + ") NOT (" + strings.Join(not, " OR ") + ")"
	}
	return q
}

// longPrefix reports whether the last word of a text is long enough to look for
// words that begin with it: what begins with fewer than three letters is a good
// part of all words, and SQLite gathers every place of each before it answers.
// One Han or kana character says as much as a word.
func longPrefix(text string) bool {
	words := strings.Fields(folded(text))
	if len(words) == 0 {
		return false
	}
	last := []rune(words[len(words)-1])
	return len(last) >= 3 || last[0] >= 0x2E80
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// token is a word or a quoted phrase of a query; text holds no quotation mark.
type token struct {
	text     string
	excluded bool
	prefix   bool
}

// maxTokens bounds a query: SQLite's parser goes no deeper.
const maxTokens = 64

// tokens splits a query at spaces outside of quotation marks. A mark that is
// never closed holds to the end.
func tokens(query string) []token {
	rest := story.Normal(query)
	var out []token
	for rest != "" && len(out) < maxTokens {
		rest = strings.TrimLeft(rest, " ")
		var t token
		if body, ok := strings.CutPrefix(rest, "-"); ok {
			t.excluded, rest = true, body
		}
		if body, ok := strings.CutPrefix(rest, `"`); ok {
			t.text, rest, _ = strings.Cut(body, `"`)
		} else {
			end := strings.IndexAny(rest, ` "`)
			if end < 0 {
				end = len(rest)
			}
			t.text, rest = rest[:end], rest[end:]
		}
		if word, ok := strings.CutSuffix(t.text, "*"); ok {
			t.text, t.prefix = word, true
		} else if after, ok := strings.CutPrefix(rest, "*"); ok {
			t.prefix, rest = true, after
		}
		if t.text != "" {
			out = append(out, t)
		}
	}
	return out
}
