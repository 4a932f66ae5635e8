package configs

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/goccy/go-yaml/ast"

	"stakeout/extract"
	"stakeout/scheduler"
)

// sourceKeys are the keys of a source, in the order in which people read them.
var sourceKeys = []string{"start", "hosts", "stories", "next", "pages", "schedule", "recheck", "delay", "parallel", "robots", "private", "render", "fields", "drop"}

// ruleKeys are the keys of a rule that is a mapping.
var ruleKeys = []string{"css", "attr", "label", "meta", "jsonld", "regexp", "split", "layout", "zone", "all"}

// Limits of what a source may ask for.
const (
	maxPages    = 10_000
	maxParallel = 64
)

var sourceName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$`)

// newSource is a source with every default.
func newSource(name string) *Source {
	rules, _ := extract.Compile(nil, nil)
	return &Source{Name: name, Pages: DefaultPages, Delay: DefaultDelay, Parallel: DefaultParallel, Rules: rules}
}

// source reads one source.
func (f *file) source(name string, k, n ast.Node) {
	path := "source " + name
	src := newSource(name)
	src.File, src.Line = f.name, k.GetToken().Position.Line
	if !sourceName.MatchString(name) {
		f.at(k, path, "name "+quote(name), "letters, digits, dots, dashes and underscores, at most 100")
	}
	fields := map[string][]extract.Rule{}
	nodes := map[string][]ast.Node{} // of each rule, for the place of what is wrong with it
	var drop []string
	started := false
	f.mapping(n, path, sourceKeys, func(key string, k, v ast.Node) {
		p := join(path, key)
		switch key {
		case "start":
			started = true
			src.Start = f.texts(v, p)
			f.checkStart(v, p, src.Start)
		case "hosts":
			src.Hosts = f.hosts(v, p)
		case "stories":
			src.Stories = f.pattern(v, p)
		case "next":
			src.Next = f.selector(v, p)
		case "pages":
			src.Pages = f.number(v, p, 0, maxPages)
		case "schedule":
			src.Schedule = f.schedule(v, p)
		case "recheck":
			src.Recheck = f.recheck(v, p)
		case "delay":
			src.Delay = f.duration(v, p)
		case "parallel":
			src.Parallel = f.number(v, p, 1, maxParallel)
		case "robots":
			src.IgnoreRobots = f.word(v, p, "obey", "ignore") == "ignore"
		case "private":
			src.Private = f.yes(v, p)
		case "render":
			if f.yes(v, p) {
				f.at(v, p, "true", "false: reading pages through a browser is not available in this version")
			}
		case "fields":
			f.mapping(v, p, nil, func(field string, k, v ast.Node) {
				fields[field], nodes[field] = f.rules(v, join(p, field))
			})
		case "drop":
			drop, nodes["drop"] = f.drop(v, p)
		}
	})
	if !started {
		f.at(k, path, "no start", "start: an address of a listing, feed, sitemap or story")
	}
	f.compile(src, path, k, fields, drop, nodes)
	f.cfg.Sources = append(f.cfg.Sources, src)
}

// compile compiles a source's rules, and gives what is wrong its place.
func (f *file) compile(src *Source, path string, k ast.Node, fields map[string][]extract.Rule, drop []string, nodes map[string][]ast.Node) {
	rules, err := extract.Compile(fields, drop)
	var wrong *extract.RuleError
	switch {
	case errors.As(err, &wrong):
		at := k
		if list := nodes[wrong.Field]; wrong.Index < len(list) {
			at = list[wrong.Index]
		}
		p := path + ": fields: " + wrong.Field
		if wrong.Field == "drop" {
			p = path + ": drop"
		}
		if wrong.Key != "" && wrong.Field != "drop" {
			p = join(p, wrong.Key)
			at = valueOf(at, wrong.Key)
		}
		f.at(at, p, quote(wrong.Found), wrong.Want)
	case err != nil:
		f.at(k, path, "", err.Error())
	default:
		src.Rules = rules
	}
}

// valueOf is a mapping's value of a key; the node itself where it has none.
func valueOf(n ast.Node, key string) ast.Node {
	if values, ok := mappingValues(n); ok {
		for _, v := range values {
			if v.Key.GetToken().Value == key {
				return v.Value
			}
		}
	}
	return n
}

// checkStart checks the addresses that a source starts from.
func (f *file) checkStart(n ast.Node, path string, start []string) {
	for _, s := range start {
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			f.at(n, path, quote(s), "an address that begins with http:// or https://")
		}
	}
}

// hosts reads further host names.
func (f *file) hosts(n ast.Node, path string) []string {
	hosts := f.texts(n, path)
	for _, h := range hosts {
		if h == "" || strings.ContainsAny(h, "/ @?#") {
			f.at(n, path, quote(h), "a host's name such as cdn.example.org")
		}
	}
	return hosts
}

// selector reads a CSS selector.
func (f *file) selector(n ast.Node, path string) string {
	s := f.text(n, path)
	if _, err := cascadia.ParseGroup(s); err != nil {
		f.at(n, path, quote(s), "a CSS selector ("+err.Error()+")")
	}
	return s
}

// word reads one of a few words.
func (f *file) word(n ast.Node, path string, known ...string) string {
	s := f.text(n, path)
	if !contains(known, s) {
		f.at(n, path, quote(s), strings.Join(known, " or "))
	}
	return s
}

func (f *file) schedule(n ast.Node, path string) *scheduler.Schedule {
	s, err := scheduler.ParseSchedule(f.text(n, path))
	if err != nil {
		found, want, ok := strings.Cut(strings.TrimPrefix(err.Error(), "found "), ", expected ")
		if !ok {
			found, want = err.Error(), "a schedule that runs"
		}
		f.at(n, path, found, want)
	}
	return s
}

func (f *file) recheck(n ast.Node, path string) Recheck {
	switch s := f.text(n, path); s {
	case "adaptive":
		return Recheck{}
	case "never":
		return Recheck{Never: true}
	default:
		schedule, err := scheduler.ParseSchedule(s)
		if err != nil {
			f.at(n, path, quote(s), "adaptive, never, or a cron schedule")
		}
		return Recheck{Schedule: schedule}
	}
}

// rules reads a field's rule, or list of rules.
func (f *file) rules(n ast.Node, path string) ([]extract.Rule, []ast.Node) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return []extract.Rule{f.rule(n, path)}, []ast.Node{n}
	}
	var rules []extract.Rule
	var nodes []ast.Node
	for _, v := range list.Values {
		v = resolve(v)
		rules = append(rules, f.rule(v, path))
		nodes = append(nodes, v)
	}
	if len(rules) == 0 {
		f.at(n, path, "an empty list", "a rule")
	}
	return rules, nodes
}

// rule reads CSS text, or a mapping.
func (f *file) rule(n ast.Node, path string) extract.Rule {
	if _, ok := mappingValues(n); !ok {
		return extract.Rule{CSS: f.text(n, path)}
	}
	var r extract.Rule
	f.mapping(n, path, ruleKeys, func(key string, _, v ast.Node) {
		p := join(path, key)
		switch key {
		case "css":
			r.CSS = f.text(v, p)
		case "attr":
			r.Attr = f.text(v, p)
		case "label":
			r.Label = f.text(v, p)
		case "meta":
			r.Meta = f.text(v, p)
		case "jsonld":
			r.JSONLD = f.text(v, p)
		case "regexp":
			r.Regexp = f.text(v, p)
		case "split":
			r.Split = f.text(v, p)
		case "layout":
			r.Layout = f.text(v, p)
			f.checkLayout(v, p, r.Layout)
		case "zone":
			r.Zone = f.text(v, p)
		case "all":
			r.All = f.yes(v, p)
		}
	})
	return r
}

// checkLayout refuses a layout that holds nothing of Go's reference time.
func (f *file) checkLayout(n ast.Node, path, layout string) {
	probe := time.Date(1987, time.November, 23, 19, 48, 57, 0, time.UTC)
	if probe.Format(layout) == layout {
		f.at(n, path, quote(layout), "a Go layout of the reference time 2006-01-02 15:04:05")
	}
}

// drop reads the selectors of what is removed from a page.
func (f *file) drop(n ast.Node, path string) ([]string, []ast.Node) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return []string{f.text(n, path)}, []ast.Node{n}
	}
	var out []string
	var nodes []ast.Node
	for _, v := range list.Values {
		out = append(out, f.text(resolve(v), path))
		nodes = append(nodes, resolve(v))
	}
	return out, nodes
}

// Bare is a source of which nothing is known but its name: no start, no rules.
func Bare(name string) *Source { return newSource(name) }

// AdHoc is the source for a bare address without any configuration, named after
// its host, a port joined by "-".
func AdHoc(address string, private bool, delay time.Duration, parallel int) (*Source, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("found %q, expected an address that begins with http:// or https://", address)
	}
	if delay < 0 || parallel < 1 || parallel > maxParallel {
		return nil, fmt.Errorf("found delay %s and %d at once, expected a delay from 0 up and 1 to %d at once", delay, parallel, maxParallel)
	}
	name := strings.ToLower(u.Hostname())
	if strings.Contains(name, ":") { // an IPv6 address
		name = strings.ReplaceAll(name, ":", ".")
	}
	if u.Port() != "" {
		name += "-" + u.Port()
	}
	src := newSource(name)
	src.Start, src.Private, src.Delay, src.Parallel = []string{address}, private, delay, parallel
	return src, nil
}
