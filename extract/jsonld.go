package extract

import (
	"encoding/json"
	"html"
	"regexp"
	"sort"
	"strings"

	"stakeout/story"
)

// ldNode is one object of a page's JSON-LD.
type ldNode map[string]any

// maxLDDepth bounds how deep nested objects are looked into.
const maxLDDepth = 12

// parseLD reads one JSON-LD script: an object, an array, or a @graph, with the
// objects nested in them listed too, outermost first. Broken JSON is mended
// where the mending is plain; what can't be read is left out.
func parseLD(raw string) []ldNode {
	v, ok := parseLoose(raw)
	if !ok {
		return salvage(raw)
	}
	var nodes []ldNode
	collectLD(v, 0, &nodes)
	return nodes
}

var (
	trailingComma = regexp.MustCompile(`,(\s*[}\]])`)
	missingComma  = regexp.MustCompile(`([}\]"])(\s*\n\s*)(["{])`)
)

// parseLoose reads JSON, mended where it is broken the usual ways: HTML comment
// or CDATA marks around it, raw line breaks in strings, trailing commas,
// several values one after the other, entities.
func parseLoose(raw string) (any, bool) {
	s := strings.TrimSpace(raw)
	for _, mark := range []string{"<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA["} {
		s = strings.TrimSpace(strings.TrimPrefix(s, mark))
	}
	for _, mark := range []string{"-->", "//]]>", "/*]]>*/", "]]>", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, mark))
	}
	for _, mend := range []func(string) string{
		func(s string) string { return s },
		escapeControls,
		func(s string) string { return trailingComma.ReplaceAllString(escapeControls(s), "$1") },
		func(s string) string {
			return missingComma.ReplaceAllString(trailingComma.ReplaceAllString(escapeControls(s), "$1"), "$1,$2$3")
		},
		func(s string) string { return escapeControls(html.UnescapeString(s)) },
	} {
		dec := json.NewDecoder(strings.NewReader(mend(s)))
		dec.UseNumber()
		var all []any
		for {
			var v any
			if err := dec.Decode(&v); err != nil {
				break
			}
			all = append(all, v)
		}
		if len(all) == 1 {
			return all[0], true
		}
		if len(all) > 1 {
			return all, true
		}
	}
	return nil, false
}

// escapeControls escapes the control characters inside strings, and drops
// backslashes that escape nothing.
func escapeControls(s string) string {
	var b strings.Builder
	in := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"':
			in = !in
			b.WriteByte(c)
		case in && c == '\\' && i+1 < len(s):
			if strings.IndexByte(`"\/bfnrtu`, s[i+1]) < 0 {
				continue
			}
			b.WriteByte(c)
			i++
			b.WriteByte(s[i])
		case in && c < 0x20:
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// salvaged are the properties that are still read of JSON past mending: plain
// texts that can't be mistaken for another object's.
var salvaged = regexp.MustCompile(`"(headline|datePublished|dateModified|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.)*)"\s*[,}\n]`)

// salvage reads what it can of an article whose JSON is past mending.
func salvage(raw string) []ldNode {
	if !strings.Contains(raw, "Article") && !strings.Contains(raw, "BlogPosting") {
		return nil
	}
	n := ldNode{}
	for _, g := range salvaged.FindAllStringSubmatch(raw, 50) {
		if n[g[1]] != nil {
			return nil // more than one object: whose is whose can't be told
		}
		var s string
		if err := json.Unmarshal([]byte(`"`+g[2]+`"`), &s); err == nil && s != "" {
			n[g[1]] = s
		}
	}
	if len(n) == 0 {
		return nil
	}
	n["@type"] = "Article"
	return []ldNode{n}
}

// linkLD puts the nodes that others name by their @id in place of the name.
func linkLD(nodes []ldNode) {
	byID := map[string]ldNode{}
	for _, n := range nodes {
		if id, ok := n["@id"].(string); ok && len(n) > 1 {
			byID[id] = n
		}
	}
	if len(byID) == 0 {
		return
	}
	for _, n := range nodes {
		for _, key := range []string{"author", "creator", "publisher", "mainEntityOfPage", "isPartOf"} {
			n[key] = linked(n[key], byID)
			if n[key] == nil {
				delete(n, key)
			}
		}
	}
}

// linked is a value with the nodes in place of what only names them.
func linked(v any, byID map[string]ldNode) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = linked(e, byID)
		}
		return out
	case map[string]any:
		if id, ok := v["@id"].(string); ok && len(v) <= 2 && v["name"] == nil && byID[id] != nil {
			return map[string]any(byID[id])
		}
	}
	return v
}

func collectLD(v any, depth int, nodes *[]ldNode) {
	if depth > maxLDDepth || len(*nodes) > 500 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collectLD(e, depth+1, nodes)
		}
	case map[string]any:
		*nodes = append(*nodes, v)
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			switch v[k].(type) {
			case []any, map[string]any:
				collectLD(v[k], depth+1, nodes)
			}
		}
	}
}

// types are a node's @type words, without a namespace.
func (n ldNode) types() []string {
	var out []string
	for _, t := range list(n["@type"]) {
		if s, ok := t.(string); ok {
			out = append(out, s[strings.LastIndexAny(s, "/#:")+1:])
		}
	}
	return out
}

// isArticle reports whether a node is of one of schema.org's kinds of article.
func (n ldNode) isArticle() bool {
	for _, t := range n.types() {
		if strings.HasSuffix(t, "Article") || t == "BlogPosting" || t == "LiveBlogPosting" ||
			t == "Report" || t == "SocialMediaPosting" || t == "CreativeWork" || t == "Posting" {
			return true
		}
	}
	return false
}

// is reports whether a node is of a type.
func (n ldNode) is(kinds ...string) bool {
	for _, t := range n.types() {
		for _, k := range kinds {
			if strings.EqualFold(t, k) {
				return true
			}
		}
	}
	return false
}

// str is a property's first text: its own, or the name or @id of an object.
func (n ldNode) str(key string) string {
	for _, v := range list(n[key]) {
		if s := ldText(v); s != "" {
			return s
		}
	}
	return ""
}

// strs are all texts of a property.
func (n ldNode) strs(key string) []string {
	var out []string
	for _, v := range list(n[key]) {
		if s := ldText(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// list makes a list of a value that may be one.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []any
		for _, e := range v {
			out = append(out, list(e)...)
		}
		return out
	}
	return []any{v}
}

// ldText is the text of a value: a string or number, or what an object is named.
func ldText(v any) string {
	switch v := v.(type) {
	case string:
		return story.Plain(html.UnescapeString(v))
	case json.Number:
		return v.String()
	case map[string]any:
		for _, key := range []string{"name", "@value", "headline", "value", "alternateName"} {
			if s := ldText(firstOf(v[key])); s != "" {
				return s
			}
		}
	}
	return ""
}

func firstOf(v any) any {
	if l := list(v); len(l) > 0 {
		return l[0]
	}
	return nil
}

// ldPath looks a dotted property up through the page's nodes: articles first.
func (d *doc) ldPath(path string) []string {
	steps := strings.Split(path, ".")
	for _, n := range d.ldArticlesFirst() {
		if out := walkLD(map[string]any(n), steps); len(out) > 0 {
			return out
		}
	}
	return nil
}

func walkLD(v any, steps []string) []string {
	if len(steps) == 0 {
		if s := ldText(v); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, e := range list(v) {
		m, ok := e.(map[string]any)
		if !ok {
			continue
		}
		for _, next := range list(m[steps[0]]) {
			out = append(out, walkLD(next, steps[1:])...)
		}
	}
	return out
}

// ldArticlesFirst are the page's nodes, those of the story it is about first.
func (d *doc) ldArticlesFirst() []ldNode {
	article := d.article()
	var out []ldNode
	if article != nil {
		out = append(out, article)
	}
	for _, n := range d.ld {
		if n.isArticle() {
			out = append(out, n)
		}
	}
	for _, n := range d.ld {
		if !n.isArticle() {
			out = append(out, n)
		}
	}
	return out
}
