package prose

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sentences of a story of our own, long enough to be prose.
const (
	one   = "The council voted on Tuesday night to close the old bridge for eleven months, the mayor said."
	two   = "Drivers will be sent over the northern crossing, which was widened three years ago at great cost."
	three = "A petition against the plan has gathered four thousand names since the first week of February."
	four  = "The work begins in June, and the town expects to pay less than half of what was feared."
	lede  = "Eleven months without the old bridge: the council has decided, and shopkeepers fear for the summer."
)

// page wraps a story's inside into a page with the usual surroundings.
func pageOf(article string) string {
	return `<!DOCTYPE html><html><head><title>Bridge to close</title></head><body>
	<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>` + article +
		`<footer><p>Copyright 2026 The Example Courier. All rights reserved by the publisher of this paper.</p></footer></body></html>`
}

func paragraphs(texts ...string) string {
	return "<p>" + strings.Join(texts, "</p><p>") + "</p>"
}

func TestFind(t *testing.T) {
	h1 := `<h1>Old bridge to close for eleven months</h1>`
	all := []string{one, two, three, four}
	tests := []struct {
		name, page string
		want       []string
	}{
		{"article element", `<article>` + h1 + paragraphs(all...) + `</article>`, all},
		{"no helpful names", `<div><div>` + h1 + `<div class="x1">` + paragraphs(all...) + `</div></div></div>`, all},
		{"subheading, list and quote in order",
			`<article>` + h1 + paragraphs(one) + `<h2>What it costs</h2><ul><li>Six million for steel</li><li>Two million for labour</li></ul><blockquote>` + two + `</blockquote>` + paragraphs(three) + `</article>`,
			[]string{one, "What it costs", "Six million for steel", "Two million for labour", two, three}},
		{"breaks part paragraphs", `<article>` + h1 + `<div>` + one + `<br><br>` + two + `<br/> <br/>` + three + `</div></article>`, []string{one, two, three}},
		{"one break is a space", `<article>` + h1 + paragraphs(one+"<br>"+two, three) + `</article>`, []string{one + " " + two, three}},
		{"a line in bold is a heading", `<article>` + h1 + `<p><b>What it costs</b><br>` + two + `</p>` + paragraphs(three) + `</article>`, []string{"What it costs", two, three}},
		{"text of divs", `<div>` + h1 + `<div>` + one + `</div><div>` + two + `</div><div>` + three + `</div></div>`, []string{one, two, three}},
		{"words are neither split nor glued", `<article>` + h1 + `<p>The coun<b>cil</b> voted<span> on</span> Tuesday night to close the bridge for eleven months.</p>` + paragraphs(two, three) + `</article>`,
			[]string{"The council voted on Tuesday night to close the bridge for eleven months.", two, three}},
		{"lead outside the text", `<div><header>` + h1 + `<p class="standfirst">` + lede + `</p></header><div class="story-body">` + paragraphs(all...) + `</div></div>`, append([]string{lede}, all...)},
		{"lead said once", `<div>` + h1 + `<p>` + one + `</p><div class="story-body">` + paragraphs(all...) + `</div></div>`, all},
		{"byline, date and kicker", `<article><p>Town hall</p>` + h1 + `<p class="byline">By Ann Example</p><p>3 March 2026</p>` + paragraphs(all...) + `</article>`, all},
		{"caption", `<article>` + h1 + paragraphs(one) + `<figure><img src="b.jpg"><figcaption>The old bridge, seen from the mill. Photo: A. Example</figcaption></figure>` + paragraphs(two, three) + `</article>`, []string{one, two, three}},
		{"quote in a figure", `<article>` + h1 + paragraphs(one) + `<figure><blockquote>` + two + `</blockquote></figure>` + paragraphs(three) + `</article>`, []string{one, two, three}},
		{"newsletter box without names", `<article>` + h1 + paragraphs(one, two) + `<div><h4>Our letter to you</h4><p>Every morning the best of the town in your mail.</p><form><input type="email"><button>Go</button></form></div>` + paragraphs(three) + `</article>`, []string{one, two, three}},
		{"advertisement", `<article>` + h1 + paragraphs(one) + `<div class="ad-slot"><span>Advertisement</span><p>Try our mattress for a hundred nights, free of charge and of risk.</p></div>` + paragraphs(two, three) + `</article>`, []string{one, two, three}},
		{"related list and its label", `<article>` + h1 + paragraphs(one, two) + `<p>More on this:</p><ul><li><a href="/a">Minister resigns after a memo</a></li><li><a href="/b">Storm closes schools</a></li></ul>` + paragraphs(three) + `</article>`, []string{one, two, three}},
		{"read more line", `<article>` + h1 + paragraphs(one, `Read more: <a href="/a">Storm closes schools across the north</a>`, two, three) + `</article>`, []string{one, two, three}},
		{"a link within a sentence", `<article>` + h1 + paragraphs(`The <a href="/a">council</a> voted on Tuesday night to close the old bridge.`, two, three) + `</article>`, []string{"The council voted on Tuesday night to close the old bridge.", two, three}},
		{"view counter in the heading's line", `<article><div><span>Old bridge to close for eleven months</span><span class="view-count">1,204 views</span></div>` + paragraphs(all...) + `</article>`, all},
		{"comments", `<article>` + h1 + paragraphs(all...) + `</article><section id="comments"><p>` + lede + ` I never liked that bridge.</p><p>` + lede + ` Nor did I, to be honest with you.</p></section>`, all},
		{"hidden", `<article>` + h1 + paragraphs(one) + `<p style="display: none">` + lede + `</p><p hidden>` + lede + `</p>` + paragraphs(two, three) + `</article>`, []string{one, two, three}},
		{"story over several containers", `<main>` + h1 + `<div class="part">` + paragraphs(one, two) + `</div><aside><p>` + lede + `</p></aside><div class="part">` + paragraphs(three, four) + `</div></main>`, all},
		{"a second story below", `<main><article>` + h1 + paragraphs(one, one+" Indeed.", two, three, four) + `</article><article><h1>Mill to open</h1>` + paragraphs(lede, "The mill has been closed for years, and the owner is glad to see it open again.") + `</article></main>`, []string{one, one + " Indeed.", two, three, four}},
		{"printed twice", `<article>` + h1 + `<div>` + paragraphs(all...) + `</div><div class="phone">` + paragraphs(all...) + `</div></article>`, all},
		{"table rows", `<article>` + h1 + paragraphs(one, two) + `<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2025</td><td>six million</td></tr></table>` + paragraphs(three) + `</article>`, []string{one, two, "Year | Cost", "2025 | six million", three}},
		{"mail address behind a script", `<article>` + h1 + paragraphs(one, `Write to us at <a href="/x"><span class="__cf_email__" data-cfemail="1273527c3c7777">[email&#160;protected]</span></a>, we read every single letter that arrives.`, two) + `</article>`,
			[]string{one, "Write to us at a@n.ee, we read every single letter that arrives.", two}},
		{"template that a script would show", `<div>` + h1 + `<script type="text/template">` + paragraphs(all...) + paragraphs(lede) + `</script></div>`, append(all, lede)},
		{"correction below the text", `<article>` + h1 + `<div class="body">` + paragraphs(all...) + `</div><footer><p class="correction">Correction: an earlier version gave a wrong year.</p></footer></article>`,
			append(slices.Clip(all), "Correction: an earlier version gave a wrong year.")},
		{"correction told by its words", `<article>` + h1 + `<div class="x">` + paragraphs(all...) + `</div><div class="y"><p><i>Correction: an earlier version gave a wrong year.</i></p></div></article>`,
			append(slices.Clip(all), "Correction: an earlier version gave a wrong year.")},
		{"note above the text", `<article>` + h1 + `<div class="editors-note">This story was first published in March.</div><div class="body">` + paragraphs(all...) + `</div></article>`,
			append([]string{"This story was first published in March."}, all...)},
		{"Japanese", `<article><h1>橋の通行止め</h1><p>市議会は火曜日の夜、古い橋を十一か月間通行止めにすることを決めたと、市長が発表した。</p><p>車は三年前に拡幅された北の橋を通ることになり、商店主たちは夏の売り上げを心配している。</p></article>`,
			[]string{"市議会は火曜日の夜、古い橋を十一か月間通行止めにすることを決めたと、市長が発表した。", "車は三年前に拡幅された北の橋を通ることになり、商店主たちは夏の売り上げを心配している。"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Find(parse(t, pageOf(tt.page)), Hints{Headline: "Old bridge to close for eleven months"})
			if !slices.Equal(got.Paragraphs, tt.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got.Paragraphs, "\n  "), strings.Join(tt.want, "\n  "))
			}
			if len(got.Nodes) != len(got.Paragraphs) {
				t.Errorf("%d nodes for %d paragraphs", len(got.Nodes), len(got.Paragraphs))
			}
		})
	}
}

func TestFindOnPagesWithoutStory(t *testing.T) {
	for name, page := range map[string]string{
		"empty":   ``,
		"login":   `<form><label>User</label><input><label>Password</label><input type="password"><button>Log in</button></form>`,
		"listing": `<main><ul><li><a href="/1">Minister resigns after a leaked memo</a></li><li><a href="/2">Storm closes schools across the north</a></li><li><a href="/3">Rail strike enters its second week</a></li></ul></main>`,
		"notice":  `<main><h1>Not found</h1><p>This page does not exist.</p></main>`,
	} {
		if got := Find(parse(t, page), Hints{}); got.Score >= doubtful {
			t.Errorf("%s: score %.2f for %q", name, got.Score, got.Paragraphs)
		}
	}
}

func TestFindSaysWhatItLeftOut(t *testing.T) {
	page := pageOf(`<article><h1>Bridge</h1>` + paragraphs(one, two) + `<div class="newsletter"><p>Every morning the best of the town in your mail.</p></div>` + paragraphs(three) + `</article>`)
	got := Find(parse(t, page), Hints{})
	if len(got.Ignored) != 1 || got.Ignored[0].Why != "newsletter box" || !strings.HasPrefix(got.Ignored[0].Text, "Every morning") {
		t.Errorf("ignored %+v", got.Ignored)
	}
}

// TestFindIsLinear reads a page of 200,000 nodes, deep and wide; a quadratic
// walk would not end within the test's time limit.
func TestFindIsLinear(t *testing.T) {
	root := &html.Node{Type: html.DocumentNode}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	root.AppendChild(body)
	at := body
	for i := range 200_000 {
		tag := []atom.Atom{atom.Div, atom.Section, atom.Span, atom.P}[i%4]
		n := &html.Node{Type: html.ElementNode, Data: tag.String(), DataAtom: tag}
		n.AppendChild(&html.Node{Type: html.TextNode, Data: fmt.Sprint(one, i)})
		at.AppendChild(n)
		if i%50 == 0 && i < 20_000 {
			at = n
		}
	}
	if got := Find(root, Hints{Headline: "Bridge"}); len(got.Paragraphs) == 0 {
		t.Error("nothing found")
	}
}

func TestFindOnOddPages(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(data, "readability", "*.html.gz"))
	if err != nil || len(files) == 0 {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal("shared data is required")
		}
		t.Skipf("no shared data at %s", data)
	}
	for _, f := range files {
		doc := parsePage(t, "readability/"+filepath.Base(f))
		before := render(t, doc)
		first, second := readPage(doc), readPage(doc)
		if !slices.Equal(first.Paragraphs, second.Paragraphs) {
			t.Errorf("%s: two readings differ", f)
		}
		if render(t, doc) != before {
			t.Errorf("%s: the page was changed", f)
		}
	}
}

func render(t *testing.T, doc *html.Node) string {
	t.Helper()
	var b strings.Builder
	if err := html.Render(&b, doc); err != nil {
		t.Skip(err)
	}
	return b.String()
}

func FuzzFind(f *testing.F) {
	f.Add(pageOf(`<article><h1>Bridge</h1>`+paragraphs(one, two)+`</article>`), "Bridge", one)
	f.Add(`<table><tr><td>`+one+`<td><p><br><br>`+two+`<svg><p>x`, "", "")
	f.Add(`<script type="text/template"><div><h1>`+one+`</h1>`+two, one, "")
	f.Add(`<a class="__cf_email__" data-cfemail="zz">`+one, "x", two)
	f.Fuzz(func(t *testing.T, page, headline, description string) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		got := Find(doc, Hints{Headline: headline, Description: description})
		if len(got.Nodes) != len(got.Paragraphs) || got.Score < 0 || got.Score > 1 {
			t.Errorf("%d nodes, %d paragraphs, score %f", len(got.Nodes), len(got.Paragraphs), got.Score)
		}
		for _, p := range got.Paragraphs {
			if strings.TrimSpace(p) == "" {
				t.Error("an empty paragraph")
			}
		}
	})
}

// TestFindKeepsItemsThatLinkAway: the headings of a list of things to buy lead to
// shops; a heading that leads to another story of the site is none of the story.
func TestFindKeepsItemsThatLinkAway(t *testing.T) {
	page := func(href string) string {
		return pageOf(`<article><h1>Bridges</h1>` + paragraphs(one) + `<h2><a href="` + href + `">The stone bridge</a></h2>` + paragraphs(two) +
			`<h2>The old bridge</h2>` + paragraphs(three) + `</article>`)
	}
	for href, want := range map[string]int{"https://shop.test/1": 5, "https://www.news.example/2": 4, "/2": 4} {
		got := Find(parse(t, page(href)), Hints{URL: "https://news.example/bridges"})
		if len(got.Paragraphs) != want {
			t.Errorf("%s: %d paragraphs, want %d: %q", href, len(got.Paragraphs), want, got.Paragraphs)
		}
	}
}
