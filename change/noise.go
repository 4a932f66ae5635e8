package change

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"stakeout/story"
)

// sift leaves out the differences that a reason speaks against, and keeps the
// reason.
func (v *Verdict) sift(against func(story.FieldChange) string) {
	left := []story.FieldChange{}
	for _, f := range v.Change.Fields {
		if why := against(f); why != "" {
			v.Ignored = append(v.Ignored, story.Ignored{Text: excerpt(f.Field+": "+shown(f), 200), Why: why})
			continue
		}
		left = append(left, f)
	}
	v.Change.Fields = left
}

// shown is a field's change in a line.
func shown(f story.FieldChange) string {
	if f.IsList {
		return strings.Join(f.OldList, ", ") + " → " + strings.Join(f.NewList, ", ")
	}
	switch {
	case f.Old == "":
		return f.New
	case f.New == "":
		return f.Old
	}
	return f.Old + " → " + f.New
}

// noise says why a field's change is none of the publisher's; "" where it is.
func noise(f story.FieldChange, old, read *story.Reading) string {
	switch {
	case f.Field == "headline":
		return ageing(f)
	case f.Field == "body":
		if why := stillThere(f, old.Prints, read.Prints); why != "" {
			return why
		}
		if countsOnly(f.Old) && countsOnly(f.New) {
			return "a counter"
		}
		if why := appeal(f); why != "" {
			return why
		}
		return ageing(f)
	case f.Field == "published":
		return sameTime(old, read)
	case strings.HasPrefix(f.Field, "metadata."):
		if why := counter(f); why != "" {
			return why
		}
		return ageing(f)
	}
	return outOfSight(f.Field, old, read)
}

// stillThere tells what only the reader lost or found: a paragraph that is said
// to have gone and still stands on the new page, or to have come and stood on
// the old one already.
func stillThere(f story.FieldChange, old, new story.Prints) string {
	gone := f.Old != "" && f.New == "" && new.Has(f.Old)
	came := f.New != "" && f.Old == "" && old.Has(f.New)
	both := f.Old != f.New && f.Old != "" && f.New != "" && new.Has(f.Old) && old.Has(f.New)
	if gone || came || both {
		return "it stands on both pages, in the story's part of one"
	}
	return ""
}

// outOfSight tells a field that came from a part of the page that nobody sees
// (JSON-LD, meta tags) and vanished or appeared with that part, or is told by
// another part than before.
func outOfSight(field string, old, read *story.Reading) string {
	a, b := old.Via[field], read.Via[field]
	switch {
	case a == "" && unseen(b), b == "" && unseen(a):
		return "only the page's metadata had it, in one copy"
	case a != b && unseen(a) && unseen(b):
		return "another part of the page's metadata says otherwise"
	}
	return ""
}

// unseen reports whether a field was read where readers of the page can't see
// it.
func unseen(via string) bool {
	for _, part := range []string{"json-ld", "meta ", "title", "html", "script", "url"} {
		if strings.HasPrefix(via, part) {
			return true
		}
	}
	return false
}

// sameTime tells times of publication that only another part of the page states
// otherwise, or a clock: pages disagree with themselves by hours and days.
func sameTime(old, read *story.Reading) string {
	a, okA := old.Published.Time()
	b, okB := read.Published.Time()
	if !okA || !okB {
		return outOfSight("published", old, read)
	}
	from, to := old.Via["published"], read.Via["published"]
	switch apart := a.Sub(b).Abs(); {
	case place(from) != place(to):
		return "another part of the page gives the time"
	case old.Published.DayOnly() && read.Published.DayOnly() && loose(from) && loose(to) && (apart <= 24*time.Hour || ofVisit(to)):
		return "a day somewhere on the page, in another zone or the reader's own"
	case old.Published.DayOnly() && read.Published.DayOnly() && loose(from) && loose(to) && from != to:
		return "another line of the page has a day"
	case apart <= 2*time.Second:
		return "written by a clock, not by hand"
	}
	return ""
}

// place is the part of a page that a field was read from; of what stands in its
// text, the selector may change with every build of the site.
func place(via string) string {
	kind, _, _ := strings.Cut(via, " ")
	if kind == "css" || kind == "label" {
		return kind
	}
	return via
}

// dateNames are parts of the names of elements that hold a story's date.
var dateNames = []string{"time", "date", "datum", "publi", "post", "stamp", "meta", "byline", "author", "fecha", "data", "info"}

// loose reports whether a date was found in the page's text, with neither a
// label nor an element's name to say what it is.
func loose(via string) bool {
	selector, ok := strings.CutPrefix(strings.ToLower(via), "css ")
	return ok && !slices.ContainsFunc(dateNames, func(w string) bool { return strings.Contains(selector, w) })
}

// ofVisit reports whether a date was found where pages show the day of the visit.
func ofVisit(via string) bool {
	selector := strings.ToLower(via)
	return slices.ContainsFunc([]string{"today", "now", "current", "clock", "header", "topbar", "masthead", "nav", "weather"},
		func(w string) bool { return strings.Contains(selector, w) })
}

// counted are the words of labels whose values are counts of readers.
var counted = wordSet(`
	view views viewed read reads reading reader readers visit visits visitor visitors hit hits click clicks share shares shared
	comment comments like likes dislikes download downloads reaction reactions follower followers online watching listens plays
	aufrufe gelesen leser kommentare geteilt klicks vues lectures lecteurs partages commentaires
	vistas lecturas visitas comentarios compartidos visualizzazioni letture commenti condivisioni visualizações leituras comentários
	weergaven gelezen reacties просмотры просмотров комментарии
`)

// counter tells a label whose value is a count of readers.
func counter(f story.FieldChange) string {
	named := false
	for _, t := range tokenize(strings.ToLower(strings.TrimPrefix(f.Field, "metadata."))) {
		named = named || counted[t]
	}
	digits := func(s string) bool { return s == "" || strings.ContainsFunc(s, unicode.IsDigit) && len(s) < 24 }
	if named && digits(f.Old) && digits(f.New) || voted(f.Old) && voted(f.New) && ratings.MatchString(f.Field) {
		return "a counter"
	}
	return ""
}

// ratings are the labels of what readers made of a story; votes tells how many.
var (
	ratings = regexp.MustCompile(`(?i)\b(?:rating|bewertung|note|évaluation|valoración|valutazione|avaliação|waardering)\b`)
	votes   = regexp.MustCompile(`(?i)\d\s(?:votes?|ratings?|reviews?|stimmen?|bewertung(?:en)?|avis|votos?|voti|recensioni|stemmen)\b`)
)

// voted reports whether a value says how many readers voted; an empty one does.
func voted(value string) bool { return value == "" || votes.MatchString(value) }

// countsOnly reports whether a line says nothing but how many read, share or
// like the page: "Views: 5123 | Comments: 12", "247 people are reading this now".
// An empty one says that too.
func countsOnly(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > 100 {
		return false
	}
	number, counts := false, false
	for _, t := range tokenize(strings.ToLower(s)) {
		switch {
		case !isWord(t):
		case unicode.IsDigit(firstRune(t)):
			number = true
		case counted[t]:
			counts = true
		case !besideCounts[t]:
			return false
		}
	}
	return number && counts
}

// besideCounts are the words that stand beside a count.
var besideCounts = wordSet(`people persons users are is have been this the story article page now times time so far today total on of in and k
	personen menschen mal dieser diesen artikel beitrag fois personnes cet article veces personas este esta volte persone questo articolo keer mensen dit dit`)

// ageing tells a text that differs in nothing but how long ago it says that it
// was published or updated, and one that came or went and says nothing else.
func ageing(f story.FieldChange) string {
	if f.Old != f.New && withoutAge(f.Old) == withoutAge(f.New) || (f.Old == "" || f.New == "") && ageOnly.MatchString(f.Old+f.New) {
		return "how long ago the page was updated"
	}
	return ""
}

// withoutAge is a text in normal form without the ages in it: "Updated 5 minutes
// ago". An age counts only with a word of publishing before it, or alone.
func withoutAge(s string) string {
	if !strings.ContainsFunc(s, unicode.IsDigit) && !strings.Contains(strings.ToLower(s), "now") {
		return s
	}
	if rest := ageAlone.ReplaceAllString(s, ""); rest == "" {
		return "\x00"
	}
	return agePublished.ReplaceAllString(s, "$1\x00")
}

const (
	amount  = `(?:\d+|an?|one|einer?|einem|une?|un[ao]?|um|uma|een)`
	unit    = `(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|sekunden?|minuten?|stunden?|tag(?:en?)?|wochen?|secondes?|heures?|jours?|semaines?|segundos?|minutos?|horas?|d[ií]as?|semanas?|second[oi]|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|dias?|seconden?|uur|dag(?:en)?|weken?|минут[уы]?|час(?:а|ов)?|секунд[уы]?|дн(?:я|ей)|день)\.?`
	ago     = `(?:` + amount + `\s?` + unit + `(?:,? (?:and |und |et |y )?` + amount + `\s?` + unit + `)? (?:ago|geleden|fa|atrás|назад)|(?:vor|il y a|hace|há) (?:ca\. |etwa |environ )?` + amount + `\s?` + unit + `|(?:just|right) now|moments? ago|gerade eben|à l'instant|ahora mismo|\d+\s?(?:分|時間|小时|小時|分钟|分鐘|秒|日|天)前)`
	publish = `(?:last |first |zuletzt |dernière |última |ultima )?(?:updated?|published|posted|modified|edited|refreshed|checked|aktualisiert|veröffentlicht|stand|mis à jour|mise à jour|publié|actualizado|publicado|aggiornato|pubblicato|atualizado|bijgewerkt|gepubliceerd|обновлено|опубликовано|更新|公開|发布|發布)`
)

var (
	ageOnly      = regexp.MustCompile(`(?i)^\W*(?:` + publish + `[:\s]*)?` + ago + `\W*$`)
	ageAlone     = regexp.MustCompile(`(?i)^\W*` + ago + `\W*$`)
	agePublished = regexp.MustCompile(`(?i)((?:^|[^\pL])` + publish + `[:\s]*(?:on |at |about |am |le )?)` + ago)
)
