package jsonpath

import (
	"fmt"
	"net/url"
	"strings"
)

// Template makes texts of a value: a bare path, or a text with paths in braces,
// such as https://news.example/story/{slug}.
type Template struct {
	text  string
	parts []part
}

// part is some text, and the path whose value follows it.
type part struct {
	before string
	path   Path
	last   bool // no path follows
}

// ParseTemplate reads a template.
func ParseTemplate(text string) (*Template, error) {
	t := &Template{text: text}
	if !strings.Contains(text, "{") {
		p, err := Parse(text)
		t.parts = []part{{path: p}}
		return t, err
	}
	rest := text
	for {
		before, inside, found := strings.Cut(rest, "{")
		if !found {
			t.parts = append(t.parts, part{before: before, last: true})
			return t, nil
		}
		path, after, closed := strings.Cut(inside, "}")
		if !closed {
			return t, fmt.Errorf("expected } behind the path %q", inside)
		}
		p, err := Parse(path)
		if err != nil {
			return t, err
		}
		t.parts = append(t.parts, part{before: before, path: p})
		rest = after
	}
}

// String is the template as it was written.
func (t *Template) String() string { return t.text }

// Fill returns what the template makes of a value: every text that a bare path
// leads to, or one text, in which each path stands for the first value that it
// leads to, escaped for the path of an address. nil where a value is missing.
func (t *Template) Fill(value any) []string {
	if len(t.parts) == 1 && !t.parts[0].last {
		var all []string
		for _, v := range t.parts[0].path.Get(value) {
			if s := Text(v); s != "" {
				all = append(all, s)
			}
		}
		return all
	}
	var b strings.Builder
	for _, p := range t.parts {
		b.WriteString(p.before)
		if p.last {
			break
		}
		values := p.path.Get(value)
		if len(values) == 0 || Text(values[0]) == "" {
			return nil
		}
		b.WriteString(escape(Text(values[0])))
	}
	return []string{b.String()}
}

// escape makes a value safe in an address; its slashes stay.
func escape(s string) string {
	segments := strings.Split(s, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return strings.Join(segments, "/")
}
