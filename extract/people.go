package extract

import (
	"regexp"
	"strings"
	"unicode"

	"stakeout/story"
)

var (
	byWord = regexp.MustCompile(`(?i)^(?:by|von|par|por|di|da|door|av|af|przez|написал[аи]?|автор[ы]?|authors?|autor(?:e|en|es|in|a)?|auteurs?|written by|text|texte|texto|testo|reported by|story by|words by|作者|文|记者|記者|取材|撮影|執筆|szerző|tarafından)\s*[:：|]?\s+|^(?:authors?|autor(?:e|en|es|in|a)?|auteurs?|text|作者|文|记者|記者|執筆|by|von)\s*[:：]\s*`)
	parts  = regexp.MustCompile(`(?i)\s*[,;|•·/、，；]\s*|\s+(?:and|und|et|y|e|en|og|och|ja|&|with|mit|avec|con|i|и|та|ve)\s+|\s+\+\s+|\s*\n\s*`)
	mail   = regexp.MustCompile(`\S+@\S+|\bhttps?://\S+|(?:^|\s)@\w+`)
	parens = regexp.MustCompile(`\s*[(\[（【][^)\]）】]*[)\]）】]\s*`)
)

// people parts a byline into its people: without "By", mail addresses, roles.
func people(byline string) []string {
	s := story.Plain(byline)
	s = mail.ReplaceAllString(s, " ")
	s = parens.ReplaceAllString(s, " ")
	s = byWord.ReplaceAllString(strings.TrimSpace(s), "")
	var out []string
	for _, p := range parts.Split(s, -1) {
		if p = cleanName(p); p != "" {
			out = append(out, p)
		}
	}
	return distinct(out)
}

// cleanName is one name without what stands around it; "" where it is none.
func cleanName(s string) string {
	s = byWord.ReplaceAllString(strings.TrimSpace(s), "")
	s = strings.Trim(s, " .,;:-–—|*\"'«»")
	if s == "" || len(s) > 80 || strings.Contains(s, "://") || strings.Contains(s, "@") {
		return ""
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.IsDigit(r) && !strings.Contains(s, " ") && letters == 0 {
			return ""
		}
	}
	if letters < 2 || len(strings.Fields(s)) > 6 {
		return ""
	}
	return s
}
