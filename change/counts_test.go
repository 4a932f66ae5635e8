package change_test

import (
	"testing"

	"stakeout/change"
	"stakeout/story"
)

func TestCountsOfReadersAreNoEdit(t *testing.T) {
	body := []string{"The council voted on Tuesday to raise the wall.", "The work is to begin in spring."}
	for _, c := range []struct {
		old, new string
		want     story.Outcome
	}{
		{"", "Views: 5123 | Comments: 12", story.Same},
		{"Views: 5123 | Comments: 12", "Views: 5187 | Comments: 13", story.Same},
		{"247 people are reading this story now", "", story.Same},
		{"1.2K shares", "1.3K shares", story.Same},
		{"Gelesen: 512 mal", "Gelesen: 530 mal", story.Same},
		{"", "247 people were hurt.", story.Changed},
		{"12 people were read their rights.", "14 people were read their rights.", story.Changed},
		{"", "Views differ on the wall.", story.Changed},
		{"The film had 5 million views.", "The film had 6 million views.", story.Changed},
	} {
		reading := func(line string) story.Reading {
			r := story.Reading{URL: "https://post.example/wall", Fields: story.Fields{Headline: "Wall is to be raised", Body: body[:2:2]}}
			if line != "" {
				r.Body = append(r.Body, line)
			}
			return r
		}
		old := reading(c.old)
		v := change.Judge(&old, change.Response{URL: old.URL, Status: 200}, reading(c.new))
		if v.Outcome != c.want || c.want == story.Same && len(v.Ignored) != 1 {
			t.Errorf("%q to %q: got %s %v, want %s", c.old, c.new, v.Outcome, v.Ignored, c.want)
		}
	}
}

func TestRatingsOfReadersAreNoEdit(t *testing.T) {
	with := func(label, value string) story.Fields {
		return story.Fields{Headline: "h", Metadata: map[string]string{label: value}}
	}
	for _, c := range []struct {
		label, old, new string
		want            story.Outcome
	}{
		{"Rating", "4.5 / 5 (12 votes)", "4.4 / 5 (15 votes)", story.Same},
		{"Bewertung", "4,5 (12 Stimmen)", "4,4 (15 Stimmen)", story.Same},
		{"Credibility rating", "B2", "A1", story.Changed},
		{"Result", "12 votes for", "15 votes for", story.Changed},
	} {
		old, new := story.Reading{Fields: with(c.label, c.old)}, story.Reading{Fields: with(c.label, c.new)}
		if got := change.Judge(&old, change.Response{Status: 200}, new).Outcome; got != c.want {
			t.Errorf("%s: %q to %q is %s, expected %s", c.label, c.old, c.new, got, c.want)
		}
	}
}
