package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// PutRule gives a field of a source a rule: in the place of the one it has, else in
// a line of its own. Nothing is written; every other line stays as it is.
func PutRule(src *Source, field, rule string) (Edit, error) {
	return put(src, []string{"fields", field}, rule)
}

// PutPaused says whether the service keeps off a source.
func PutPaused(src *Source, paused bool) (Edit, error) {
	return put(src, []string{"pause"}, fmt.Sprint(paused))
}

// put sets a value under a source: in the line where it stands, else in a further
// line at the end of the mapping that it belongs to.
func put(src *Source, path []string, value string) (Edit, error) {
	if src.File == "" {
		return Edit{}, fmt.Errorf("source %s stands in no configuration", src.Name)
	}
	content, err := os.ReadFile(src.File)
	if err != nil {
		return Edit{}, err
	}
	if len(path) == 2 && path[0] == "fields" {
		if _, _, err := findRule(src, path[1], content); err == nil {
			return RewriteRule(src, path[1], value)
		}
	}
	f, source, err := findSource(src, content)
	if err != nil {
		return Edit{}, err
	}
	if key, old := f.child(source, path[0]); old != nil && len(path) == 1 {
		return replaceValue(src.File, content, key, old, value)
	}
	at, indent := source, ""
	if len(path) == 2 {
		if _, inner := f.child(source, path[0]); inner != nil {
			at, path = inner, path[1:]
		}
	}
	line, column, ok := blockEnd(f, at)
	if !ok {
		return Edit{}, fmt.Errorf("%s:%d: source %s is written in braces; put in by hand: %s: %s", src.File, src.Line, src.Name, strings.Join(path, ": "), value)
	}
	indent = strings.Repeat(" ", column-1)
	var lines []string
	for i, name := range path {
		text := indent + strings.Repeat("  ", i) + name + ":"
		if i == len(path)-1 {
			text += " " + value
		}
		lines = append(lines, text)
	}
	return insert(src.File, content, line, lines), nil
}

// findSource finds a source's mapping in its file.
func findSource(src *Source, content []byte) (*file, ast.Node, error) {
	parsed, err := parser.ParseBytes(content, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, nil, err
	}
	for _, doc := range parsed.Docs {
		if isEmpty(doc.Body) {
			continue
		}
		f := newFile(&loader{cfg: &Config{}, set: map[string]Problem{}}, src.File, doc.Body)
		if _, sources := f.child(doc.Body, "sources"); sources != nil {
			if _, n := f.child(sources, src.Name); n != nil {
				return f, n, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("%s: source %s is no longer there", src.File, src.Name)
}

// blockEnd is the last line of a block mapping, and the column of its keys; ok is
// false where it is written in braces.
func blockEnd(f *file, n ast.Node) (line, column int, ok bool) {
	if m, isMap := f.resolve(n).(*ast.MappingNode); isMap && m.IsFlowStyle {
		return 0, 0, false
	}
	all, _ := f.pairs(n, "", 0)
	if len(all) == 0 {
		return 0, 0, false
	}
	for _, p := range all {
		line = max(line, p.k.GetToken().Position.Line, lastToken(p.v))
	}
	return line, all[0].k.GetToken().Position.Column, true
}

// replaceValue puts another value in the line where a plain one stands.
func replaceValue(name string, content []byte, key, old ast.Node, value string) (Edit, error) {
	at := old.GetToken().Position
	if key.GetToken().Position.Line != at.Line || lastToken(old) != at.Line {
		return Edit{}, fmt.Errorf("%s:%d: it stands on several lines; change it by hand to: %s", name, at.Line, value)
	}
	lines := strings.SplitAfter(string(content), "\n")
	whole := lines[at.Line-1]
	line := strings.TrimRight(whole, "\r\n")
	runes := []rune(line)
	rest := string(runes[at.Column-1:])
	e := Edit{File: name, Line: at.Line, Before: line, After: string(runes[:at.Column-1]) + value + valueEnd(rest)}
	lines[at.Line-1] = e.After + whole[len(line):]
	e.content = strings.Join(lines, "")
	return e, nil
}

// insert puts lines behind one of a file; 0 for its beginning.
func insert(name string, content []byte, behind int, added []string) Edit {
	lines := strings.SplitAfter(string(content), "\n")
	if behind > 0 && !strings.HasSuffix(lines[behind-1], "\n") {
		lines[behind-1] += "\n"
	}
	e := Edit{File: name, Line: behind + 1, After: strings.Join(added, "\n")}
	e.content = strings.Join(lines[:behind], "") + e.After + "\n" + strings.Join(lines[behind:], "")
	return e
}

// Add puts a configuration of new sources, as init proposes one, into a
// configuration: into a file of its own in a folder, else under the sources of the
// file. Nothing is written.
func Add(path, name, text string) (Edit, error) {
	added, err := Parse(text)
	if err != nil {
		return Edit{}, err
	}
	if len(added.Sources) == 0 {
		return Edit{}, fmt.Errorf("no source was found in it, expected one under sources")
	}
	info, err := os.Stat(path)
	if err != nil && !os.IsNotExist(err) {
		return Edit{}, err
	}
	if err != nil && !strings.HasSuffix(path, ".yaml") || err == nil && info.IsDir() {
		to := filepath.Join(path, fileName(name)+".yaml")
		if _, err := os.Stat(to); err == nil {
			return Edit{}, fmt.Errorf("%s: found a file there already, expected none: change the source's name", to)
		}
		return Edit{File: to, Line: 1, After: strings.TrimRight(text, "\n"), content: text, fresh: true}, nil
	}
	if err != nil {
		return Edit{File: path, Line: 1, After: strings.TrimRight(text, "\n"), content: text, fresh: true}, nil
	}
	return addToFile(path, text)
}

// addToFile puts sources at the end of a file's sources.
func addToFile(path, text string) (Edit, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Edit{}, err
	}
	block, ok := strings.CutPrefix(text[max(0, strings.Index(text, "sources:\n")):], "sources:\n")
	if !ok {
		return Edit{}, fmt.Errorf("expected sources: in a line of its own, and the sources below it")
	}
	lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
	parsed, err := parser.ParseBytes(content, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return Edit{}, err
	}
	for _, doc := range parsed.Docs {
		if isEmpty(doc.Body) {
			continue
		}
		f := newFile(&loader{cfg: &Config{}, set: map[string]Problem{}}, path, doc.Body)
		_, sources := f.child(doc.Body, "sources")
		if sources == nil {
			continue
		}
		line, column, ok := blockEnd(f, sources)
		if !ok {
			return Edit{}, fmt.Errorf("%s: its sources are written in braces; put the new one in by hand", path)
		}
		for i, l := range lines {
			if strings.TrimSpace(l) != "" {
				lines[i] = strings.Repeat(" ", column-1) + strings.TrimPrefix(l, "  ")
			}
		}
		return insert(path, content, line, lines), nil
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return insert(path, content, len(all), append([]string{"sources:"}, lines...)), nil
}

// Parse reads a configuration that is in no file yet. The error is Problems.
func Parse(text string) (*Config, error) {
	l := &loader{cfg: &Config{}, set: map[string]Problem{}, env: os.LookupEnv}
	l.read("as proposed", []byte(text))
	return l.finish()
}

// fileName makes a file's name of a source's: letters, figures, dots and dashes.
func fileName(source string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, source)
	return strings.TrimLeft(name, ".")
}

// Source is a source as the edited file would have it.
func (e Edit) Source(name string) (*Source, error) {
	l := &loader{cfg: &Config{}, set: map[string]Problem{}, env: os.LookupEnv}
	l.read(e.File, []byte(e.content))
	cfg, err := l.finish()
	if err != nil {
		return nil, err
	}
	for _, src := range cfg.Sources {
		if src.Name == name {
			return src, nil
		}
	}
	return nil, fmt.Errorf("%s: source %s is no longer there", e.File, name)
}
