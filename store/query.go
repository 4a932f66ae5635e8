package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stakeout/story"
)

// parsedQuery is what a person typed.
type parsedQuery struct {
	match string   // for SQLite an FTS5 expression, every word quoted; "" where nothing can match
	terms []term   // the same for Postgres
	words []string // the words and phrases that must occur, folded, with the space before and behind
}

// term is a word or phrase of a query, as its words stand in the index.
type term struct {
	words    []string
	prefix   bool // of the last one
	excluded bool
}

// parseQuery makes an FTS5 expression of what a person typed. Nothing of it is
// SQLite's syntax but what this puts around the words. expand gives the words
// that begin with one; nil leaves that to SQLite.
func parseQuery(query string, expand func(word string) ([]string, error)) (parsedQuery, error) {
	var q parsedQuery
	var want, not []string
	for _, t := range tokens(query) {
		words := strings.Fields(folded(t.text))
		if len(words) == 0 {
			continue
		}
		stands := strings.Fields(folded(sought(t.text))) // in the index
		t.prefix = (t.prefix || openEnd(t.text)) && longPrefix(stands[len(stands)-1]) && !closedEnd(t.text)
		q.terms = append(q.terms, term{stands, t.prefix, t.excluded})
		expression, err := t.expression(stands, expand)
		if err != nil {
			return parsedQuery{}, err
		}
		if t.excluded {
			not = append(not, expression)
			continue
		}
		want = append(want, expression)
		q.words = append(q.words, edged(strings.Join(words, " "), t.prefix))
	}
	if len(want) == 0 {
		return parsedQuery{}, nil
	}
	q.match = strings.Join(want, " AND ")
	if len(not) > 0 {
		q.match = "(" + q.match + ") NOT (" + strings.Join(not, " OR ") + ")"
	}
	return q, nil
}

// expression is a token in FTS5's syntax; words are its own, folded.
func (t token) expression(words []string, expand func(string) ([]string, error)) (string, error) {
	if !t.prefix {
		return `"` + sought(t.text) + `"`, nil
	}
	last := len(words) - 1
	endings, err := expand(words[last])
	if err != nil {
		return "", err
	}
	if endings == nil {
		return `"` + sought(t.text) + `"*`, nil
	}
	phrases := []string{}
	for _, e := range endings {
		phrases = append(phrases, `"`+strings.Join(append(words[:last:last], e), " ")+`"`)
	}
	return "(" + strings.Join(phrases, " OR ") + ")", nil
}

// edged is a word or phrase as it stands in a folded text: between spaces, but
// for the beginning of a word and for scripts that have none.
func edged(word string, beginning bool) string {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	if !story.Unspaced(first) {
		word = " " + word
	}
	if !beginning && !story.Unspaced(last) {
		word += " "
	}
	return word
}

// longPrefix reports whether a word is long enough to look for those that begin
// with it: what begins with fewer than three letters is a good part of all words.
// One Han or kana character says as much as a word.
func longPrefix(word string) bool {
	r := []rune(word)
	return len(r) >= 3 || r[0] >= 0x2E80
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
