package main

import (
	"slices"
	"strings"
)

// questions are the words that a query may begin with. The database is opened for
// reading, which keeps the history as it is; what begins otherwise could still
// write files beside it.
var questions = []string{"SELECT", "WITH", "VALUES", "EXPLAIN"}

// oneQuestion is a query without the semicolon behind it; an error of usage where
// it is none, or several.
func oneQuestion(query string) (string, error) {
	first, end := "", len(query)
	for at := 0; at < len(query); {
		next := token(query, at)
		part := query[at:next]
		switch {
		case strings.TrimSpace(part) == "" || strings.HasPrefix(part, "--") || strings.HasPrefix(part, "/*"):
		case part == ";":
			if first != "" {
				end = min(end, at)
			}
		case end < len(query):
			return "", withHint(badUsage("query: found %.40q behind the first query, expected one query", query[at:]), "ask one after the other")
		case first == "":
			first = strings.ToUpper(part)
		}
		at = next
	}
	switch {
	case first == "":
		return "", badUsage("query: found nothing, expected SQL such as SELECT headline FROM stories_v")
	case !slices.Contains(questions, first) && first != "(":
		return "", withHint(badUsage("query: found %.40q, expected %s: the history can only be read", first, strings.Join(questions, ", ")), "docs/recipes.md lists the views and their columns, and has ten questions with their answers")
	}
	return query[:end], nil
}

// token is where the piece of SQL that begins at a place ends: a comment, a text
// or name in quotation marks, a word, white space, or one sign.
func token(s string, at int) int {
	rest := s[at:]
	until := func(mark string, from int) int {
		if i := strings.Index(rest[from:], mark); i >= 0 {
			return at + from + i + len(mark)
		}
		return len(s)
	}
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "--"):
		return until("\n", 2)
	case strings.HasPrefix(rest, "/*"):
		return until("*/", 2)
	case c == '\'' || c == '"' || c == '`':
		return until(string(c), 1) // a doubled mark begins the next piece
	case c == '[':
		return until("]", 1)
	case isSpace(c) || isWord(c):
		same := isWord
		if isSpace(c) {
			same = isSpace
		}
		for at < len(s) && same(s[at]) {
			at++
		}
		return at
	}
	return at + 1
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\r\n\f\v", c) >= 0 }

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
