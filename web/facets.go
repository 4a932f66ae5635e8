package web

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"sort"
	"sync"

	"stakeout/filter"
	"stakeout/history"
	"stakeout/story"
)

// facet is one way to narrow the inbox.
type facet struct {
	Name    string
	Choices []choice
}

// choice is one of several ways on.
type choice struct {
	Name  string
	Count int
	URL   string
	On    bool
}

// asked are questions that people come with, as filters.
var asked = []struct{ name, filter string }{
	{"Numbers changed silently today", "fact:amount disclosed:no since:today"},
	{"Corrections", "class:correction"},
	{"Headlines rewritten", "field:headline"},
	{"Taken down", "event:removed"},
	{"Changed back", "class:reverted"},
}

// what are the parts of a story that a change may be asked for by.
var what = []struct{ key, value, name string }{
	{"fact", "amount", "a number"}, {"fact", "date", "a date"}, {"field", "headline", "the headline"}, {"field", "body", "the text"},
	{"field", "authors", "the byline"}, {"field", "credibility", "credibility"}, {"fact", "cve", "a CVE"}, {"fact", "domain", "a domain"}, {"fact", "ip", "an IP address"}, {"fact", "hash", "a hash"},
}

// tally counts edits by what they may be narrowed to, under "key:value".
type tally map[string]int

func (t tally) add(key, value string) {
	if value != "" {
		t[key+":"+value]++
	}
}

// change counts one edit; each of its classes, fields and facts once.
func (t tally) change(c story.Change) {
	for _, class := range c.Classes {
		t.add("class", string(class))
	}
	if c.Event == story.EventRemoved {
		t.add("event", "removed")
	}
	told := "no"
	if c.Disclosed {
		told = "yes"
	}
	t.add("disclosed", told)
	t.add("source", c.Source)
	seen := map[string]bool{}
	once := func(key, value string) {
		if !seen[key+value] {
			seen[key+value] = true
			t.add(key, value)
		}
	}
	for _, f := range c.Fields {
		once("field", f.Field)
		for _, fact := range f.Facts {
			once("fact", string(fact.Kind))
		}
	}
}

// facets counts the latest edits by what they may be narrowed to; sector, tag and
// credibility those of the edits that are shown.
func (s *server) facets(ctx context.Context, f filter.Filter, query url.Values, shown []edit) ([]facet, error) {
	latest, err := s.latest(ctx)
	if err != nil {
		return nil, err
	}
	counts := maps.Clone(latest)
	for _, e := range shown {
		st, err := s.Store.StoryAt(ctx, story.Key{Source: e.Source, ID: e.ID}, e.To)
		if err != nil {
			continue // forgotten since
		}
		counts.add("sector", st.Sector)
		counts.add("credibility", st.Credibility)
		for _, tag := range st.Tags {
			counts.add("tag", tag)
		}
	}
	option := func(key, value, name string) choice {
		return choice{Name: name, Count: counts[key+":"+value], URL: toggled(f, query, key, value, s), On: f.Asks(key, value)}
	}
	var kinds, parts, when []choice
	for _, class := range story.Classes {
		kinds = append(kinds, option("class", string(class), string(class)))
	}
	kinds = append(kinds, option("event", "removed", "removed"))
	for _, w := range what {
		parts = append(parts, option(w.key, w.value, w.name))
	}
	for _, w := range []struct{ value, name string }{{"today", "today"}, {"24h", "last 24 hours"}, {"7d", "last 7 days"}, {"30d", "last 30 days"}} {
		when = append(when, option("since", w.value, w.name))
	}
	out := []facet{{"Told the reader?", []choice{option("disclosed", "no", "silent"), option("disclosed", "yes", "disclosed")}},
		{"What changed", some(parts)}, {"Kind", some(kinds)}, {"When", when}}
	for _, key := range []struct{ key, name string }{{"source", "Source"}, {"sector", "Sector"}, {"tag", "Tag"}, {"credibility", "Credibility"}} {
		var choices []choice
		for _, value := range counts.of(key.key, f) {
			choices = append(choices, option(key.key, value, value))
		}
		out = append(out, facet{key.name, choices})
	}
	return out, nil
}

// counted are the latest edits as they were last counted.
type counted struct {
	mu  sync.Mutex // protects following fields
	top int64      // the newest change then
	of  tally
}

// latest counts the latest edits, anew where some were recorded since.
func (s *server) latest(ctx context.Context) (tally, error) {
	s.counted.mu.Lock()
	defer s.counted.mu.Unlock()
	top, err := s.Store.LastChange(ctx)
	if err != nil || s.counted.of != nil && s.counted.top == top {
		return s.counted.of, err
	}
	counts := tally{}
	for c, err := range history.Changes(ctx, s.Store, history.Query{Newest: true, Looks: facetsOver}) {
		if err != nil {
			return nil, err
		}
		if c.Event != story.EventNew {
			counts.change(c)
		}
	}
	s.counted.top, s.counted.of = top, counts
	return counts, nil
}

// some are the choices that lead to something, or are chosen.
func some(list []choice) []choice {
	return slices.DeleteFunc(list, func(c choice) bool { return c.Count == 0 && !c.On })
}

// mostValues is how many values of a key are offered.
const mostValues = 12

// of are the values of a key, the most frequent first.
func (t tally) of(key string, f filter.Filter) []string {
	var out []string
	for k := range t {
		if len(k) > len(key) && k[:len(key)+1] == key+":" {
			out = append(out, k[len(key)+1:])
		}
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := t[key+":"+out[i]], t[key+":"+out[j]]
		return a > b || a == b && out[i] < out[j]
	})
	return slices.DeleteFunc(out[:min(len(out), mostValues)], func(v string) bool { return v == "" })
}

// toggled is the inbox's address with a condition more, or without it where it is
// there. Of times there is one at most.
func toggled(f filter.Filter, query url.Values, key, value string, s *server) string {
	if f.Asks(key, value) {
		return inboxURL(f.Without(key, value), query)
	}
	if key == "since" || key == "disclosed" {
		f = f.Without(key, "")
	}
	one, err := filter.Of(key, value, s.Now())
	if err != nil {
		return inboxURL(f, query)
	}
	return inboxURL(f.And(one), query)
}

// inboxURL is the inbox's address with a filter, its view and order kept.
func inboxURL(f filter.Filter, query url.Values) string {
	out := url.Values{}
	for _, key := range []string{"view", "sort"} {
		if v := query.Get(key); v != "" {
			out.Set(key, v)
		}
	}
	if text := f.Typed(); text != "" {
		out.Set("q", text)
	}
	if len(out) == 0 {
		return "/"
	}
	return "/?" + out.Encode()
}
