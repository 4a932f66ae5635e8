package export

import (
	"strings"
	"unicode"
)

// admiralty is the scale of information credibility, 1 to 6, by the words that
// pages use for it. 6, "truth cannot be judged", is what unverified means.
var admiralty = map[string]int{
	"confirmed": 1, "verified": 1, "true": 1,
	"likely": 2, "probable": 2, "probably": 2, "corroborated": 2, "credible": 2,
	"possible": 3, "possibly": 3, "plausible": 3, "developing": 3,
	"doubtful": 4, "disputed": 4, "questionable": 4, "contested": 4,
	"unlikely": 5, "improbable": 5, "debunked": 5, "false": 5, "refuted": 5, "retracted": 5,
	"unverified": 6, "unconfirmed": 6, "unknown": 6, "unrated": 6, "rumour": 6, "rumor": 6,
}

// confidence is STIX 2.1's confidence for each grade but 6 (its appendix A,
// Admiralty Credibility).
var confidence = map[int]int{1: 90, 2: 70, 3: 50, 4: 30, 5: 10}

// grade is a credibility on the Admiralty scale, 0 where its words say nothing of
// the kind. A code such as "B2" says it itself; "not confirmed" is doubt.
func grade(credibility string) int {
	words := strings.FieldsFunc(strings.ToLower(credibility), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 1 {
		if w := words[0]; len(w) == 2 && w[0] >= 'a' && w[0] <= 'f' && w[1] >= '1' && w[1] <= '6' {
			return int(w[1] - '0')
		}
	}
	found := 0
	for i, w := range words {
		g := admiralty[w]
		if i > 0 && words[i-1] == "not" && g > 0 && g < 4 {
			g = 6
		}
		found = max(found, g)
	}
	return found
}
