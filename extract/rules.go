package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"time"

	"github.com/andybalholm/cascadia"
)

// Rule says where a field is found on a page. The zero value of each key means
// that it is not used; exactly one of CSS, Label, Meta, JSONLD is set.
type Rule struct {
	CSS    string `yaml:"css" json:"css,omitempty"`       // a CSS selector
	Attr   string `yaml:"attr" json:"attr,omitempty"`     // the attribute to take instead of the text
	Label  string `yaml:"label" json:"label,omitempty"`   // the value beside or after this label
	Meta   string `yaml:"meta" json:"meta,omitempty"`     // a <meta> name, property or itemprop
	JSONLD string `yaml:"jsonld" json:"jsonld,omitempty"` // a JSON-LD property, dotted: author.name
	Regexp string `yaml:"regexp" json:"regexp,omitempty"` // group 1 of what was found
	Split  string `yaml:"split" json:"split,omitempty"`   // separator of several values in one text
	Layout string `yaml:"layout" json:"layout,omitempty"` // Go time layout
	Zone   string `yaml:"zone" json:"zone,omitempty"`     // IANA zone of times that state none
	All    bool   `yaml:"all" json:"all,omitempty"`       // take every match, not the first
}

// RuleError says which rule of which field is wrong, and how.
type RuleError struct {
	Field string // "drop" for a selector of what is dropped
	Index int    // which rule of the field's list, from 0
	Key   string // css, regexp, …; "" for the rule as a whole
	Found string
	Want  string
}

func (e *RuleError) Error() string {
	where := e.Field
	if e.Key != "" {
		where += ": " + e.Key
	}
	return fmt.Sprintf("%s: found %q, expected %s", where, e.Found, e.Want)
}

// Rules are a source's compiled rules. Nil and the zero value have none.
type Rules struct {
	id     string
	fields map[string][]compiledRule
	drop   []cascadia.Selector
	ignore []notice
	watch  []notice
	names  []string // of the fields, sorted
}

// compiledRule is a Rule that is ready to be applied.
type compiledRule struct {
	Rule
	selector cascadia.Selector
	pattern  *regexp.Regexp
	zone     *time.Location
}

// ID identifies the rules by their content; "none" where there are none.
func (r *Rules) ID() string {
	if r == nil || r.id == "" {
		return "none"
	}
	return r.id
}

// Has reports whether a field has a rule.
func (r *Rules) Has(field string) bool { return r != nil && len(r.fields[field]) > 0 }

// Fields are the names of the fields that have rules, sorted.
func (r *Rules) Fields() []string {
	if r == nil {
		return nil
	}
	return r.names
}

// Compile checks and compiles rules by field, and the selectors of what is
// dropped from the page before anything is read. The error is a *RuleError.
func Compile(fields map[string][]Rule, drop []string) (*Rules, error) {
	r := &Rules{fields: map[string][]compiledRule{}}
	for field := range fields {
		r.names = append(r.names, field)
	}
	sort.Strings(r.names)
	for _, field := range r.names {
		for i, rule := range fields[field] {
			c, err := compileRule(rule)
			if err != nil {
				err.Field, err.Index = field, i
				return nil, err
			}
			r.fields[field] = append(r.fields[field], c)
		}
	}
	for i, css := range drop {
		sel, err := cascadia.Compile(css)
		if err != nil {
			return nil, &RuleError{Field: "drop", Index: i, Key: "css", Found: css, Want: "a CSS selector (" + err.Error() + ")"}
		}
		r.drop = append(r.drop, sel)
	}
	if len(fields) > 0 || len(drop) > 0 {
		content, err := json.Marshal([]any{fields, drop})
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		r.id = hex.EncodeToString(sum[:8])
	}
	return r, nil
}

func compileRule(rule Rule) (compiledRule, *RuleError) {
	c := compiledRule{Rule: rule}
	places := 0
	for _, s := range []string{rule.CSS, rule.Label, rule.Meta, rule.JSONLD} {
		if s != "" {
			places++
		}
	}
	if places != 1 {
		return c, &RuleError{Found: fmt.Sprintf("%d of css, label, meta, jsonld", places), Want: "exactly one of them"}
	}
	if rule.Attr != "" && rule.CSS == "" {
		return c, &RuleError{Key: "attr", Found: rule.Attr, Want: "a css beside it: the element that has the attribute"}
	}
	var err error
	if rule.CSS != "" {
		if c.selector, err = cascadia.Compile(rule.CSS); err != nil {
			return c, &RuleError{Key: "css", Found: rule.CSS, Want: "a CSS selector (" + err.Error() + ")"}
		}
	}
	if rule.Regexp != "" {
		if c.pattern, err = regexp.Compile(rule.Regexp); err != nil {
			return c, &RuleError{Key: "regexp", Found: rule.Regexp, Want: "a regular expression (" + err.Error() + ")"}
		}
		if c.pattern.NumSubexp() < 1 {
			return c, &RuleError{Key: "regexp", Found: rule.Regexp, Want: "a group in brackets: what is taken is group 1"}
		}
	}
	if rule.Zone != "" {
		if c.zone, err = time.LoadLocation(rule.Zone); err != nil {
			return c, &RuleError{Key: "zone", Found: rule.Zone, Want: "an IANA time zone such as Europe/Paris"}
		}
	}
	return c, nil
}
