package filter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"stakeout/filter"
	"stakeout/story"
)

var now = time.Date(2026, 4, 5, 12, 0, 0, 0, time.UTC)

func sample() (story.Change, story.Story) {
	at := now.Add(-2 * time.Hour)
	s := story.Story{Source: "wire", ID: "7", Status: story.Live, ChangedAt: &at, Fields: story.Fields{
		Headline: "Dam holds after night of rain", Body: []string{"The death toll rose to 14, the ministry said."},
		Authors: []string{"Ann Lee", "Bo Diaz"}, Tags: []string{"Floods", "Labor Strike"}, Sector: "World", Credibility: "unverified", Language: "en-GB"}}
	c := story.Change{Source: "wire", ID: "7", Event: story.EventChanged, At: at, Headline: s.Headline, Classes: []story.Class{story.Fact},
		Fields: []story.FieldChange{{Field: "body", Class: story.Fact, Old: "The death toll rose to 12, the ministry said.", New: s.Body[0],
			Facts: []story.TypedFact{{Kind: story.FactAmount, Old: "12", New: "14"}}}}}
	return c, s
}

func TestFilter(t *testing.T) {
	c, s := sample()
	for _, q := range []struct {
		filter        string
		change, story bool
	}{
		{"", true, true},
		{"source:wire", true, true},
		{"source:other", false, false},
		{"source:other source:wire", true, true},
		{"-source:wire", false, false},
		{"class:fact", true, true},
		{"class:typo class:fact", true, true},
		{"class:typo", false, true},
		{"-class:fact", false, true},
		{"fact:amount disclosed:no", true, true},
		{"disclosed:yes", false, true},
		{"field:body -field:headline event:changed", true, true},
		{`tag:floods tag:"labor strike"`, true, true},
		{"tag:floods tag:storms", false, false},
		{"author:\"ann lee\" sector:world credibility:unverified language:en status:live", true, true},
		{"death toll", true, true},
		{`"toll rose to 12"`, true, false}, // the words that went are a change's
		{`"night of rain" -earthquake`, true, true},
		{"-toll", false, false},
		{"since:3h", true, true},
		{"since:1h", false, false},
		{"since:2026-04-05 until:2026-04-06T00:00:00Z", true, true},
		{"until:2026-04-05", false, false},
		{"id:7", true, true},
	} {
		f, err := filter.Parse(q.filter, now)
		if err != nil {
			t.Errorf("%s: %v", q.filter, err)
			continue
		}
		if got := f.Change(c, s); got != q.change {
			t.Errorf("%s: change %v, expected %v", q.filter, got, q.change)
		}
		if got := f.Story(s); got != q.story {
			t.Errorf("%s: story %v, expected %v", q.filter, got, q.story)
		}
		again, err := filter.Parse(f.String(), now)
		if err != nil || again.String() != f.String() || again.Change(c, s) != q.change {
			t.Errorf("%s: written as %s, read again as %s, %v", q.filter, f, again, err)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	for _, q := range []struct{ filter, want string }{
		{"clas:fact", `filter, at 1: found "clas", expected one of source,`},
		{"a class:facts", `filter, at 3: found "class:facts", expected one of correction,`},
		{"since:noon", "expected a day such as 2026-04-05"},
		{`tag:"open`, "expected a closing quotation mark"},
		{"tag:", "expected a value"},
	} {
		_, err := filter.Parse(q.filter, now)
		var wrong *filter.Error
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), q.want) {
			t.Errorf("%s: found %v, expected %s", q.filter, err, q.want)
		}
	}
}

func TestFilterNarrows(t *testing.T) {
	f, err := filter.Parse("source:wire class:fact since:24h", now)
	if err != nil || f.Source() != "wire" || !f.Since().Equal(now.Add(-24*time.Hour)) || !f.OfChanges() || f.OfStories() {
		t.Errorf("found %v %q %v", err, f.Source(), f.Since())
	}
	if f, _ := filter.Parse("source:wire source:other", now); f.Source() != "" {
		t.Errorf("of two sources: found %q", f.Source())
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a:b", `-"x`, "since:7d until:2026-04-05", "tag:\"a b\" -c", "::", "- -"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := filter.Parse(s, now)
		if err != nil {
			return
		}
		again, err := filter.Parse(q.String(), now)
		if err != nil || again.String() != q.String() {
			t.Errorf("%q is written %q and read as %q, %v", s, q, again, err)
		}
	})
}

func TestNarrowing(t *testing.T) {
	now := time.Date(2026, 4, 5, 12, 0, 0, 0, time.UTC)
	f, err := filter.Parse(`class:fact -class:typo since:today "death toll"`, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Typed(); got != `class:fact -class:typo since:today "death toll"` {
		t.Errorf("typed: %s", got)
	}
	if !f.Asks("class", "Fact") || f.Asks("class", "typo") || f.Asks("source", "fact") {
		t.Error("it asks for something else")
	}
	if got := f.Without("class", "fact").Without("since", "").Typed(); got != `-class:typo "death toll"` {
		t.Errorf("without: %s", got)
	}
	if got := f.Without("class", "").Typed(); got != `since:today "death toll"` {
		t.Errorf("without a key: %s", got)
	}
}
