package change_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/story"
)

// page is a made page of a story, in the shape of real ones.
type page struct {
	headline string
	stated   string // the headline of title, og and JSON-LD; the h1's where ""
	url      string
	updated  string // the line under the headline
	body     []string
	counter  int // a number that moves with every response
	lead     string
	wall     string // stands in the page's place
}

const address = "https://ledger.example/news/4711-river-flood"

// flood is the story that the traps are set on.
func flood() page {
	return page{
		headline: "Twelve villages cut off as river floods valley",
		url:      address,
		body: []string{
			"At least 12 people were dead by Monday evening after the river broke its banks in the upper valley, officials said.",
			"The water rose within an hour and cut off twelve villages, according to the regional rescue service in Marlow.",
			"Repairing the roads will cost 1.5 million euros, the district engineer Jane Okafor said after a first flight over the area.",
			"A court found the operator of the upper dam guilty. Its lawyers said they would appeal against the ruling in the spring.",
			"Schools stay closed until Thursday, and the railway runs only as far as the old mill at the mouth of the valley.",
			"Residents had asked for a higher wall for years, and the council had voted the money for it twice without building it.",
		},
	}
}

func (p page) html() []byte {
	if p.wall != "" {
		return []byte(p.wall)
	}
	stated := p.stated
	if stated == "" {
		stated = p.headline
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="en"><head><title>%s | The Ledger</title><meta property="og:title" content="%s"><link rel="canonical" href="%s">`, stated, stated, p.url)
	fmt.Fprintf(&b, `<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s","datePublished":"2026-03-02T08:00:00Z","author":{"@type":"Person","name":"Ruth Vane"}}</script></head><body>`, stated)
	fmt.Fprintf(&b, `<header><nav><a href="/">Home</a> <a href="/news">News</a></nav></header><main><article><h1>%s</h1><p class="byline">By Ruth Vane</p>`, p.headline)
	if p.updated != "" {
		fmt.Fprintf(&b, `<div class="meta"><time>%s</time></div>`, p.updated)
	}
	if p.lead != "" {
		fmt.Fprintf(&b, `<div class="intro"><p>%s</p></div>`, p.lead)
	}
	b.WriteString(`<div class="text">`)
	for _, s := range p.body {
		fmt.Fprintf(&b, "<p>%s</p>\n", s)
	}
	fmt.Fprintf(&b, `</div></article><aside class="most-read"><h2>Most read</h2><ul><li><a href="/news/%d-other">Other story number %d of today</a></li></ul></aside></main>`, p.counter, p.counter)
	fmt.Fprintf(&b, `<footer><p>Rendered in %d ms</p></footer></body></html>`, p.counter)
	return []byte(b.String())
}

func (p page) read(t *testing.T, rules *extract.Rules) story.Reading {
	t.Helper()
	return extract.Read(extract.Page{URL: address, Body: p.html()}, rules, nil)
}

// between judges one page after another.
func between(t *testing.T, old, new page) change.Verdict {
	t.Helper()
	old.counter, new.counter = 3, 8
	before := old.read(t, nil)
	if before.Trouble != (story.Trouble{}) || len(before.Body) < len(old.body) {
		t.Fatalf("the old page reads badly: %+v", before)
	}
	return change.Judge(&before, change.Response{URL: address}, new.read(t, nil))
}

// altered is the flood with one text exchanged for another in its body.
func altered(t *testing.T, old, new string) page {
	t.Helper()
	p := flood()
	p.body = slices.Clone(p.body)
	for i, s := range p.body {
		if strings.Contains(s, old) {
			p.body[i] = strings.Replace(s, old, new, 1)
			return p
		}
	}
	t.Fatalf("no %q in the story", old)
	return p
}

// wantEdit wants one field changed, in one class.
func wantEdit(t *testing.T, v change.Verdict, field string, class story.Class) {
	t.Helper()
	if v.Outcome != story.Changed || len(v.Change.Fields) != 1 || v.Change.Fields[0].Field != field || v.Change.Fields[0].Class != class {
		t.Errorf("want %s %s, got %s %s%s", field, class, v.Outcome, v.Reason, brief(v.Change.Fields))
	}
}

func wantOutcome(t *testing.T, v change.Verdict, want story.Outcome) {
	t.Helper()
	if v.Outcome != want {
		t.Errorf("want %s, got %s %s%s", want, v.Outcome, v.Reason, brief(v.Change.Fields))
	}
	if (want == story.Unreadable || want == story.Gone || want == story.Blocked) && v.Reason == "" {
		t.Errorf("%s without a reason", want)
	}
}

func TestHeadlineOnlyEdit(t *testing.T) {
	p := flood()
	p.headline = "Thirteen villages cut off as river floods valley"
	v := between(t, flood(), p)
	wantEdit(t, v, "headline", story.Fact)
	if !v.Doubt {
		t.Error("a headline alone may be on trial: want another look soon")
	}
}

func TestOneNumberInALongText(t *testing.T) {
	wantEdit(t, between(t, flood(), altered(t, "12 people were dead", "120 people were dead")), "body", story.Fact)
}

func TestPointInsideANumber(t *testing.T) {
	wantEdit(t, between(t, flood(), altered(t, "1.5 million", "15 million")), "body", story.Fact)
}

func TestSentenceMarkAlone(t *testing.T) {
	wantEdit(t, between(t, flood(), altered(t, "guilty.", "guilty?")), "body", story.Typo)
}

func TestEditInTheLineOfARelativeTime(t *testing.T) {
	with := func(line string) page {
		p := flood()
		p.body = append([]string{line}, p.body...)
		return p
	}
	old := with("Updated 5 minutes ago. Rescue teams have reached nine of the villages by boat since noon.")
	wantOutcome(t, between(t, old, with("Updated 6 minutes ago. Rescue teams have reached nine of the villages by boat since noon.")), story.Same)
	wantOutcome(t, between(t, flood(), with("Updated 6 minutes ago")), story.Same) // a line that came
	v := between(t, old, with("Updated 6 minutes ago. Rescue teams have reached ten of the villages by boat since noon."))
	wantEdit(t, v, "body", story.Fact)
}

func TestAgeUnderTheHeadline(t *testing.T) {
	old, new := flood(), flood()
	old.updated, new.updated = "Updated 5 minutes ago", "Updated 2 hours ago"
	wantOutcome(t, between(t, old, new), story.Same)
}

func TestSelectorThatStopsMatching(t *testing.T) {
	rules, err := extract.Compile(map[string][]extract.Rule{"body": {{CSS: ".intro p, .text p"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	old := flood()
	old.lead = "The valley has seen no such flood since records began, and more rain is forecast for the night."
	before := old.read(t, rules)
	broken := []byte(strings.Replace(string(old.html()), `<div class="text">`, `<div class="story-text">`, 1))
	read := extract.Read(extract.Page{URL: address, Body: broken}, rules, nil)
	wantOutcome(t, change.Judge(&before, change.Response{URL: address}, read), story.Unreadable)
}

func TestParagraphsReallyTakenOut(t *testing.T) {
	p := flood()
	p.body = append(slices.Clone(p.body[:1]), p.body[4:]...)
	v := between(t, flood(), p)
	if v.Outcome != story.Changed || !slices.Equal(v.Change.Classes, []story.Class{story.Deleted}) || len(v.Change.Fields) != 3 {
		t.Errorf("want three paragraphs deleted, got %s %s%s", v.Outcome, v.Reason, brief(v.Change.Fields))
	}
}

func TestStoryThatMoved(t *testing.T) {
	p := flood()
	p.url = "https://ledger.example/archive/2026/river-flood"
	v := between(t, flood(), p)
	if v.Outcome != story.Changed || v.Change.Event != story.EventMoved {
		t.Errorf("want moved, got %s %s %s%s", v.Outcome, v.Change.Event, v.Reason, brief(v.Change.Fields))
	}
	for _, same := range []string{address + "/", address + "?utm_source=x", "https://www.LEDGER.example/news/4711-river-flood", "http://ledger.example/news/4711-river-flood#top"} {
		p.url = same
		wantOutcome(t, between(t, flood(), p), story.Same)
	}
}

func TestRedirects(t *testing.T) {
	old := flood()
	before, read := old.read(t, nil), old.read(t, nil)
	other := unlike()
	for final, want := range map[string]story.Outcome{
		"/":                                story.Gone,
		"https://ledger.example/en/":       story.Gone,
		"/consent?back=x":                  story.Blocked,
		"https://login.ledger.example/a":   story.Blocked,
		"/news/4711-river-flood/":          story.Same,
		"/news/4711-river-floods-the-town": story.Same,
	} {
		wantOutcome(t, change.Judge(&before, change.Response{URL: address, FinalURL: final}, read), want)
	}
	wantOutcome(t, change.Judge(&before, change.Response{URL: address, FinalURL: "/news/9-other"}, other.read(t, nil)), story.Unreadable)
}

// unlike is a page of another story.
func unlike() page {
	return page{
		headline: "Orchestra plays in the old shipyard for a summer",
		url:      "https://ledger.example/news/9-orchestra",
		body: []string{
			"For one summer the city's orchestra leaves its hall and plays among cranes and half a ferry, in front of some two thousand listeners a night.",
			"The idea came from the violas, who had grown tired of the air conditioning, as their spokeswoman put it at a meeting with the shipwrights.",
			"Tickets cost no more than a tram ride, and whoever brings a chair of their own may keep it in the dock until September comes.",
			"The first evening belongs to Sibelius, the second to a film score that the composer finished on the ferry itself, so the programme claims.",
		},
	}
}

func TestAnotherStoryAtTheAddress(t *testing.T) {
	wantOutcome(t, between(t, flood(), unlike()), story.Unreadable)
	old, read := flood().read(t, nil), flood().read(t, nil)
	old.ID, read.ID = "4711", "4712"
	v := change.Judge(&old, change.Response{URL: address}, read)
	wantOutcome(t, v, story.Unreadable)
	if !strings.Contains(v.Reason, "4711") || !strings.Contains(v.Reason, "4712") {
		t.Errorf("the reason names not both IDs: %s", v.Reason)
	}
}

func TestAnotherLanguagesCopy(t *testing.T) {
	old := flood().read(t, nil)
	read := story.Reading{URL: address, Fields: story.Fields{
		Language: "de", Headline: "Zwölf Dörfer nach Flut im Tal abgeschnitten", Published: old.Published,
		Body: []string{"Mindestens 12 Menschen kamen bis Montagabend ums Leben, nachdem der Fluss im oberen Tal über die Ufer getreten war.", "Das Wasser stieg binnen einer Stunde."},
	}}
	old.ID, read.ID = "4711", "4711"
	wantOutcome(t, change.Judge(&old, change.Response{URL: address}, read), story.Unreadable)
	again := old
	again.Language = "en-GB"
	wantOutcome(t, change.Judge(&old, change.Response{URL: address}, again), story.Same)
}

func TestNoticeInAStorysPlace(t *testing.T) {
	p := page{headline: "Tervetuloa takaisin", url: address, body: []string{"Jatka lukemista kirjautumalla sisään palveluun omilla tunnuksillasi, niin pääset eteenpäin."}}
	wantOutcome(t, between(t, flood(), p), story.Unreadable)
}

func TestNoteThatGrewIntoAStory(t *testing.T) {
	short := page{headline: "Flood warning", url: address, body: []string{"More follows soon on this page as our reporters reach the valley tonight."}}
	wantOutcome(t, between(t, short, flood()), story.Changed)
}

func TestStatus(t *testing.T) {
	old := flood()
	before, read := old.read(t, nil), old.read(t, nil)
	for status, want := range map[int]story.Outcome{
		200: story.Same, 404: story.Gone, 410: story.Gone, 401: story.Blocked, 402: story.Blocked, 403: story.Blocked, 451: story.Blocked,
		429: story.Failed, 500: story.Failed, 503: story.Failed, 400: story.Failed, 204: story.Unreadable,
	} {
		wantOutcome(t, change.Judge(&before, change.Response{URL: address, Status: status}, read), want)
	}
}

func TestCorrectionNoteWithNothingElse(t *testing.T) {
	for _, at := range []int{0, 6} {
		p := flood()
		p.body = slices.Insert(slices.Clone(p.body), at, "Correction: An earlier version of this story gave the wrong name for the dam.")
		v := between(t, flood(), p)
		wantEdit(t, v, "body", story.Correction)
		if !v.Change.Disclosed {
			t.Error("a correction note tells the readers")
		}
	}
}

func TestThereAndBackAgain(t *testing.T) {
	a, b := flood(), altered(t, "12 people", "14 people")
	wantEdit(t, between(t, a, b), "body", story.Fact)
	wantEdit(t, between(t, b, a), "body", story.Fact)
	wantEdit(t, between(t, a, b), "body", story.Fact)
	if change.Print(a.read(t, nil).Fields) == change.Print(b.read(t, nil).Fields) {
		t.Error("two states have one print")
	}
}

func TestOnlyAnotherSignalOfTheHeadline(t *testing.T) {
	p := flood()
	p.stated = "You won't believe what the river did to this valley"
	wantOutcome(t, between(t, flood(), p), story.Same)
}

func TestUpdatedAloneIsNoEdit(t *testing.T) {
	old, new := flood().read(t, nil), flood().read(t, nil)
	old.Updated, new.Updated = "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"
	v := change.Judge(&old, change.Response{URL: address}, new)
	wantOutcome(t, v, story.Same)
	new.Body = slices.Clone(new.Body)
	new.Body[1] = strings.Replace(new.Body[1], "twelve", "thirteen", 1)
	if v := change.Judge(&old, change.Response{URL: address}, new); v.Outcome != story.Changed || !v.Change.Disclosed {
		t.Errorf("want a disclosed change, got %s, disclosed %v", v.Outcome, v.Change.Disclosed)
	}
}

func TestTagsOfAnotherOrderOrCaseAreTheSame(t *testing.T) {
	old := story.Fields{Tags: []string{"Flood", "Valley"}, Sector: "News,Weather", Published: "2026-03-02T10:00:00+02:00"}
	new := story.Fields{Tags: []string{"valley", "FLOOD"}, Sector: "Weather,News", Published: "2026-03-02T08:00:00Z"}
	if fields := change.Fields(old, new); len(fields) != 0 || change.Print(old) != change.Print(new) {
		t.Errorf("want nothing, got%s", brief(fields))
	}
}
