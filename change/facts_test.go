package change_test

import (
	"fmt"
	"strings"
	"testing"

	"stakeout/change"
	"stakeout/story"
)

func TestFactsOfAnEditedParagraph(t *testing.T) {
	for _, c := range []struct{ lang, old, new, want string }{
		{"en", "At least 12 people died.", "At least 120 people died.", "amount 12 (12) → 120 (120) people"},
		{"en", "It cost 1.5 million pounds.", "It cost 15 million pounds.", "amount 1.5 million pounds (1.5e+06) → 15 million pounds (1.5e+07) pounds"},
		{"en", "It cost $5 million.", "It cost $5 billion.", "amount $5 million (5e+06) → $5 billion (5e+09) $"},
		{"en", "It lost 5 people.", "It lost 5 million people.", "amount 5 (5) → 5 million (5e+06) people"},
		{"en", "Prices rose 3% in May.", "Prices rose 3.4% in June.", "amount 3% (3) → 3.4% (3.4) %; date May → June"},
		{"en", "It is 5 km away.", "It is 5 miles away.", "amount 5 km (5) → 5 miles (5)"},
		{"en", "A herd of 12 large cows.", "A herd of 12 huge cows.", ""},
		{"en", "All 12 cows lived.", "All 12 young cows lived.", ""},
		{"en", "They met on 4 April 2026 in the hall.", "They met on 5 April 2026 in the hall.", "date 4 April 2026 → 5 April 2026"},
		{"en", "They met on April 4, 2026 in the hall.", "They met on Tuesday in the hall.", "date April 4, 2026 → Tuesday"},
		{"en", "It opened in 2019 to all.", "It opened in 2020 to all.", "date 2019 → 2020"},
		{"en", "They sold 2019 tons.", "They sold 2020 tons.", "amount 2019 tons (2019) → 2020 tons (2020) tons"},
		{"en", "It starts at 12:30 sharp.", "It starts at 12:45 sharp.", "date 12:30 → 12:45"},
		{"en", "Five men and two women left.", "Two women and five men left.", ""},
		{"en", "Some three thousand hosts fell.", "Some four thousand hosts fell.", "amount three thousand → four thousand hosts"},
		{"de", "Das kostet 1.500 Euro im Jahr.", "Das kostet 1.500,50 Euro im Jahr.", "amount 1.500 Euro (1500) → 1.500,50 Euro (1500.5) euro"},
		{"de", "Am 4. April war Wahl.", "Am 5. April war Wahl.", "date 4. April → 5. April"},
		{"fr", "Un capital de 36 982,92 euros.", "Un capital de 37 982,92 euros.", "amount 36 982,92 euros (36982.92) → 37 982,92 euros (37982.92) euros"},
		{"es", "El 4 de abril de 2026 se votó.", "El 5 de abril de 2026 se votó.", "date 4 de abril de 2026 → 5 de abril de 2026"},
		{"en", "The flaw, CVE-2024-1234, is old.", "The flaw, CVE-2024-12345, is old.", "cve CVE-2024-1234 → CVE-2024-12345"},
		{"en", "It calls 192.0.2.1 and evil.example.com at night.", "It calls 192.0.2[.]7 and evil[.]example[.]net at night.", "ip 192.0.2.1 → 192.0.2[.]7; domain evil.example.com → evil[.]example[.]net"},
		{"en", "It calls evil.example.com at night.", "It calls evil[.]example[.]com at night.", ""},
		{"en", "The file d41d8cd98f00b204e9800998ecf8427e is bad.", "The file e41d8cd98f00b204e9800998ecf8427e is bad.", "hash d41d8cd98f00b204e9800998ecf8427e → e41d8cd98f00b204e9800998ecf8427e"},
		{"en", "Form 5DS is due.", "Form 4BQ is due.", ""},
		{"", "Go on to it once more.", "Go in by it twice more.", ""},
		{"en", "He said so, i.e. yes.He left.", "He said so, e.g. yes. He left.", ""},
	} {
		fields := change.Fields(story.Fields{Language: c.lang, Body: []string{c.old}}, story.Fields{Language: c.lang, Body: []string{c.new}})
		if len(fields) != 1 {
			t.Errorf("%q to %q: got %d fields", c.old, c.new, len(fields))
			continue
		}
		if got := told(fields[0].Facts); got != c.want {
			t.Errorf("%q to %q:\n got %s\nwant %s", c.old, c.new, got, c.want)
		}
	}
}

func TestFactsOfOtherFields(t *testing.T) {
	before := story.Fields{Headline: "A", Credibility: "unverified", Published: "2026-04-04", Metadata: map[string]string{"Loss": "$1.2 million"}, Body: []string{"First."}}
	after := story.Fields{Headline: "A", Credibility: "confirmed", Published: "2026-04-05", Metadata: map[string]string{"Loss": "$2 million"},
		Body: []string{"First.", "On Monday 12 hosts spoke to evil.example.org, it said."}}
	want := map[string]string{
		"body":          "domain  → evil.example.org",
		"credibility":   "credibility unverified → confirmed",
		"published":     "date 2026-04-04 → 2026-04-05",
		"metadata.Loss": "amount $1.2 million (1.2e+06) → $2 million (2e+06) $",
	}
	for _, f := range change.Fields(before, after) {
		if got := told(f.Facts); got != want[f.Field] {
			t.Errorf("%s: got %s, want %s", f.Field, got, want[f.Field])
		}
	}
}

// told shows facts in a line.
func told(facts []story.TypedFact) string {
	var parts []string
	for _, f := range facts {
		value := func(v *float64) string {
			if v == nil {
				return ""
			}
			return fmt.Sprintf(" (%g)", *v)
		}
		parts = append(parts, strings.TrimRight(fmt.Sprintf("%s %s%s → %s%s %s", f.Kind, f.Old, value(f.OldValue), f.New, value(f.NewValue), f.Unit), " "))
	}
	return strings.Join(parts, "; ")
}

func FuzzFacts(f *testing.F) {
	f.Add("en", "May 4, 2026 at 12:30", "$1,500.25 million")
	f.Add("de", "1.500,- € und 3 %", "4. April 192.0.2[.]1")
	f.Add("", "36 982,92", "2026-04-04 CVE-2024-1234 a.b.example.com")
	f.Fuzz(func(t *testing.T, lang, old, new string) {
		for _, c := range change.Fields(story.Fields{Language: lang, Body: []string{old}}, story.Fields{Language: lang, Body: []string{new}}) {
			for _, fact := range c.Facts {
				if fact.Old == fact.New || !strings.Contains(c.Old, fact.Old) || !strings.Contains(c.New, fact.New) {
					t.Fatalf("%q to %q: %+v", c.Old, c.New, fact)
				}
			}
		}
	})
}
