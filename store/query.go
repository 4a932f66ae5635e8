package store

import (
	"strings"
	"unicode"

	"stakeout/story"
)

// parsedQuery is what a person typed, for SQLite.
type parsedQuery struct {
	match string   // an FTS5 expression, every word quoted; "" where nothing can match
	words []string // the words and phrases that must occur, in lower case
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
		if t.prefix {
			quoted += "*"
		}
		if t.excluded {
			not = append(not, quoted)
			continue
		}
		want = append(want, quoted)
		q.words = append(q.words, strings.ToLower(t.text))
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
