package scheduler

import (
	"strings"
	"testing"
	"time"
)

func TestWhy(t *testing.T) {
	p := Policy{Learnt: &Learnt{}}
	s := NewStory(KindLive, noon.Add(-time.Hour), noon)
	edited := p.Looked(s, noon.Add(20*time.Minute), true)
	for _, c := range []struct {
		name  string
		story Story
		want  []string
	}{
		{"fresh", s, []string{"it is 1 h old", "times an hour", "% likely"}},
		{"edited", edited, []string{"it changed 10 min ago", "times an hour"}},
		{"hinted", s.Hinted(noon), []string{"hints at an edit"}},
		{"off", NewStory("", noon.Add(-30*time.Hour), noon).Relisted(noon, false), []string{"has left its listings"}},
	} {
		why := p.Why(c.story, p.NextAt(c.story, 0.1), noon.Add(30*time.Minute))
		for _, want := range c.want {
			if !strings.HasPrefix(why, "because ") || !strings.Contains(why, want) {
				t.Errorf("%s: found %q, expected it to say %q", c.name, why, want)
			}
		}
	}
	old := NewStory("", noon.AddDate(0, 0, -20), noon)
	if why := p.Why(old, p.NextAt(old, 1e9), noon.Add(time.Hour)); !strings.Contains(why, "no story waits longer") {
		t.Errorf("at its floor: %q", why)
	}
}

func TestTell(t *testing.T) {
	l := &Learnt{}
	if s := l.Tell(); s != "" {
		t.Errorf("nothing learnt is told as %q", s)
	}
	l.Looks, l.Edits = 900, 120
	l.Hours[14], l.Hours[3] = Tally{Seen: 60, Expected: 20}, Tally{Seen: 1, Expected: 20}
	l.Off = Tally{Seen: 0, Expected: 9}
	for _, want := range []string{"900 looks found 120 edits", "most at 14 h", "at 03 h", "off its listings"} {
		if s := l.Tell(); !strings.Contains(s, want) {
			t.Errorf("found %q, expected it to say %q", s, want)
		}
	}
}

func TestLearntInAnotherZone(t *testing.T) {
	l := &Learnt{Looks: 7}
	l.Hours[3].Seen = 5
	if l.In(time.UTC); l.Zone != "UTC" {
		t.Errorf("zone %q", l.Zone)
	}
	l.Hours[3].Seen = 5
	if l.In(time.UTC); l.Hours[3].Seen != 5 {
		t.Error("the hours were forgotten though the zone is the same")
	}
	if l.In(time.Local); time.Local.String() != "UTC" && l.Hours[3].Seen != 0 || l.Looks != 7 {
		t.Errorf("in another zone: %+v", l)
	}
}
