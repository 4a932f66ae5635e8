package extract

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// emptyPage is how many bytes of text the page of an app shows at most before its
// scripts have drawn it: a greeting, a sign that it loads.
const emptyPage = 200

// draw puts the story of an empty page where its scripts would have: what the
// embedded state says of it, as heading, paragraphs, metadata and a list of
// labels.
func (d *doc) draw() {
	body := find(d.root, atom.Body)
	if body == nil || len(d.h1) > 0 || len(d.state)+len(d.stream) == 0 || shortText(body, emptyPage) == "" && hasText(body) {
		return
	}
	r := d.stateRecord()
	if r.fields == nil {
		return
	}
	d.drawn, d.supplied = r.via, map[string]bool{}
	article, h1 := element("article"), element("h1", r.title())
	body.AppendChild(article)
	article.AppendChild(h1)
	d.h1, d.headings = append(d.h1, h1), append(d.headings, h1)
	card, labels := element("dl"), 0
	for _, key := range sortedKeys(r.fields) {
		label := keyLabel(key)
		field, values := meanings[labelKey(label)], stateTexts(r.fields[key])
		if len(values) == 0 || field == "" || field == "headline" || field == "id" && !strings.Contains(d.url, values[0]) {
			continue
		}
		if cardLabels[field] {
			labels++
		}
		dd := element("dd", values[0])
		if len(values) > 1 {
			dd = element("dd")
			for _, v := range values {
				dd.AppendChild(element("span", v))
			}
		}
		card.AppendChild(element("dt", label))
		card.AppendChild(dd)
		d.supply(drawnMetas[field], values)
	}
	for _, p := range r.paragraphs {
		article.AppendChild(element("p", p))
	}
	if labels >= 2 {
		article.AppendChild(card)
	}
}

// about reports whether a title in the state is the page's, as far as the page
// says what it is about.
func (d *doc) about(title string) bool {
	for _, t := range d.titles() {
		if len(tokens(t)) > 2 {
			return d.titleLikeness(title) >= 0.3
		}
	}
	return true
}

// drawnMetas are the names of metadata under which a field's values are supplied.
var drawnMetas = map[string]string{"published": "article:published_time", "updated": "article:modified_time", "sector": "article:section",
	"authors": "author", "tags": "article:tag", "publisher": "og:site_name"}

// supply adds metadata that the page has not.
func (d *doc) supply(name string, values []string) {
	if name != "" && len(d.metas[name]) == 0 {
		d.metas[name], d.supplied["meta "+name] = values, true
	}
}

// readAt is where a field was read: in the state, where the page was drawn from it.
func (d *doc) readAt(via string) string {
	if d.drawn != "" && (strings.HasPrefix(via, "css ") || strings.HasPrefix(via, "label ") || strings.HasPrefix(via, "reader") || d.supplied[via]) {
		return d.drawn
	}
	return via
}

// stateRecord is an object of a page's embedded state that is a story: it has a
// title and a text.
type stateRecord struct {
	fields     map[string]any
	paragraphs []string
	via        string
}

var titleKeys = []string{"headline", "title", "hed", "name"}

func (r stateRecord) title() string {
	for _, key := range titleKeys {
		if s, ok := r.fields[key].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// stateRecord is the record with the longest text, of those whose title is the
// page's.
func (d *doc) stateRecord() stateRecord {
	best, most, left := stateRecord{}, 0, maxStateNodes
	var look func(v any, via string)
	look = func(v any, via string) {
		if left--; left < 0 {
			return
		}
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				look(e, via)
			}
		case map[string]any:
			r := stateRecord{fields: v, via: via}
			if title := r.title(); title != "" && d.about(title) {
				if r.paragraphs = ownText(v); size(r.paragraphs) > most {
					best, most = r, size(r.paragraphs)
				}
			}
			for _, key := range sortedKeys(v) {
				look(v[key], via)
			}
		}
	}
	for _, script := range d.state {
		if len(script.text) <= maxState {
			for _, v := range stateValues(script.text) {
				look(v, script.via)
			}
		}
	}
	for _, v := range nextRows(d.stream) {
		look(v, "__next_f")
	}
	return best
}

// ownText is the longest text right under an object: a string, a list of blocks,
// or either one level below.
func ownText(fields map[string]any) []string {
	var best stateText
	search := stateSearch{left: 1000}
	for _, key := range sortedKeys(fields) {
		v := fields[key]
		if inner, ok := v.(map[string]any); ok {
			for _, k := range []string{"rendered", "html", "text", "value", "content", "blocks"} {
				if inner[k] != nil {
					v = inner[k]
					break
				}
			}
		}
		switch v.(type) {
		case string, []any:
			if t := search.longest(v, ""); t.size > best.size {
				best = t
			}
		}
	}
	if best.raw != "" {
		return withoutAsides(best)
	}
	return best.paragraphs
}

// stateTexts are a value of the state as texts: of objects their names.
func stateTexts(v any) []string {
	switch v := v.(type) {
	case string:
		if s := story.Plain(v); s != "" && len(s) < 600 {
			return []string{s}
		}
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case map[string]any:
		for _, key := range []string{"name", "title", "label", "text", "displayName"} {
			if s := stateTexts(v[key]); s != nil {
				return s
			}
		}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, stateTexts(e)...)
		}
		return out
	}
	return nil
}

// keyLabel is a name in a script as a label's words: publishedAt, published_at.
func keyLabel(key string) string {
	var b strings.Builder
	for i, r := range key {
		switch {
		case r == '_' || r == '-':
			r = ' '
		case unicode.IsUpper(r) && i > 0 && !strings.HasSuffix(key[:i], strings.ToUpper(key[i-1:i])):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// find is the first element of a kind at or below n; nil for none.
func find(n *html.Node, kind atom.Atom) *html.Node {
	for e := range n.Descendants() {
		if e.DataAtom == kind && e.Type == html.ElementNode {
			return e
		}
	}
	return nil
}

// element makes an element, with text in it where there is any.
func element(tag string, text ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: tag, DataAtom: atom.Lookup([]byte(tag))}
	if len(text) > 0 {
		n.AppendChild(&html.Node{Type: html.TextNode, Data: strings.Join(text, " ")})
	}
	return n
}
