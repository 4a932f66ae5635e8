package extract_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/story"
)

// storyPage is a page of one source: its own story, and a line inside it that
// every page has.
func storyPage(n int) extract.Page {
	var body strings.Builder
	for i := range 5 {
		fmt.Fprintf(&body, "<p>Paragraph %d of story %d tells what happened that day, and who said so, in some more words than a line.</p>", i, n)
		if i == 2 {
			body.WriteString("<p>The Daily Ledger has reported from the coast since 1911, and it is owned by those who read it.</p>")
		}
	}
	return extract.Page{
		URL:  fmt.Sprintf("https://ledger.example/a/%d-story", n),
		Body: []byte(fmt.Sprintf("<html><head><title>Story number %d</title></head><body><article><h1>Story number %d</h1>%s</article></body></html>", n, n, body.String())),
	}
}

func TestTemplateIsNotStory(t *testing.T) {
	var prints []story.Prints
	for n := range 4 {
		prints = append(prints, extract.Read(storyPage(n), nil, nil).Prints)
	}
	if learned := extract.Learn(prints[:3]); learned != nil {
		t.Errorf("learned from three pages: %+v", learned)
	}
	learned := extract.Learn(prints)
	own := func(p string) bool { return strings.Contains(p, "since 1911") }
	if body := extract.Read(storyPage(9), nil, nil).Body; !slices.ContainsFunc(body, own) {
		t.Fatalf("the line that all pages share is not read without a template: %q", body)
	}
	read := extract.Read(storyPage(9), nil, learned)
	if slices.ContainsFunc(read.Body, own) || len(read.Body) != 5 {
		t.Errorf("body read with the template: %q", read.Body)
	}
	if read.Template == "" || read.Template != learned.ID() {
		t.Errorf("template %q, want %q", read.Template, learned.ID())
	}
	b, err := json.Marshal(learned)
	if err != nil {
		t.Fatal(err)
	}
	var again extract.Template
	if err := json.Unmarshal(b, &again); err != nil || again.ID() != learned.ID() {
		t.Errorf("stored and read again: %v, ID %q, want %q", err, again.ID(), learned.ID())
	}
}
