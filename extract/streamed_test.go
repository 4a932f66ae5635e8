package extract_test

import (
	"slices"
	"testing"

	"stakeout/extract"
)

// TestStreamedPage: what React sends late is read where its readers see it, and
// the loading signs in its place are not.
func TestStreamedPage(t *testing.T) {
	const page = `<html><head><title>Council to close old bridge</title></head><body><main>
<!--$?--><template id="B:0"></template><div class="skeleton">Loading the story, one moment please.</div><!--/$--></main>
<footer>Harbour News</footer>
<div hidden id="S:0"><article><h1>Council to close old bridge for a year</h1><p>The council voted on Tuesday night to close the old bridge for eleven months, the mayor said.</p>
<template id="P:1"></template><p>A petition against the plan has gathered four thousand names since the first week of February.</p></article></div>
<script>$RC=function(b,c){};$RC("B:0","S:0")</script>
<div hidden id="S:1"><p>Drivers will be sent over the northern crossing, which was widened three years ago at great cost.</p></div>
<script>$RS("S:1","P:1")</script>
<div hidden id="S:2"><p>This part was never put anywhere by any script, so that nobody ever gets to see it.</p></div></body></html>`
	got := extract.Read(extract.Page{URL: "https://news.example/bridge", Body: []byte(page)}, nil, nil).Fields
	want := []string{
		"The council voted on Tuesday night to close the old bridge for eleven months, the mayor said.",
		"Drivers will be sent over the northern crossing, which was widened three years ago at great cost.",
		"A petition against the plan has gathered four thousand names since the first week of February.",
	}
	if got.Headline != "Council to close old bridge for a year" || !slices.Equal(got.Body, want) {
		t.Errorf("found %q and %q", got.Headline, got.Body)
	}
}
