package story_test

import (
	"fmt"
	"testing"

	"stakeout/story"
)

func TestPrintsKnowTheLinesOfAPage(t *testing.T) {
	var p story.Prints
	if p.Has("a line") {
		t.Error("a page without lines has one")
	}
	const lines = 400
	for i := range lines {
		p.Add(fmt.Sprintf("line %d of the page", i))
		p.Add("a line that stands twice")
	}
	p = p.Sorted()
	if want := 4 * (lines + 1); len(p) != want {
		t.Errorf("%d bytes for %d different lines, want %d", len(p), lines+1, want)
	}
	for i := range lines {
		if line := fmt.Sprintf("line %d of the page", i); !p.Has(line) {
			t.Errorf("%q is not known", line)
		}
	}
	wrong := 0
	for i := range 20000 {
		if p.Has(fmt.Sprintf("line %d of another page", i)) {
			wrong++
		}
	}
	if wrong > 1 {
		t.Errorf("%d of 20000 other lines are taken for lines of the page", wrong)
	}
	if again := p.Sorted(); string(again) != string(p) {
		t.Error("sorting twice alters the prints")
	}
}
