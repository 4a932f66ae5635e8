package change_test

import (
	"slices"
	"testing"

	"stakeout/story"
)

func TestAppealsAreNoEdits(t *testing.T) {
	for text, want := range map[string]story.Outcome{
		"Download our app to get the latest news first. Available on iOS and Android.":            story.Same,
		"Sign up for our newsletter to get the best of the week in your inbox.":                   story.Same,
		"Since you're here: support our independent journalism with a small gift.":                story.Same,
		"Abonnieren Sie jetzt unseren Newsletter und verpassen Sie nichts.":                       story.Same,
		"Inscrivez-vous à notre newsletter pour ne rien manquer.":                                 story.Same,
		"Suscríbete a nuestra newsletter y recibe cada mañana lo mejor.":                          story.Same,
		"Villagers were told to sign up for the rescue service's alerts by Monday.":               story.Changed,
		"\"Support our work,\" the brigade's chief asked the council in a letter.":                story.Changed,
		"The operator said that its app had warned of the flood an hour before it came.":          story.Changed,
		"Correction: Sign up for our newsletter was the wrong caption of the picture above.":      story.Changed,
		"Our reporter could follow the rescue from a boat that the fire brigade had lent to her.": story.Changed,
	} {
		p := flood()
		p.body = slices.Insert(slices.Clone(p.body), 3, text)
		wantOutcome(t, between(t, flood(), p), want)
		if t.Failed() {
			t.Fatalf("of %q", text)
		}
	}
}
