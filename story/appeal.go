package story

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// longestAppeal is the length in characters up to which a paragraph may be an
// appeal: longer ones say more than that.
const longestAppeal = 240

// appeals are sentences by which a site asks its readers for something of its
// own: a newsletter, an app, a channel, a gift. Each begins a sentence, speaks to
// the reader and names the thing as "our".
var appeals = regexp.MustCompile(`(?i)(?:^|[.!?:,] )(?:please )?(?:` + strings.Join([]string{
	`(?:sign up|subscribe|register)(?: now| here| today)? (?:for|to) (?:\S+ ){0,2}?our (?:\S+ ){0,3}?(?:newsletters?|channel|podcast|alerts?|briefing|mailing list|app)\b`,
	`(?:download|get|install|try) our (?:\S+ ){0,2}?app\b`,
	`(?:follow|join|like) us on \S+`,
	`(?:follow|join|subscribe to) our (?:\S+ ){0,2}?(?:channel|podcast|community|newsletter)\b`,
	`(?:support|fund|help fund) our (?:\S+ ){0,2}?(?:journalism|work|reporting|newsroom)\b`,
	`(?:support|help) us (?:\S+ ){0,3}?(?:with|from|by|today|now)\b`,
	`we have a (?:small )?favou?r to ask\b`,
	`(?:support|help fund|fund) (?:independent|local|quality|fearless|investigative|honest|reader-funded|public[- ]interest|nonprofit|non-profit) (?:\S+ )?(?:journalism|news|reporting|media)\b`,
	`consider (?:making )?(?:an? )?(?:\S+ )?(?:donation|donating|contribution|contributing|supporting (?:us|our)|subscribing|becoming an? (?:member|subscriber|supporter))\b`,
	`make an? (?:\S+ )?(?:donation|gift|contribution) (?:now|today|here)\b`,
	`(?:donate|contribute|subscribe) (?:now|today|here)(?:$|[.!]| (?:to|and|for)\b)`,
	`we (?:rely|depend) on (?:\S+ )?(?:readers|you|your)\b`,
	`our (?:journalism|reporting|newsroom) (?:is|needs|depends|relies|runs) (?:\S+ ){0,4}?(?:you|your|readers|reader-funded)\b`,
	`you(?:'ve| have) (?:\S+ ){0,5}?free (?:articles?|stories|story|reads?)\b`,
	`(?:this is )?your (?:last|first|next|\d\S*) free (?:article|story)\b`,
	`(?:sie haben|du hast) (?:\S+ ){0,4}?(?:kostenlose|freie|gratis)\S* artikel\b`,
	`noch \d+ (?:kostenlose|freie|gratis)\S* artikel\b`,
	`(?:il vous reste|vous avez lu) (?:\S+ ){0,4}?articles? gratuits?\b`,
	`(?:te|le) quedan? (?:\S+ ){0,3}?artículos? (?:gratis|gratuitos?)\b`,
	`(?:ti|le) rest(?:a|ano) (?:\S+ ){0,3}?articol[io] gratuit[io]\b`,
	`(?:jetzt|bitte) (?:spenden|abonnieren)(?:$|[.!]| (?:und|auf|für|unter)\b)`,
	`ihre spende (?:hilft|sichert|ermöglicht|unterstützt)\b`,
	`(?:unterstützen sie|unterstütze|soutenez|apoya|apoye|sostieni|apoie|steun) (?:\S+ ){0,2}?(?:unabhängige\S* journalismus|freie\S* journalismus|journalisme indépendant|presse (?:libre|indépendante)|periodismo (?:independiente|libre)|(?:giornalismo|informazione) (?:indipendente|libera)|jornalismo (?:independente|livre)|onafhankelijke journalistiek)`,
	`(?:faites un don|haz (?:una|tu) donación|fai una donazione|faça (?:já )?uma doação|doneer nu|dona ahora|dona ora)\b`,
	`become an? (?:\S+ )?(?:member|supporter|subscriber|patron) (?:today|now|and|for|to|from)\b.*\b(?:us|our)\b`,
	`(?:abonnieren sie|abonniere|laden sie|lade|hol(?:en sie)? (?:dir|sich)|bestellen sie|melden sie sich|melde dich|unterstützen sie|unterstütze|folgen sie|folge) (?:\S+ ){0,4}?(?:unser\S*|uns) (?:\S+ ){0,3}?(?:newsletter\S*|app|kanal|podcast|journalismus|arbeit|auf|mit)\b`,
	`werden sie (?:jetzt )?(?:mitglied|unterstützer\S*|fördermitglied)\b.*\b(?:uns|unser\S*)\b`,
	`(?:abonnez-vous|inscrivez-vous|téléchargez|rejoignez|suivez|soutenez)(?:-nous)? (?:\S+ ){0,2}?(?:notre|nos|nous)?\s?(?:\S+ ){0,2}?(?:newsletters?|lettres? d'information|application|appli|chaîne|podcast|journalisme|journal|rédaction|travail)\b`,
	`(?:suscríbete|suscríbase|apúntate|descarga|descargue|únete|síguenos|apoya) (?:\S+ ){0,2}?(?:nuestr[oa]s? )?(?:\S+ ){0,2}?(?:newsletter|boletín|aplicación|app|canal|pódcast|podcast|periodismo)\b`,
	`(?:iscriviti|iscrivetevi|scarica|seguici|sostieni) (?:\S+ ){0,2}?(?:nostr[oa] )?(?:\S+ ){0,2}?(?:newsletter|app|canale|podcast|giornalismo)\b`,
	`(?:inscreva-se|assine|baixe|siga|apoie) (?:\S+ ){0,2}?(?:noss[oa] )?(?:\S+ ){0,2}?(?:newsletter|aplicativo|app|canal|podcast|jornalismo)\b`,
	`(?:meld je aan|schrijf je in|download|volg|steun) (?:\S+ ){0,2}?onze (?:\S+ ){0,2}?(?:nieuwsbrief|app|kanaal|podcast|journalistiek)\b`,
}, "|") + `)`)

// IsAppeal reports whether a paragraph in normal form only asks its readers for something: to
// take the newsletter, the app, a channel, or to give. What somebody is quoted
// with is none, nor is a long paragraph.
func IsAppeal(paragraph string) bool {
	if len(paragraph) > 4*longestAppeal || utf8.RuneCountInString(paragraph) > longestAppeal || strings.ContainsAny(paragraph, "\"“”„«»") {
		return false
	}
	return asks(paragraph) && appeals.MatchString(paragraph)
}

// asking are the words that an appeal begins with: a paragraph that begins no
// sentence with one of them needs no closer look.
var asking = wordSet(`please sign subscribe register download get install try follow join like support fund help we become
	abonnieren abonniere laden lade hol holen bestellen melden melde unterstützen unterstütze folgen folge werden
	abonnez-vous inscrivez-vous téléchargez rejoignez rejoignez-nous suivez suivez-nous soutenez soutenez-nous
	suscríbete suscríbase apúntate descarga descargue únete síguenos apoya
	iscriviti iscrivetevi scarica seguici sostieni inscreva-se assine baixe siga apoie meld schrijf volg steun
	consider donate contribute make our you you've your this sie du noch jetzt bitte ihre il vous te le ti
	faites haz fai faça doneer dona apoye`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// asks reports whether a sentence of a paragraph, or a clause, begins with one of
// the words that appeals begin with.
func asks(paragraph string) bool {
	begins := true
	for w := range strings.FieldsSeq(paragraph) {
		if begins && asking[strings.ToLower(w)] {
			return true
		}
		begins = strings.ContainsAny(w[len(w)-1:], ".!?:,")
	}
	return false
}
