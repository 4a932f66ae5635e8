package story_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stakeout/story"
)

func TestFieldChangeAsJSON(t *testing.T) {
	at, value := 2, 15.5
	for _, c := range []struct {
		change story.FieldChange
		want   string
	}{
		{story.FieldChange{Field: "body", Class: story.Fact, At: &at, Old: "a 1", New: "a 2",
			Words: []story.Word{{Op: story.Kept, Text: "a "}, {Op: story.Dropped, Text: "1"}, {Op: story.Inserted, Text: "2"}},
			Facts: []story.TypedFact{{Kind: story.FactAmount, Old: "1", New: "2", NewValue: &value}}},
			`{"field":"body","class":"fact","at":2,"old":"a 1","new":"a 2","words":[["=","a "],["-","1"],["+","2"]],"facts":[{"kind":"amount","old":"1","new":"2","new_value":15.5}]}`},
		{story.FieldChange{Field: "tags", Class: story.Metadata, IsList: true, NewList: []string{"a"}},
			`{"field":"tags","class":"metadata","old":[],"new":["a"]}`},
		{story.FieldChange{Field: "publisher", Class: story.Metadata, New: "x"},
			`{"field":"publisher","class":"metadata","old":"","new":"x"}`},
	} {
		b, err := json.Marshal(c.change)
		if err != nil || string(b) != c.want {
			t.Errorf("got %s, %v, want %s", b, err, c.want)
		}
		var back story.FieldChange
		if err := json.Unmarshal(b, &back); err != nil {
			t.Errorf("%s: %v", b, err)
		}
		if c.change.IsList {
			c.change.OldList = []string{}
		}
		if diff := cmp.Diff(c.change, back); diff != "" {
			t.Errorf("%s comes back otherwise:\n%s", b, diff)
		}
	}
}
