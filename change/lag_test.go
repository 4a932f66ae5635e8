package change_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"stakeout/change"
	"stakeout/story"
)

const (
	fire    = "The fire broke out in the old mill on Monday night."
	dead    = "At least 12 people died and dozens were hurt, the fire chief Ann Lee said."
	owner   = "The owner was convicted of arson in 2019, court papers say."
	dead14  = "At least 14 people died and dozens were hurt, the fire chief Ann Lee said."
	dead16  = "At least 16 people died and dozens were hurt, the fire chief Ann Lee said."
	cleared = "The owner was not convicted of arson in 2019, court papers say."
	note    = "Correction: An earlier version of this story gave a wrong number of dead."
)

func TestLags(t *testing.T) {
	for _, tt := range []struct {
		name     string
		versions [][]string
		copied   []string
		want     []string
	}{
		{"not followed", [][]string{{fire, dead}, {fire, dead14}}, []string{dead}, []string{"fact v2 12 → 14: " + dead}},
		{"with a note", [][]string{{fire, dead}, {fire, dead14, note}}, []string{dead}, []string{"correction v2 12 → 14: " + dead}},
		{"followed", [][]string{{fire, dead}, {fire, dead14}}, []string{dead14}, nil},
		{"never said there", [][]string{{fire, dead}, {fire, dead14}}, []string{fire, owner}, nil},
		{"the sentence in other words", [][]string{{fire, dead}, {fire, dead14}}, []string{"Officials say at least 12 people died and dozens were hurt, the fire chief Ann Lee said late."},
			[]string{"fact v2 12 → 14: Officials say at least 12 people died and dozens were hurt, the fire chief Ann Lee said late."}},
		{"the same number elsewhere", [][]string{{fire, dead}, {fire, dead14}}, []string{"About 12 boats were sold at the fair on Monday, its head Bo Vik said."}, nil},
		{"twice", [][]string{{dead}, {dead14}, {dead16}}, []string{dead}, []string{"fact v3 12 → 16: " + dead}},
		{"halfway", [][]string{{dead}, {dead14}, {dead16}}, []string{dead14}, []string{"fact v3 14 → 16: " + dead14}},
		{"taken back", [][]string{{dead}, {dead14}, {dead}}, []string{dead}, nil},
		{"taken back, but followed before", [][]string{{dead}, {dead14}, {dead}}, []string{dead14}, []string{"fact v3 14 → 12: " + dead14}},
		{"a negation that came", [][]string{{owner}, {cleared}}, []string{owner}, []string{"fact v2  → not: " + owner}},
		{"a negation that came, followed", [][]string{{owner}, {cleared}}, []string{cleared}, nil},
		{"a negation that went", [][]string{{cleared}, {owner}}, []string{cleared}, []string{"fact v2 not → : " + cleared}},
		{"wording", [][]string{{fire, dead}, {fire, "At least 12 people died and dozens were injured, the fire chief Ann Lee said."}}, []string{dead}, nil},
		{"both numbers", [][]string{{dead}, {dead14}}, []string{"At least 12 people died and dozens were hurt, the fire chief Ann Lee said; it was 14 people at first."}, nil},
		{"a note alone", [][]string{{fire, dead}, {fire, dead, note}}, []string{dead}, nil},
		{"one version", [][]string{{dead}}, []string{dead}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range change.Lags(bodies(tt.versions...), story.Fields{Headline: "Fire", Body: tt.copied}) {
				got = append(got, fmt.Sprintf("%s v%d %s → %s: %s", l.Class, l.Version, l.Old, l.New, l.Still))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What other rules read in a page is no correction of its publisher's.
func TestLagsOfReadingsByOtherRules(t *testing.T) {
	history := bodies([]string{dead}, []string{dead14}, []string{dead14, fire})
	history[0].Rules, history[1].Rules, history[2].Rules = "a", "b", "b"
	history[1].Version = 1
	if got := change.Lags(history, story.Fields{Body: []string{dead}}); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestCopyOf(t *testing.T) {
	body := []string{fire, dead, owner, "Two hundred firemen worked through the night, and the bridge over the canal stays closed until further notice."}
	at := func(minutes int) story.Story {
		seen := dawn.Add(time.Duration(minutes) * time.Minute)
		return story.Story{FirstSeen: &seen, Fields: story.Fields{Body: body}}
	}
	early, late := at(0), at(5)
	for _, tt := range []struct {
		name         string
		mine, theirs story.Moment
		earlier      bool
		by           string
	}{
		{"by when they were seen", "", "", true, "first_seen"},
		{"a day doesn't tell", "2026-04-05", "2026-04-04", true, "first_seen"},
		{"by when they were published", "2026-04-05T07:00:00Z", "2026-04-05T10:00:00+02:00", false, "published"},
		{"at the same time", "2026-04-05T08:00:00Z", "2026-04-05T10:00:00+02:00", true, "first_seen"},
	} {
		late.Published, early.Published = tt.mine, tt.theirs
		if c, ok := change.CopyOf(late, early); !ok || c.Similarity != 1 || c.Earlier != tt.earlier || c.By != tt.by {
			t.Errorf("%s: got %+v %v", tt.name, c, ok)
		}
	}
	other := at(0)
	other.Body = body[3:]
	if _, ok := change.CopyOf(late, other); ok {
		t.Error("a sentence of sixteen words in common makes a copy")
	}
}
