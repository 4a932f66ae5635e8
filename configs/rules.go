package configs

import (
	"errors"
	"time"

	"github.com/goccy/go-yaml/ast"

	"stakeout/extract"
)

// ruleKeys are the keys of a rule that is a mapping.
var ruleKeys = []string{"css", "attr", "label", "meta", "jsonld", "regexp", "split", "layout", "zone", "all"}

// ruleSet is what a source says of how its pages are read.
type ruleSet struct {
	fields map[string][]extract.Rule
	drop   []string
	ignore []string
	watch  []string
}

// compile makes rules of a set. Each was checked when it was read, so that every
// mistake is told with its place; nil where there was one.
func (f *file) compile(set ruleSet, k ast.Node, path string) *extract.Rules {
	if len(f.problems) > 0 {
		return nil
	}
	rules, err := extract.Compile(set.fields, set.drop)
	if err == nil {
		err = rules.Heed(set.ignore, set.watch)
	}
	if err != nil {
		f.at(k, path, "rules that don't go together ("+err.Error()+")", "rules that do")
		return nil
	}
	return rules
}

// reservedField is the name in a story's metadata that is ours: the addresses
// linked from its text.
const reservedField = "links"

// fields reads the rules of each field.
func (f *file) fields(n ast.Node, path string) map[string][]extract.Rule {
	fields := map[string][]extract.Rule{}
	f.mapping(n, path, nil, func(p pair) {
		if p.key == "" || p.key == reservedField {
			f.at(p.k, path, "field "+quote(p.key), "another name; "+reservedField+" is kept for the addresses in a story's text")
		}
		at := join(path, p.key)
		for _, item := range f.items(p.v) {
			rule, ok := f.rule(item, at)
			fields[p.key] = append(fields[p.key], rule)
			if ok {
				f.checkRule(item, at, p.key, rule)
			}
		}
		if len(fields[p.key]) == 0 {
			f.at(p.v, at, "an empty list", "a rule")
		}
	})
	return fields
}

// rule reads CSS text, or a mapping; ok is false where a key of it is wrong.
func (f *file) rule(n ast.Node, path string) (r extract.Rule, ok bool) {
	before := len(f.problems)
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		f.mapping(n, path, ruleKeys, func(p pair) { f.ruleKey(&r, p.key, p.v, join(path, p.key)) })
	default:
		r.CSS = f.ruleText(n, path)
	}
	return r, len(f.problems) == before
}

// ruleKey reads one key of a rule.
func (f *file) ruleKey(r *extract.Rule, key string, v ast.Node, path string) {
	if key == "all" {
		r.All = f.yes(v, path)
		return
	}
	s := f.ruleText(v, path)
	switch key {
	case "css":
		r.CSS = s
	case "attr":
		r.Attr = s
	case "label":
		r.Label = s
	case "meta":
		r.Meta = s
	case "jsonld":
		r.JSONLD = s
	case "regexp":
		r.Regexp = s
	case "split":
		r.Split = s
	case "layout":
		r.Layout = s
		f.checkLayout(v, path, s)
	case "zone":
		r.Zone = s
	}
}

// ruleText is text that says something.
func (f *file) ruleText(n ast.Node, path string) string {
	s := f.text(n, path)
	if s == "" {
		f.at(n, path, quote(s), "text, or no such key")
	}
	return s
}

// checkRule tells what is wrong with a rule, at the key that is.
func (f *file) checkRule(n ast.Node, path, field string, rule extract.Rule) {
	_, err := extract.Compile(map[string][]extract.Rule{field: {rule}}, nil)
	f.ruleProblem(n, path, err)
}

// checkDrop tells what is wrong with a selector of what is removed from a page.
func (f *file) checkDrop(n ast.Node, path, css string) {
	_, err := extract.Compile(nil, []string{css})
	f.ruleProblem(n, path, err)
}

// checkHeed tells what is wrong with an entry of `ignore` or `watch`.
func (f *file) checkHeed(n ast.Node, path string, ignore, watch []string) {
	f.ruleProblem(n, path, new(extract.Rules).Heed(ignore, watch))
}

func (f *file) ruleProblem(n ast.Node, path string, err error) {
	var wrong *extract.RuleError
	if !errors.As(err, &wrong) {
		return
	}
	if all, ok := f.pairs(n, path, 0); ok {
		for _, p := range all {
			if p.key == wrong.Key {
				n, path = p.v, join(path, p.key)
			}
		}
	}
	f.at(n, path, quote(wrong.Found), wrong.Want)
}

// checkLayout refuses a layout that holds nothing of Go's reference time.
func (f *file) checkLayout(n ast.Node, path, layout string) {
	probe := time.Date(1987, time.November, 23, 19, 48, 57, 0, time.UTC)
	if probe.Format(layout) == layout {
		f.at(n, path, quote(layout), "a Go layout of the reference time 2006-01-02 15:04:05")
	}
}
