package demo

import (
	"context"
	"fmt"
	"os"
	"testing"

	"stakeout/newsroom"
	"stakeout/story"
)

// rounds is how many newsrooms are watched: two, or twenty in the long form.
func rounds() uint64 {
	if os.Getenv("STAKEOUT_LONG") != "" {
		return 20
	}
	return 2
}

func TestPlayRoundCatchesWhatWasDone(t *testing.T) {
	for seed := range rounds() {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d, err := Start(context.Background(), Options{Seed: seed + 1})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			r, err := d.PlayRound(context.Background(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range r.Rows {
				if !row.Right {
					t.Errorf("act %d, %s: did %s (%s), caught %s", row.Act, row.Key, row.Did, row.What, row.Caught)
				}
			}
			if n, _ := r.Of(string(story.EventChanged)); n < 20 {
				t.Errorf("%d edits were made, expected 20 and more", n)
			}
			report, err := d.Store.Verify(context.Background())
			if err != nil || report.Problem != "" {
				t.Errorf("verify: %+v, %v", report, err)
			}
		})
	}
}

// A record that differs from the ledger is told: the demo can fail.
func TestCompareTellsDifferences(t *testing.T) {
	changed := func(cursor int64, id string, classes ...story.Class) story.Change {
		return story.Change{Cursor: cursor, Source: "s", ID: id, Event: story.EventChanged, Classes: classes,
			Fields: []story.FieldChange{{Field: "body"}}}
	}
	deed := func(act int, id, event string, classes ...string) newsroom.Deed {
		return newsroom.Deed{Act: act, Source: "s", StoryID: id, Event: event, Fields: []string{"body"}, Classes: classes}
	}
	quiet := act{seen: map[story.Key]story.Outcome{}}
	for _, c := range []struct {
		name  string
		truth []newsroom.Deed
		act   act
		wrong int
	}{
		{"caught", []newsroom.Deed{deed(1, "1", "changed", "fact")}, act{changes: []story.Change{changed(1, "1", story.Fact)}}, 0},
		{"missed", []newsroom.Deed{deed(1, "1", "changed", "fact")}, act{}, 1},
		{"another class", []newsroom.Deed{deed(1, "1", "changed", "fact")}, act{changes: []story.Change{changed(1, "1", story.Typo)}}, 1},
		{"another story", []newsroom.Deed{deed(1, "1", "changed", "fact")}, act{changes: []story.Change{changed(1, "2", story.Fact)}}, 2},
		{"false alarm", nil, act{changes: []story.Change{changed(1, "1", story.Fact)}}, 1},
		{"twice", []newsroom.Deed{deed(1, "1", "changed", "fact")}, act{changes: []story.Change{changed(1, "1", story.Fact), changed(2, "1", story.Fact)}}, 1},
		{"noise taken for an edit", []newsroom.Deed{deed(1, "1", "noise")}, act{changes: []story.Change{changed(1, "1", story.Fact)},
			seen: map[story.Key]story.Outcome{{Source: "s", ID: "1"}: story.Changed}}, 2},
		{"wall unseen", []newsroom.Deed{deed(1, "1", "blocked")}, act{seen: map[story.Key]story.Outcome{{Source: "s", ID: "1"}: story.Same}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Round{Rows: compare(c.truth, []act{quiet, c.act})}
			if r.Wrong() != c.wrong {
				t.Errorf("%d wrong rows, expected %d: %+v", r.Wrong(), c.wrong, r.Rows)
			}
		})
	}
}
