package prose

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// churn is what a page may have on one visit and not on the next, other than the
// kinds in ../shared/data/pairs.
var churn = []struct{ kind, where, html string }{
	{"readers now", "head", `<div class="live-readers"><b>132</b> people are reading this</div>`},
	{"readers now", "middle", `<div class="people-reading"><b>132</b> people are reading this right now</div>`},
	{"updated", "head", `<p class="last-updated">Last updated 5 minutes ago</p>`},
	{"updated", "middle", `<time class="relative">5 minutes ago</time>`},
	{"breaking", "top", `<div class="breaking-news" role="alert"><strong>Breaking</strong> <a href="/x1">Harbour bridge closed after a collision with a barge</a></div>`},
	{"recommended", "end", `<section class="recommended"><h2>Recommended for you</h2>` + strings.Repeat(`<article><a href="/x2"><h3>Harbour bridge closed after a collision</h3></a><p>A barge has hit the northern pillar, and nobody was hurt in the incident, police said.</p></article>`, 3) + `</section>`},
	{"recommended without names", "middle", `<div><h4>For you</h4><ul><li><a href="/x3">Harbour bridge closed after a collision</a></li><li><a href="/x4">Barge hits the northern pillar of the bridge</a></li></ul></div>`},
	{"comment count", "head", `<a class="comment-count" href="#comments">34 comments</a>`},
	{"comments", "end", `<div id="comments"><h3>Comments (2)</h3><div class="comment"><span class="author">Bob</span><p>I have always thought that this would happen sooner or later, and so it did.</p></div><div class="comment"><span class="author">Eve</span><p>Nobody ever listens to those who know the harbour best, and that is a shame.</p></div></div>`},
	{"share count", "middle", `<div class="share-count"><span>1.2K</span> shares</div>`},
	{"poll", "middle", `<div class="poll"><h4>Do you agree?</h4><form><label><input type="radio"> Yes, and it was about time</label><label><input type="radio"> No</label><button>Vote</button></form></div>`},
	{"app banner", "middle", `<div class="app-banner"><p>Read this story in our app.</p><a href="/app">Open</a></div>`},
	{"donation", "middle", `<div class="donation-box"><h3>Support our work</h3><p>Independent reporting costs money, and readers like you make it possible for us.</p><a href="/give">Give now</a></div>`},
	{"weather", "top", `<div class="weather-widget">London 9°C, light rain</div>`},
	{"label", "middle", `<p>Advertisement</p>`},
	{"newsletter line", "middle", `<p><em>Sign up for our newsletter <a href="/n">here</a>.</em></p>`},
	{"player", "middle", `<div class="video-player"><span>Now playing</span><span>0:00 / 1:32</span><button>Play</button></div>`},
	{"meter", "end", `<div class="paywall-meter">You have 3 free articles left this month. <a href="/s">Subscribe</a></div>`},
	{"push", "bottom", `<div class="push-prompt" role="dialog"><p>Shall we tell you when news breaks? You can change your mind at any time in the settings.</p><button>Yes</button></div>`},
	{"promo with picture", "middle", `<div class="promo"><img src="b.jpg"><a href="/b">The new book of our columnist, now in the shop</a></div>`},
	{"trending", "bottom", `<div class="trending"><h3>Trending</h3><ol><li><a href="/x5">Harbour bridge closed</a></li><li><a href="/x6">Barge hits the pillar</a></li></ol></div>`},
	{"countdown", "top", `<div class="countdown">Sale ends in 03:12:44</div>`},
	{"error", "bottom", `<div class="noscript-warning" hidden><p>Please enable the scripts of your browser to read all of this page as it was meant to be.</p></div>`},
}

// TestChurn puts each kind of churn into real pages: the text that is found must
// stay the same.
func TestChurn(t *testing.T) {
	same, all := 0, 0
	missed := map[string]int{}
	for _, r := range corpus[row](t, "extraction/fundus/truth.jsonl") {
		doc := parsePage(t, "extraction/fundus/"+r.File)
		hints := hintsOf(doc)
		before := Find(doc, hints)
		if len(before.Nodes) < 4 {
			continue
		}
		for _, c := range churn {
			remove := insert(t, doc, before, c.where, c.html)
			after := Find(doc, hints)
			remove()
			all++
			if slices.Equal(after.Paragraphs, before.Paragraphs) {
				same++
				continue
			}
			missed[c.kind+", "+c.where]++
			if *showPair != "" && strings.Contains(c.kind+" "+r.ID, *showPair) {
				showDiff(t, pair{ID: r.ID, Group: c.kind, Kind: c.where}, before.Paragraphs, after.Paragraphs)
			}
		}
	}
	share := float64(same) / float64(all)
	t.Logf("churn: %.2f %% of %d readings the same", 100*share, all)
	for kind, n := range missed {
		t.Logf("  %d × %s", n, kind)
	}
	if share < churnFloor {
		t.Errorf("%.4f the same, under %.4f", share, churnFloor)
	}
}

const churnFloor = 0.999

// insert puts HTML into a page: at its top or bottom, after the heading, or
// before a paragraph in the middle or after the last one. It returns how to take
// it out again.
func insert(t *testing.T, doc *html.Node, found Text, where, fragment string) (remove func()) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatal(err)
	}
	parent, next := place(doc, found, where)
	for _, n := range nodes {
		parent.InsertBefore(n, next)
	}
	return func() {
		for _, n := range nodes {
			parent.RemoveChild(n)
		}
	}
}

func place(doc *html.Node, found Text, where string) (parent, next *html.Node) {
	var body, h1 *html.Node
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Body && body == nil {
			body = n
		}
		if n.DataAtom == atom.H1 && h1 == nil {
			h1 = n
		}
	}
	last := len(found.Nodes) - 1
	switch {
	case where == "top":
		return body, body.FirstChild
	case where == "bottom":
		return body, nil
	case where == "head" && h1 != nil:
		return h1.Parent, h1.NextSibling
	case where == "end":
		end := outermost(found.Nodes[last])
		return end.Parent, end.NextSibling
	}
	middle := outermost(found.Nodes[last/2+1])
	return middle.Parent, middle
}

// outermost is the outermost element that holds an element and no other, out of
// any list or table.
func outermost(n *html.Node) *html.Node {
	for p := n; p.DataAtom != atom.Body; p = p.Parent {
		if leafTags[p.DataAtom] {
			n = p
		}
	}
	for n.Parent.DataAtom != atom.Body {
		for k := n.Parent.FirstChild; k != nil; k = k.NextSibling {
			if k != n && k.Type == html.ElementNode {
				return n
			}
		}
		n = n.Parent
	}
	return n
}
