package configs

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// text is a scalar as text, ${VAR} replaced from the environment.
func (f *file) text(n ast.Node, path string) string {
	s, ok := scalar(n)
	if !ok {
		f.at(n, path, describe(n), "text")
		return ""
	}
	return f.expand(n, path, s)
}

// scalar is a scalar node's text as written.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

var variable = regexp.MustCompile(`\$?\$\{([^}]*)\}`)

// expand replaces ${VAR}; $${VAR} stands for itself.
func (f *file) expand(n ast.Node, path, s string) string {
	return variable.ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "$$") {
			return m[1:]
		}
		name := m[2 : len(m)-1]
		v, ok := f.env(name)
		if !ok {
			f.at(n, path, m, "the environment to set "+name+" (write $"+m+" where the text itself is meant)")
		}
		return v
	})
}

// texts is one text, or a list of them.
func (f *file) texts(n ast.Node, path string) []string {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return []string{f.text(n, path)}
	}
	var out []string
	for _, v := range list.Values {
		out = append(out, f.text(resolve(v), path))
	}
	return out
}

// duration reads a length of time such as 2s or 500ms; bare numbers have no
// unit and are refused.
func (f *file) duration(n ast.Node, path string) time.Duration {
	s := f.text(n, path)
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		f.at(n, path, quote(s), "a duration such as 2s or 500ms")
		return 0
	}
	return d
}

// number reads a whole number from low to high.
func (f *file) number(n ast.Node, path string, low, high int) int {
	s, _ := scalar(n)
	v, err := strconv.Atoi(s)
	if err != nil || v < low || v > high {
		f.at(n, path, describe(n), "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
		return low
	}
	return v
}

// yes reads true or false.
func (f *file) yes(n ast.Node, path string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		f.at(n, path, describe(n), "true or false")
		return false
	}
	return b.Value
}

// pattern reads a regular expression.
func (f *file) pattern(n ast.Node, path string) *regexp.Regexp {
	s := f.text(n, path)
	re, err := regexp.Compile(s)
	if err != nil {
		f.at(n, path, quote(s), "a regular expression ("+strings.TrimPrefix(err.Error(), "error parsing regexp: ")+")")
		return nil
	}
	for _, name := range re.SubexpNames() {
		if name != "" && name != "id" {
			f.at(n, path, "group "+quote(name), "no named group but id, the story's ID")
		}
	}
	return re
}
