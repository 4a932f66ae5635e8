package change

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"stakeout/story"
)

// longestAppeal is the length in characters up to which a paragraph may be an
// appeal: longer ones say more than that.
const longestAppeal = 240

// appeals are sentences by which a site asks its readers for something of its
// own: a newsletter, an app, a channel, a gift. Each begins a sentence, speaks to
// the reader and names the thing as "our".
var appeals = regexp.MustCompile(`(?i)(?:^|[.!?:] )(?:please )?(?:` + strings.Join([]string{
	`(?:sign up|subscribe|register)(?: now| here| today)? (?:for|to) (?:\S+ ){0,2}?our (?:\S+ ){0,3}?(?:newsletters?|channel|podcast|alerts?|briefing|mailing list|app)\b`,
	`(?:download|get|install|try) our (?:\S+ ){0,2}?app\b`,
	`(?:follow|join|like) us on \S+`,
	`(?:follow|join|subscribe to) our (?:\S+ ){0,2}?(?:channel|podcast|community|newsletter)\b`,
	`(?:support|fund|help fund) our (?:\S+ ){0,2}?(?:journalism|work|reporting|newsroom)\b`,
	`(?:abonnieren sie|abonniere|laden sie|lade|hol(?:en sie)? (?:dir|sich)|bestellen sie|melden sie sich|melde dich|unterstützen sie|unterstütze|folgen sie|folge) (?:\S+ ){0,4}?(?:unser\S*|uns) (?:\S+ ){0,3}?(?:newsletter\S*|app|kanal|podcast|journalismus|arbeit|auf)\b`,
	`(?:abonnez-vous|inscrivez-vous|téléchargez|rejoignez|suivez|soutenez)(?:-nous)? (?:\S+ ){0,2}?(?:notre|nos|nous)?\s?(?:\S+ ){0,2}?(?:newsletters?|lettres? d'information|application|appli|chaîne|podcast|journalisme|travail)\b`,
	`(?:suscríbete|suscríbase|apúntate|descarga|descargue|únete|síguenos|apoya) (?:\S+ ){0,2}?(?:nuestr[oa]s? )?(?:\S+ ){0,2}?(?:newsletter|boletín|aplicación|app|canal|pódcast|podcast|periodismo)\b`,
	`(?:iscriviti|iscrivetevi|scarica|seguici|sostieni) (?:\S+ ){0,2}?(?:nostr[oa] )?(?:\S+ ){0,2}?(?:newsletter|app|canale|podcast|giornalismo)\b`,
	`(?:inscreva-se|assine|baixe|siga|apoie) (?:\S+ ){0,2}?(?:noss[oa] )?(?:\S+ ){0,2}?(?:newsletter|aplicativo|app|canal|podcast|jornalismo)\b`,
	`(?:meld je aan|schrijf je in|download|volg|steun) (?:\S+ ){0,2}?onze (?:\S+ ){0,2}?(?:nieuwsbrief|app|kanaal|podcast|journalistiek)\b`,
}, "|") + `)`)

// appeal tells a whole paragraph that came or went and only asks the readers for
// something: to take the newsletter, the app, a channel, or to give. What
// somebody is quoted with is none.
func appeal(f story.FieldChange) string {
	text := f.Old + f.New
	if f.Old != "" && f.New != "" || f.Class == story.Correction || strings.Contains(text, `"`) ||
		utf8.RuneCountInString(text) > longestAppeal || !appeals.MatchString(text) {
		return ""
	}
	return "an appeal to the readers"
}
