package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// value is what a rule gave: texts, and where they were read.
type value struct {
	texts []string
	nodes []*html.Node // the elements that texts were read from; nil where none
	via   string
	rule  compiledRule
}

// first is the first text; "" where there is none.
func (v value) first() string {
	if len(v.texts) == 0 {
		return ""
	}
	return v.texts[0]
}

// apply tries a field's rules in order; the first that finds text wins. many
// says that the field takes every match.
func (d *doc) apply(rules []compiledRule, many bool) value {
	for _, r := range rules {
		if v := d.applyRule(r, many || r.All); len(v.texts) > 0 {
			return v
		}
	}
	return value{}
}

func (d *doc) applyRule(r compiledRule, many bool) value {
	v := value{rule: r}
	switch {
	case r.selector != nil:
		v.via = "css " + r.CSS
		for _, n := range r.selector.MatchAll(d.root) {
			v.add(r.take(n), n)
		}
	case r.Label != "":
		v.via = "label " + r.Label
		values, items, nodes := d.labelled(r.Label)
		if many && r.Split == "" && len(items) > 0 {
			values = items
		}
		v.texts, v.nodes = values, nodes
	case r.Meta != "":
		v.via = "meta " + r.Meta
		v.texts = append(v.texts, d.metas[strings.ToLower(r.Meta)]...)
	case r.JSONLD != "":
		v.via = "json-ld " + r.JSONLD
		v.texts = d.ldPath(r.JSONLD)
	}
	v.refine(r)
	if !many && len(v.texts) > 1 && r.Split == "" {
		v.texts = v.texts[:1]
	}
	return v
}

// take is what a rule takes of an element: an attribute, a time's machine form,
// else its text.
func (r compiledRule) take(n *html.Node) string {
	switch {
	case r.Attr != "":
		return attr(n, r.Attr)
	case n.DataAtom == atom.Meta:
		return attr(n, "content")
	case n.DataAtom == atom.Time && r.Layout == "" && r.pattern == nil && attr(n, "datetime") != "":
		return attr(n, "datetime")
	}
	return text(n)
}

func (v *value) add(s string, n *html.Node) {
	if s = story.Plain(s); s != "" {
		v.texts = append(v.texts, s)
		v.nodes = append(v.nodes, n)
	}
}

// refine applies a rule's regexp and split to what it found.
func (v *value) refine(r compiledRule) {
	if r.pattern == nil && r.Split == "" {
		return
	}
	var out []string
	for _, s := range v.texts {
		if r.pattern != nil {
			m := r.pattern.FindStringSubmatch(s)
			if m == nil {
				continue
			}
			s = m[1]
		}
		parts := []string{s}
		if r.Split != "" {
			parts = strings.Split(s, r.Split)
		}
		for _, p := range parts {
			if p = story.Plain(p); p != "" {
				out = append(out, p)
			}
		}
	}
	v.texts, v.nodes = out, nil
}

// paragraphs are a body rule's texts: each element's blocks where the rule took
// elements whole, else the texts as they are. An element inside one already
// taken adds nothing.
func (v value) paragraphs() []string {
	if v.nodes == nil || v.rule.Attr != "" {
		return v.texts
	}
	taken := map[*html.Node]bool{}
	var out []string
	for _, n := range v.nodes {
		inside := false
		for p := n.Parent; p != nil && !inside; p = p.Parent {
			inside = taken[p]
		}
		if !inside {
			out = append(out, paragraphs(n)...)
		}
		taken[n] = true
	}
	return out
}

// remove takes what a source's rules drop, and nothing else, off the page.
func (d *doc) remove(r *Rules) {
	if r == nil {
		return
	}
	for _, sel := range r.drop {
		for _, n := range sel.MatchAll(d.root) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
}
