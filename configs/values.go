package configs

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/goccy/go-yaml/ast"

	"stakeout/scheduler"
)

// text is a scalar as text, ${VAR} replaced from the environment.
func (f *file) text(n ast.Node, path string) string {
	s, ok := scalar(n)
	if !ok {
		f.at(n, path, f.describe(n), "text")
		f.unset[n] = true
		return ""
	}
	return f.expand(n, path, s)
}

// scalar is a scalar node's text as written; a number is text, too, but yes and
// no are not.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode: // a block, whose last line ends
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode:
		return nameOf(n), true
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
			f.unset[n] = true
		}
		return v
	})
}

// texts is one text, or a list of them, each checked on its own.
func (f *file) texts(n ast.Node, path string, check func(n ast.Node, s string)) []string {
	var out []string
	for _, v := range f.items(n) {
		s := f.text(v, path)
		check(v, s)
		out = append(out, s)
	}
	return out
}

// items are a list's, resolved; anything else is a list of itself.
func (f *file) items(n ast.Node) []ast.Node {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return []ast.Node{n}
	}
	var out []ast.Node
	for _, v := range list.Values {
		out = append(out, f.resolve(v))
	}
	return out
}

// maxDelay is the longest that a host may be left alone between two requests.
const maxDelay = 24 * time.Hour

// duration reads a length of time such as 2s or 500ms; bare numbers have no
// unit and are refused.
func (f *file) duration(n ast.Node, path string) time.Duration {
	s := f.text(n, path)
	d, err := time.ParseDuration(s)
	switch {
	case err != nil || d < 0:
		f.at(n, path, quote(s), "a duration such as 2s or 500ms")
	case d > maxDelay:
		f.at(n, path, quote(s), "a duration of at most 24h")
	}
	return d
}

// number reads a whole number from low to high.
func (f *file) number(n ast.Node, path string, low, high int) int {
	s, ok := scalar(n)
	if ok {
		s = f.expand(n, path, s)
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < low || v > high {
		f.at(n, path, f.describe(n), "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
	return v
}

// yes reads true or false.
func (f *file) yes(n ast.Node, path string) bool {
	if b, ok := n.(*ast.BoolNode); ok {
		return b.Value
	}
	if s, ok := scalar(n); ok && variable.MatchString(s) {
		if s = f.expand(n, path, s); s == "true" || s == "false" {
			return s == "true"
		}
	}
	f.at(n, path, f.describe(n), "true or false")
	return false
}

// word reads one of two words.
func (f *file) word(n ast.Node, path, usual, other string) string {
	s := f.text(n, path)
	if s != usual && s != other {
		f.at(n, path, quote(s), usual+" or "+other)
	}
	return s
}

// pattern reads a regular expression.
func (f *file) pattern(n ast.Node, path string) *regexp.Regexp {
	s := f.text(n, path)
	re, err := regexp.Compile(s)
	switch {
	case err != nil:
		f.at(n, path, quote(s), "a regular expression ("+strings.TrimPrefix(err.Error(), "error parsing regexp: ")+")")
		return nil
	case s == "":
		f.at(n, path, quote(s), "a regular expression that story links match")
	}
	for _, name := range re.SubexpNames() {
		if name != "" && name != "id" {
			f.at(n, path, "group "+quote(name), "no named group but id, the story's ID")
		}
	}
	return re
}

// selector reads a CSS selector.
func (f *file) selector(n ast.Node, path string) string {
	s := f.text(n, path)
	if _, err := cascadia.ParseGroup(s); err != nil {
		f.at(n, path, quote(s), "a CSS selector ("+err.Error()+")")
	}
	return s
}

// schedule reads a cron specification.
func (f *file) schedule(n ast.Node, path string) *scheduler.Schedule {
	s, err := scheduler.ParseSchedule(f.text(n, path))
	f.checkSchedule(n, path, err, "")
	return s
}

// checkSchedule tells what is wrong with a schedule, and what else could stand
// in its place.
func (f *file) checkSchedule(n ast.Node, path string, err error, orElse string) {
	var wrong *scheduler.SpecError
	if errors.As(err, &wrong) {
		f.at(n, path, wrong.Found, orElse+wrong.Want)
	}
}

// database reads where the history is kept.
func (f *file) database(n ast.Node, path string) string {
	s := f.text(n, path)
	if s == "" {
		f.at(n, path, quote(s), "the path of a SQLite file such as "+DefaultDatabase+", or postgres://user:password@host/name")
	}
	return s
}

// contact reads an address that tells who we are. It goes into a comment of the
// User-Agent: brackets would end that, a line break the header.
func (f *file) contact(n ast.Node, path string) string {
	s := f.text(n, path)
	outside := func(r rune) bool { return r < ' ' || r > '~' || r == '(' || r == ')' || r == '\\' }
	if s == "" || strings.ContainsFunc(s, outside) {
		f.at(n, path, quote(s), `a page or a mail address, in ASCII without ( ) and \`)
	}
	return s
}

// isAddress reports whether s is a URL that can be fetched.
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
