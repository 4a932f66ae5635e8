package extract_test

import (
	"testing"

	"stakeout/extract"
)

// TestShortItemOfASummaryIsKept: an item is of the list over the text as its
// longer neighbour is.
func TestShortItemOfASummaryIsKept(t *testing.T) {
	const page = `<html><head><title>Council to close old bridge</title></head><body><main><article><h1>Council to close old bridge</h1>
		<div class="s1"><ul><li>The old bridge closes for eleven months from June.</li><li>Drivers go over the northern crossing.</li></ul></div>
		<div class="t1"><p>The council voted on Tuesday night to close the old bridge for eleven months, the mayor said.</p>
		<p>Drivers will be sent over the northern crossing, which was widened three years ago at great cost.</p>
		<p>A petition against the plan has gathered four thousand names since the first week of February.</p></div></article></main></body></html>`
	got := extract.Read(extract.Page{URL: "https://news.example/bridge", Body: []byte(page)}, nil, nil).Fields.Body
	if len(got) != 5 || got[1] != "Drivers go over the northern crossing." {
		t.Errorf("found %q", got)
	}
}
