package change_test

import (
	"testing"

	"stakeout/change"
	"stakeout/story"
)

func TestPhraseIn(t *testing.T) {
	for _, tt := range []struct {
		phrase, text string
		want         bool
	}{
		{"state of emergency", "A State of Emergency was declared.", true},
		{"state of emergency", "The state of an emergency.", false},
		{"strike", "The strikes go on.", false},
		{"strike", "The strike's end.", true},
		{"don't know", "They don’t know.", true},
		{"12", "About 12 died.", true},
		{"12", "About 120 died.", false},
		{"12", "About 12,000 died.", false},
		{"5 million", "About 1.5 million left.", false},
		{"1.5 million", "About 1.5 million left.", true},
		{"12 dead", "It was 12, dead on time.", false},
		{"guilty?", "Is he guilty?", true},
		{"guilty?", "He is guilty.", false},
		{"zurich", "In Zürich it rained.", false}, // accents count
		{"ZÜRICH", "In Zu\u0308rich it rained.", true},
		{"straße", "Auf der STRASSE.", true},
		{"知事", "東京都知事選", true},
		{"都 知事", "東京都知事選", false},
		{"น้ำ", "น้ำท่วม", true},
		{"no no no", "no no no no", true},
	} {
		p, err := change.NewPhrase(tt.phrase)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.In(story.Fields{Body: []string{"Something else.", tt.text}}) != nil; got != tt.want {
			t.Errorf("%q in %q: got %v", tt.phrase, tt.text, got)
		}
	}
	for _, nothing := range []string{"", " ", "?!", "—"} {
		if _, err := change.NewPhrase(nothing); err == nil {
			t.Errorf("%q is a phrase", nothing)
		}
	}
}

func TestPhraseNamesItsPlace(t *testing.T) {
	f := story.Fields{Headline: "Ferry sinks", Body: []string{"", "It rained. Twelve people died. Nobody knows."}, Authors: []string{"Ann Lee", "Bo Vik"}, Tags: []string{"Sea"},
		Metadata: map[string]string{"Desk": "North desk", "links": "https://north.example"}}
	for phrase, want := range map[string]string{
		"FERRY": "headline: Ferry sinks", "twelve people": "body: Twelve people died.", "died. nobody": "body: It rained. Twelve people died. Nobody knows.",
		"bo vik": "authors: Bo Vik", "sea": "tags: Sea", "north desk": "metadata.Desk: North desk", "north.example": "",
	} {
		p, err := change.NewPhrase(phrase)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if found := p.In(f); found != nil {
			got = found.Field + ": " + found.Text
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", phrase, got, want)
		}
	}
}
