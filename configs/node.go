package configs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// file is one document of a file under way.
type file struct {
	*loader
	name    string
	aliases map[*ast.AliasNode]ast.Node // what each alias stands for
	unset   map[ast.Node]bool           // texts whose ${VAR} is not set: told once, not judged further
	merges  int                         // mappings merged so far
}

// newFile looks up what a document's aliases stand for: the nearest anchor of
// that name before each.
func newFile(l *loader, name string, body ast.Node) *file {
	f := &file{loader: l, name: name, aliases: map[*ast.AliasNode]ast.Node{}, unset: map[ast.Node]bool{}}
	ast.Walk(anchors{f, map[string]ast.Node{}}, body)
	return f
}

// anchors is a walk that remembers the anchors it came by.
type anchors struct {
	file *file
	seen map[string]ast.Node
}

// Visit implements ast.Visitor.
func (a anchors) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.AnchorNode:
		a.seen[nameOf(n.Name)] = n.Value
	case *ast.AliasNode:
		a.file.aliases[n] = a.seen[nameOf(n.Value)]
	}
	return a
}

func nameOf(n ast.Node) string {
	if t := n.GetToken(); t != nil {
		return t.Value
	}
	return ""
}

// Aliases and merged mappings may go in circles, or multiply: these bound how
// far they lead.
const (
	maxDepth  = 20
	maxMerges = 100_000 // in one document
)

// resolve looks through anchors, aliases and tags. An alias of nothing stays
// what it is.
func (f *file) resolve(n ast.Node) ast.Node {
	for range maxDepth {
		next := n
		switch t := n.(type) {
		case *ast.AnchorNode:
			next = t.Value
		case *ast.TagNode:
			next = t.Value
		case *ast.AliasNode:
			next = f.aliases[t]
		}
		if next == n || next == nil {
			break
		}
		n = next
	}
	return n
}

// pair is a key of a mapping and its value, resolved.
type pair struct {
	key  string
	k, v ast.Node
}

// pairs are a mapping's own keys as written, then those it merges in (<<) and
// doesn't set itself. ok is false where n is no mapping.
func (f *file) pairs(n ast.Node, path string, depth int) (all []pair, ok bool) {
	var values []*ast.MappingValueNode
	switch n := f.resolve(n).(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		return nil, false
	}
	var merged []ast.Node
	for _, v := range values {
		if _, merge := v.Key.(*ast.MergeKeyNode); merge {
			merged = append(merged, v.Value)
			continue
		}
		var key ast.Node = v.Key
		if k, explicit := key.(*ast.MappingKeyNode); explicit { // "? key"
			key = k.Value
		}
		all = append(all, pair{nameOf(f.resolve(key)), v.Key, f.resolve(v.Value)})
	}
	for _, m := range merged {
		all = append(all, f.merged(m, path, all, depth)...)
	}
	return all, true
}

// merged are the keys of a merged mapping, or of a list of them, without those
// that are set already.
func (f *file) merged(n ast.Node, path string, set []pair, depth int) (added []pair) {
	from := []ast.Node{n}
	if list, ok := f.resolve(n).(*ast.SequenceNode); ok {
		from = list.Values
	}
	for _, m := range from {
		if f.merges++; f.merges > maxMerges {
			return added
		}
		if depth >= maxDepth || f.merges == maxMerges {
			f.at(m, path, "mappings merged in a circle", "a mapping that doesn't merge itself")
			return added
		}
		more, ok := f.pairs(m, path, depth+1)
		if !ok {
			f.at(m, path, f.describe(m), "a mapping to merge, such as <<: *defaults")
		}
		for _, p := range more {
			same := func(o pair) bool { return o.key == p.key }
			if !slices.ContainsFunc(set, same) && !slices.ContainsFunc(added, same) {
				added = append(added, p)
			}
		}
	}
	return added
}

// mapping visits a mapping's keys; known, where it is not nil, are all there may be.
func (f *file) mapping(n ast.Node, path string, known []string, visit func(p pair)) {
	all, ok := f.pairs(n, path, 0)
	if !ok {
		f.at(n, path, f.describe(n), "a mapping of keys to values")
		return
	}
	seen := map[string]bool{}
	for _, p := range all {
		switch {
		case seen[p.key]:
			f.at(p.k, path, "key "+quote(p.key)+" a second time", "it once")
		case known != nil && !slices.Contains(known, p.key):
			f.at(p.k, path, "unknown key "+quote(p.key), wantKey(p.key, known))
		default:
			visit(p)
		}
		seen[p.key] = true
	}
}

// wantKey says which keys there are, the nearest first.
func wantKey(key string, known []string) string {
	all := strings.Join(known, ", ")
	if near := nearest(key, known); near != "" {
		return fmt.Sprintf("%s, perhaps (known keys: %s)", near, all)
	}
	return "one of " + all
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + ": " + key
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// describe says what a node is, for a message.
func (f *file) describe(n ast.Node) string {
	switch n := f.resolve(n).(type) {
	case *ast.NullNode:
		return "nothing"
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.AliasNode:
		return "*" + nameOf(n.Value) + ", which no & before it defines"
	default:
		return quote(nameOf(n))
	}
}
