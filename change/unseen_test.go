package change_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stakeout/change"
	"stakeout/extract"
	"stakeout/story"
)

// place is where in a real page something is put: before the first, after a
// middle, or after the last paragraph of its story.
type place int

const (
	first place = iota
	middle
	last
)

// put is what the shared pairs don't have, put into real pages.
var put = []struct {
	name  string
	at    place
	html  string
	want  story.Outcome
	class story.Class
	floor float64 // percent
}{
	{"poll", middle, `<div class="poll-widget"><h4>Quick poll</h4><p>Do you agree with the decision?</p><form><label><input type=radio>Yes</label><label><input type=radio>No</label></form></div>`, story.Same, "", 100},
	{"ticker", first, `<div class="ticker">FTSE 100 7,412.12 +0.3% | DAX 15,220.1 -0.2%</div>`, story.Same, "", 98},
	{"inline promotion", middle, `<p><strong>READ MORE: <a href="/a/b">How the vote will work</a></strong></p>`, story.Same, "", 98},
	{"comments", last, `<section id="comments"><h3>12 Comments</h3><div class="comment"><b>jim</b><p>I think this is quite wrong, and I have lived there for twenty years so I should know.</p></div></section>`, story.Same, "", 98},
	{"video", middle, `<figure class="video"><iframe src="https://player.example/7"></iframe><figcaption>Watch: the moment it happened</figcaption></figure>`, story.Same, "", 98},
	{"counts", last, `<p class="stats">Views: 5123 | Comments: 12</p>`, story.Same, "", 98},
	{"age", first, `<div class="meta"><span>Published 3 hours ago</span> <span>Updated 5 minutes ago</span></div>`, story.Same, "", 98},
	{"next story", last, `<section class="next-up"><h2>Next story</h2><article><h3><a href="/n">Snow closes the pass for a third day</a></h3><p>Drivers were told to turn back on Tuesday.</p></article></section>`, story.Same, "", 98},
	{"consent box", last, `<div id="cmp" role="dialog"><h2>Before you continue</h2><p>We and our 812 partners use cookies. Accept all cookies?</p><button>Accept all</button></div>`, story.Same, "", 98},
	{"captcha in a form", last, `<form id="comment"><textarea></textarea><div class="g-recaptcha"></div></form>`, story.Same, "", 98},
	{"paragraphs", middle, `<p>The mayor, Anna Quist, told reporters that the work would begin in spring and take two years.</p><p>She declined to say what it would cost.</p>`, story.Changed, story.Added, 100},
	{"short paragraph", middle, `<p>Nobody was hurt.</p>`, story.Changed, story.Added, 100},
	{"subheading", middle, `<h2>What happens next</h2>`, story.Changed, story.Added, 98},
	{"quotation", middle, `<blockquote><p>We have never seen anything like it in this town, and I hope we never will again.</p></blockquote>`, story.Changed, story.Added, 98},
	{"list", middle, `<ul><li>The first road to be shut is the one along the river.</li><li>The second is the bridge at the mill.</li></ul>`, story.Changed, story.Added, 98},
	{"last paragraph", last, `<p>The mayor resigned on Friday night after a vote of no confidence in the council.</p>`, story.Changed, story.Added, 98},
	{"editor's note", last, `<div class="editors-note"><p>Editor’s note: A previous version of this story gave the wrong year for the vote.</p></div>`, story.Changed, story.Correction, 98},
	{"correction under a heading", last, `<h3>Correction</h3><p>The vote was on Tuesday, not on Monday, as this story said.</p>`, story.Changed, story.Correction, 98},
	{"note without a title", last, `<p>The vote was on Tuesday, not on Monday, as an earlier version of this story said.</p>`, story.Changed, story.Correction, 98},
}

// standIns are pages that come in a story's place with status 200.
var standIns = map[string]struct {
	page string
	want []story.Outcome
}{
	"sign in":        {`<html><head><title>Sign in to continue</title></head><body><h1>Sign in to continue</h1><form><input type=email><input type=password></form></body></html>`, []story.Outcome{story.Blocked}},
	"refused":        {`<html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1><p>This website uses a security service to protect itself.</p></body></html>`, []story.Outcome{story.Blocked}},
	"another place":  {`<html><head><title>Not available in your region</title></head><body><h1>Not available in your region</h1><p>This content is not available in your country.</p></body></html>`, []story.Outcome{story.Blocked, story.Unreadable}},
	"a new server":   {`<html><head><title>Welcome!</title></head><body><h1>Welcome!</h1><p>If you see this page, the web server is successfully installed and working. Further configuration is required.</p></body></html>`, []story.Outcome{story.Unreadable}},
	"for sale":       {`<html><head><title>post.example is for sale</title></head><body><h1>post.example is for sale</h1><p>Buy this domain today.</p></body></html>`, []story.Outcome{story.Unreadable}},
	"JSON":           {`{"error":"unavailable","code":503}`, []story.Outcome{story.Unreadable}},
	"plain text":     {`upstream connect error or disconnect before headers`, []story.Outcome{story.Unreadable}},
	"a feed":         {`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>One</title></item></channel></rss>`, []story.Outcome{story.Unreadable}},
	"an empty app":   {`<!doctype html><html><head><title>News</title></head><body><div id="root"></div><script src="/main.js"></script></body></html>`, []story.Outcome{story.Unreadable}},
	"a section":      {`<html><head><title>News</title></head><body><h1>News</h1>` + strings.Repeat(`<h2><a href="/n/1">A story of the day is here</a></h2><p>What it says in a line.</p>`, 15) + `</body></html>`, []story.Outcome{story.Unreadable, story.Gone}},
	"another tongue": {`<html lang="fi"><head><title>Pormestari erosi</title></head><body><article><h1>Pormestari erosi yön neuvottelujen jälkeen</h1><p>Pormestari erosi perjantaina illalla äänestyksen jälkeen, joka kesti kuusi tuntia ja päättyi sopuun.</p><p>Neuvosto kokoontuu uudelleen maanantaina ja valitsee uuden johtajan kaupungille ennen kesää.</p></article></body></html>`, []story.Outcome{story.Unreadable}},
	"gone":           {`<html lang="fr"><head><title>Erreur 404</title></head><body><h1>Oups ! Cette page n’existe plus</h1></body></html>`, []story.Outcome{story.Gone}},
}

// TestKindsThatThePairsDontHave puts further kinds of churn and edits into real
// pages, and puts further pages in their place.
func TestKindsThatThePairsDontHave(t *testing.T) {
	right, all := map[string]int{}, map[string]int{}
	for _, p := range realPages(t, 25) {
		page := string(readPage(t, p.path))
		old := extract.Read(extract.Page{URL: p.url, Body: []byte(page)}, nil, nil)
		where, ok := paragraphsIn(page, old.Body)
		if !ok {
			continue
		}
		judge := func(page string) change.Verdict {
			read := extract.Read(extract.Page{URL: p.url, Body: []byte(page)}, nil, nil)
			return change.Judge(&old, change.Response{URL: p.url, Status: 200}, read)
		}
		for _, c := range put {
			at := where[c.at]
			v := judge(page[:at] + c.html + page[at:])
			all[c.name]++
			right[c.name] += one(v.Outcome == c.want && (c.class == "" || slices.Contains(v.Change.Classes, c.class)))
		}
		for name, s := range standIns {
			if v := judge(s.page); !slices.Contains(s.want, v.Outcome) {
				t.Errorf("%s in the place of %s: got %s %s, want %s", name, p.url, v.Outcome, v.Reason, s.want)
			}
		}
	}
	t.Logf("%d pages", all[put[0].name])
	for _, c := range put {
		if got := percent(right[c.name], all[c.name]); got < c.floor || all[c.name] == 0 {
			t.Errorf("%s: %d of %d right, want %.0f %%", c.name, right[c.name], all[c.name], c.floor)
		}
	}
}

type realPage struct{ url, path string }

// realPages are at most n news pages of the shared pairs, each once.
func realPages(t *testing.T, n int) []realPage {
	dir := filepath.Join(shared(t), "pairs")
	var out []realPage
	seen := map[string]bool{}
	for _, p := range readPairs(t) {
		if len(out) < n && !seen[p.URL] && p.Group == "edit" && !strings.HasPrefix(p.Kind, "c_") {
			seen[p.URL] = true
			out = append(out, realPage{p.URL, filepath.Join(dir, p.Old)})
		}
	}
	return out
}

var (
	paragraphTag = regexp.MustCompile(`(?s)<p\b[^>]*>([^<]{60,})</p>`)
	space        = regexp.MustCompile(`\s+`)
)

// paragraphsIn finds where a page has its story's paragraphs: the beginning of
// the first, the end of a middle one and of the last. ok is false for a page that
// has them in another form.
func paragraphsIn(page string, body []string) (where [3]int, ok bool) {
	var found [][]int
	for _, r := range paragraphTag.FindAllStringSubmatchIndex(page, -1) {
		text := strings.TrimSpace(space.ReplaceAllString(page[r[2]:r[3]], " "))
		if slices.Contains(body, text) {
			found = append(found, r)
		}
	}
	if len(found) < 4 {
		return where, false
	}
	return [3]int{found[0][0], found[len(found)/2][1], found[len(found)-1][1]}, true
}
