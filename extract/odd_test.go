package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/story"
)

// TestStateOfSeveralStories: of the stories that a page carries as data the one it
// is about is read, however long the others are.
func TestStateOfSeveralStories(t *testing.T) {
	const own = `<p>The council voted on Tuesday night to close the old bridge for eleven months, the mayor said in a statement.</p><p>Drivers will be sent over the northern crossing, which was widened three years ago at great cost, she added.</p>`
	other := strings.Repeat(`<p>The school will get a new roof in summer, as the town's treasurer told the parents on Monday.</p>`, 9)
	for name, page := range map[string]string{
		"next":  `<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{"related":[{"title":"School","body":%[2]q}],"article":{"title":"Old bridge to close for eleven months","body":%[1]q}}}</script>`,
		"state": `<h1>Old bridge to close for eleven months</h1><div id="app"></div><script>window.__STATE__={"list":[{"html":%[2]q}],"story":{"html":%[1]q}};</script>`,
	} {
		got := extract.Read(extract.Page{URL: "https://news.example/bridge", Body: []byte(`<html><head><title>Old bridge to close for eleven months</title></head><body>` + fmt.Sprintf(page, own, other) + `</body></html>`)}, nil, nil)
		if got.Headline != "Old bridge to close for eleven months" || len(got.Body) != 2 {
			t.Errorf("%s: %q, %q, %v", name, got.Headline, got.Body, got.Trouble)
		}
	}
}

// TestOtherTextInScripts: what a page keeps in its scripts for its own needs is not
// the story, however short that is.
func TestOtherTextInScripts(t *testing.T) {
	consent := strings.Repeat(`<p>We use cookies on our website, some of which are essential, while others help us to improve it.</p>`, 20)
	const lone = `<p>The council voted on Tuesday night to close the old bridge for eleven months, the mayor said in a statement.</p>`
	for name, script := range map[string]string{
		"consent in a template": `<script type="text/template" id="box">` + consent + `</script>`,
		"consent in a state":    fmt.Sprintf(`<script>window.__CONSENT__={"html":%q};</script>`, consent),
		"comments' template":    `<script type="text/template"><div><# if ( user.ID ) { #><p>` + strings.Repeat("You may write a comment here, and it will be shown to all others. ", 20) + `</p><# } #></div></script>`,
	} {
		got := readPage(`<title>Old bridge to close</title>`, `<main><h1>Old bridge to close</h1>`+lone+`</main>`+script)
		if len(got.Body) != 1 || !strings.HasPrefix(got.Body[0], "The council voted") {
			t.Errorf("%s: %.200q", name, got.Body)
		}
	}
}

// TestListsAreNoStories: the page of a tag, or of an author, has a few words of its
// own and cards that lead to stories.
func TestListsAreNoStories(t *testing.T) {
	cards := strings.Repeat(`<div><a href="/n/1"><h2>Old bridge to close</h2></a><p>The council voted on Tuesday night to close the old bridge for eleven months.</p></div>`, 8)
	const intro = `<p>All stories about the old bridge and its repair, since the first plans of the year 2019 were drawn.</p>`
	got := readPage(`<title>Bridges</title>`, `<main><h1>Bridges</h1>`+intro+cards+`</main>`)
	if got.Trouble.Outcome != story.Unreadable || got.Headline != "" {
		t.Errorf("list: %q, %v", got.Headline, got.Trouble)
	}
	got = readPage(`<title>Bridges</title><meta property="og:type" content="article">`, `<main><h1>Bridges</h1>`+intro+`</main>`+cards)
	if got.Headline != "Bridges" || len(got.Body) != 1 {
		t.Errorf("short story: %q, %q, %v", got.Headline, got.Body, got.Trouble)
	}
}
