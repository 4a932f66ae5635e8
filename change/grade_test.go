package change_test

import (
	"slices"
	"testing"

	"stakeout/change"
	"stakeout/story"
)

func TestClassOfAnEditedParagraph(t *testing.T) {
	const en, de, fr = "en", "de", "fr"
	for _, c := range []struct {
		lang, old, new string
		want           story.Class
	}{
		{en, "At least 12 people died in the flood.", "At least 120 people died in the flood.", story.Fact},
		{en, "It cost 1.5 million pounds.", "It cost 15 million pounds.", story.Fact},
		{en, "It cost five million pounds.", "It cost five billion pounds.", story.Fact},
		{en, "The vote is on Tuesday in the hall.", "The vote is on Thursday in the hall.", story.Fact},
		{en, "The jury found the man guilty of fraud.", "The jury found the man not guilty of fraud.", story.Fact},
		{en, "The strike was legal, the court said.", "The strike was illegal, the court said.", story.Fact},
		{en, "She did say so in court.", "She didn't say so in court.", story.Fact},
		{en, "The plan was drawn up by Jane Okafor last year.", "The plan was drawn up by Jane Delgado last year.", story.Fact},
		{en, "They met in Lagos over two days.", "They met in Nairobi over two days.", story.Fact},
		{en, `"We will never agree," the minister said.`, `"We will soon agree," the minister said.`, story.Fact},
		{en, "The minister said 'we have a deal' on the steps.", "The minister said 'we have a plan' on the steps.", story.Fact},
		{en, "The workers' hall was a large building.", "The workers' hall was a huge building.", story.Wording},
		{en, "The firm quickly denied it had known.", "The firm swiftly denied it had known.", story.Wording},
		{en, "He went to the house on the hill.", "He walked up to the house on the hill.", story.Wording},
		{en, "The goverment said so.", "The government said so.", story.Typo},
		{en, "They recieved the money.", "They received the money.", story.Typo},
		{en, "The jury called him guilty.", "The jury called him guilty?", story.Typo},
		{en, "The committee met, and voted.", "The committee met and voted.", story.Typo},
		{en, "The president spoke.", "The President spoke.", story.Typo},
		{en, "Its a long way.", "It's a long way.", story.Typo},
		{en, "He sat down once more.", "He sat down again.", story.Wording},
		{de, "Das kostet sechs Millionen Euro.", "Das kostet sechs Milliarden Euro.", story.Fact},
		{de, "Das Gesetz gilt nicht für alle.", "Das Gesetz gilt für alle.", story.Fact},
		{de, "In Hamburg wurde demonstriert, sagte Müller am Abend.", "In Hamburg wurde demonstriert, sagte Weber am Abend.", story.Fact},
		{de, "Die Regierung will das schnell ändern.", "Die Regierung will das rasch ändern.", story.Wording},
		{fr, "Le texte a été adopté mardi soir.", "Le texte a été adopté jeudi soir.", story.Fact},
		{fr, "Il a dit « nous partirons » au juge.", "Il a dit « nous resterons » au juge.", story.Fact},
		{"ja", "首相は東京都で会見した。", "首相は大阪府で会見した。", story.Wording},
		{"ja", "石破氏は会見で述べた。", "田中氏は会見で述べた。", story.Fact},
	} {
		fields := change.Fields(story.Fields{Language: c.lang, Body: []string{c.old}}, story.Fields{Language: c.lang, Body: []string{c.new}})
		if len(fields) != 1 || fields[0].Class != c.want {
			t.Errorf("%q to %q: want %s, got%s", c.old, c.new, c.want, brief(fields))
		}
	}
}

func TestClassOfAHeadline(t *testing.T) {
	body := []string{"The club said on Monday that Jane Okafor would leave.", "Its fans had asked for a new manager for months."}
	for _, c := range []struct {
		old, new string
		want     story.Class
	}{
		{"Club Says Manager Will Leave After Poor Season", "Club Says Coach Will Leave After Poor Season", story.Wording},
		{"Club Says Okafor Will Leave After Poor Season", "Club Says Manager Will Leave After Poor Season", story.Fact},
		{"Club says its manager will leave", "Club says Delgado will leave", story.Fact},
		{"Club says its manger will leave", "Club says its manager will leave", story.Typo},
		{"Three hurt in club fire", "Four hurt in club fire", story.Fact},
	} {
		fields := change.Fields(story.Fields{Headline: c.old, Body: body, Language: "en"}, story.Fields{Headline: c.new, Body: body, Language: "en"})
		if len(fields) != 1 || fields[0].Field != "headline" || fields[0].Class != c.want {
			t.Errorf("%q to %q: want %s, got%s", c.old, c.new, c.want, brief(fields))
		}
	}
}

// A word that the story has elsewhere too is no slip of the pen.
func TestTwoWordsOfTheStoryAreNoTypo(t *testing.T) {
	elsewhere := "It was a form that came from the office."
	before := story.Fields{Language: "en", Body: []string{elsewhere, "He took it form the shelf, one form of many."}}
	after := story.Fields{Language: "en", Body: []string{elsewhere, "He took it from the shelf, one form of many."}}
	if fields := change.Fields(before, after); len(fields) != 1 || fields[0].Class != story.Wording {
		t.Errorf("want wording, got%s", brief(fields))
	}
}

func TestNotesAreCorrections(t *testing.T) {
	body := []string{"One paragraph of the story as it stood.", "Another paragraph that says more about it."}
	for text, want := range map[string]bool{
		"Correction: an earlier version misspelled the name.":                                            true,
		"CORRECTION (April 4): The vote was on Tuesday.":                                                 true,
		"UPDATE 14:05: Police now say two men have been charged.":                                        true,
		"Updated at 5pm with a statement by the ministry.":                                               true,
		"Clarification: This story has been updated to make clear that it has not begun.":                true,
		"Editor’s note: this story was first published in March.":                                        true,
		"• This article was amended on 4 April 2026 because the sum was wrong.":                          true,
		"This story has been corrected to say that the firm did not agree.":                              true,
		"A correction was made on April 4, 2026: the year was wrong.":                                    true,
		"An earlier version of this article gave the wrong date.":                                        true,
		"(Corrects name in paragraph 3)":                                                                 true,
		"*This article originally stated that the bridge was closed.":                                    true,
		"Berichtigung: In einer früheren Fassung stand ein falscher Name.":                               true,
		"Anmerkung der Redaktion: Der Text wurde ergänzt.":                                               true,
		"Dieser Artikel wurde am 4. April aktualisiert.":                                                 true,
		"Rectificatif : la date du vote était erronée.":                                                  true,
		"Mise à jour le 4 avril à 14h : ajout de la réaction du ministre.":                               true,
		"Corrección: una versión anterior daba otro nombre.":                                             true,
		"Fe de errores: el acuerdo se firmó en 2021.":                                                    true,
		"Rettifica: il nome corretto è un altro.":                                                        true,
		"The vote was on Tuesday, not on Monday, as an earlier version of this story said.":              true,
		"Das Amt heißt anders, als es in einer früheren Fassung dieses Artikels stand.":                  true,
		"Le vote a eu lieu mardi, et non lundi comme l’indiquait une version antérieure de cet article.": true,
		"An engineer found an earlier version of the bridge under the sand.":                             false,
		"Correção: o valor era outro.":                                                                   true,
		"Исправление: в предыдущей версии была неверная дата.":                                           true,
		"【訂正】当初の記事の日付に誤りがありました。":                                                                         true,
		"Corrections officers at the prison walked out on Monday.":                                       false,
		"Updates to the plan are expected in the spring, officials said.":                                false,
		"This story has been told in the valley for three hundred years.":                                false,
		"The report was welcomed by both sides of the house.":                                            false,
		"The correction of the river's course took twenty years.":                                        false,
		"Update your phone before you travel, the guide says.":                                           false,
		"For the record producer it was a late success.":                                                 false,
		"Die Aktualisierung des Plans dauerte zwei Jahre und kostete mehr als angenommen.":               false,
	} {
		fields := change.Fields(story.Fields{Body: body}, story.Fields{Body: append(slices.Clone(body), text)})
		class := story.Added
		if want {
			class = story.Correction
		}
		if len(fields) != 1 || fields[0].Class != class {
			t.Errorf("%q: want %s, got%s", text, class, brief(fields))
		}
	}
}

func TestParagraphsThatCameWentAndMoved(t *testing.T) {
	a, b, c, d := "The first paragraph tells of a fire.", "Nobody was hurt in it, the brigade said.", "The house had stood empty since spring.", "An inquiry is to begin on Monday."
	at := func(n int) *int { return &n }
	for _, x := range []struct {
		name     string
		old, new []string
		want     []story.FieldChange
	}{
		{"added", []string{a, c}, []string{a, b, c}, []story.FieldChange{{Class: story.Added, At: at(1), New: b}}},
		{"deleted", []string{a, b, c}, []string{a, c}, []story.FieldChange{{Class: story.Deleted, At: at(1), Old: b}}},
		{"moved to the end", []string{a, b, c, d}, []string{b, c, d, a}, []story.FieldChange{{Class: story.Reordered, At: at(3), Was: at(0), Old: a, New: a}}},
		{"deleted and added elsewhere", []string{a, b, c}, []string{b, c, d}, []story.FieldChange{{Class: story.Added, At: at(2), New: d}, {Class: story.Deleted, At: at(0), Old: a}}},
		{"the same twice, once gone", []string{a, a, b}, []string{a, b}, []story.FieldChange{{Class: story.Deleted, At: at(1), Old: a}}},
	} {
		got := change.Fields(story.Fields{Body: x.old}, story.Fields{Body: x.new})
		ok := len(got) == len(x.want)
		for i := 0; ok && i < len(got); i++ {
			g, w := got[i], x.want[i]
			ok = g.Class == w.Class && *g.At == *w.At && g.Old == w.Old && g.New == w.New && (g.Was == nil) == (w.Was == nil) && (g.Was == nil || *g.Was == *w.Was)
		}
		if !ok {
			t.Errorf("%s: got%s", x.name, brief(got))
		}
	}
}
