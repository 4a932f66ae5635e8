package change

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// noteTitles name a correction, clarification, editor's note or update line
// where something sets them off as a title: a colon, a dash, a bracket, a date.
var noteTitles = []string{
	"correction", "corrections", "corrected", "corrects", "clarification", "clarifications", "clarified", "clarifies", "update", "updates", "updated", "erratum", "errata", "corrigendum", "retraction", "retracted", "amendment", "amended", "refile", "refiles", "for the record", "note to readers",
	"korrektur", "berichtigung", "richtigstellung", "klarstellung", "nachtrag", "transparenzhinweis", "aktualisiert", "aktualisierung",
	"rectificatif", "rectification", "correctif", "mise à jour", "mis à jour", "précision", "ndlr", "erratum",
	"corrección", "correcciones", "rectificación", "fe de errores", "fe de erratas", "aclaración", "actualización", "actualizado",
	"correzione", "rettifica", "errata corrige", "precisazione", "aggiornamento", "aggiornato",
	"correção", "errata", "atualização", "atualizado", "esclarecimento", "retificação",
	"correctie", "rectificatie", "verbetering", "verduidelijking", "naschrift", "bijgewerkt",
	"rättelse", "rettelse", "rettet", "præcisering", "presisering", "oppdatering", "oppdatert", "uppdatering", "uppdaterad", "opdatering", "opdateret", "korjaus", "oikaisu", "päivitys", "päivitetty",
	"sprostowanie", "aktualizacja", "korekta", "oprava", "aktualizováno", "aktualizace", "javítás", "helyesbítés", "frissítés", "corectare", "actualizare", "διόρθωση", "διευκρίνιση", "ενημέρωση",
	"исправление", "уточнение", "обновлено", "поправка", "виправлення", "уточнення", "оновлено", "düzeltme", "güncelleme", "koreksi", "ralat", "pembaruan", "đính chính", "cập nhật",
	"訂正", "更正", "勘误", "追記", "更新", "정정", "수정", "תיקון", "עדכון", "הבהרה", "تصحيح", "توضيح", "تحديث",
}

// noteOpenings begin such a line whatever follows them.
var noteOpenings = []string{
	"editor's note", "editors' note", "editors note", "editor note", "note from the editor", "a correction was made", "a correction has been", "this version corrects", "an earlier version", "a previous version", "an earlier headline", "a previous headline", "in an earlier version", "in a previous version", "due to an editing error", "because of an editing error", "due to an editor's error", "because of incorrect information",
	"anmerkung der redaktion", "anm. d. red", "hinweis der redaktion", "in einer früheren version", "in einer früheren fassung", "in einer ersten version", "eine frühere version", "eine frühere fassung",
	"note de la rédaction", "une version précédente", "une première version", "dans une version précédente", "dans une première version", "nota del editor", "nota de la redacción", "nota de redacción", "una versión anterior", "en una versión anterior",
	"nota della redazione", "nota di redazione", "una versione precedente", "in una versione precedente", "nota da redação", "nota do editor", "uma versão anterior", "noot van de redactie", "in een eerdere versie", "een eerdere versie",
	"en tidigare version", "i en tidigare version", "en tidligere version", "i en tidligere version", "en tidligere versjon", "i en tidligere versjon", "przypis redakcji", "od redakcji", "примечание редакции", "в предыдущей версии", "у попередній версії",
	"編集部注", "訂正して", "お詫び", "编者按", "編按", "編者按", "바로잡습니다", "알려드립니다",
}

// noteSentence is a sentence that says that the story was altered.
var noteSentence = regexp.MustCompile(`^(?:this|the|dieser|diese|der|die|das|cet|cette|l'|este|esta|el|la|questo|questa|dit|deze|den här|denne) ?(?:\S+ )?` +
	`(?:article|story|post|piece|report|page|version|headline|column|item|artikel|text|beitrag|meldung|überschrift|titre|dépêche|artículo|noticia|titular|articolo|notizia|titolo|artigo|matéria|título|bericht|stuk|artikeln|artiklen|artikkelen) ` +
	`(?:has been|have been|was|were|wurde|ist|a été|ha sido|fue|è stat[oa]|foi|is|werd|har|blev|ble)\b.{0,60}?` +
	`\b(?:amended|corrected|updated|clarified|revised|edited|changed|modified|korrigiert|berichtigt|aktualisiert|geändert|ergänzt|überarbeitet|corrigée?|mise? à jour|modifiée?|rectifiée?|corregid[oa]|actualizad[oa]|modificad[oa]|rectificad[oa]|corrett[oa]|aggiornat[oa]|modificat[oa]|corrigid[oa]|atualizad[oa]|aangepast|bijgewerkt|gecorrigeerd|uppdaterats|rättats|opdateret|rettet|oppdatert)`)

// noteOriginally is a sentence that says what the story said before.
var noteOriginally = regexp.MustCompile(`^(?:this|the) (?:article|story|post|piece|report|headline) (?:originally|previously|initially|incorrectly|mistakenly|erroneously) `)

// noteWithin is what a short note says of itself anywhere: "as an earlier version
// of this story said".
var noteWithin = regexp.MustCompile(`\b(?:earlier|previous|prior|original) versions? of (?:this|the) (?:article|story|post|piece|report|page|headline)\b|\bas (?:an|the) (?:earlier|previous|original) version (?:said|stated|had it|of)\b` +
	`|\b(?:früheren|vorherigen|ursprünglichen|ersten) (?:version|fassung)(?: (?:dieses|des) (?:artikels|textes|beitrags)|,? (?:hieß|stand|wurde)|$)` +
	`|\bversion (?:précédente|antérieure|initiale) de (?:cet article|ce texte|cette dépêche)|\bversión (?:anterior|previa) de est[ae] (?:artículo|noticia|nota|información|texto)` +
	`|\bversione precedente di quest[oa] ?(?:articolo|notizia)|\bversão anterior (?:deste texto|desta reportagem|deste artigo|desta matéria)|\beerdere versie van dit (?:artikel|bericht|verhaal)`)

// shortNote is how many bytes a note that says so only inside has at most.
const shortNote = 400

// noteMarks set a note off before its first word.
const noteMarks = "*([{<>-•·†‡#!|:【「（ \""

// isCorrection reports whether a paragraph is a correction, clarification,
// update line or editor's note: it opens with such words, set off as a title, or
// it is a sentence that says that the story was altered.
func isCorrection(text string) bool {
	l := strings.ToLower(strings.TrimLeft(text, noteMarks))
	for _, opening := range noteOpenings {
		if strings.HasPrefix(l, opening) {
			return true
		}
	}
	for _, title := range noteTitles {
		rest, ok := strings.CutPrefix(l, title)
		if ok && (setOff(rest) || strings.HasPrefix(text, "(") && strings.HasPrefix(rest, " ")) {
			return true
		}
	}
	return noteSentence.MatchString(l) || noteOriginally.MatchString(l) || len(l) <= shortNote && noteWithin.MatchString(l)
}

// dated follow a title and begin a date or a time.
var dated = wordSet(`at on to as appended and am vom um von le du à el del al il alle em às op om den kl`)

// calendar are the words that dates begin with.
var calendar = wordSet(`january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
	monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun yesterday today one two three four
	montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
	lunes martes miércoles jueves viernes sábado domingo`)

// setOff reports whether what follows an opening word sets it off as a title,
// or dates it: "Update:", "UPDATED 5pm", "Correction (4 April)", "Update 2 -".
func setOff(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || unicode.IsDigit(r) || strings.ContainsRune(":-([)].,|*#/&：」】）", r) {
		return true
	}
	first := strings.Trim(strings.SplitN(rest, " ", 2)[0], ".,:;")
	return calendar[first] || dated[first] && strings.ContainsFunc(rest[:min(len(rest), 24)], unicode.IsDigit)
}
