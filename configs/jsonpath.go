package configs

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"stakeout/jsonpath"
)

// jsonPath reads a path into JSON.
func (f *file) jsonPath(n ast.Node, path string) *jsonpath.Path {
	s := f.text(n, path)
	p, err := jsonpath.Parse(s)
	if err != nil {
		f.at(n, path, quote(s), "a path into JSON such as data.items[*] ("+err.Error()+")")
	}
	return &p
}

// jsonLink reads where an item's address is in JSON.
func (f *file) jsonLink(n ast.Node, path string) *jsonpath.Template {
	s := f.text(n, path)
	t, err := jsonpath.ParseTemplate(s)
	if err != nil {
		f.at(n, path, quote(s), "a path into JSON such as url, or an address with paths in braces such as /news/{slug} ("+err.Error()+")")
	}
	return t
}

// next reads where a listing's next page is: what begins with $ is a path into
// JSON, everything else a CSS selector.
func (f *file) next(src *Source, n ast.Node, path string) {
	if s, ok := scalar(n); ok && strings.HasPrefix(s, "$") && !strings.HasPrefix(s, "${") && !strings.HasPrefix(s, "$$") {
		src.NextPath = f.jsonPath(n, path)
		return
	}
	src.Next = f.selector(n, path)
}
