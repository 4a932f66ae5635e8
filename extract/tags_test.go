package extract_test

import (
	"slices"
	"testing"
)

// TestTags: a story's tags are told by their label, by where their links lead
// and by what the metadata says; class names are one sign among these.
func TestTags(t *testing.T) {
	const head = `<title>Old bridge to close</title>`
	h1 := `<h1>Old bridge to close</h1>`
	want := []string{"Harbour", "Bridges", "Town council"}
	links := `<a href="/tag/harbour">Harbour</a>, <a href="/tag/bridges">Bridges</a>, <a href="/tag/town-council">Town council</a>`
	plain := `<a href="/s/1">Harbour</a> <a href="/s/2">Bridges</a> <a href="/s/3">Town council</a>`
	for _, c := range []struct {
		name, head, body string
		want             []string
	}{
		{"named list", head, `<article>` + h1 + storyText + `<ul class="tags"><li><a href="/s/1">Harbour</a></li><li><a href="/s/2">Bridges</a></li><li><a href="/s/3">Town council</a></li></ul></article>`, want},
		{"paths, no names", head, `<main>` + h1 + `<div>` + storyText + `</div><div>` + links + `</div></main>`, want},
		{"paths, each link deep in its own box", head, `<main>` + h1 + `<div>` + storyText + `</div><div><div><b><i><u><a href="/topic/harbour">Harbour</a></u></i></b></div><div><b><i><u><a href="/topic/bridges">Bridges</a></u></i></b></div><div><b><i><u><a href="/topic/council">Town council</a></u></i></b></div></div></main>`, want},
		{"label in the line", head, `<article>` + h1 + storyText + `<p>Tags: ` + plain + `</p></article>`, want},
		{"label before the line, in a paragraph", head, `<div>` + h1 + storyText + `<div><p>Filed under</p><p>` + links + `</p></div></div>`, want},
		{"French label and paths", head, `<div>` + h1 + storyText + `<section><strong>Mots clés</strong> <a href="/motcle/1">Harbour</a>, <a href="/motcle/2">Bridges</a>, <a href="/motcle/3">Town council</a></section></div>`, want},
		{"German label in an aside of the head", head, `<article>` + h1 + `<aside><b>Schlagworte:&nbsp;</b><p>` + links + `</p></aside>` + storyText + `</article>`, want},
		{"rel tag, counts", head, `<article>` + h1 + storyText + `<footer><a rel="tag" href="/a">Harbour (12)</a> <a rel="tag" href="/b">Bridges (3)</a> <a rel="tag" href="/c">Town council (7)</a></footer></article>`, want},
		{"menu of the article", head, `<article>` + h1 + storyText + `<nav><ul class="tags">` + links + `</ul></nav></article>`, want},
		{"page shows more than the metadata", head + `<meta property="article:tag" content="harbour">`, `<div class="sidebar-grid">` + h1 + storyText + `</div><div class="latest"><div>` + links + `</div></div>`, want},
		{"metadata alone", head + `<meta property="article:tag" content="Harbour"><meta property="article:tag" content="Bridges"><meta property="article:tag" content="Town council">`, h1 + storyText, want},
		{"trends of the site below", head, `<div>` + h1 + storyText + `</div><div class="topics"><div><strong>TRENDING:</strong></div>` + links + `</div>`, nil},
		{"a menu by its role, one of its links named as labels are", head + `<meta name="keywords" content="Harbour, Bridges, Town council">`, `<ul role="navigation"><li><a href="/topics/all">Topics</a></li><li><a href="/politics">Politics</a></li></ul><main>` + h1 + `<p>Bridges first.</p>` + storyText + `</main>`, want},
		{"a shop's link in the text", head, `<article>` + h1 + storyText + `<p>Buy it <a href="https://shop.example/dp/B1?tag=courier-21">here at the shop</a> for less.</p></article>`, nil},
		{"keywords of the site", head + `<meta name="news_keywords" content="politics, sports, weather, cinema">`, h1 + storyText, nil},
		{"keywords of the story", head + `<meta name="keywords" content="harbours, bridge, roads">`, h1 + storyText, []string{"harbours", "bridge", "roads"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := readPage(c.head, c.body)
			if !slices.Equal(read.Tags, c.want) {
				t.Errorf("tags %q by %s, want %q", read.Tags, read.Via["tags"], c.want)
			}
		})
	}
}
