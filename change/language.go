package change

import (
	"strings"

	"stakeout/story"
)

// commonWords are the words that a text in a language has most of, and one in
// another has few of.
var commonWords = map[string]map[string]bool{
	"en": wordSet(`the of and to in is that for was with by as are this you your we`),
	"de": wordSet(`der die und das ist nicht mit für auf ein den von dem wir sie oder`),
	"fr": wordSet(`le la les des et est une dans que pour vous nous sur pas du aux`),
	"es": wordSet(`el los las una que por con para del como está sus su más y`),
	"it": wordSet(`il che di per una della sono non con nel gli anche del alla dei`),
	"pt": wordSet(`os uma não que para com dos mais ao pela em da do são foi`),
	"nl": wordSet(`het een van de niet en dat met voor zijn op aan ook bij naar`),
	"ru": wordSet(`и в не на что с по как это для из от он она его`),
	"pl": wordSet(`nie się na że jest do w z przez oraz dla lub jak są`),
	"sv": wordSet(`och att det som en är inte på av för med till har den`),
	"da": wordSet(`og det at en ikke er på af for med til har den som de`),
	"tr": wordSet(`ve bir bu için ile olarak da de çok daha gibi ama olan`),
}

// Bounds of a guess.
const (
	guessedFrom = 600 // tokens
	guessedBy   = 5   // common words at least
)

// guessLanguage tells the language of a text that doesn't state it by its common
// words; "" where none stands out.
func guessLanguage(f story.Fields) string {
	count, read := map[string]int{}, 0
	for _, p := range f.Body {
		for _, t := range tokenize(p) {
			l := strings.ToLower(t)
			for lang, words := range commonWords {
				if words[l] {
					count[lang]++
				}
			}
			if read++; read > guessedFrom {
				break
			}
		}
	}
	best, most, second := "", 0, 0
	for lang, n := range count {
		switch {
		case n > most:
			best, most, second = lang, n, most
		case n > second:
			second = n
		}
	}
	if most < guessedBy || 2*most < 3*second {
		return ""
	}
	return best
}
