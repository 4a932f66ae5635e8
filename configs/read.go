package configs

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"stakeout/extract"
)

// sourceKeys are the keys of a source, in the order in which people read them.
var sourceKeys = []string{"start", "hosts", "stories", "items", "link", "next", "pages", "misses", "schedule", "window", "pause", "recheck", "delay", "parallel", "robots", "hints", "private", "render", "headers", "cookies", "auth", "login", "proxy", "budget", "fields", "drop", "ignore", "watch"}

// Limits of what a source may ask for.
const (
	maxPages    = 10_000
	maxMisses   = 500
	maxParallel = 64
)

// IsSourceName reports whether a source can have a name.
func IsSourceName(name string) bool { return sourceName.MatchString(name) }

var sourceName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$`)

// newSource is a source with every default.
func newSource(name string) *Source {
	rules, _ := extract.Compile(nil, nil) // of no rules, none can be wrong
	return &Source{Name: name, Pages: DefaultPages, Misses: DefaultMisses, Delay: DefaultDelay, Parallel: DefaultParallel, Rules: rules}
}

// source reads one source.
func (f *file) source(named pair) {
	name, path := named.key, "source "+named.key
	src := newSource(name)
	src.File, src.Line = f.name, f.place(named.k).Line
	if !IsSourceName(name) {
		f.at(named.k, path, "name "+quote(name), "letters, digits, dots, dashes and underscores, at most 100")
	}
	var rules ruleSet
	f.mapping(named.v, path, sourceKeys, func(p pair) {
		f.sourceKey(src, &rules, p.key, p.v, join(path, p.key))
	})
	if src.Start == nil {
		f.at(named.k, path, "no start", "start: an address of a listing, feed, sitemap or story")
	}
	f.checkWindows(src, named.k, path)
	src.Rules = cmp.Or(f.compile(rules, named.k, path), src.Rules)
	f.cfg.Sources = append(f.cfg.Sources, src)
}

// sourceKey reads one key of a source.
func (f *file) sourceKey(src *Source, rules *ruleSet, key string, v ast.Node, path string) {
	switch key {
	case "start":
		src.Start = f.start(v, path, src)
	case "hosts":
		src.Hosts = f.hosts(v, path)
	case "stories":
		src.Stories = f.pattern(v, path)
	case "items":
		src.Items = f.jsonPath(v, path)
	case "link":
		src.Link = f.jsonLink(v, path)
	case "next":
		f.next(src, v, path)
	case "pages":
		src.Pages = f.number(v, path, 0, maxPages)
	case "misses":
		src.Misses = f.number(v, path, 1, maxMisses)
	case "schedule":
		src.Schedule = f.schedule(v, path)
	case "window":
		src.Windows = f.windows(v, path)
	case "pause":
		src.Paused = f.yes(v, path)
	case "recheck":
		src.Recheck = f.recheck(v, path)
	case "delay":
		src.Delay = f.duration(v, path)
	case "parallel":
		src.Parallel = f.number(v, path, 1, maxParallel)
	case "robots":
		src.IgnoreRobots = f.word(v, path, "obey", "ignore") == "ignore"
	case "hints":
		src.IgnoreHints = f.word(v, path, "obey", "ignore") == "ignore"
	case "private":
		src.Private = f.yes(v, path)
	case "render":
		src.Render = f.yes(v, path)
	case "headers", "cookies", "auth", "login", "proxy":
		f.sessionKey(src, key, v, path)
	case "budget":
		src.Budget = f.budget(v, path)
	case "fields":
		rules.fields = f.fields(v, path)
	case "drop":
		rules.drop = f.texts(v, path, func(n ast.Node, css string) { f.checkDrop(n, path, css) })
	case "ignore":
		rules.ignore = f.texts(v, path, func(n ast.Node, s string) { f.checkHeed(n, path, []string{s}, nil) })
	case "watch":
		rules.watch = f.texts(v, path, func(n ast.Node, s string) { f.checkHeed(n, path, nil, []string{s}) })
	}
}

// start reads the addresses that a source starts from.
func (f *file) start(n ast.Node, path string, src *Source) []string {
	start := f.texts(n, path, func(n ast.Node, s string) {
		u, err := url.Parse(s)
		switch {
		case !isAddress(s):
			raw, _ := scalar(n)
			f.at(n, path, quote(raw), "an address that begins with http:// or https://")
		case err == nil && u.User != nil:
			f.at(n, path, "a user in an address", "an address without: `auth` has a place for user and password")
		default:
			f.hideIn(n, u, src)
		}
	})
	if len(start) == 0 {
		f.at(n, path, "an empty list", "an address of a listing, feed, sitemap or story")
		return []string{}
	}
	return start
}

// hideIn remembers the secrets in an address: what came from the environment into
// its query, or by the name of a secret.
func (f *file) hideIn(n ast.Node, u *url.URL, src *Source) {
	raw, _ := scalar(n)
	for _, name := range variableNames(raw) {
		v, ok := f.env(name)
		if ok && !strings.Contains(u.Host, v) && (sensitive.MatchString(name) || strings.Contains(u.RawQuery, v)) {
			src.Session.hide(v)
		}
	}
}

// hosts reads further host names, a port behind a colon where it is not the usual.
func (f *file) hosts(n ast.Node, path string) []string {
	return f.texts(n, path, func(n ast.Node, h string) {
		u, err := url.Parse("//" + h)
		if err != nil || u.Host != h || u.Hostname() == "" || strings.ContainsAny(h, "* ") {
			f.at(n, path, quote(h), "a host's name such as cdn.example.org")
		}
	})
}

// Bare is a source of which nothing is known but its name: no start, no rules.
func Bare(name string) *Source { return newSource(name) }

// AdHoc is the source for a bare address without any configuration, named after
// its host, a port joined by "-".
func AdHoc(address string, private bool, delay time.Duration, parallel int) (*Source, error) {
	if !isAddress(address) {
		return nil, fmt.Errorf("found %q, expected an address that begins with http:// or https://", address)
	}
	if delay < 0 || parallel < 1 || parallel > maxParallel {
		return nil, fmt.Errorf("found delay %s and %d at once, expected a delay from 0 up and 1 to %d at once", delay, parallel, maxParallel)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	name := strings.ReplaceAll(strings.ToLower(u.Hostname()), ":", ".") // colons are an IPv6 address's
	if u.Port() != "" {
		name += "-" + u.Port()
	}
	src := newSource(name)
	src.Start, src.Private, src.Delay, src.Parallel = []string{address}, private, delay, parallel
	return src, nil
}
