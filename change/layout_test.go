package change_test

import (
	"strings"
	"testing"

	"stakeout/change"
	"stakeout/story"
)

// long is a story of eight paragraphs.
var long = []string{
	"The council voted on Tuesday to raise the harbour wall by two metres.",
	"It had put the decision off three times since the flood of 2019.",
	"The work is to begin in spring, and to take two years.",
	"\"We could not wait any longer,\" said Ada Marsh, who leads the council.",
	"Those who live behind the wall had asked for three metres.",
	"The money comes from a fund that was set up after the flood.",
	"A second vote, on the bridge at the mill, was put off until autumn.",
	"The opposition said that it would go to court over the cost.",
}

func TestTextThatIsNotAllThere(t *testing.T) {
	for _, c := range []struct {
		name string
		new  []string
		page string // what else the old page showed
		want story.Outcome
	}{
		{"cut inside a sentence", append(long[:4:4], "Those who live behind the wall"), "", story.Unreadable},
		{"cut inside a sentence near its end", append(long[:5:5], "The money comes from a"), "", story.Unreadable},
		{"a teaser", append(long[:1:1], "It had put the decision off…"), "", story.Unreadable},
		{"but its first paragraph", long[:1], "", story.Unreadable},
		{"a caption in its place", []string{"The harbour wall, seen from the mill, in May"}, "The harbour wall, seen from the mill, in May", story.Unreadable},
		{"a second half that was taken out", long[:4], "", story.Changed},
		{"a last paragraph that was cut alone", append(long[:7:7], "The opposition said that it would go to court"), "", story.Changed},
		{"a note in its place", []string{"This story has been withdrawn while we look into a complaint about it."}, "", story.Changed},
		{"its first paragraph and a note", []string{long[0], "Correction: the rest of this story was about another vote."}, "", story.Changed},
	} {
		old := &story.Reading{URL: "https://post.example/wall", Fields: story.Fields{Headline: "Harbour wall is to be raised", Body: long}}
		for _, line := range append([]string{c.page}, long...) {
			old.Prints.Add(story.Normal(line))
		}
		old.Prints = old.Prints.Sorted()
		read := *old
		read.Body, read.Prints = c.new, nil
		v := change.Judge(old, change.Response{URL: old.URL, Status: 200}, read)
		if v.Outcome != c.want {
			t.Errorf("%s: got %s %s, want %s", c.name, v.Outcome, v.Reason, c.want)
		}
		if c.want == story.Unreadable && !strings.Contains(v.Reason, "of 8 paragraphs") {
			t.Errorf("%s: the reason %q doesn't say how much is left", c.name, v.Reason)
		}
	}
}
