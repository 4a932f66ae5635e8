package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Edit is a line of a configuration file, before and after: "" before for lines
// that come in.
type Edit struct {
	File          string
	Line          int
	Before, After string
	Old           string // the rule as it was written
	content       string // of the whole file, after
	fresh         bool   // there is no such file yet
}

// RewriteRule gives a field of a source another rule, in the line where the rule
// stands; every other line, and the comment behind it, stays as it is. The error
// says where the rule is and why it can't be changed so. Nothing is written.
func RewriteRule(src *Source, field, rule string) (Edit, error) {
	content, err := os.ReadFile(src.File)
	if err != nil {
		return Edit{}, err
	}
	key, value, err := findRule(src, field, content)
	if err != nil {
		return Edit{}, err
	}
	start, end := value.GetToken().Position, lastToken(value)
	e := Edit{File: src.File, Line: start.Line}
	if key.GetToken().Position.Line != start.Line || end != start.Line {
		return e, fmt.Errorf("%s:%d: the rule for %s stands on several lines; change it by hand to: %s", src.File, start.Line, field, rule)
	}
	lines := strings.SplitAfter(string(content), "\n")
	line := strings.TrimRight(lines[e.Line-1], "\r\n")
	from := start.Column - 1 // in characters
	runes := []rune(line)
	if from > len(runes) {
		return e, fmt.Errorf("%s:%d: the rule for %s was not found in its line", src.File, e.Line, field)
	}
	head, rest := string(runes[:from]), string(runes[from:])
	tail := valueEnd(rest)
	e.Before, e.After, e.Old = line, head+rule+tail, strings.TrimSuffix(rest, tail)
	lines[e.Line-1] = e.After + lines[e.Line-1][len(line):]
	e.content = strings.Join(lines, "")
	return e, nil
}

// Write writes the file, after it was read again as a whole: a configuration that
// is wrong then is left as it was.
func (e Edit) Write() error {
	l := &loader{cfg: &Config{}, set: map[string]Problem{}, env: os.LookupEnv}
	l.read(e.File, []byte(e.content))
	if _, err := l.finish(); err != nil {
		return err
	}
	mode := os.FileMode(0o640)
	if e.fresh {
		if err := os.MkdirAll(filepath.Dir(e.File), 0o750); err != nil {
			return err
		}
	} else {
		info, err := os.Stat(e.File)
		if err != nil {
			return err
		}
		mode = info.Mode().Perm()
	}
	beside := e.File + ".new"
	if err := os.WriteFile(beside, []byte(e.content), mode); err != nil {
		return err
	}
	return os.Rename(beside, e.File)
}

// findRule finds the key and the value of a field's rule.
func findRule(src *Source, field string, content []byte) (key, value ast.Node, err error) {
	parsed, err := parser.ParseBytes(content, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, nil, err
	}
	for _, doc := range parsed.Docs {
		if isEmpty(doc.Body) {
			continue
		}
		f := newFile(&loader{cfg: &Config{}, set: map[string]Problem{}}, src.File, doc.Body)
		n := doc.Body
		for _, want := range []string{"sources", src.Name, "fields", field} {
			key, n = f.child(n, want)
			if n == nil {
				break
			}
		}
		if n != nil {
			return key, n, nil
		}
	}
	return nil, nil, fmt.Errorf("%s:%d: source %s has no rule for %s", src.File, src.Line, src.Name, field)
}

// child is a mapping's key and value of a name; nil where there is none.
func (f *file) child(n ast.Node, name string) (key, value ast.Node) {
	all, _ := f.pairs(n, "", 0)
	for _, p := range all {
		if p.key == name {
			return p.k, p.v
		}
	}
	return nil, nil
}

// lastToken is the line that a value ends on.
func lastToken(n ast.Node) int {
	line := n.GetToken().Position.Line
	ast.Walk(lastLine{&line}, n)
	return line
}

type lastLine struct{ line *int }

// Visit implements ast.Visitor.
func (l lastLine) Visit(n ast.Node) ast.Visitor {
	if t := n.GetToken(); t != nil && t.Position.Line > *l.line {
		*l.line = t.Position.Line
	}
	return l
}

// valueEnd is what follows a value in its line: spaces and a comment, or the rest
// of a mapping in braces that it stands in.
func valueEnd(s string) string {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth < 0 && strings.ContainsAny(s[:i], "{[") || depth < 0 && balanced(s[:i]) {
				return s[i:]
			}
		case c == ',' && depth == 0 && strings.Contains(s[i:], "}"):
			return s[i:]
		case c == '#' && depth <= 0 && i > 0 && s[i-1] == ' ':
			return s[len(strings.TrimRight(s[:i], " ")):]
		}
	}
	return s[len(strings.TrimRight(s, " ")):]
}

// balanced reports whether a text closes no bracket that it doesn't open.
func balanced(s string) bool {
	return strings.Count(s, "[") == strings.Count(s, "]") && strings.Count(s, "{") == strings.Count(s, "}")
}
