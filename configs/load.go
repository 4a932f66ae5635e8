package configs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// LoadOptions say how a configuration is read.
type LoadOptions struct {
	// AbsentIsEmpty makes a path where nothing is an empty configuration
	// instead of an error: the default folder need not exist.
	AbsentIsEmpty bool
	// Env looks up ${VAR}. Defaults to os.LookupEnv.
	Env func(name string) (string, bool)
}

// Load reads one file, or every *.yaml directly in a folder, in name order. The
// error of a bad configuration is Problems, all of them at once.
func Load(path string, o LoadOptions) (*Config, error) {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	names, err := filesOf(path)
	if errors.Is(err, os.ErrNotExist) && o.AbsentIsEmpty {
		return &Config{Database: DefaultDatabase}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", path, err)
	}
	l := loader{cfg: &Config{}, set: map[string]Problem{}, env: o.Env}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		l.read(name, content)
	}
	return l.finish()
}

// filesOf lists the files of a configuration.
func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	names, err := filepath.Glob(filepath.Join(path, "*.yaml"))
	sort.Strings(names)
	return names, err
}

// loader gathers a configuration over its files.
type loader struct {
	cfg      *Config
	problems Problems
	set      map[string]Problem // where each top-level key and source is set
	env      func(string) (string, bool)
}

// file is one file under way.
type file struct {
	*loader
	name     string
	problems *Problems
}

func (l *loader) finish() (*Config, error) {
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	if l.cfg.Database == "" {
		l.cfg.Database = DefaultDatabase
	}
	sort.Slice(l.cfg.Sources, func(i, j int) bool { return l.cfg.Sources[i].Name < l.cfg.Sources[j].Name })
	return l.cfg, nil
}

// read takes in one file.
func (l *loader) read(name string, content []byte) {
	f := &file{loader: l, name: name, problems: &l.problems}
	parsed, err := parser.ParseBytes(content, 0)
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(name, err))
		return
	}
	for _, doc := range parsed.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.NullType || doc.Body.Type() == ast.CommentType {
			continue
		}
		f.document(doc.Body)
	}
}

// syntaxProblem makes a problem of the parser's error, which knows its place.
func syntaxProblem(name string, err error) Problem {
	p := Problem{File: name, Want: "YAML"}
	var at yaml.Error
	if errors.As(err, &at) {
		p.Found = quote(at.GetMessage())
		if t := at.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
		return p
	}
	p.Found = quote(strings.SplitN(err.Error(), "\n", 2)[0])
	return p
}

// topKeys are the keys at the top of a configuration.
var topKeys = []string{"database", "contact", "sources"}

func (f *file) document(n ast.Node) {
	f.mapping(n, "", topKeys, func(key string, k ast.Node, v ast.Node) {
		if key != "sources" {
			f.once(key, key, k)
		}
		switch key {
		case "database":
			f.cfg.Database = f.text(v, key)
		case "contact":
			f.cfg.Contact = f.text(v, key)
		case "sources":
			f.mapping(v, "sources", nil, func(name string, k, v ast.Node) {
				f.once("source "+name, "source "+name, k)
				f.source(name, k, v)
			})
		}
	})
}

// once refuses what is set a second time, in whichever file.
func (f *file) once(what, path string, k ast.Node) {
	here := Problem{File: f.name}
	if t := k.GetToken(); t != nil && t.Position != nil {
		here.Line, here.Column = t.Position.Line, t.Position.Column
	}
	if before, ok := f.set[what]; ok {
		f.at(k, path, "it a second time", fmt.Sprintf("it once: it is set at %s:%d:%d already", before.File, before.Line, before.Column))
		return
	}
	f.set[what] = here
}

// mapping visits a mapping's keys; known, where it is not nil, are all there may be.
func (f *file) mapping(n ast.Node, path string, known []string, visit func(key string, k, v ast.Node)) {
	values, ok := mappingValues(n)
	if !ok {
		f.at(n, path, describe(n), "a mapping of keys to values")
		return
	}
	seen := map[string]bool{}
	for _, v := range values {
		key := v.Key.GetToken().Value
		if seen[key] {
			f.at(v.Key, join(path, key), "the key a second time", "it once")
			continue
		}
		seen[key] = true
		if known != nil && !contains(known, key) {
			want := "one of " + strings.Join(known, ", ")
			if near := nearest(key, known); near != "" {
				want = fmt.Sprintf("%s, perhaps (known keys: %s)", near, strings.Join(known, ", "))
			}
			f.at(v.Key, path, "unknown key "+quote(key), want)
			continue
		}
		visit(key, v.Key, resolve(v.Value))
	}
}

// mappingValues are the pairs of a mapping node.
func mappingValues(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := resolve(n).(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// resolve looks through anchors and tags.
func resolve(n ast.Node) ast.Node {
	for {
		switch t := n.(type) {
		case *ast.AnchorNode:
			n = t.Value
		case *ast.TagNode:
			n = t.Value
		default:
			return n
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + ": " + key
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// describe says what a node is, for a message.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.NullNode:
		return "nothing"
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.AliasNode:
		return "an alias"
	default:
		if t := n.GetToken(); t != nil {
			return quote(t.Value)
		}
		return n.Type().String()
	}
}
