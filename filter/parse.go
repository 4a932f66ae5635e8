package filter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"stakeout/story"
)

// Keys are the words that a condition may begin with, in the order in which
// people read them.
var Keys = []string{"source", "id", "class", "event", "field", "fact", "disclosed", "tag", "sector", "author", "publisher",
	"credibility", "status", "language", "since", "until", "text"}

// ofChange are the keys that a story alone can't answer, ofStory those that a
// change alone can't; every are those of which each must hold.
var (
	ofChange = setOf("class", "event", "field", "fact", "disclosed")
	ofStory  = setOf("tag", "sector", "author", "publisher", "credibility", "status", "language")
	every    = setOf("text", "since", "until", "tag", "author")
)

func setOf(keys ...string) map[string]bool {
	set := map[string]bool{}
	for _, k := range keys {
		set[k] = true
	}
	return set
}

// values are what a key of few values may be.
var values = map[string][]string{
	"class": texts(story.Classes),
	"event": texts([]story.Event{story.EventNew, story.EventChanged, story.EventRemoved, story.EventRestored, story.EventMoved, story.EventReread}),
	"fact": texts([]story.FactKind{story.FactAmount, story.FactDate, story.FactCredibility, story.FactCVE, story.FactHash,
		story.FactIP, story.FactDomain}),
	"status":    texts([]story.Status{story.Live, story.Removed}),
	"disclosed": {"yes", "no"},
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// Error says what of a filter isn't understood.
type Error struct {
	At          int // byte offset from 0
	Found, Want string
}

func (e *Error) Error() string {
	return fmt.Sprintf("filter, at %d: found %q, expected %s", e.At+1, e.Found, e.Want)
}

// Parse reads a filter: conditions between spaces, each "key:value", a word, or a
// phrase in quotation marks; "-" before one excludes. Conditions of one key are
// alternatives, all others must hold together; of words, tags and authors each
// must. Times are days, RFC 3339, or ages such as 24h and 7d before now. The error
// is an *Error.
func Parse(s string, now time.Time) (Filter, error) {
	var f Filter
	for at := 0; at < len(s); {
		if s[at] == ' ' || s[at] == '\t' || s[at] == '\n' {
			at++
			continue
		}
		start := at
		not := s[at] == '-' && at+1 < len(s) && s[at+1] != ' '
		if not {
			at++
		}
		key, rest := keyOf(s[at:])
		at += rest
		value, n, err := valueOf(s[at:])
		if err != nil {
			return Filter{}, &Error{At: at, Found: s[at:], Want: "a closing quotation mark"}
		}
		at += n
		t, err := newTerm(key, value, not, start, now)
		if err != nil {
			return Filter{}, err
		}
		f.terms = append(f.terms, t)
	}
	return f, nil
}

// keyOf is the key that s begins with, and where its value begins.
func keyOf(s string) (key string, rest int) {
	i := strings.IndexAny(s, `: "`)
	if i <= 0 || s[i] != ':' {
		return "text", 0
	}
	return strings.ToLower(s[:i]), i + 1
}

func valueOf(s string) (value string, n int, err error) {
	if !strings.HasPrefix(s, `"`) {
		n = strings.IndexAny(s, " \t\n")
		if n < 0 {
			n = len(s)
		}
		return s[:n], n, nil
	}
	end := strings.IndexByte(s[1:], '"')
	if end < 0 {
		return "", 0, fmt.Errorf("no end")
	}
	return s[1 : 1+end], end + 2, nil
}

func newTerm(key, value string, not bool, at int, now time.Time) (term, error) {
	t := term{key: key, value: value, fold: folded(value), not: not}
	if !slices.Contains(Keys, key) {
		return t, &Error{At: at, Found: key, Want: "one of " + strings.Join(Keys, ", ") + ` before the colon, or the words in quotation marks`}
	}
	if t.fold == "" {
		return t, &Error{At: at, Found: key + ":" + value, Want: "a value"}
	}
	if allowed := values[key]; allowed != nil && !slices.Contains(allowed, t.fold) {
		return t, &Error{At: at, Found: key + ":" + value, Want: "one of " + strings.Join(allowed, ", ")}
	}
	if key == "since" || key == "until" {
		when, err := Time(value, now)
		if err != nil {
			return t, &Error{At: at, Found: key + ":" + value, Want: err.Error()}
		}
		t.at = when
	}
	return t, nil
}

// Time reads a day, a time (RFC 3339, or without a zone: UTC), or an age such as
// 90m, 24h or 7d before now. The error says what was expected.
func Time(s string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			return t, nil
		}
	}
	if s == "today" {
		y, m, d := now.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, now.Location()), nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 1e6 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("a day such as %s, a time (RFC 3339), today, or an age such as 24h or 7d", now.UTC().Format(time.DateOnly))
}
