package change

import "strings"

// wordSet makes a set of words.
func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// numberWords are numbers, fractions, months and days of the week in letters,
// in the languages of the corpora that the reader is measured on.
var numberWords = wordSet(`
	zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
	eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
	millions billion billions trillion trillions dozen dozens half third quarter double triple twice first second
	third fourth fifth sixth seventh eighth ninth tenth
	null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
	achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend millionen
	milliarde milliarden dutzend hälfte drittel viertel doppelt zweite dritte vierte fünfte
	deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante
	soixante cent cents mille milliard milliards moitié tiers quart premier première deuxième troisième
	dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta cuarenta cincuenta
	sesenta setenta ochenta noventa cien ciento mil millón millones mitad tercio cuarto primero primera segundo tercero
	tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta sessanta settanta
	ottanta novanta cento mila milione milioni miliardo miliardi metà terzo primo prima secondo
	dois três quatro sete oito dez doze vinte trinta quarenta cinquenta cem milhão milhões bilhão bilhões metade terço
	twee drie vijf zes zeven negen tien elf twaalf twintig dertig veertig vijftig honderd duizend miljoen miljard helft derde
	january february march april june july august september october november december jan feb mar apr jun jul aug sep
	sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
	januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
	janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
	enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo
	gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica
	janeiro fevereiro março maio junho julho setembro outubro novembro dezembro segunda terça quarta quinta sexta sábado
	januari februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
	yesterday today tomorrow gestern heute morgen hier aujourd'hui demain ayer hoy mañana ieri oggi domani ontem hoje amanhã
	一 二 三 四 五 六 七 八 九 十 百 千 万 億 亿 零 两
`)

// negations are the words that turn a sentence round.
var negations = wordSet(`
	not no never none nobody nothing neither nor without cannot don't doesn't didn't isn't aren't wasn't weren't won't
	wouldn't can't couldn't shouldn't hasn't haven't hadn't denies denied deny
	nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder
	ne pas jamais aucun aucune personne rien sans ni
	nunca ningún ninguna ninguno nadie nada sin
	non mai nessun nessuno nessuna niente nulla senza né
	não nenhum nenhuma ninguém nem sem
	niet geen nooit niemand niets zonder
	не нет ни никогда никто ничего без
	不 没 無 未 非
`)

// correctionOpenings begin a correction, clarification, editor's note or
// update line, in the languages of the corpora.
var correctionOpenings = []string{
	"correction", "corrections", "corrected", "clarification", "clarified", "editor's note", "editors' note", "editors note", "editor note",
	"update", "updated", "updates", "erratum", "errata", "corrigendum", "retraction", "note to readers", "note from the editor",
	"for the record", "amendment", "amended", "this article was amended", "this article was corrected", "this article was updated",
	"this article has been", "this story has been", "this story was updated", "this story was corrected", "this post has been", "this report has been", "this piece has been", "this page has been updated",
	"this version corrects", "this version has been", "an earlier version", "a previous version", "a previous headline", "an earlier headline", "in an earlier version",
	"korrektur", "berichtigung", "richtigstellung", "anmerkung der redaktion", "anm. d. red", "hinweis der redaktion", "aktualisiert", "aktualisierung", "in einer früheren version", "in einer früheren fassung", "klarstellung", "nachtrag", "transparenzhinweis",
	"rectificatif", "rectification", "correctif", "mise à jour", "mis à jour", "note de la rédaction", "ndlr", "précision", "une version précédente", "dans une version précédente", "erratum",
	"corrección", "rectificación", "fe de errores", "fe de erratas", "aclaración", "actualización", "actualizado", "nota del editor", "nota de la redacción", "una versión anterior", "en una versión anterior",
	"correzione", "rettifica", "errata corrige", "precisazione", "aggiornamento", "aggiornato", "nota della redazione", "nota di redazione", "una versione precedente",
	"correção", "errata", "atualização", "atualizado", "esclarecimento", "nota da redação", "nota do editor", "uma versão anterior",
	"correctie", "rectificatie", "verbetering", "naschrift", "bijgewerkt", "noot van de redactie", "in een eerdere versie", "een eerdere versie",
	"rättelse", "rettelse", "præcisering", "presisering", "oppdatering", "oppdatert", "uppdatering", "uppdaterad", "opdatering", "korjaus", "oikaisu", "päivitys", "päivitetty",
	"sprostowanie", "aktualizacja", "korekta", "oprava", "aktualizováno", "исправление", "уточнение", "обновлено", "поправка", "примечание редакции",
	"düzeltme", "güncelleme", "編集部注", "訂正", "お詫び", "更正", "编者按", "編按", "編者按", "정정", "바로잡습니다", "תיקון", "تصحيح", "توضيح",
}

// correctionMarks set a note off before its first word.
const correctionMarks = "*([{<>-–—•·†‡#!|: \u00a0"

// isCorrection reports whether a paragraph is a correction, clarification,
// update line or editor's note: it opens with such words, set off by a colon, a
// dash, a bracket, a date or a time, or it is a sentence that says so.
func isCorrection(text string) bool {
	l := strings.ToLower(strings.TrimLeft(text, correctionMarks))
	for _, opening := range correctionOpenings {
		rest, ok := strings.CutPrefix(l, opening)
		if !ok {
			continue
		}
		if strings.Contains(opening, " ") || !asciiWord(opening) {
			return true
		}
		if setOff(rest) {
			return true
		}
	}
	return false
}

// asciiWord reports whether a word is spelled with the letters a to z, so that
// a longer word may begin with it.
func asciiWord(s string) bool {
	for _, r := range s {
		if r > 0x7f {
			return r < 0x250
		}
	}
	return true
}

// setOff reports whether what follows an opening word sets it off as a title,
// or dates it: "Update:", "UPDATED 5pm", "Correction (4 April)", "Update 2 –".
func setOff(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	if rest == "" {
		return true
	}
	switch rest[0] {
	case ':', '-', '(', '[', ')', ']', '.', ',', '|', '*', '#', '/', '&':
		return true
	}
	if rest[0] >= '0' && rest[0] <= '9' {
		return true
	}
	if strings.HasPrefix(rest, "：") {
		return true
	}
	first := strings.Trim(strings.SplitN(rest, " ", 2)[0], ".,:;")
	return numberWords[first] || first == "at" || first == "on" || first == "to" || first == "appended" || first == "and" || first == "am" || first == "vom" || first == "um" || first == "le" || first == "du" || first == "el" || first == "del" || first == "il"
}
