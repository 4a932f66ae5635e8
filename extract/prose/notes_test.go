package prose

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// settings are ways in which pages set their text: %s is what stands before its
// first paragraph, after its second, and after its last.
var settings = map[string]string{
	"article":         `<article><h1>Old bridge to close for eleven months</h1>%s<p>` + one + `</p><p>` + two + `</p>%s<p>` + three + `</p><p>` + four + `</p>%s</article>`,
	"text apart":      `<main><header><h1>Old bridge to close for eleven months</h1><p class="byline">By Ann Example</p></header><div class="story-body">%s<p>` + one + `</p><p>` + two + `</p>%s<p>` + three + `</p><p>` + four + `</p>%s</div></main>`,
	"nothing named":   `<div><div><h1>Old bridge to close for eleven months</h1></div><div>%s<p>` + one + `</p><p>` + two + `</p>%s<p>` + three + `</p><p>` + four + `</p>%s</div></div>`,
	"text of divs":    `<section><h1>Old bridge to close for eleven months</h1><div class="x9"><div>%s</div><div>` + one + `</div><div>` + two + `</div>%s<div>` + three + `</div><div>` + four + `</div>%s</div></section>`,
	"beside the text": `<div class="page"><h1>Old bridge to close for eleven months</h1>%s<div class="b"><p>` + one + `</p><p>` + two + `</p>%s<p>` + three + `</p><p>` + four + `</p></div>%s</div>`,
}

const (
	atTop = iota
	amid
	atEnd
)

// checkIn puts a fragment into each setting, at one of the three places, and
// wants the story with extra there, or without where extra is "".
func checkIn(t *testing.T, place int, fragment, extra string) {
	t.Helper()
	for name, setting := range settings {
		parts := []any{"", "", ""}
		parts[place] = fragment
		want := []string{one, two, three, four}
		if extra != "" {
			want = slices.Insert(want, []int{0, 2, 4}[place], extra)
		}
		got := Find(parse(t, pageOf(fmt.Sprintf(setting, parts...))), Hints{Headline: "Old bridge to close for eleven months"})
		if !slices.Equal(got.Paragraphs, want) {
			t.Errorf("%s: got\n  %s\nwant\n  %s", name, strings.Join(got.Paragraphs, "\n  "), strings.Join(want, "\n  "))
		}
	}
}

// TestNotesAreStory: what editors tell the readers about a story is the story's,
// whatever it is set in.
func TestNotesAreStory(t *testing.T) {
	for _, c := range []struct {
		name     string
		place    int
		fragment string
		want     string
	}{
		{"footer of the article", atEnd, `<footer class="article-footer"><p>• This article was amended on 3 May 2024 to correct the name of the bridge.</p></footer>`, "• This article was amended on 3 May 2024 to correct the name of the bridge."},
		{"footer without names", atEnd, `<footer><small>* An earlier version of this article gave a wrong year.</small></footer>`, "* An earlier version of this article gave a wrong year."},
		{"box of an update", atTop, `<div class="update"><p><strong>Update, 5 May:</strong> The mayor has since resigned.</p></div>`, "Update, 5 May: The mayor has since resigned."},
		{"dated correction", atTop, `<p><strong>CORRECTION</strong> (March 4): The vote was on Tuesday.</p>`, "CORRECTION (March 4): The vote was on Tuesday."},
		{"retraction", atTop, `<p><em>Retraction: This article has been retracted because its source could not be verified.</em></p>`, "Retraction: This article has been retracted because its source could not be verified."},
		{"aside", atEnd, `<aside><p>Editor’s note: The bridge’s year was wrong in an earlier version.</p></aside>`, "Editor’s note: The bridge’s year was wrong in an earlier version."},
		{"between rules, in brackets", atEnd, `<hr><p><i>[Clarification: the town pays half of the sum, not all of it.]</i></p>`, "[Clarification: the town pays half of the sum, not all of it.]"},
		{"of an appeal", amid, `<p>Correction: Sign up for our newsletter was the wrong caption of the picture above.</p>`, "Correction: Sign up for our newsletter was the wrong caption of the picture above."},
		{"German", atEnd, `<footer><p>Anmerkung der Redaktion: Wir haben den Namen der Brücke berichtigt.</p></footer>`, "Anmerkung der Redaktion: Wir haben den Namen der Brücke berichtigt."},
		{"German, of a version", atEnd, `<div class="meta"><p>Korrektur vom 3. Mai: In einer früheren Version stand ein falsches Jahr.</p></div>`, "Korrektur vom 3. Mai: In einer früheren Version stand ein falsches Jahr."},
		{"French", atEnd, `<footer class="bas"><p>Rectificatif du 3 mai : le nom du pont était erroné.</p></footer>`, "Rectificatif du 3 mai : le nom du pont était erroné."},
		{"Spanish", atTop, `<div class="aviso"><p>Actualización (3 de mayo): el alcalde ha dimitido.</p></div>`, "Actualización (3 de mayo): el alcalde ha dimitido."},
	} {
		t.Run(c.name, func(t *testing.T) { checkIn(t, c.place, c.fragment, c.want) })
	}
}

// TestAppealsAreNoStory: what a site asks its readers for, and what it counts,
// is none of the story.
func TestAppealsAreNoStory(t *testing.T) {
	for _, c := range []struct {
		name     string
		place    int
		fragment string
	}{
		{"donation named so", atEnd, `<div class="support-us"><p>Since you're here, we have a small favour to ask. Millions of readers rely on us for free news. Support us from as little as $1.</p><a href="/support">Support us</a></div>`},
		{"donation by its words", atEnd, `<div class="z1"><p>If you can, please support us with a small gift. It takes a minute and keeps our newsroom free for all.</p></div>`},
		{"donation in a box of any name", amid, `<div class="q7"><h3>Support independent journalism</h3><p>We rely on readers like you. If everyone who reads us gave two dollars, we could go on for years. Please consider a donation today.</p><a href="/donate">Donate</a></div>`},
		{"articles left", atTop, `<div class="m">You have 3 free articles left this month. <a href="/subscribe">Subscribe now</a></div>`},
		{"membership", amid, `<p><em>Become a member today and help us to report from the harbour towns of the north.</em></p>`},
		{"newsletter line named so", amid, `<p class="promo"><em>Sign up for our newsletter to get the best of the week in your inbox.</em></p>`},
		{"newsletter line by its words", amid, `<p><em>Sign up for our weekly newsletter to get the best of the week in your inbox.</em></p>`},
		{"app", amid, `<div class="app-promo"><p>Download our app to get the latest news first. Available on iOS and Android.</p></div>`},
		{"German newsletter", amid, `<p><b>Abonnieren Sie jetzt unseren Newsletter und verpassen Sie nichts mehr aus der Stadt.</b></p>`},
		{"French gift", atEnd, `<p>Soutenez notre journal : faites un don, à partir de un euro par mois.</p>`},
		{"readers now", atTop, `<p class="live-count">247 people are reading this story now</p>`},
		{"readers now, German", atTop, `<div>132 Leser lesen gerade diesen Artikel</div>`},
		{"counts", atEnd, `<p class="stats">Views: 5123 | Comments: 12</p>`},
		{"counts without names", atEnd, `<p>1.204 Aufrufe · 3 Kommentare</p>`},
		{"where a blog filed it", atEnd, `<p>This entry was posted on Tuesday, May 5th, 2026 at 10:30 and is filed under <a href="/c">Harbour</a>.</p>`},
		{"German colophon", atEnd, `<p>Dieser Eintrag wurde am 5. Mai 2026 von em in Hafen veröffentlicht.</p><p>Kommentare geschlossen</p>`},
		{"age", atTop, `<div class="old-article"><p>This article is more than 3 years old</p></div>`},
	} {
		t.Run(c.name, func(t *testing.T) { checkIn(t, c.place, c.fragment, "") })
	}
}

// TestLikeAppealsIsStory: the same words in what a story tells are its own.
func TestLikeAppealsIsStory(t *testing.T) {
	for _, s := range []string{
		`“Support us,” the mayor told the council, “or the bridge will be closed for good.”`,
		"Villagers were told to sign up for the rescue service's alerts by Monday.",
		"Some 247 people are reading the plan in the town hall, where it lies until the end of May.",
		"The museum asks its members for a donation of ten pounds, its director said on Friday.",
		"You have to go back to 1953 for a flood as high as this one, its keeper says.",
		"The comments 12 of them had left were read aloud before the vote on Tuesday night.",
		"Update of the bridge's steel will take a year, and nobody knows what it is going to cost.",
	} {
		t.Run(s, func(t *testing.T) { checkIn(t, amid, "<p>"+s+"</p>", s) })
	}
}

// TestCommentsInsideTheText: readers' comments are no story where they stand in
// the container of its text.
func TestCommentsInsideTheText(t *testing.T) {
	const said, too = "I never liked that bridge, and I have lived beside it for forty years, so I should know.", "Well said. The council never listens to the people who live in the harbour at all."
	for _, c := range []struct{ name, fragment string }{
		{"named", `<div class="comments"><div class="comment"><b>jim77</b><p>` + said + `</p></div><div class="comment"><b>ann</b><p>` + too + `</p></div></div>`},
		{"under a heading", `<h3>Comments (2)</h3><div><b>jim77</b><p>` + said + `</p></div><div><b>ann</b><p>` + too + `</p></div>`},
		{"a list under a heading", `<h2>2 Kommentare</h2><ol><li><b>jim77</b> 3. Mai 2026<p>` + said + `</p></li><li><b>ann</b> 4. Mai 2026<p>` + too + `</p></li></ol>`},
		{"a box with a label", `<div><p><strong>Reader comments</strong></p><p>jim77</p><p>` + said + `</p><p>ann</p><p>` + too + `</p></div>`},
		{"with answers", `<ul><li><span>jim77</span><p>` + said + `</p><a href="#r1">Reply</a></li><li><span>ann</span><p>` + too + `</p><a href="#r2">Reply</a></li></ul>`},
		{"French", `<section><h4>Commentaires</h4><article><header>jim77</header><p>` + said + `</p><a href="#r">Répondre</a></article><article><header>ann</header><p>` + too + `</p><a href="#r">Répondre</a></article></section>`},
	} {
		t.Run(c.name, func(t *testing.T) { checkIn(t, atEnd, c.fragment, "") })
	}
}
