// Package jsonpath reads values out of JSON by the part of JSONPath (RFC 9535)
// that a listing needs: names, numbers and wildcards. There are no filters, no
// slices, no descent to any depth: such a path is refused when it is parsed.
package jsonpath

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxSteps is how long a path may be.
const maxSteps = 50

// Path leads from a value to values inside of it, such as $.data.items[*],
// data.items[*], or ['odd name'][0]. The zero value is the value itself.
type Path struct {
	text  string
	steps []step
}

// step is one name, one number, or every value there is.
type step struct {
	kind  kind
	name  string
	index int // from the end where negative
}

type kind int

const (
	named kind = iota
	numbered
	every
)

// Parse reads a path. The leading "$" or "$." may be left out. The error says
// where the path stops being one.
func Parse(text string) (Path, error) {
	p := Path{text: text}
	rest := strings.TrimSpace(text)
	if rest == "" {
		return p, fmt.Errorf("an empty path")
	}
	if rest[0] == '$' {
		rest = rest[1:]
	} else if rest[0] != '[' {
		rest = "." + rest
	}
	for rest != "" {
		s, after, err := parseStep(rest)
		if err != nil {
			return p, fmt.Errorf("at %q: %w", rest, err)
		}
		if p.steps = append(p.steps, s); len(p.steps) > maxSteps {
			return p, fmt.Errorf("more than %d steps", maxSteps)
		}
		rest = after
	}
	return p, nil
}

// parseStep reads the step that a text begins with, and returns what follows it.
func parseStep(text string) (s step, rest string, err error) {
	switch text[0] {
	case '.':
		name := text[1:]
		if end := strings.IndexAny(name, ".["); end >= 0 {
			name = name[:end]
		}
		rest = text[1+len(name):]
		switch {
		case name == "" && strings.HasPrefix(rest, "."):
			return s, "", fmt.Errorf("a descent to any depth (..) is not read")
		case name == "" || strings.ContainsAny(name, " \t\r\n'\"]?@()"):
			return s, "", fmt.Errorf("expected a name behind the dot; an odd one is written as ['it is']")
		case name == "*":
			return step{kind: every}, rest, nil
		}
		return step{kind: named, name: name}, rest, nil
	case '[':
		return parseBracket(text)
	}
	return s, "", fmt.Errorf("expected . or [")
}

// parseBracket reads [*], [0], [-1], ['name'] or ["name"].
func parseBracket(text string) (s step, rest string, err error) {
	if quote := text[1:min(2, len(text))]; quote == "'" || quote == `"` {
		name, rest, found := strings.Cut(text[2:], quote+"]")
		if !found {
			return s, "", fmt.Errorf("expected %s] behind the name", quote)
		}
		return step{kind: named, name: name}, rest, nil
	}
	inside, rest, found := strings.Cut(text[1:], "]")
	inside = strings.TrimSpace(inside)
	if inside == "*" && found {
		return step{kind: every}, rest, nil
	}
	index, err := strconv.Atoi(inside)
	if !found || err != nil {
		return s, "", fmt.Errorf("expected [*], a number or a quoted name in brackets")
	}
	return step{kind: numbered, index: index}, rest, nil
}

// String is the path as it was written.
func (p Path) String() string { return p.text }

// Get returns what the path leads to in a value that package encoding/json
// decoded, in the order of the lists and, in objects, of the names. What isn't
// there is left out; nil for nothing.
func (p Path) Get(value any) []any {
	values := []any{value}
	for _, s := range p.steps {
		var next []any
		for _, v := range values {
			next = s.from(v, next)
		}
		values = next
	}
	return values
}

// from appends what one step leads to.
func (s step) from(value any, to []any) []any {
	switch v := value.(type) {
	case map[string]any:
		switch s.kind {
		case named:
			if inner, ok := v[s.name]; ok {
				to = append(to, inner)
			}
		case every:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				to = append(to, v[name])
			}
		}
	case []any:
		switch s.kind {
		case numbered:
			i := s.index
			if i < 0 {
				i += len(v)
			}
			if i >= 0 && i < len(v) {
				to = append(to, v[i])
			}
		case every:
			to = append(to, v...)
		}
	}
	return to
}

// Text is a scalar as text, "" for null, objects and lists. Numbers are as
// written where they were decoded as json.Number.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
