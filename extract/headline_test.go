package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"stakeout/extract"
	"stakeout/story"
)

// storyText is a story's text, enough to be read as one.
const storyText = `<p>The council of the harbour town voted on Tuesday night to close the old bridge for eleven months, the mayor said.</p>
<p>Drivers will be sent over the northern crossing, which was widened three years ago at great cost to the county.</p>
<p>A petition against the plan has gathered four thousand names since the first week of February, its authors say.</p>
<p>The work begins in June, and the town expects to pay less than half of what had been feared only a year ago.</p>`

// layouts are ways in which pages set a headline: %s is the h1's inside, the
// text follows.
var layouts = map[string]string{
	"article":         `<article><h1>%s</h1>` + storyText + `</article>`,
	"header apart":    `<main><header class="head"><h1 class="title">%s</h1><p>By Ann Example</p></header><div class="text">` + storyText + `</div></main>`,
	"nothing named":   `<div><div><h1>%s</h1></div><div>` + storyText + `</div></div>`,
	"a site's h1 too": `<header><h1><a href="/">The Example Courier</a></h1></header><div class="c4"><h1>%s</h1>` + storyText + `</div>`,
	"an inner span":   `<section><h1><span class="x1"><span>%s</span></span></h1>` + storyText + `</section>`,
}

// metadata says a title in each of the usual places, with the site's name in some.
func metadata(title string) string {
	return fmt.Sprintf(`<title>%s | The Example Courier</title><meta property="og:title" content="%[1]s"><meta property="og:site_name" content="The Example Courier">
	<meta name="twitter:title" content="%[1]s"><script type="application/ld+json">{"@type":"NewsArticle","headline":"%[1]s"}</script>`, title)
}

func readPage(head, body string) story.Reading {
	return extract.Read(extract.Page{URL: "https://courier.example/town/old-bridge", ContentType: "text/html; charset=utf-8",
		Body: []byte("<!DOCTYPE html><html lang=en><head>" + head + "</head><body>" + body + "</body></html>")}, nil, nil)
}

// TestHeadlineIsTheH1s: readers see the h1, so its letters and marks are the
// headline's, whatever the metadata still says.
func TestHeadlineIsTheH1s(t *testing.T) {
	const before = "Minister resigns over the old bridge"
	for name, layout := range layouts {
		for _, h1 := range []string{
			before,
			"MINISTER RESIGNS OVER THE OLD BRIDGE",
			"MINISTER Resigns over the Old Bridge",
			"Minister Resigns Over the Old Bridge",
			"Minister resigns over the old bridge?",
			"Minister ‘resigns’ over the old bridge",
			"Minister resigns – over the old bridge",
			"Minister has not resigned over the new bridge",
		} {
			t.Run(name+"/"+h1, func(t *testing.T) {
				read := readPage(metadata(before), fmt.Sprintf(layout, h1))
				if read.Headline != h1 || read.Headlines.H1 != h1 {
					t.Errorf("headline %q, h1 signal %q, want %q", read.Headline, read.Headlines.H1, h1)
				}
			})
		}
	}
}

// TestHeadlineOfParts: marks between a heading's parts may be a matter of style,
// and where a word may break is none of its letters.
func TestHeadlineOfParts(t *testing.T) {
	for name, layout := range layouts {
		for h1, want := range map[string]string{
			"Minis&shy;ter resigns: bridge to&#8203; close":        "Minister resigns: bridge to close",
			"Minister resigns: <em>bridge</em> to close":           "Minister resigns: bridge to close",
			"Minister<wbr> resigns:<br>bridge to close":            "Minister resigns: bridge to close",
			"Minister resigns<span hidden>:</span> bridge's end":   "Minister resigns: bridge's end",
			"<b>Minister resigns</b> <span>Bridge to close</span>": "Minister resigns: Bridge to close",
		} {
			t.Run(name+"/"+h1, func(t *testing.T) {
				title := "Minister resigns: bridge to close"
				if strings.Contains(want, "Bridge") {
					title = want
				}
				if got := readPage(metadata(title), fmt.Sprintf(layout, h1)).Headline; got != want {
					t.Errorf("headline %q, want %q", got, want)
				}
			})
		}
	}
}

func TestHeadlineAmongHeadings(t *testing.T) {
	const want = "Old bridge to close for eleven months"
	kicked := metadata("Harbour: " + want)
	for _, c := range []struct{ name, head, body, want string }{
		{"kicker in the h1, which the metadata has", kicked, `<h1><span class="kicker">Harbour</span> ` + want + `</h1>` + storyText, "Harbour: " + want},
		{"kicker in the h1, which the metadata lacks", metadata(want), `<h1><span class="kicker">Harbour</span> ` + want + `</h1>` + storyText, want},
		{"kicker above, the last of several lines", kicked, `<article><div class="k"><div>Printed on Friday</div><div>Harbour</div></div><h1>` + want + `</h1>` + storyText + `</article>`, "Harbour: " + want},
		{"second line named as the first", metadata("Harbour news"), `<h1><span class="subline">The harbour town<span class="visually-hidden">:</span></span> <span class="topline">` + want + `</span></h1>` + storyText, "The harbour town: " + want},
		{"badge after", metadata(want), `<h1>` + want + ` <span class="badge">Live</span></h1>` + storyText, want},
		{"motto of the site", `<title>` + want + `The best of the harbour and of its town</title>`, `<h1><a href="https://courier.example/">The best of the harbour and of its town</a></h1><article><h1>` + want + `</h1>` + storyText + `</article>`, want},
		{"section over the story", metadata(want), `<h1>Town hall</h1><article><h2>` + want + `</h2>` + storyText + `</article>`, want},
		{"page's heading, title with the site's host before", `<title>courier.example - Town - ` + want + ` at Courier.example</title>`, `<h1>Town | Entry</h1><div><h2>` + want + ` at Courier.example</h2>` + storyText + `</div>`, want + " at Courier.example"},
		{"no heading, and a headline in the metadata", `<title>` + want + `-Town|Courier</title><meta name="headline" content="` + want + `"><meta property="og:title" content="` + want + `-Town|Courier">`, storyText, want},
		{"a headline that begins with the site's name", metadata("Storm at sea - Courier: the old bridge will be closed for months"), `<h1>Storm at sea - Courier: the old bridge will be closed for months</h1>` + storyText, "Storm at sea - Courier: the old bridge will be closed for months"},
		{"mark left at the end", metadata(want + " -"), `<h1>` + want + ` -</h1>` + storyText, want},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := readPage(c.head, c.body).Headline; got != c.want {
				t.Errorf("headline %q, want %q", got, c.want)
			}
		})
	}
}
