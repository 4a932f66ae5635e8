// Package filter is the question that an inbox, an export, a feed and a
// notification ask alike: which stories and changes are meant. It is one line of
// text, as a person types it: `source:wire class:fact -disclosed:yes "death toll"`.
package filter

import (
	"strings"
	"time"

	"stakeout/story"
)

// Filter is a checked question. The zero value means everything.
type Filter struct {
	terms []term
}

// term is one condition.
type term struct {
	key   string // "text" for words that stand alone
	value string // as typed
	fold  string // the value as it is compared
	not   bool
	at    time.Time // of since and until
}

// Of makes a filter of one condition, as if "key:value" had been typed.
func Of(key, value string, now time.Time) (Filter, error) {
	t, err := newTerm(key, value, false, 0, now)
	if err != nil {
		return Filter{}, err
	}
	return Filter{terms: []term{t}}, nil
}

// And means what both mean.
func (f Filter) And(g Filter) Filter {
	return Filter{terms: append(f.terms[:len(f.terms):len(f.terms)], g.terms...)}
}

// Everything reports whether there is no condition.
func (f Filter) Everything() bool { return len(f.terms) == 0 }

// Source is the one source that is asked for, "" where there is none or several:
// what a history may be narrowed to before anything is read.
func (f Filter) Source() string {
	source := ""
	for _, t := range f.terms {
		if t.key != "source" || t.not {
			continue
		}
		if source != "" {
			return ""
		}
		source = t.value
	}
	return source
}

// Since is the earliest time asked for; zero for none.
func (f Filter) Since() time.Time {
	var since time.Time
	for _, t := range f.terms {
		if t.key == "since" && t.at.After(since) {
			since = t.at
		}
	}
	return since
}

// Has reports whether there is a condition of a key.
func (f Filter) Has(key string) bool { return f.any(map[string]bool{key: true}) }

// OfChanges reports whether something is asked that only a change can answer:
// its class, event, field, facts, or whether it was disclosed.
func (f Filter) OfChanges() bool { return f.any(ofChange) }

// OfStories reports whether something is asked that a change doesn't carry, and
// the story must be looked up for.
func (f Filter) OfStories() bool { return f.any(ofStory) }

func (f Filter) any(keys map[string]bool) bool {
	for _, t := range f.terms {
		if keys[t.key] {
			return true
		}
	}
	return false
}

// String is the filter as it is typed; Parse of it gives the same filter.
func (f Filter) String() string {
	return f.text(func(t term) string {
		if t.key == "since" || t.key == "until" {
			return t.at.UTC().Format(time.RFC3339)
		}
		return t.value
	})
}

// text writes the filter with a value for each of its conditions.
func (f Filter) text(value func(term) string) string {
	var parts []string
	for _, t := range f.terms {
		parts = append(parts, t.text(value(t)))
	}
	return strings.Join(parts, " ")
}

func (t term) text(value string) string {
	bare := !strings.ContainsAny(value, " \t\n") && (t.key != "text" || strings.Contains(value, `"`))
	if !bare || strings.HasPrefix(value, `"`) {
		value = `"` + strings.ReplaceAll(value, `"`, " ") + `"`
	}
	if t.key != "text" {
		value = t.key + ":" + value
	}
	if t.not {
		return "-" + value
	}
	return value
}

// Story reports whether a story, as it stands at one version, is meant. What only
// changes can answer counts as true.
func (f Filter) Story(s story.Story) bool {
	return f.holds(func(t term) bool { return t.story(s) }, func(key string) bool { return !ofChange[key] })
}

// Change reports whether a change is meant, of a story as it stood after it; the
// story is asked for only where OfStories says so.
func (f Filter) Change(c story.Change, s story.Story) bool {
	return f.holds(func(t term) bool {
		if ofStory[t.key] {
			return t.story(s)
		}
		return t.change(c, s)
	}, func(string) bool { return true })
}

// holds reports whether every condition holds: one at least of those of one key,
// all of the words and times, and none of those that are excluded.
func (f Filter) holds(term func(term) bool, counts func(key string) bool) bool {
	wanted, met := map[string]bool{}, map[string]bool{}
	for _, t := range f.terms {
		if !counts(t.key) {
			continue
		}
		yes := term(t)
		switch {
		case t.not && yes, !t.not && !yes && every[t.key]:
			return false
		case !t.not:
			wanted[t.key] = true
			met[t.key] = met[t.key] || yes
		}
	}
	for key := range wanted {
		if !met[key] {
			return false
		}
	}
	return true
}
