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

const since1911 = "since 1911"

func has(body []string, part string) bool {
	return slices.ContainsFunc(body, func(p string) bool { return strings.Contains(p, part) })
}

func TestTemplateIsNotStory(t *testing.T) {
	var lessons extract.Lessons
	var learned *extract.Template
	for n := range 5 {
		if learned != nil {
			t.Errorf("learned from %d pages", n)
		}
		b, err := json.Marshal(lessons)
		if err != nil {
			t.Fatal(err)
		}
		lessons = extract.Lessons{} // they are kept between two visits
		if err := json.Unmarshal(b, &lessons); err != nil {
			t.Fatal(err)
		}
		learned = lessons.Learn(learned, fmt.Sprint(n), extract.Read(storyPage(n), nil, nil))
	}
	if body := extract.Read(storyPage(9), nil, nil).Body; !has(body, since1911) {
		t.Fatalf("the line that all pages share is not read without a template: %q", body)
	}
	read := extract.Read(storyPage(9), nil, learned)
	if has(read.Body, since1911) || len(read.Body) != 5 {
		t.Errorf("body read with the template: %q", read.Body)
	}
	if read.Template == "" || read.Template != learned.ID() || !extract.Current(read, nil, learned) || extract.Current(read, nil, nil) {
		t.Errorf("template %q, want %q", read.Template, learned.ID())
	}
	if len(read.Ignored) != 1 || read.Ignored[0].Why != "on every page of the source" {
		t.Errorf("what was left out is not told: %+v", read.Ignored)
	}
	if again := lessons.Learn(learned, "9", read); again != learned {
		t.Errorf("learned again: %v", again.Lines)
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

// A rule for the text is the owner's word: nothing is taken out of what it finds.
func TestTemplateYieldsToARule(t *testing.T) {
	rules, err := extract.Compile(map[string][]extract.Rule{"body": {{CSS: "article p"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	learned := &extract.Template{Lines: []string{story.Normal("The Daily Ledger has reported from the coast since 1911, and it is owned by those who read it.")}}
	if read := extract.Read(storyPage(1), rules, learned); !has(read.Body, since1911) || read.Template != "" {
		t.Errorf("template %q, body %q", read.Template, read.Body)
	}
}

// What a few stories share, or what makes up a good part of each, is no template.
func TestWhatIsNoTemplate(t *testing.T) {
	page := func(n int, shared string, own int) extract.Page {
		var b strings.Builder
		for i := range own {
			fmt.Fprintf(&b, "<p>Paragraph %d of story %d tells what happened that day, and who said so, in some more words than a line.</p>", i, n)
		}
		return extract.Page{URL: fmt.Sprintf("https://ledger.example/a/%d-story", n), Body: []byte(fmt.Sprintf(
			"<html><head><title>Story number %d</title></head><body><article><h1>Story number %d</h1>%s%s</article></body></html>", n, n, b.String(), shared))}
	}
	background := "<p>The dam was built in 1963 and holds back the water of two rivers above the town, the region's board says.</p>"
	for _, c := range []struct {
		name string
		page func(n int) extract.Page
	}{
		{"background in half of the stories", func(n int) extract.Page { return page(n, strings.Repeat(background, n%2), 6) }},
		{"stories of nearly the same words", func(n int) extract.Page { return page(n, background, 2) }},
		{"one story seen again and again", func(int) extract.Page { return page(1, background, 6) }},
	} {
		var lessons extract.Lessons
		var learned *extract.Template
		for n := range 12 {
			p := c.page(n)
			learned = lessons.Learn(learned, p.URL, extract.Read(p, nil, nil))
		}
		if learned != nil {
			t.Errorf("%s: learned %q", c.name, learned.Lines)
		}
	}
}
