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
		"You have 3 free articles left this month. Subscribe now":                      true,
		"You've read 2 of 5 free articles.":                                            true,
		"Support independent journalism":                                               true,
		"We rely on readers like you. Please consider a donation today.":               true,
		"Donate now": true,
		"Il vous reste 2 articles gratuits ce mois-ci.":                             true,
		"Sie haben noch 3 kostenlose Artikel in diesem Monat.":                      true,
		"Ihre Spende hilft uns, weiter zu berichten.":                               true,
		"Apoya el periodismo independiente: haz una donación.":                      true,
		"We depend on the ferry, said the baker, and it has not come for a week.":   false,
		"Aid groups will donate today's takings to the families of the dead.":       false,
		"You have to go back to 1953 for a flood as high as this one.":              false,
		"The fund was set up to support independent journalism in the region.":      false,
		"Le quedan tres meses de mandato al alcalde.":                               false,
		"Villagers were told to sign up for the rescue service's alerts by Monday.": false,
		"\"Support us with all you have,\" the mayor told the council.":             false,
		"«Soutenez notre journal», a demandé la rédactrice.":                        false,
		"The museum asks its members for a donation of ten pounds.":                 false,
		"He had become a member of the party, and told us so.":                      false,
		"": false,
	} {
		if got := story.IsAppeal(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
