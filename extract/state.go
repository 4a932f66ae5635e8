package extract

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"stakeout/extract/prose"

	"stakeout/story"
)

// Limits of what is looked at in a page's embedded state.
const (
	maxState      = 4 << 20 // bytes of one script
	maxStateNodes = 200_000 // values of all scripts
	leastText     = 200     // bytes from which a value may be a story's text
)

// stateText is a text found in a page's embedded state.
type stateText struct {
	paragraphs []string
	size       int    // bytes of the paragraphs
	raw        string // the markup that they come from; "" for plain text
	via        string
	weight     float64
}

// stateSearch looks for the story's text in a page's embedded state.
type stateSearch struct {
	about []string // words that the story has; none where unknown
	left  int      // how many values may still be looked at
}

// weighed is a text with its weight: its size, several times so where it has the
// words that the page is about.
func (s *stateSearch) weighed(t stateText) stateText {
	t.weight = float64(t.size)
	if len(s.about) > 0 && t.size > 0 {
		t.weight *= 0.1 + coverage(s.about, t.paragraphs)
	}
	return t
}

// stateBody is the story's text where the page carries it in its embedded state
// only: __NEXT_DATA__, the stream of __next_f, window.__STATE__ and their kind.
// It is the longest text that the state holds, a list of blocks taken as one; one
// that has the words the page is about counts for more.
func (d *doc) stateBody(about []string) ([]string, string) {
	best, search := stateText{}, stateSearch{distinct(about), maxStateNodes}
	keep := func(t stateText) {
		if t.weight > best.weight {
			best = t
		}
	}
	for _, script := range d.state {
		if len(script.text) > maxState {
			continue
		}
		for _, v := range stateValues(script.text) {
			keep(search.longest(v, script.via))
		}
	}
	for _, v := range nextRows(d.stream) {
		keep(search.longest(v, "__next_f"))
	}
	if best.raw != "" {
		return withoutAsides(best), best.via
	}
	return best.paragraphs, best.via
}

// withoutAsides reads the markup of a text as a page is read, without captions
// and their kind; where that loses too much, as it is.
func withoutAsides(t stateText) []string {
	root, err := html.Parse(strings.NewReader("<article>" + t.raw + "</article>"))
	if err != nil {
		return t.paragraphs
	}
	found := prose.Find(root, prose.Hints{})
	if size(found.Paragraphs)*10 < t.size*6 {
		return t.paragraphs
	}
	return found.Paragraphs
}

// embedded is a script that may hold the page's state.
type embedded struct{ text, via string }

var (
	textRow  = regexp.MustCompile(`(?:^|\n)[0-9a-f]+:T([0-9a-f]+),`)
	jsonRow  = regexp.MustCompile(`(?m)^[0-9a-f]+:(?:[A-Z]{0,2})?([\[{].*)$`)
	nextPush = regexp.MustCompile(`__next_f\.push\(\[\d+,`)
)

// stateValues are the JSON values in a script: the whole of it, or what it assigns.
func stateValues(script string) []any {
	s := strings.TrimSpace(script)
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		if v, ok := oneValue(s); ok {
			return []any{v}
		}
	}
	var out []any
	for _, at := range assignments(s) {
		v, ok := oneValue(s[at:])
		if !ok {
			continue
		}
		if inner, isText := v.(string); isText { // JSON.parse("…")
			if v, ok = oneValue(inner); !ok {
				continue
			}
		}
		out = append(out, v)
	}
	return out
}

// assignments are the places in a script where a value is assigned that may be
// JSON, at most 20.
func assignments(s string) []int {
	var out []int
	for _, parse := range []string{"=", "JSON.parse("} {
		for at := 0; len(out) < 20; {
			i := strings.Index(s[at:], parse)
			if i < 0 {
				break
			}
			at += i + len(parse)
			rest := strings.TrimLeft(s[at:min(len(s), at+10)], " \n\t")
			if rest == "" || !strings.ContainsRune("{[\"", rune(rest[0])) || parse == "=" && rest[0] == '"' {
				continue
			}
			start := at + strings.IndexByte(s[at:], rest[0])
			out = append(out, start)
			at = start
		}
	}
	return out
}

func oneValue(s string) (any, bool) {
	if s == "" || s[0] != '{' && s[0] != '[' && s[0] != '"' {
		return nil, false
	}
	var v any
	if err := json.NewDecoder(strings.NewReader(s)).Decode(&v); err != nil {
		return nil, false
	}
	return v, true
}

// nextRows are the values of a React stream, which the scripts feed piece by
// piece: rows of JSON, and rows of text.
func nextRows(scripts []string) []any {
	var stream strings.Builder
	for _, s := range scripts {
		for _, m := range nextPush.FindAllStringIndex(s, -1) {
			if v, ok := oneValue(s[m[1]:]); ok {
				if part, ok := v.(string); ok && stream.Len() < maxState {
					stream.WriteString(part)
				}
			}
		}
	}
	rows := stream.String()
	var out []any
	for _, m := range textRow.FindAllStringSubmatchIndex(rows, -1) {
		n, err := strconv.ParseInt(rows[m[2]:m[3]], 16, 32)
		if err == nil && n > leastText && m[1]+int(n) <= len(rows) {
			out = append(out, strings.ToValidUTF8(rows[m[1]:m[1]+int(n)], ""))
		}
	}
	for _, m := range jsonRow.FindAllStringSubmatch(rows, -1) {
		if v, ok := oneValue(m[1]); ok {
			out = append(out, v)
		}
	}
	return out
}

// longest is the weightiest text in a value.
func (s *stateSearch) longest(v any, via string) stateText {
	if s.left--; s.left < 0 {
		return stateText{}
	}
	switch v := v.(type) {
	case string:
		if len(v) < leastText || !prosaic(v) {
			return stateText{}
		}
		return s.weighed(textOf(v, via))
	case []any:
		return s.longestInList(v, via)
	case map[string]any:
		best := stateText{}
		for _, key := range sortedKeys(v) {
			if t := s.longest(v[key], via); t.weight > best.weight {
				best = t
			}
		}
		return best
	}
	return stateText{}
}

// longestInList is the text of a list of blocks where its items are such, else
// the weightiest text in one of them.
func (s *stateSearch) longestInList(list []any, via string) stateText {
	best, all := stateText{}, stateText{via: via}
	for _, e := range list {
		block, nested := blockText(e)
		for _, p := range dataParagraphs(block) {
			all.paragraphs = append(all.paragraphs, p)
			all.size += len(p)
		}
		if nested {
			if t := s.longest(e, via); t.weight > best.weight {
				best = t
			}
		}
	}
	if all.size >= leastText && all.size > best.size && prosaic(strings.Join(all.paragraphs, " ")) {
		return s.weighed(all)
	}
	return best
}

// blockKeys are the names under which a block of a story holds its text.
var blockKeys = []string{"text", "html", "content", "value", "body", "data", "children", "paragraph", "model"}

// blockText is the text of a block: a string, or an object that holds one under
// a usual name. nested says that there may be more inside.
func blockText(e any) (text string, nested bool) {
	switch e := e.(type) {
	case string:
		if strings.ContainsAny(e, " \u3000") || strings.ContainsFunc(e, ideograph) {
			return e, false
		}
	case map[string]any:
		if kind, _ := e["type"].(string); strings.Contains(strings.ToLower(kind), "image") || strings.Contains(strings.ToLower(kind), "ad") {
			return "", true
		}
		for _, key := range blockKeys {
			if s, ok := e[key].(string); ok && strings.Contains(s, " ") {
				return s, true
			}
		}
		for _, key := range blockKeys {
			if inner, ok := e[key].(map[string]any); ok {
				if s, _ := blockText(inner); s != "" {
					return s, true
				}
			}
		}
		return "", true
	case []any:
		return "", true
	}
	return "", false
}

func textOf(s, via string) stateText {
	t := stateText{paragraphs: dataParagraphs(s), via: via}
	if isMarkup(s) {
		t.raw = s
	}
	for _, p := range t.paragraphs {
		t.size += len(p)
	}
	return t
}

// prosaic reports whether a text is sentences, not code, addresses or lists.
func prosaic(s string) bool {
	head := s[:min(len(s), 4000)]
	if strings.HasPrefix(strings.TrimSpace(head), "{") || strings.Contains(head, "function(") || strings.Contains(head, "=>") || strings.Count(head, "{")+strings.Count(head, ";") > len(head)/60+4 && !strings.Contains(head, "<p") {
		return false
	}
	stops, letters := 0, 0
	for _, r := range head {
		switch {
		case strings.ContainsRune(".!?。！？।؟", r):
			stops++
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0xBF:
			letters++
		}
	}
	spaced := strings.Count(head, " ")*15 > len(head) || strings.ContainsFunc(head, ideograph)
	return stops > 0 && letters*2 > len(head)/2 && spaced
}

func isMarkup(s string) bool {
	return strings.Contains(s, "<p") || strings.Contains(s, "<br") || strings.Contains(s, "</")
}

// dataParagraphs parts a text that is carried as data: HTML by its blocks, plain
// text by its lines.
func dataParagraphs(raw string) []string {
	if raw == "" {
		return nil
	}
	if strings.Contains(raw, "&lt;") {
		raw = html.UnescapeString(raw)
	}
	if isMarkup(raw) {
		if root, err := html.Parse(strings.NewReader(raw)); err == nil {
			return paragraphs(root)
		}
	}
	var out []string
	for line := range strings.SplitSeq(html.UnescapeString(raw), "\n") {
		if line = story.Plain(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
