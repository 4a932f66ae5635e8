package scheduler

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC) // a Wednesday

func TestScoreGrowsWithTimeUnseen(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	for _, kind := range []string{"", KindLive} {
		s := NewStory(kind, noon, noon)
		before := 0.0
		for _, after := range []time.Duration{5 * time.Minute, 11 * time.Minute, time.Hour, 5 * time.Hour, 30 * time.Hour, 200 * time.Hour} {
			score, edited := p.Score(s, noon.Add(after))
			if score <= before || edited < 0 || edited > 1 || math.IsNaN(score) {
				t.Errorf("kind %q after %s: score %g after %g, edited with %g", kind, after, score, before, edited)
			}
			before = score
		}
	}
}

// What is believed of a fresh story is what was measured: the share that is
// edited in its first half hour, and in its first day.
func TestFreshStoriesAreEditedAsOftenAsMeasured(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	for _, c := range []struct {
		age  time.Duration
		low  float64
		high float64
	}{{30 * time.Minute, 0.03, 0.12}, {24 * time.Hour, 0.25, 0.50}} {
		_, edited := p.Score(NewStory("", noon, noon), noon.Add(c.age))
		if edited < c.low || edited > c.high {
			t.Errorf("%.0f %% of stories are edited within %s, expected %.0f to %.0f %%", 100*edited, c.age, 100*c.low, 100*c.high)
		}
	}
}

func TestLooksChangeThePace(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	s := NewStory("", noon, noon)
	quiet, busy := s, s
	for i := range 6 {
		at := noon.Add(time.Duration(i+1) * 20 * time.Minute)
		quiet, busy = p.Looked(quiet, at, false), p.Looked(busy, at, true)
	}
	if !(quiet.Pace.Rate() < s.Pace.Rate()/1.5 && busy.Pace.Rate() > 10*s.Pace.Rate()) {
		t.Errorf("rates: fresh %g, quiet %g, busy %g", s.Pace.Rate(), quiet.Pace.Rate(), busy.Pace.Rate())
	}
	if busy.Edits != 6 || !busy.ChangedAt.Equal(busy.At) || quiet.Edits != 0 || !quiet.ChangedAt.IsZero() {
		t.Errorf("busy %+v, quiet %+v", busy, quiet)
	}
	if a, b := p.NextAt(quiet, 0.05), p.NextAt(busy, 0.05); !b.Before(a) {
		t.Errorf("the quiet story is looked at again at %s, the busy one at %s", a, b)
	}
	for _, s := range []Story{quiet, busy} {
		if sum := s.Pace.sum(); math.Abs(sum-1) > 1e-9 {
			t.Errorf("chances add up to %g", sum)
		}
	}
}

func TestNextAtIsWhenTheScoreCrosses(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	s := NewStory("", noon.Add(-3*time.Hour), noon)
	for _, threshold := range []float64{0.02, 0.1, 0.3} {
		at := p.NextAt(s, threshold)
		if score, _ := p.Score(s, at); score < threshold-1e-9 && at.Before(noon.Add(24*time.Hour)) {
			t.Errorf("threshold %g: at %s the score is %g", threshold, at, score)
		}
		if score, _ := p.Score(s, at.Add(-2*step)); at.Sub(noon) > 3*step && score >= threshold {
			t.Errorf("threshold %g was crossed before %s", threshold, at)
		}
	}
}

func TestFloors(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	never := 1e9
	for _, c := range []struct {
		age  time.Duration
		want time.Duration
	}{{0, 24 * time.Hour}, {6 * 24 * time.Hour, 24 * time.Hour}, {8 * 24 * time.Hour, 7 * 24 * time.Hour}} {
		if at := p.NextAt(NewStory("", noon.Add(-c.age), noon), never); !at.Equal(noon.Add(c.want)) {
			t.Errorf("a story of %s waits until %s, expected %s", c.age, at, noon.Add(c.want))
		}
	}
	if at := p.NextAt(NewStory("", noon.Add(-179*24*time.Hour), noon), never); !at.IsZero() {
		t.Errorf("a story of 179 days is looked at again at %s, expected never", at)
	}
	p.Floors = Floors{Young: time.Hour, Retire: -1}
	if at := p.NextAt(NewStory("", noon, noon), never); !at.Equal(noon.Add(time.Hour)) {
		t.Errorf("a floor of an hour gives %s", at)
	}
	if at := p.NextAt(NewStory("", noon.AddDate(-9, 0, 0), noon), never); at.IsZero() {
		t.Error("a story was retired though none is")
	}
}

func TestHintAndLeaving(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	s := NewStory("", noon, noon)
	at := noon.Add(2 * time.Hour)
	plain, _ := p.Score(s, at)
	hinted, _ := p.Score(s.Hinted(at), at)
	if hinted < 3*plain {
		t.Errorf("a hint makes the score %g of %g", hinted, plain)
	}
	if next := p.NextAt(s.Hinted(at), 5); !next.Equal(at) {
		t.Errorf("a hinted story is due at %s, expected at once", next)
	}
	if s := p.Looked(s.Hinted(at), at, true); !s.HintedAt.IsZero() {
		t.Error("a hint outlives the look that it asked for")
	}
	off := p.Looked(s.Relisted(at, false), at.Add(time.Minute), false)
	on := p.Looked(s, at.Add(time.Minute), false)
	if a, b := p.NextAt(on, 0.1), p.NextAt(off, 0.1); !a.Before(b) {
		t.Errorf("listed it is due at %s, and no later at %s once it has left", a, b)
	}
	if s := off.Relisted(at, true); !s.OffAt.IsZero() {
		t.Error("a story that is listed again counts as off")
	}
}

// A source whose people work at night, in its zone, is learnt.
func TestLearntHours(t *testing.T) {
	zone := time.FixedZone("far", 9*3600)
	p := Policy{Learnt: &Learnt{}, Zone: zone}
	for day := range 40 {
		s := NewStory(KindLive, noon.AddDate(0, 0, day).Add(-12*time.Hour), noon.AddDate(0, 0, day).Add(-12*time.Hour))
		for range 24 {
			at := s.At.Add(time.Hour)
			night := at.In(zone).Hour() < 6
			s = p.Looked(s, at, night)
		}
	}
	night, day := p.Learnt.Hour(3), p.Learnt.Hour(14)
	if night/hourFactor[3] < 1.5*day/hourFactor[14] {
		t.Errorf("night is %g, day %g", night, day)
	}
	text, err := json.Marshal(p.Learnt)
	if err != nil {
		t.Fatal(err)
	}
	var back Learnt
	if err := json.Unmarshal(text, &back); err != nil || back.Hour(3) != night || len(text) > 8000 {
		t.Errorf("after %d bytes of JSON: %g, %v", len(text), back.Hour(3), err)
	}
}

func TestLearntFades(t *testing.T) {
	l := &Learnt{Off: Tally{Seen: 100, Expected: 10}}
	l.fade(noon)
	l.fade(noon.AddDate(0, 0, 60))
	if l.Off.Seen < 49 || l.Off.Seen > 51 {
		t.Errorf("after sixty days 100 count %g", l.Off.Seen)
	}
}

// However large the load, no story waits for ever, and none that matters is
// crowded out by those that are overdue.
func TestDeskStarvesNoStory(t *testing.T) {
	d := Desk{Policy: Policy{Learnt: &Learnt{}}, Budget: &Budget{PerHour: 6}}
	rows := map[string]Row{}
	for i := range 120 {
		s := NewStory("", noon.Add(-time.Duration(i)*time.Hour), noon)
		rows[string(rune('a'+i%26))+string(rune('a'+i/26))] = Row{Story: s, NextAt: d.NextAt(s)}
	}
	for now := noon; now.Before(noon.AddDate(0, 0, 14)); now = now.Add(5 * time.Minute) {
		chosen, later := d.Choose(now, firstRows(rows, Candidates(1)), 15)
		for _, r := range later {
			rows[r.Key] = r
		}
		for _, r := range chosen {
			d.Budget.Spend(1)
			r.Story = d.Policy.Looked(r.Story, now, false)
			r.NextAt = d.NextAt(r.Story)
			rows[r.Key] = r
		}
	}
	for key, r := range rows {
		if wait := noon.AddDate(0, 0, 14).Sub(r.Story.At); wait > 8*24*time.Hour {
			t.Errorf("story %s was looked at %s ago", key, wait)
		}
	}
}

func firstRows(rows map[string]Row, n int) []Row {
	var list []Row
	for key, r := range rows {
		r.Key = key
		list = append(list, r)
	}
	sortRows(list)
	return list[:min(n, len(list))]
}

func TestBudget(t *testing.T) {
	b := Budget{PerHour: 60}
	if n := b.Left(noon); n != 0 {
		t.Errorf("%d at once, expected none: nothing was saved yet", n)
	}
	if n := b.Left(noon.Add(time.Hour)); n != 5 {
		t.Errorf("%d after an hour, expected what five minutes save", n)
	}
	b.Spend(5)
	if n := b.Left(noon.Add(time.Hour)); n != 0 {
		t.Errorf("%d after they were spent", n)
	}
	if n := b.Left(noon.Add(-time.Hour)); n != 0 {
		t.Errorf("%d after the clock was set back", n)
	}
	if n := b.Left(noon.Add(-59 * time.Minute)); n != 1 {
		t.Errorf("%d a minute after the clock was set back, expected 1", n)
	}
	if n := (&Budget{}).Left(noon); n < 1e6 {
		t.Errorf("%d without a bound", n)
	}
}

func sortRows(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(a.NextAt.Compare(b.NextAt), cmp.Compare(a.Key, b.Key))
	})
}
