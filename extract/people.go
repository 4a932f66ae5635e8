package extract

import (
	"regexp"
	"strings"
	"unicode"

	"stakeout/story"
)

var (
	byWord   = regexp.MustCompile(`(?i)^(?:(?:geschrieben |verfasst |veröffentlicht |erstellt |gepostet |eingestellt |publiziert |gesendet |posted |created |submitted |by |published |written |reported |story |words |text |artikel |article |report |escrito |publicado |publié |écrit |scritto |skrevet |tekst |redactie |een artikel |(?:ein |eine )?(?:artikel |beitrag |kommentar |gastkommentar |gastbeitrag |kolumne |analyse |bericht |essay |reportage |glosse )|gepost |interview |opinion |analysis |comment |commentary |column |review )?(?:by|von|vom|par|por|di|da|door|af|av|przez|od|yazan|pisze)|text|texte|texto|testo|tekst|foto och text|authors?|author name|autor(?:e|en|es|in|ía|a)?|auteurs?|autrice|redakteur(?:in)?|verfasser(?:in)?|reporter|writer|journalist|interview|редактор|автор[ы]?|yazar|muhabir|haber|toimittaja|skribent|作者|作者名|文|文字|记者|記者|編集|编辑|編輯|责编|責編|责任编辑|取材|執筆|報導|綜合報導|글)(?:\s*[:：|]\s*|\s+)`)
	partsSep = regexp.MustCompile(`(?i)\s*[,;|•·、，；]\s*|\s+(?:and|und|et|y|e|en|og|och|ja|sowie|with|mit|avec|con|i|и|та|ve|e)\s+|\s*[&+]\s*|\s*\n\s*|\s+[/–—-]\s+`)
	mail     = regexp.MustCompile(`\S+@\S+|\bhttps?://\S+|\bwww\.\S+|(?:^|\s)@\w+`)
	parens   = regexp.MustCompile(`\s*[(\[（【][^)\]）】]*(?:[)\]）】]|$)\s*`)
	inParens = regexp.MustCompile(`^[(（\[【]([^)）\]】]*)[)）\]】]?$`)
	// "Eva Muster/SP-X" and "Eva Muster, in News, Business"
	agencyTail = regexp.MustCompile(`^(\S+\s[^/]+?)\s?/\s?(?:[\p{Lu}\d-]{2,}|dpa|epd)$`)
	inSection  = regexp.MustCompile(`,\s+in\s.*$`)
	slash      = regexp.MustCompile(`^(\S+\s\S+(?:\s\S+)?)\s?/\s?(\S+\s\S+(?:\s\S+)?)$`)
	role       = regexp.MustCompile(`(?i)\b(?:reporters?|correspondent|editors?|editor-in-chief|staff writer|senior writer|columnist|contributor|producer|journalist|journaliste|freelance\w*|redakteur(?:in)?|chefredakteur(?:in)?|korrespondent(?:in)?|volontär(?:in)?|reporterin|autor(?:in)?|author|director|photographer|fotograf(?:in)?|journalistin|redactor\w*|redattore|giornalista|periodista|envoyé\w*|correspondant\w*|stagiaire|director|managing|deputy|chief|analyst|bureau|desk|professor|ceo|founder|gastautor\w*|gastbeitrag|last updated|updated|published|aktualisiert|uhr|min read|minutes?|lesezeit|comments?|kommentare?|share|follow|folgen|view all|mehr|posts by|all posts|articles|alle artikel|profil|profile|biograph\w+|twitter|facebook|instagram|linkedin|e-?mail|exklusiv\w*|bild|foto|photo|quelle|source|getty|images)\b|기자$|記者$|记者$`)
	months1    = regexp.MustCompile(`(?i)\b(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|today|heute|gestern|yesterday|ago|vor)[a-zäé]*\.?\s+\d|\d[.:]\d|\d{4}`)
)

// rolePrefix is a role set before a name: "Blatt-Reporterin Eva Muster".
var rolePrefix = regexp.MustCompile(`^(?i:(?:[\p{L}\d]+-)*(?:reporter|redakteur|experte|expert|autor|korrespondent|journalist|gastautor|chefredakteur|mitarbeiter|volontär|kolumnist)(?:in)?|staff writer|dpa-korrespondent(?:in)?)\s+(\p{Lu})`)

// onlyBy is what is left of a byline whose name stands elsewhere.
var onlyBy = regexp.MustCompile(`^(?i:by|von|vom|par|por|di|da|door|af|av|przez|od|text|author|autor(?:in|en)?|auteur|written by)$`)

// degree is what stands after a name for what its bearer has studied.
var degree = regexp.MustCompile(`(?:^|[, ]+)(?:MA|MD|PhD|M\.D\.?|Ph\.D\.?|MBA|MSc|BSc|MPH|RN|JD|DDS)$`)

// suffix is a part of a name that a comma sets off.
var suffix = regexp.MustCompile(`,\s+(Jr|Sr|II|III)\b`)

// nicknamed is a name with another in brackets within it: "Richard (R.J.) Muster".
var nicknamed = regexp.MustCompile(`^\p{Lu}[\p{L}'’-]+ \(\p{Lu}[\p{L}.]{0,14}\) \p{Lu}[\p{L}'’-]+$`)

// account is a name of an account, not of a person.
var account = regexp.MustCompile(`^[a-z0-9]+(?:[._][a-z0-9]+)*[._][a-z0-9]{4,}$|^[0-9a-f-]{16,}$`)

// people parts a byline into its people: without "By", mail addresses and roles.
func people(byline string) []string {
	s := story.Plain(byline)
	s = mail.ReplaceAllString(s, " ")
	if g := inParens.FindStringSubmatch(s); g != nil {
		s = g[1]
	}
	if name := byWord.ReplaceAllString(strings.TrimSpace(s), ""); nicknamed.MatchString(name) {
		return []string{name}
	}
	s = parens.ReplaceAllString(s, ", ")
	s = byWord.ReplaceAllString(strings.TrimSpace(s), "")
	s = suffix.ReplaceAllString(s, " $1")
	s = agencyTail.ReplaceAllString(inSection.ReplaceAllString(s, ""), "$1")
	if g := slash.FindStringSubmatch(s); g != nil {
		s = g[1] + ", " + g[2]
	}
	var out []string
	for _, p := range partsSep.Split(s, -1) {
		if p = cleanName(p); p != "" {
			out = append(out, p)
		}
	}
	return distinct(out)
}

// cleanName is one name without what stands around it; "" where it is none: a
// role, a date, a number, a sentence.
func cleanName(s string) string {
	s = byWord.ReplaceAllString(strings.TrimSpace(s), "")
	s = strings.TrimSpace(strings.Trim(s, " .,;:-–—|*\"'«»<>#/[]()"))
	s = degree.ReplaceAllString(s, "")
	for _, suffix := range []string{" 기자", "기자", " 記者", "記者", " 记者"} {
		s = strings.TrimSuffix(s, suffix)
	}
	s = rolePrefix.ReplaceAllString(s, "$1")
	if s == "" || onlyBy.MatchString(s) || account.MatchString(s) || len(s) > 80 || strings.Contains(s, "://") || strings.ContainsAny(s, "@?!=%{}") {
		return ""
	}
	if months1.MatchString(s) || len(strings.Fields(s)) > 6 {
		return ""
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters < 2 || letters*2 < len([]rune(s)) || isRole(s) {
		return ""
	}
	return s
}

// isRole reports whether a part of a byline says what someone is, not who.
func isRole(s string) bool {
	if !role.MatchString(s) {
		return false
	}
	rest := role.ReplaceAllString(s, "")
	return len(strings.Fields(rest)) < 2 || strings.ToLower(s) == s || strings.ContainsAny(s, ":")
}

// particle are the small words that names begin with.
var particle = map[string]bool{"von": true, "van": true, "de": true, "da": true, "di": true, "del": true, "della": true, "du": true, "la": true, "le": true, "zu": true, "ten": true, "ter": true, "bin": true, "al": true, "el": true, "dos": true, "der": true, "den": true, "af": true}

// likeName reports whether a text looks like a person's or a desk's name: a few
// words, the first of them capital where the script has capitals.
func likeName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 5 || strings.HasSuffix(s, ".") && len(words) > 2 {
		return false
	}
	if first := []rune(words[0])[0]; unicode.IsLower(first) && len(words) > 1 && !particle[words[0]] {
		return false
	}
	capitals := 0
	for _, w := range words {
		r := []rune(w)[0]
		if unicode.IsUpper(r) || unicode.Is(unicode.Lo, r) {
			capitals++
		}
	}
	return capitals*2 >= len(words) || len(words) == 1
}
