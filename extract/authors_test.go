package extract_test

import (
	"slices"
	"testing"
)

// TestAuthors: the byline's people are what readers see; the metadata fills in
// where there is none, or names them better.
func TestAuthors(t *testing.T) {
	const h1 = `<h1>Old bridge to close</h1>`
	stated := func(names string) string {
		return `<title>Old bridge to close</title><meta property="og:site_name" content="The Example Courier"><script type="application/ld+json">{"@type":"NewsArticle","headline":"Old bridge to close","author":` + names + `}</script>`
	}
	eva, both := []string{"Eva Muster"}, []string{"Eva Muster", "Jan Beispiel"}
	for _, c := range []struct {
		name, head, body string
		want             []string
	}{
		{"byline over another in the metadata", stated(`"Kim Example"`), `<article>` + h1 + `<p class="byline">By Eva Muster</p>` + storyText + `</article>`, eva},
		{"byline without names over another in the metadata", stated(`"Kim Example"`), `<div>` + h1 + `<div>By Eva Muster</div>` + storyText + `</div>`, eva},
		{"icon before it", stated(`"Kim Example"`), `<div>` + h1 + `<p><i class="ico"></i>By Eva Muster</p>` + storyText + `</div>`, eva},
		{"link to the author over another", stated(`{"name":"Kim Example"}`), `<main>` + h1 + `<a rel="author" href="/a/7">Eva Muster</a>` + storyText + `</main>`, eva},
		{"byline over an organisation", stated(`{"@type":"Organization","name":"The Example Courier"}`), `<main>` + h1 + `<div class="x3">Von Eva Muster</div>` + storyText + `</main>`, eva},
		{"two in the byline, one in the metadata", stated(`"Eva Muster"`), `<main>` + h1 + `<p class="author">By Eva Muster and Jan Beispiel</p>` + storyText + `</main>`, both},
		{"one in the byline, two in the metadata", stated(`["Eva Muster","Kim Example"]`), `<main>` + h1 + `<p class="author">By Eva Muster</p>` + storyText + `</main>`, eva},
		{"a link for each of two", stated(`["Eva Muster","Jan Beispiel"]`), `<main>` + h1 + `<p>By <a href="/author/em">Eva Muster</a> and <a href="/author/jb">Jan Beispiel</a></p>` + storyText + `</main>`, both},
		{"the metadata's fuller name", stated(`"Eva Maria Muster"`), `<main>` + h1 + `<p>By Eva Muster</p>` + storyText + `</main>`, []string{"Eva Maria Muster"}},
		{"kind of text before the name", stated(`"Eva Muster"`), `<main>` + h1 + `<p>Ein Kommentar von Jan Beispiel</p>` + storyText + `</main>`, []string{"Jan Beispiel"}},
		{"beside the day", `<title>Old bridge to close</title>`, `<div>` + h1 + `<p>3 May 2026 - Eva Muster</p>` + storyText + `</div>`, eva},
		{"before the day", `<title>Old bridge to close</title>`, `<div>` + h1 + `<div><span>Eva Muster |</span> <span>03.05.2026</span></div>` + storyText + `</div>`, eva},
		{"a section beside the day", `<title>Old bridge to close</title>`, `<div>` + h1 + `<p>3 May 2026 | Economy</p>` + storyText + `</div>`, nil},
		{"a weekday beside the day", `<title>Old bridge to close</title>`, `<div>` + h1 + `<p>Last Sunday, 3 May 2026</p>` + storyText + `</div>`, nil},
		{"an agency alone", `<title>Old bridge to close</title>`, `<div><header>` + h1 + `<p class="credit">AFP</p></header>` + storyText + `</div>`, []string{"AFP"}},
		{"label over the name", stated(`"Eva"`), `<div>` + h1 + `<div><div><p><strong>By</strong></p></div><div><p>Eva Muster</p></div></div>` + storyText + `</div>`, eva},
		{"initials in the byline", stated(`"The Example Courier"`), `<div>` + h1 + `<p class="author">em</p>` + storyText + `</div>`, []string{"The Example Courier"}},
		{"label of the metadata", `<title>Old bridge to close</title><meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Eva Muster">`, h1 + storyText, eva},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := readPage(c.head, c.body)
			if !slices.Equal(read.Authors, c.want) {
				t.Errorf("authors %q by %s, want %q", read.Authors, read.Via["authors"], c.want)
			}
		})
	}
}
