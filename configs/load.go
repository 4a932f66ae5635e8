package configs

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// filesOf lists the files of a configuration. Hidden files of a folder, such as
// editors leave, are no part of it.
func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path) // in name order
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".yaml") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	return names, nil
}

// loader gathers a configuration over its files.
type loader struct {
	cfg      *Config
	problems Problems
	set      map[string]Problem // where each top-level key and source is set
	env      func(string) (string, bool)
}

func (l *loader) finish() (*Config, error) {
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	l.cfg.Database = cmp.Or(l.cfg.Database, DefaultDatabase)
	slices.SortFunc(l.cfg.Sources, func(a, b *Source) int { return cmp.Compare(a.Name, b.Name) })
	return l.cfg, nil
}

// read takes in one file.
func (l *loader) read(name string, content []byte) {
	content = []byte(strings.TrimPrefix(string(content), "\uFEFF"))
	before := len(l.problems)
	defer func() { slices.SortStableFunc(l.problems[before:], Problem.compare) }()
	parsed, err := parser.ParseBytes(content, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(name, err))
		return
	}
	for _, doc := range parsed.Docs {
		if !isEmpty(doc.Body) {
			newFile(l, name, doc.Body).document(doc.Body)
		}
	}
}

// isEmpty reports whether a document says nothing: blank, comments, or a
// directive such as %YAML 1.2.
func isEmpty(body ast.Node) bool {
	if body == nil {
		return true
	}
	switch body.Type() {
	case ast.NullType, ast.CommentType, ast.DirectiveType:
		return true
	}
	return false
}

// syntaxProblem makes a problem of the parser's error, which knows its place.
func syntaxProblem(name string, err error) Problem {
	p := Problem{File: name, Want: "YAML; a value that begins with * & ! % @ { [ or has ': ' or ' #' in it, and ${VAR} within braces, stand in quotation marks"}
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
var topKeys = []string{"database", "contact", "web", "notify", "exports", "rechecks", "sources"}

func (f *file) document(n ast.Node) {
	f.mapping(n, "", topKeys, func(p pair) {
		switch p.key {
		case "database":
			f.once(p.key, p.k)
			f.cfg.Database = f.database(p.v, p.key)
		case "contact":
			f.once(p.key, p.k)
			f.cfg.Contact = f.contact(p.v, p.key)
		case "web":
			f.once(p.key, p.k)
			f.cfg.Web = f.web(p.v, p.key)
		case "rechecks":
			f.once(p.key, p.k)
			f.cfg.Rechecks = f.rechecks(p.v, p.key)
		case "notify":
			f.mapping(p.v, p.key, nil, func(p pair) {
				f.once("notify "+p.key, p.k)
				f.notify(p)
			})
		case "exports":
			f.mapping(p.v, p.key, nil, func(p pair) {
				f.once("exports "+p.key, p.k)
				f.export(p)
			})
		case "sources":
			f.mapping(p.v, p.key, nil, func(p pair) {
				f.once("source "+p.key, p.k)
				f.source(p)
			})
		}
	})
}

// once refuses what is set a second time, in whichever file.
func (f *file) once(what string, k ast.Node) {
	here := f.place(k)
	if before, ok := f.set[what]; ok {
		f.at(k, what, "it a second time", fmt.Sprintf("it once: it is set at %s:%d:%d already", before.File, before.Line, before.Column))
		return
	}
	f.set[what] = here
}
