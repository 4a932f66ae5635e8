package change

import (
	"encoding/hex"
	"hash/fnv"
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
	// Strangers are what stands in the place of stories of which nothing is left, by
	// story ID.
	Strangers map[string]*Stranger `json:"strangers,omitempty"`
	// Emptied are the fields that stories lost and none has been seen with since:
	// prints of the stories, by field, with the time of the loss.
	Emptied map[string]map[string]time.Time `json:"emptied,omitempty"`
}

// Stranger is a text in the place of another.
type Stranger struct {
	Print string    `json:"print"`
	Times int       `json:"times"` // visits in a row that found it
	Since time.Time `json:"since"`
	At    time.Time `json:"at"` // of the last
}

// A text that stands in the place of a story of which nothing is left is a page
// served by mistake; one that stays the same for a day and three visits is what the
// publisher made of the story.
const (
	strangerVisits = 3
	strangerStays  = 24 * time.Hour
)

// settled reports whether a text has stood in the place of the story long enough.
func (k Knowledge) settled(read story.Reading) bool {
	if k.Memory == nil {
		return false
	}
	s := k.Memory.Strangers[k.Story]
	return s != nil && s.Print == Print(read.Fields) && s.Times >= strangerVisits-1 && k.At.Sub(s.Since) >= strangerStays
}

// learnStranger takes down what stands in a story's place, or that the story does.
func (m *Memory) learnStranger(id string, at time.Time, v Verdict) {
	switch s := m.Strangers[id]; {
	case v.stranger == "":
		if v.shows != "" {
			delete(m.Strangers, id)
		}
	case s != nil && s.Print == v.stranger:
		s.Times, s.At = s.Times+1, at
	default:
		if m.Strangers == nil {
			m.Strangers = map[string]*Stranger{}
		}
		m.Strangers[id] = &Stranger{Print: v.stranger, Times: 1, Since: at, At: at}
		forget(m.Strangers, mostTrials, func(s *Stranger) time.Time { return s.At })
	}
}

// Trial is how a story's headline went to and fro between two.
type Trial struct {
	Shows string    `json:"shows"` // print of the headline that was shown last
	Other string    `json:"other"` // and of the one before
	Turns int       `json:"turns"` // how often it went from one of the two to the other
	At    time.Time `json:"at"`    // of the last turn
}

// Line is how a line behaved in the stories of a source.
type Line struct {
	// Stories are prints of the first few stories that had it, and of the numbers
	// in it as each shows them.
	Stories map[string]string `json:"stories"`
	Times   int               `json:"times"` // how often it changed
	Looks   int               `json:"looks"` // how often it was looked at, changed or not, where its numbers are what changes
	Came    bool              `json:"came,omitempty"`
	Went    bool              `json:"went,omitempty"`
	At      time.Time         `json:"at"` // of the last change
}

// counts reports whether the line counts readers, and not the dead: its number
// changes nearly whenever it is looked at, and each story has one of its own. A
// fact that several stories tell is the same in most of them.
func (l *Line) counts() bool {
	own := map[string]bool{}
	for _, numbers := range l.Stories {
		own[numbers] = true
	}
	return len(l.Stories) >= storiesOfLine && len(own) == len(l.Stories) && l.Times >= timesOfLine && 4*l.Times >= 3*l.Looks
}

// comesAndGoes reports whether the line comes and goes in stories of all kinds.
func (l *Line) comesAndGoes() bool {
	return l.Came && l.Went && len(l.Stories) >= storiesOfLine && l.Times >= timesOfLine
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

// why says what a memory knows of a field's change; "" for nothing.
func (m *Memory) why(f story.FieldChange, id string, at time.Time, old *story.Reading, v *Verdict) string {
	switch {
	case f.Field == "headline":
		if t := m.Trials[id]; t != nil && t.onTrial(v.shows, at, onlyH1(old, &v.Read)) {
			return "a headline on trial: it goes to and fro between two"
		}
	case f.Field == "body" || strings.HasPrefix(f.Field, "metadata."):
		key, counts := lineKey(f)
		switch l := m.Lines[key]; {
		case l == nil:
		case counts && l.counts():
			return "a count: the same line changes in several stories, its number alone"
		case !counts && l.comesAndGoes():
			return "a line that comes and goes in several stories"
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
// read the story teaches nothing but what stands in its place.
func (m *Memory) Learn(id string, at time.Time, v Verdict) {
	m.learnStranger(id, at, v)
	if v.shows == "" {
		return
	}
	m.learnHeadline(id, at, v.had, v.shows)
	m.learnLooks(id, v.Read.Body)
	m.learnEmptied(id, at, v)
	for _, f := range v.raw {
		if f.Field == "body" || strings.HasPrefix(f.Field, "metadata.") {
			m.learnLine(id, at, f)
		}
	}
}

func (m *Memory) learnHeadline(id string, at time.Time, had, shows string) {
	t := m.Trials[id]
	switch {
	case t == nil && (had == "" || had == shows):
	case t == nil:
		if m.Trials == nil {
			m.Trials = map[string]*Trial{}
		}
		m.Trials[id] = &Trial{Shows: shows, Other: had, Turns: 1, At: at}
		forget(m.Trials, mostTrials, func(t *Trial) time.Time { return t.At })
	case t.Shows == shows:
	case t.Other == shows && at.Sub(t.At) < trialEnds:
		*t = Trial{Shows: shows, Other: t.Shows, Turns: t.Turns + 1, At: at}
	default:
		*t = Trial{Shows: shows, Other: t.Shows, Turns: 1, At: at}
	}
}

// learnLooks counts the looks at lines whose numbers have moved before, whether
// or not they moved now.
func (m *Memory) learnLooks(id string, body []string) {
	if len(m.Lines) == 0 {
		return
	}
	for _, p := range body {
		if !strings.ContainsFunc(p, unicode.IsDigit) {
			continue
		}
		p = story.Normal(p)
		if l := m.Lines[countsKey("body", withoutNumbers(p))]; l != nil {
			l.Looks++
			l.seenIn(id, p)
		}
	}
}

func (m *Memory) learnLine(id string, at time.Time, f story.FieldChange) {
	key, counts := lineKey(f)
	if key == "" {
		return
	}
	if m.Lines == nil {
		m.Lines = map[string]*Line{}
	}
	l := m.Lines[key]
	if l == nil {
		l = &Line{Stories: map[string]string{}}
		m.Lines[key] = l
		if counts && f.Field == "body" {
			l.Looks = 1 // this one, which learnLooks couldn't know
		}
	}
	if f.Field != "body" && counts {
		l.Looks++ // of metadata, only changes are looked at
	}
	l.seenIn(id, f.New)
	l.Times++
	l.Came, l.Went, l.At = l.Came || f.Old == "", l.Went || f.New == "", at
	forget(m.Lines, mostLines, func(l *Line) time.Time { return l.At })
}

// seenIn remembers a story that has the line, and the numbers in it there.
func (l *Line) seenIn(id, line string) {
	s := printOf(id)
	if _, known := l.Stories[s]; known || len(l.Stories) < storiesOfLine {
		l.Stories[s] = printOf(numbersOf(line))
	}
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
			return countsKey(f.Field, a), true
		}
		return "", false
	}
	return printOf(f.Field + " is " + withoutNumbers(f.Old+f.New)), false
}

func countsKey(field, withoutNumbers string) string {
	return printOf(field + " counts " + withoutNumbers)
}

// numbersOf are a text's numbers in figures, in order.
func numbersOf(s string) string {
	var out []string
	for _, t := range tokenize(s) {
		if strings.ContainsFunc(t, unicode.IsDigit) {
			out = append(out, t)
		}
	}
	return strings.Join(out, " ")
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
