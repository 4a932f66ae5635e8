package change

import (
	"encoding/hex"
	"hash/fnv"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"

	"stakeout/story"
)

// Memory is what the visits of a source taught of the parts of its pages that
// keep changing and are no story: headlines on trial, counters, lines that come
// and go. The zero value knows nothing. It marshals to JSON, and is not safe for
// use by several goroutines.
type Memory struct {
	// Trials are the stories' headlines, by story ID.
	Trials map[string]*Trial `json:"trials,omitempty"`
	// Lines are lines of text, numbers left out, by their prints.
	Lines map[string]*Line `json:"lines,omitempty"`
}

// Trial is how a story's headline went to and fro between two.
type Trial struct {
	Shows string    `json:"shows"`           // print of the headline that was shown last
	Other string    `json:"other,omitempty"` // and of the one before
	Turns int       `json:"turns,omitempty"` // how often it went from one of the two to the other
	At    time.Time `json:"at"`              // of the last turn
}

// Line is how a line behaved in the stories of a source.
type Line struct {
	Stories []string  `json:"stories"` // prints of the first few stories that had it
	Times   int       `json:"times"`   // how often it changed
	Came    bool      `json:"came,omitempty"`
	Went    bool      `json:"went,omitempty"`
	At      time.Time `json:"at"` // of the last change
}

// What a memory must have seen before it takes a change for noise.
const (
	turnsOfH1  = 3 // turns of a headline that its own page contradicts: only the h1 goes to and fro
	turnsOfAll = 5 // turns of one that all of its page's signals follow
	trialEnds  = 12 * time.Hour

	storiesOfLine = 3 // different stories with the same line
	timesOfLine   = 6 // changes of it, in all

	mostLines  = 2000
	mostTrials = 5000
)

// JudgeKnowing is Judge with what earlier visits taught: a change that a memory
// knows for noise is left out, with the reason why. m is only read; nil knows
// nothing. id is the story's, at the time of the visit.
func JudgeKnowing(m *Memory, id string, at time.Time, old *story.Reading, resp Response, read story.Reading) Verdict {
	v := Judge(old, resp, read)
	if m == nil || v.Outcome != story.Changed {
		return v
	}
	left := []story.FieldChange{}
	for _, f := range v.Change.Fields {
		why := m.why(f, id, at, old, &v)
		if why == "" {
			left = append(left, f)
			continue
		}
		v.Ignored = append(v.Ignored, story.Ignored{Text: excerpt(f.Field+": "+shown(f), 200), Why: why})
		if f.Field == "headline" {
			v.Read.Headline = old.Headline
		}
	}
	v.Change.Fields, v.Change.Classes = left, Classes(left)
	if len(left) == 0 {
		v.Outcome, v.Doubt = story.Same, false
	}
	return v
}

// why says what a memory knows of a field's change; "" for nothing.
func (m *Memory) why(f story.FieldChange, id string, at time.Time, old *story.Reading, v *Verdict) string {
	switch {
	case f.Field == "headline":
		if t := m.Trials[id]; t != nil && t.onTrial(v.headline, at, onlyH1(old, &v.Read)) {
			return "a headline on trial: it goes to and fro between two"
		}
	case f.Field == "body" || strings.HasPrefix(f.Field, "metadata."):
		key, counts := lineKey(f)
		if l := m.Lines[key]; key != "" && l != nil && len(l.Stories) >= storiesOfLine && l.Times >= timesOfLine {
			if counts {
				return "a count: the same line changes in several stories, its number alone"
			}
			if l.Came && l.Went {
				return "a line that comes and goes in several stories"
			}
		}
	}
	return ""
}

// onTrial reports whether a headline that shows now is one of two that have gone
// to and fro long enough. One that stays for half a day has won.
func (t *Trial) onTrial(shows string, at time.Time, onlyH1 bool) bool {
	turns := t.Turns
	switch shows {
	case t.Shows:
	case t.Other:
		turns++
	default:
		return false
	}
	need := turnsOfAll
	if onlyH1 {
		need = turnsOfH1
	}
	return turns >= need && at.Sub(t.At) < trialEnds
}

// onlyH1 reports whether the h1 differs while the page's other headline signals
// stay as they were.
func onlyH1(old, read *story.Reading) bool {
	a, b := old.Headlines, read.Headlines
	if a.H1 == b.H1 {
		return false
	}
	a.H1, b.H1 = "", ""
	return a == b && a != story.Headlines{}
}

// Learn takes in what a visit showed, once it is recorded. A visit that didn't
// read the story teaches nothing.
func (m *Memory) Learn(id string, at time.Time, v Verdict) {
	if v.headline == "" {
		return
	}
	m.learnHeadline(id, at, v.headline)
	for _, f := range v.raw {
		if f.Field == "body" || strings.HasPrefix(f.Field, "metadata.") {
			m.learnLine(id, at, f)
		}
	}
}

func (m *Memory) learnHeadline(id string, at time.Time, shows string) {
	if m.Trials == nil {
		m.Trials = map[string]*Trial{}
	}
	t := m.Trials[id]
	switch {
	case t == nil:
		m.Trials[id] = &Trial{Shows: shows, At: at}
		forget(m.Trials, mostTrials, func(t *Trial) time.Time { return t.At })
	case t.Shows == shows:
	case t.Other == shows && at.Sub(t.At) < trialEnds:
		*t = Trial{Shows: shows, Other: t.Shows, Turns: t.Turns + 1, At: at}
	default:
		*t = Trial{Shows: shows, Other: t.Shows, Turns: 1, At: at}
	}
}

func (m *Memory) learnLine(id string, at time.Time, f story.FieldChange) {
	key, _ := lineKey(f)
	if key == "" {
		return
	}
	if m.Lines == nil {
		m.Lines = map[string]*Line{}
	}
	l := m.Lines[key]
	if l == nil {
		l = &Line{}
		m.Lines[key] = l
	}
	if s := printOf(id); !slices.Contains(l.Stories, s) && len(l.Stories) < storiesOfLine {
		l.Stories = append(l.Stories, s)
	}
	l.Times++
	l.Came, l.Went, l.At = l.Came || f.Old == "", l.Went || f.New == "", at
	forget(m.Lines, mostLines, func(l *Line) time.Time { return l.At })
}

// forget drops the tenth of a map that is oldest, once it has more than most.
func forget[T any](all map[string]T, most int, at func(T) time.Time) {
	if len(all) <= most {
		return
	}
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return at(all[keys[i]]).Before(at(all[keys[j]])) })
	for _, k := range keys[:len(keys)/10] {
		delete(all, k)
	}
}

// lineKey names the line that a field's change is about, the numbers in it left
// out: one that only counts on, or one that came or went whole and is no note to
// readers; "" for any other.
func lineKey(f story.FieldChange) (key string, counts bool) {
	switch {
	case f.Class == story.Correction || f.Class == story.Reordered:
		return "", false
	case f.Old != "" && f.New != "":
		if a := withoutNumbers(f.Old); a == withoutNumbers(f.New) {
			return printOf(f.Field + " counts " + a), true
		}
		return "", false
	}
	return printOf(f.Field + " is " + withoutNumbers(f.Old+f.New)), false
}

// withoutNumbers is a text with a mark for each number in figures.
func withoutNumbers(s string) string {
	var b strings.Builder
	for _, t := range tokenize(s) {
		if strings.ContainsFunc(t, unicode.IsDigit) {
			t = "#"
		}
		b.WriteString(t)
	}
	return b.String()
}

func printOf(s string) string {
	h := fnv.New64a()
	h.Write([]byte(s)) // never fails
	return hex.EncodeToString(h.Sum(nil))
}
