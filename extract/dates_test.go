package extract_test

import (
	"fmt"
	"testing"

	"stakeout/extract"
	"stakeout/story"
)

// TestPublished: the instant is the metadata's, the offset the one that readers
// see it in.
func TestPublished(t *testing.T) {
	const head, h1 = `<title>Old bridge to close</title>`, `<h1>Old bridge to close</h1>`
	ld := func(times string) string {
		return head + `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Old bridge to close",` + times + `}</script>`
	}
	for _, c := range []struct {
		name, head, body string
		want             story.Moment
	}{
		{"UTC, shown nowhere", ld(`"datePublished":"2026-05-04T03:37:37Z"`), h1 + storyText, "2026-05-04T03:37:37Z"},
		{"UTC, a time element with an offset", ld(`"datePublished":"2026-05-04T03:37:37Z"`), `<article>` + h1 + `<time datetime="2026-05-03T23:37:37-04:00">3 May</time>` + storyText + `</article>`, "2026-05-03T23:37:37-04:00"},
		{"UTC, printed by the local clock", ld(`"datePublished":"2026-05-04T00:44:52Z"`), `<main>` + h1 + `<p class="date">Published 3 May 2026, 21:44</p>` + storyText + `</main>`, "2026-05-03T21:44:52-03:00"},
		{"UTC, printed in UTC", ld(`"datePublished":"2026-05-04T00:44:52Z"`), `<main>` + h1 + `<p class="date">Published 4 May 2026, 00:44</p>` + storyText + `</main>`, "2026-05-04T00:44:52Z"},
		{"UTC, printed time of another minute", ld(`"datePublished":"2026-05-04T00:44:52Z"`), `<main>` + h1 + `<p class="date">Published 3 May 2026, 21:51</p>` + storyText + `</main>`, "2026-05-04T00:44:52Z"},
		{"offset stated", ld(`"datePublished":"2026-05-04T02:44:52+02:00"`), `<main>` + h1 + `<p class="date">Published 3 May 2026, 21:44</p>` + storyText + `</main>`, "2026-05-04T02:44:52+02:00"},
		{"shown is the day of the update", ld(`"datePublished":"2026-03-09T10:33:13Z","dateModified":"2026-11-17T08:00:00Z"`), `<article>` + h1 + `<time datetime="2026-11-17">17 November 2026</time>` + storyText + `</article>`, "2026-03-09T10:33:13Z"},
		{"colons in the metadata's name", head + `<meta property="article:published:time" content="2026-05-04T15:48:15+00:00">`, h1 + `<div>May 4, 2026, 3:48: Uhr</div>` + storyText, "2026-05-04T15:48:15Z"},
		{"small state of a script", head, h1 + storyText + `<script type="application/json">{"publishedDate":"2026-05-04T20:37:27Z"}</script>`, "2026-05-04T20:37:27Z"},
		{"state with dots, and a later one of its own", head, h1 + storyText + `<script type="application/json">{"deployDt":"2026.05.04 18:40","reDeployDt":"2026.05.05 18:49"}</script>`, "2026-05-04T18:40:00Z"},
		{"state of several stories", head, h1 + storyText + `<script type="application/json">[{"publishedAt":"2026-05-04T20:37:27Z"},{"publishedAt":"2026-05-06T20:37:27Z"}]</script>`, ""},
		{"the day of the visit above", head, `<div class="today">Monday, March 2, 2026</div><nav><a href="/">Home</a></nav><article>` + h1 + `<p>5 February 2026</p>` + storyText + `</article>`, "2026-02-05"},
		{"the day of the visit above, update beside the day", head, `<div class="today">Monday, March 2, 2026</div><article>` + h1 + `<span>05.02.2026 - Güncelleme : 06.02.2026</span>` + storyText + `</article>`, "2026-02-05"},
		{"day and the day of the update in one line", head, `<div>` + h1 + `<p class="date">05.04.2026 - Update: 06.04.2026 10:30</p>` + storyText + `</div>`, "2026-04-05"},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := readPage(c.head, c.body)
			if read.Published != c.want {
				t.Errorf("published %q by %s, want %q", read.Published, read.Via["published"], c.want)
			}
		})
	}
}

// TestMastheadsDayIsNoTimeOfPublication: the day that a site shows above every
// page is today's, not the story's.
func TestMastheadsDayIsNoTimeOfPublication(t *testing.T) {
	const page = `<main><h1>Council to close old bridge</h1><p>%s</p><p>The council voted on Tuesday night to close the old bridge for eleven months, the mayor said.</p>
		<p>Drivers will be sent over the northern crossing, which was widened three years ago at great cost.</p>
		<p>A petition against the plan has gathered four thousand names since the first week of February.</p></main>`
	for _, c := range []struct{ above, byline, want string }{
		{`<div class="x1"><a href="/">Harbour News</a> <span>Saturday, 28 November 2026, 10:12</span></div><nav><a href="/a">News</a></nav>`, "", ""},
		{`<div class="top-bar">28 November 2026</div><div class="logo">Harbour News</div>`, "", ""},
		{`<header><nav><a href="/a">News</a></nav><span>Samstag, 28. November 2026</span></header>`, "", ""},
		{`<header><nav><a href="/a">News</a></nav><span>28 November 2026</span></header>`, "3 May 2026, 14:20", "2026-05-03T14:20:00Z"},
		{`<nav><a href="/a">News</a></nav><div class="meta">3 May 2026</div>`, "", "2026-05-03"},
	} {
		body := "<html><head><title>Council to close old bridge</title></head><body>" + c.above + fmt.Sprintf(page, c.byline) + "</body></html>"
		got := extract.Read(extract.Page{URL: "https://news.example/bridge", Body: []byte(body)}, nil, nil).Fields.Published
		if string(got) != c.want {
			t.Errorf("%s, %q: found %q, expected %q", c.above, c.byline, got, c.want)
		}
	}
}

// TestDaysInWords: the day as the world's press prints it.
func TestDaysInWords(t *testing.T) {
	for printed, want := range map[string]story.Moment{
		"5 listopada 2019":         "2019-11-05",
		"Ngày 5 tháng 11 năm 2019": "2019-11-05",
		"5 تشرين الثاني 2019":      "2019-11-05",
		"5 พฤศจิกายน 2562":         "2019-11-05",
		"৫ নভেম্বর ২০১৯":           "2019-11-05",
		"5 Νοεμβρίου 2019, 17:30":  "2019-11-05T17:30:00Z",
		"2019년 11월 5일 오후 5:30":     "2019-11-05T17:30:00Z",
		"3 Mac 2021":               "2021-03-03",
	} {
		read := readPage(`<title>Old bridge to close</title>`, `<main><h1>Old bridge to close</h1><p class="date">`+printed+`</p>`+storyText+`</main>`)
		if read.Published != want {
			t.Errorf("%s: %q, want %q", printed, read.Published, want)
		}
	}
}
