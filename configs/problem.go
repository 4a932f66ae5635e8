package configs

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Problem is one thing that is wrong in a configuration: where, what was found,
// what was expected.
type Problem struct {
	File         string
	Line, Column int
	Path         string // "source whisperx: fields: headline"
	Found        string // as written; "" where something is missing
	Want         string
}

// Error gives the problem as file:line:column: path: found …, expected ….
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	if p.Found != "" {
		fmt.Fprintf(&b, "found %s, ", p.Found)
	}
	b.WriteString("expected " + p.Want)
	return b.String()
}

// compare orders the problems of one file by their places.
func (p Problem) compare(o Problem) int {
	return cmp.Or(cmp.Compare(p.Line, o.Line), cmp.Compare(p.Column, o.Column))
}

// Problems are all that is wrong in a configuration, in the order of the files.
type Problems []Problem

// Error lists the problems, a line each.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// place is where a node stands.
func (f *file) place(n ast.Node) Problem {
	p := Problem{File: f.name}
	if t := n.GetToken(); t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	return p
}

// at makes a problem of a node.
func (f *file) at(n ast.Node, path, found, want string) {
	if f.unset[n] {
		return
	}
	p := f.place(n)
	p.Path, p.Found, p.Want = path, found, want
	f.problems = append(f.problems, p)
}

// nearest is the known word that is closest to what was written; "" where none
// is within two edits.
func nearest(word string, known []string) string {
	best, bestDistance := "", 3
	for _, k := range known {
		if d := distance(word, k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			previous, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, previous+cost)
		}
	}
	return row[len(b)]
}
