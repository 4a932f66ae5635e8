package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"stakeout/story"
)

// Hit is a story that a search found.
type Hit struct {
	Story   story.Story `json:"story"`
	Version int         `json:"version"` // the latest that matches
	Snippet string      `json:"snippet"` // of its text, around the first match
}

// Search finds stories by the words of any of their versions, best first, at
// most limit of them. All words must occur; "a phrase" stays together, word*
// matches beginnings, -word excludes. Any query is answered: what means nothing
// finds nothing.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]Hit, error) {
	match, words := parseQuery(query)
	if match == "" || limit <= 0 {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT v.source, v.id, max(v.number) FROM search JOIN versions v ON v.version_id = search.rowid
		WHERE search MATCH ? GROUP BY v.source, v.id ORDER BY min(search.rank) LIMIT ?`, match, limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", ours(err))
	}
	defer rows.Close()
	var hits []Hit
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Story.Source, &h.Story.ID, &h.Version); err != nil {
			return nil, ours(err)
		}
		hits = append(hits, h)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("search: %w", ours(err))
	}
	rows.Close()
	for i := range hits {
		st, err := s.StoryAt(ctx, hits[i].Story.Key(), hits[i].Version)
		if err != nil {
			return nil, err
		}
		hits[i].Story, hits[i].Snippet = st, snippet(st, words)
	}
	return hits, nil
}

// parseQuery makes an FTS5 expression of what a person typed, with every word
// quoted, and lists the words that must occur, in lower case.
func parseQuery(query string) (match string, words []string) {
	var want, not []string
	for _, t := range tokens(query) {
		text := strings.TrimLeft(t, "-")
		excluded := text != t
		prefix := strings.HasSuffix(text, "*") && !strings.HasPrefix(text, `"`)
		text = strings.Trim(text, `"*`)
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			continue
		}
		quoted := `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		if prefix {
			quoted += "*"
		}
		if excluded {
			not = append(not, quoted)
			continue
		}
		want = append(want, quoted)
		words = append(words, strings.ToLower(text))
	}
	if len(want) == 0 {
		return "", nil
	}
	match = strings.Join(want, " AND ")
	for _, n := range not {
		match = "(" + match + ") NOT " + n
	}
	return match, words
}

// tokens splits a query at spaces outside of double quotes; characters that
// SQLite would stop at are dropped.
func tokens(query string) []string {
	query = story.Normal(strings.ToValidUTF8(query, " "))
	var out []string
	var b strings.Builder
	quoted := false
	for _, r := range query {
		switch {
		case r == '"':
			quoted = !quoted
			b.WriteRune(r)
		case r == ' ' && !quoted:
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteRune(r)
		}
	}
	return append(out, b.String())
}

// snippetRunes is how long a snippet is.
const snippetRunes = 160

// snippet is the part of a story's text around the first word that was looked for.
func snippet(st story.Story, words []string) string {
	text := story.Normal(strings.Join(st.Body, " "))
	at := len(text)
	for _, w := range words {
		if i := strings.Index(strings.ToLower(text), w); i >= 0 && i < at {
			at = i
		}
	}
	if at == len(text) {
		at = 0
	}
	r := []rune(text)
	start := max(0, len([]rune(text[:min(at, len(text))]))-snippetRunes/3)
	end := min(len(r), start+snippetRunes)
	out := strings.TrimSpace(string(r[start:end]))
	if start > 0 {
		out = "… " + out
	}
	if end < len(r) {
		out += " …"
	}
	return out
}
