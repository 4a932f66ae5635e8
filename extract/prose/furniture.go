package prose

import (
	"regexp"
	"strings"
	"unicode"
)

// furniture are lines that a site sets around and between its stories: each is
// told from its first words to its last, so that no sentence of a story is meant.
var furniture = []struct {
	why  string
	line *regexp.Regexp
}{
	{"share buttons", regexp.MustCompile(`^(?:click to )?(?:share|tweet|print|e-?mail|pin|send|post|copy|save)(?: (?:this|on|via|to|with|by|the|a|link|article|story|post|page|friend|facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|telegram|e-?mail|friends|tweet))*(?: ?\(opens in (?:a )?new window\))?[.:!]?$|^(?:teilen|drucken|partager|imprimer|compartir|condividi|compartilhar)(?: (?:auf|per|sur|en|su|no|via|facebook|twitter|whatsapp|e-?mail|artikel|cet article|este artículo))*[.:!]?$|^(?:auf|bei|per|über) (?:facebook|twitter|x|whatsapp|e-?mail|linkedin) teilen$|^(?:поделиться|この記事をシェア(?:する)?|シェアする|공유하기|分享)[.:!]?$`)},
	{"advertisement", regexp.MustCompile(`^(?:story|article|content|text|post) continues (?:below|after) (?:this |the )?(?:ads?|advert|advertisement|video|gallery|promotion|newsletter|image)s?\b.{0,20}$|^scroll (?:down )?(?:for|to) (?:the )?(?:video|more|continue)\b.{0,30}$|^(?:der )?(?:artikel|text|beitrag) (?:geht|wird) (?:unten |unter der (?:anzeige|werbung) |nach der (?:anzeige|werbung) )(?:weiter|fortgesetzt)\b.{0,20}$`)},
	{"comments", regexp.MustCompile(`^(?:please )?(?:leave|post|add|write) (?:a|your) (?:comment|reply|thoughts)\b.{0,60}$|^(?:join|start) the (?:conversation|discussion|debate)\b.{0,40}$|^have your say\b.{0,40}$|^(?:what do you think\?|let us know|tell us|share your (?:thoughts|views|opinion))(?:.{0,60}\bcomments?\b.{0,60}|.{0,20} below.?)$`)},
	{"newsletter box", regexp.MustCompile(`^(?:get|receive) (?:the |our |all the |your )?(?:\S+ ){0,4}?(?:news|stories|headlines|updates|newsletter|emails?)\b.{0,60}\b(?:in|to|into) your (?:e-?mail |mail)?(?:inbox|mailbox|box)\b.{0,40}$|^follow .{1,40} on (?:twitter|facebook|instagram|youtube|linkedin|telegram|tiktok|x|flipboard|google news)\b.{0,60}$|^s'abonner à .{0,30}newsletter.{0,10}$|^siga-nos n[oa] .{1,30}$|^подписывайтесь на на(?:ш|шу) .{1,60}$|^download the (?:\S+ ){0,3}?app\b.{0,60}$`)},
	{"related links", regexp.MustCompile(`^(?:you (?:may|might) (?:also )?(?:like|be interested in)|recommended (?:videos?|stories|articles|reading|for you)|more (?:stories|news|articles)(?: from.{1,40})?|most (?:read|popular)|trending now|(?:this )?(?:might|may) also interest you|click here (?:to|for) .{1,60}|filed under:.{0,80}|topics?:.{0,80}|etiketler ?:?|back to (?:the )?top|nach oben|(?:watch|see) (?:the )?(?:video|gallery|photos?) (?:above|below)|(?:next|previous) (?:article|post|story)|(?:play|watch|now playing:?)(?: the)? video|das könnte (?:sie|dich|euch) auch interessieren|(?:jetzt|artikel) kommentieren|zur (?:startseite|übersicht)|hier geht(?: e|')s (?:zum|zur) (?:newsletter|startseite|übersicht)|loading ?(?:\.\.\.|…)?)[.:!]?$`)},
	{"caption", regexp.MustCompile(`^[(\[]?(?:(?:ap|afp|epa|reuters|upi|pa|dpa|getty|shutterstock|istock|imago|alamy)(?: photos?| images?| media| pool)?|file photo)(?: ?[/|] ?.{2,40})?[)\]]?$`)},
	{"colophon", regexp.MustCompile(`^(?:got|have|do you have) (?:a|any) (?:news )?(?:tips?|story|stories|information)\b.{0,40}\?.{0,20}\b(?:us|@).{0,80}$|^(?:contact|e-?mail|reach|write to) (?:the )?(?:reporter|author|writer|editor|newsroom|us)\b.{0,10}\bat .{0,60}@.{0,40}$`)},
	{"paywall notice", regexp.MustCompile(`^to (?:read|continue reading|access|view) (?:the )?(?:rest|full|this|more)\b.{0,60}\b(?:subscribe|log in|sign in|register|subscription)\b.{0,40}$|^already (?:a|an) (?:subscriber|member)\?.{0,40}$|^you have (?:full )?access to this article\b.{0,60}$|^(?:already|schon|bereits) (?:registered|abonnent\S*|registriert)\?.{0,40}$`)},
}

// readingTime is a line that says how long a story takes to read, with its day or
// without; readingWords are what it says it by.
var (
	readingTime  = regexp.MustCompile(`^(?:.{0,60}\b)?(?:\d+ ?-?min(?:ute)?s?\.? read|reading time:? .{0,20}|.{0,40}lese(?:dauer|zeit):? .{0,20}|\d+ min(?:uten)? lesezeit|(?:temps de lecture|tiempo de lectura|tempo di lettura|tempo de leitura|leestijd):? .{0,20})$`)
	readingWords = []string{"read", "lese", "lecture", "lectura", "lettura", "leitura", "leestijd"}
	commentCount = regexp.MustCompile(`^\d+ (?:comments?|replies|responses)$`)
)

// starters are the words that a line of furniture begins with; other lines need
// no closer look.
var starters = wordSet(`click share tweet print email e-mail pin send post copy save teilen drucken partager imprimer compartir condividi compartilhar
	story article content text scroll der artikel beitrag please leave add write join start have what let tell get receive follow download
	you recommended more most trending this might may filed topic topics topics: topic: etiketler etiketler: back nach watch see next previous play now loading loading... loading…
	ap afp epa reuters upi pa dpa getty shutterstock istock imago alamy file got do contact reach to already schon bereits
	das auf bei per über jetzt zur hier поделиться この記事をシェア この記事をシェアする シェアする 공유하기 分享 s'abonner siga-nos подписывайтесь`)

// furnished says what kind of furniture a line is, given lower case; "" for none.
func furnished(b *block, s string) string {
	switch {
	case b.digits == 0:
	case b.weight < 90 && contains(s, readingWords) && readingTime.MatchString(s):
		return "counter"
	case b.weight < 25 && commentCount.MatchString(s):
		return "comments"
	}
	if first, _, _ := strings.Cut(s, " "); !starters[strings.Trim(first, "([")] {
		return ""
	}
	for _, f := range furniture {
		if f.line.MatchString(s) {
			return f.why
		}
	}
	return ""
}

// stampWords begin a line that only says when a story was published or changed.
var stampWords = regexp.MustCompile(`^(?:first |last |originally |zuletzt |dernière |última |ultimo )?(?:published|posted|updated|modified|veröffentlicht|aktualisiert|stand|publiée?|mise? à jour|modifiée?|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt|publicerad|uppdaterad|publisert|oppdatert)(?:[\s:,]|$)`)

// stampRest is how many words a stamp may have beside its first: a month, a
// zone, a name.
const stampRest = 5

// isStamp reports whether a line says when a story was published or changed, or
// by whom then, and no more.
func isStamp(b *block, s string) bool {
	at := stampWords.FindStringIndex(s)
	if at == nil || b.digits < 5 || b.ends > 1 {
		return false
	}
	words := strings.FieldsFunc(s[at[1]:], func(r rune) bool { return !unicode.IsLetter(r) })
	return len(words) <= stampRest
}

// rights are words of a line on the rights in a text, wherever they stand in it.
var rights = lines(`
	all rights reserved
	alle rechte vorbehalten
	tous droits réservés
	todos los derechos reservados
	todos os direitos reservados
	tutti i diritti riservati
	alle rechten voorbehouden
	riproduzione riservata
	무단전재
	무단 전재
	無断転載
	may not be published, broadcast, rewritten
	müssen nicht der meinung der redaktion entsprechen
`)

// disclosures say that a site lives on what its links sell.
var disclosures = lines(`
	affiliate-links
	affiliate links
	earn a commission
	earn an affiliate commission
	earn a small commission
	receive a commission
	receive an affiliate commission
`)

// ownRights is a line that says who owns a text.
var ownRights = regexp.MustCompile(`^(?:(?:copyright|©|\(c\))[ :©(c)]{0,6}\d{4}|(?:copyright ?[:©]|©|\(c\)).{0,40}\d{4})`)

// viewsNotOurs is the disclaimer that a site sets under its columns.
var viewsNotOurs = regexp.MustCompile(`^(?:disclaimer: )?(?:the )?(?:views|opinions)(?: and opinions)? expressed\b.{0,60}\bare (?:those of|solely|the author)`)

// bioEnd tells a line about its author by how it ends.
var bioEnd = regexp.MustCompile(`\bfollow (?:him|her|them|me) (?:on|at) (?:twitter|x|instagram|facebook|linkedin|@)`)
