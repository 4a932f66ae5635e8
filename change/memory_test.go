package change_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/story"
)

// watch is a story as it is watched: what is on record, and what was learned.
type watch struct {
	id     string
	memory *change.Memory
	record *story.Reading
	now    time.Time
}

// visit judges a page as the next visit, and records it where it should be.
func (w *watch) visit(t *testing.T, p page, after time.Duration) change.Verdict {
	t.Helper()
	w.now = w.now.Add(after)
	v := change.Knowledge{Memory: w.memory, Story: w.id, At: w.now}.Judge(w.record, change.Response{URL: address}, p.read(t, nil))
	w.memory.Learn(w.id, w.now, v)
	if v.Outcome == story.New || v.Outcome == story.Changed {
		read := v.Read
		w.record = &read
	}
	return v
}

// stored is a memory written down and read again.
func stored(t *testing.T, m *change.Memory) *change.Memory {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	again := &change.Memory{}
	if err := json.Unmarshal(b, again); err != nil {
		t.Fatal(err)
	}
	return again
}

// Twenty visits of a story: churn on every page, edits, walls, reverts, and a
// headline on trial.
func TestTwentyVisitsOfAStory(t *testing.T) {
	w := watch{id: "4711", memory: &change.Memory{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	with := func(edits ...func(*page)) page {
		p := flood()
		p.body = slices.Clone(p.body)
		for _, e := range edits {
			e(&p)
		}
		return p
	}
	trial := func(p *page) {
		p.stated, p.headline = p.headline, "River swallows valley: twelve villages wait for rescue"
	}
	toll := func(n string) func(*page) {
		return func(p *page) { p.body[0] = strings.Replace(p.body[0], "12 people", n+" people", 1) }
	}
	note := func(p *page) {
		p.body = append(p.body, "Correction: An earlier version gave a wrong number of villages.")
	}
	wall := page{wall: "<html><head><title>Just a moment...</title></head><body><h1>ledger.example</h1><p>Checking your browser before you can go on.</p></body></html>"}
	steps := []struct {
		page page
		want story.Outcome
		in   []string // the fields that differ
	}{
		{with(), story.New, nil},
		{with(), story.Same, nil},
		{with(toll("14")), story.Changed, []string{"body"}},
		{wall, story.Blocked, nil},
		{with(toll("14")), story.Same, nil},
		{with(toll("12")), story.Changed, []string{"body"}}, // back again
		{with(toll("14")), story.Changed, []string{"body"}}, // the same text a second time
		{with(toll("14"), trial), story.Changed, []string{"headline"}},
		{with(toll("14")), story.Changed, []string{"headline"}},
		{with(toll("14"), trial), story.Same, nil}, // by now it is a trial
		{unlike(), story.Unreadable, nil},
		{with(toll("14")), story.Same, nil},
		{with(toll("17"), trial), story.Changed, []string{"body"}}, // an edit amid the trial
		{with(toll("17")), story.Same, nil},
		{with(toll("17"), note), story.Changed, []string{"body"}},
		{with(toll("17"), note, trial), story.Same, nil},
		{with(toll("17"), note), story.Same, nil},
		{with(toll("12")), story.Changed, []string{"body"}}, // the same text a third time, the note gone
		{with(toll("12"), trial), story.Same, nil},
		{with(toll("12")), story.Same, nil},
	}
	for i, s := range steps {
		s.page.counter = i
		v := w.visit(t, s.page, 3*time.Minute)
		if v.Outcome != s.want || s.in != nil && !slices.Equal(fieldNames(v.Change.Fields), s.in) {
			t.Errorf("visit %d: want %s %q, got %s %s%s", i+1, s.want, s.in, v.Outcome, v.Reason, brief(v.Change.Fields))
		}
		w.memory = stored(t, w.memory)
	}
	if w.record.Headline != flood().headline {
		t.Errorf("the record has the headline on trial: %q", w.record.Headline)
	}
}

// A headline that was on trial and stays is the story's.
func TestTrialThatIsWon(t *testing.T) {
	w := watch{id: "4711", memory: &change.Memory{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	a, b := flood(), flood()
	b.stated, b.headline = a.headline, "River swallows valley: twelve villages wait for rescue"
	for _, p := range []page{a, b, a, b, a} {
		w.visit(t, p, 5*time.Minute)
	}
	wantOutcome(t, w.visit(t, b, 5*time.Minute), story.Same)
	wantOutcome(t, w.visit(t, b, 5*time.Hour), story.Same)
	wantOutcome(t, w.visit(t, b, 8*time.Hour), story.Changed)
	wantOutcome(t, w.visit(t, b, time.Hour), story.Same)
}

// A line whose number alone moves in several stories counts readers; in one
// story it may count the dead.
func TestCountersAreKnownByTheirBehaviour(t *testing.T) {
	memory := &change.Memory{}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	counted := func(story, n int) page {
		p := flood()
		p.url = fmt.Sprintf("https://ledger.example/news/%d", story)
		p.body = append(slices.Clone(p.body), fmt.Sprintf("Around %d neighbours have stood by this text with a small gift so far.", n))
		return p
	}
	var seen []story.Outcome
	for n := range 3 {
		w := watch{id: fmt.Sprint(n), memory: memory, now: now}
		for k := range 4 {
			seen = append(seen, w.visit(t, counted(n, 100+7*k+n), 10*time.Minute).Outcome)
		}
	}
	if !slices.Contains(seen, story.Changed) || seen[len(seen)-1] != story.Same {
		t.Errorf("want the first counts recorded and the last ignored, got %q", seen)
	}
	w := watch{id: "flood", memory: &change.Memory{}, now: now}
	for k := range 12 {
		want := story.Changed
		if k == 0 {
			want = story.New
		}
		p := altered(t, "12 people", fmt.Sprintf("%d people", 20+k))
		wantOutcome(t, w.visit(t, p, 2*time.Minute), want)
	}
}

// A toll that three stories tell in the same words rises in all of them, as often
// as any counter: it is news each time.
func TestSharedFactIsNoCounter(t *testing.T) {
	memory := &change.Memory{}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	watched := make([]watch, 4)
	for n := range watched {
		watched[n] = watch{id: fmt.Sprint(n), memory: memory, now: now}
	}
	for k := range 8 {
		for n := range watched {
			p := flood()
			p.url = fmt.Sprintf("https://ledger.example/news/%d", n)
			p.headline = fmt.Sprintf("%s, part %d", p.headline, n)
			p.stated = p.headline
			p.body = append(slices.Clone(p.body), fmt.Sprintf("The ministry said on Tuesday that %d bridges were closed to all traffic.", 30+k))
			want := story.Changed
			if k == 0 {
				want = story.New
			}
			wantOutcome(t, watched[n].visit(t, p, 20*time.Minute), want)
		}
	}
}

// What the source's owner says of a page decides over what we make of it.
func TestOwnersWishes(t *testing.T) {
	plain := extract.Page{URL: "https://ledger.example/news/4711-flood"}
	page := func(notes, water, readers, link string) extract.Page {
		p := plain
		p.Body = []byte(fmt.Sprintf(`<html><head><title>Dam holds after night of rain</title></head><body><article><h1>Dam holds after night of rain</h1>
<p>The dam above the town held on Monday after a night of heavy rain, the region's water board said in a statement.</p>
<div class="notes"><p>%s</p></div>
<p>Engineers are still measuring the <a href="%s">pressure</a> on the wall, and the road below it stays closed for now.</p>
<p>The gauge at the bridge stood at %s on Monday, and the board expects it to fall over the next days.</p>
<p class="readers">%s people are reading this now</p></article></body></html>`, notes, link, water, readers))
		return p
	}
	first := page("Rain fell for eleven hours in all, the weather office said on Monday.", "3.10 metres", "247", "/a")
	for _, c := range []struct {
		name          string
		ignore, watch []string
		now           extract.Page
		want          story.Outcome
		field         string
	}{
		{"nothing said", nil, nil, page("Snow fell on the hills above the town, the weather office said.", "3.10 metres", "251", "/a"), story.Changed, "body"},
		{"a selector ignored", []string{".notes"}, nil, page("Snow fell on the hills above the town, the weather office said.", "3.10 metres", "251", "/a"), story.Same, ""},
		{"a pattern ignored", []string{`/[\d.]+ metres/`}, nil, page("Rain fell for eleven hours in all, the weather office said on Monday.", "3.25 metres", "247", "/a"), story.Same, ""},
		{"a pattern that isn't all", []string{`/[\d.]+ metres/`}, nil, page("Rain fell for twelve hours in all, the weather office said on Monday.", "3.25 metres", "247", "/a"), story.Changed, "body"},
		{"links, not watched", nil, nil, page("Rain fell for eleven hours in all, the weather office said on Monday.", "3.10 metres", "247", "/b"), story.Same, ""},
		{"links, watched", nil, []string{"links"}, page("Rain fell for eleven hours in all, the weather office said on Monday.", "3.10 metres", "247", "/b"), story.Changed, "metadata.links"},
		{"a counter, watched", nil, []string{".readers"}, page("Rain fell for eleven hours in all, the weather office said on Monday.", "3.10 metres", "999", "/a"), story.Changed, "metadata..readers"},
		{"a pattern, watched", nil, []string{`/\d+ people are/`}, page("Rain fell for eleven hours in all, the weather office said on Monday.", "3.10 metres", "999", "/a"), story.Changed, `metadata./\d+ people are/`},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := extract.Compile(nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := rules.Heed(c.ignore, c.watch); err != nil {
				t.Fatal(err)
			}
			old := extract.Read(first, rules, nil)
			v := change.Knowledge{Ignore: rules.IgnoredPatterns()}.Judge(&old, change.Response{URL: plain.URL}, extract.Read(c.now, rules, nil))
			wantOutcome(t, v, c.want)
			if names := fieldNames(v.Change.Fields); c.field != "" && !slices.Equal(names, []string{c.field}) {
				t.Errorf("want a change of %s, got %q%s", c.field, names, brief(v.Change.Fields))
			}
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := &change.Memory{}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	old, other := flood(), flood()
	other.headline, other.stated = "River swallows valley: twelve villages wait for rescue", "River swallows valley: twelve villages wait for rescue"
	before := old.read(t, nil)
	v := change.Judge(&before, change.Response{URL: address}, other.read(t, nil))
	for n := range 6000 {
		m.Learn(fmt.Sprint(n), now.Add(time.Duration(n)*time.Second), v)
	}
	if len(m.Trials) > 5000 || m.Trials["5999"] == nil {
		t.Errorf("%d trials, the last one kept: %v", len(m.Trials), m.Trials["5999"] != nil)
	}
}

// A story of which nothing is left is another page by mistake; where it stays, it is
// what its publisher made of it.
func TestARewriteThatStaysIsAccepted(t *testing.T) {
	unstated := func(p page) story.Reading {
		p.body = slices.Concat(p.body, p.body, p.body)
		p.url = flood().url
		read := p.read(t, nil)
		delete(read.Via, "url")
		return read
	}
	memory, now, record := &change.Memory{}, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), unstated(flood())
	visit := func(p page, after time.Duration, want story.Outcome) {
		t.Helper()
		now = now.Add(after)
		v := change.Knowledge{Memory: memory, Story: "4711", At: now}.Judge(&record, change.Response{URL: address}, unstated(p))
		memory.Learn("4711", now, v)
		memory = stored(t, memory)
		wantOutcome(t, v, want)
		if v.Outcome == story.Changed {
			record = v.Read
		}
	}
	for _, gap := range []time.Duration{time.Hour, time.Hour, 10 * time.Hour} {
		visit(unlike(), gap, story.Unreadable)
	}
	visit(flood(), time.Hour, story.Same) // it was a mistake
	for _, gap := range []time.Duration{time.Hour, 12 * time.Hour} {
		visit(unlike(), gap, story.Unreadable)
	}
	visit(unlike(), 13*time.Hour, story.Changed)
	visit(unlike(), time.Hour, story.Same)
}
