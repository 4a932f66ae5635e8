package story_test

import (
	"testing"

	"stakeout/story"
)

func TestIsAppeal(t *testing.T) {
	for text, want := range map[string]bool{
		"Download our app to get the latest news first. Available on iOS and Android.": true,
		"Sign up for our weekly newsletter to get the best of the week.":               true,
		"Since you're here, we have a small favour to ask.":                            true,
		"If you can, please support us with a small gift.":                             true,
		"Become a member today and help us to report from the north.":                  true,
		"Werden Sie jetzt Mitglied, und unterstützen Sie unsere Arbeit.":               true,
		"Soutenez notre journal : faites un don.":                                      true,
		"Villagers were told to sign up for the rescue service's alerts by Monday.":    false,
		"\"Support us with all you have,\" the mayor told the council.":                false,
		"«Soutenez notre journal», a demandé la rédactrice.":                           false,
		"The museum asks its members for a donation of ten pounds.":                    false,
		"He had become a member of the party, and told us so.":                         false,
		"": false,
	} {
		if got := story.IsAppeal(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
