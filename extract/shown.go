package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// shownDate is a time that stands on the page for its readers.
type shownDate struct {
	moment  story.Moment
	via     string
	score   float64
	order   int  // its place on the page, in nodes
	bare    bool // nothing else stands in its line
	updated bool // its words say that it is the time of an update
}

// sureDate is the weight from which a time that the page shows is surely its
// story's: right at the headline, marked as a time.
const sureDate = 6

var (
	dateDigits = regexp.MustCompile(`(?:19|20)\d\d|25[4-9]\d|\d{1,2}\.\s?\d{1,2}\.\s?\d\d`)
	updateWord = regexp.MustCompile(`(?i)updated?\b|aktualisiert|modified|last edited|mis à jour|mise à jour|actualizad|aggiornat|atualizad|bijgewerkt|обновлен|更新|güncel|zaktualiz|oppdatert|opdateret|uppdaterad|geändert|수정|최종`)
	publishing = regexp.MustCompile(`(?i)publish|posted|veröffentlicht|erschienen|erstellt|publié|publicad|pubblicat|gepubliceerd|mise en ligne|опубликован|发布|公開|등록|입력|yayın|opublik|publisert|publicerad|\bdatum\b|\bdate\b|geschrieben|\bam \d|written`)
	eventWord  = regexp.MustCompile(`(?i)copyright|©|\(c\)|\bseit\b|\bsince\b|registriert|joined|member|mitglied|event|termin|veranstaltung|geboren|\*\d|isbn|reply|antwort`)
	urlDay     = regexp.MustCompile(`(?:^|[/_.-])((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:[/_.,-]|$|[^\d])`)
)

// shown are the times that the page shows, once looked for.
func (d *doc) shown() []shownDate {
	if d.shownKnown {
		return d.shownDates
	}
	d.shownKnown = true
	heading := d.bestH1()
	order, headingAt := 0, -1
	for n := range d.root.Descendants() {
		order++
		if n == heading {
			headingAt = order
		}
		s, ok := d.dateAt(n)
		if !ok {
			continue
		}
		if len(d.shownDates) > 200 {
			break
		}
		s.order = order
		d.shownDates = append(d.shownDates, s)
	}
	if headingAt > 0 {
		for i := range d.shownDates {
			d.shownDates[i].score += around(d.shownDates[i].order, headingAt)
		}
	}
	return d.shownDates
}

// around favours what stands near the headline, before it a little less.
func around(order, at int) float64 {
	switch gap := order - at; {
	case gap >= 0 && gap < 25:
		return 5
	case gap >= 0:
		return nearness(order, at)
	case gap > -25:
		return 3.5
	case gap > -80:
		return 2
	}
	return 0
}

// dateAt reads the time at a node: a time element, or a short text that has one.
func (d *doc) dateAt(n *html.Node) (shownDate, bool) {
	var s shownDate
	var words string
	switch {
	case n.Type == html.ElementNode && n.DataAtom == atom.Time:
		words = shortText(n.Parent, 120) + " " + attr(n, "class") + " " + attr(n, "itemprop")
		m, ok := machineTime(n, d.clock())
		if !ok {
			m, ok = parseMoment(text(n), d.clock())
		}
		if !ok {
			return s, false
		}
		s.moment, s.via, s.score = m, "css time", 3
	case n.Type == html.TextNode:
		m, around, ok := d.dateInText(n)
		if !ok {
			return s, false
		}
		words = around
		s.moment, s.via = m, "css "+selectorOf(n.Parent)
		s.score = 1.5 - float64(len(around))/80
		s.bare = len(around) <= 40
	default:
		return s, false
	}
	if hiddenNode(n) || !publishing.MatchString(words) && d.inMasthead(n) {
		return s, false
	}
	s.score += d.dateSurroundings(n, words)
	s.updated = ofUpdate(words)
	return s, true
}

// ofUpdate reports whether the first time in a line is that of an update. Where
// the word for it stands between two days, it is the second's.
func ofUpdate(line string) bool {
	at := updateWord.FindStringIndex(line)
	if at == nil || publishing.MatchString(line) {
		return false
	}
	return !dateDigits.MatchString(line[:at[0]]) || !dateDigits.MatchString(line[at[1]:])
}

// dateInText reads the time in a short text node, with the line around it.
func (d *doc) dateInText(n *html.Node) (story.Moment, string, bool) {
	data := strings.TrimSpace(n.Data)
	if len(data) <= 300 && !ascii(data) {
		data = plainDigits(data)
	}
	if len(data) < 6 || !strings.ContainsAny(data, "0123456789") || n.Parent == nil || n.Parent.DataAtom == atom.Time || silent(n.Parent) || !dateDigits.MatchString(data) || within(n, atom.Script, atom.Style, atom.Head, atom.Time) {
		return "", "", false
	}
	around := shortText(n.Parent, 150)
	if around == "" {
		if len(data) > 150 {
			data = firstPart(data, 70)
		}
		around = data
	}
	for _, s := range []string{data, around} {
		if m, ok := parseMoment(s, d.clock()); ok {
			if m.DayOnly() && s == data {
				if fuller, ok := parseMoment(around, d.clock()); ok && !fuller.DayOnly() && strings.HasPrefix(string(fuller), string(m)) {
					m = fuller
				}
			}
			return m, around, true
		}
	}
	return "", "", false
}

// firstPart is the beginning of a text, cut at a rune.
func firstPart(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xC0 == 0x80 {
		limit--
	}
	return s[:limit]
}

// dateSurroundings weighs what stands around a time.
func (d *doc) dateSurroundings(n *html.Node, words string) float64 {
	score := 0.0
	if publishing.MatchString(words) {
		score += 2
	}
	if eventWord.MatchString(words) {
		score -= 3
	}
	near := 0
	for p := n; p != nil && !d.holdsHeading(p); p = p.Parent {
		if p.Type != html.ElementNode {
			continue
		}
		sign := d.signsOf(p)
		if near < 3 && sign&signDate != 0 {
			score += 1.5
			near = 3
		}
		near++
		switch p.DataAtom {
		case atom.Aside, atom.Footer, atom.Nav, atom.Figure, atom.Form, atom.A:
			score -= 3
		}
		if sign&signOther != 0 {
			score -= 5
			break
		}
	}
	return score
}

// shownTime is the likeliest time of publication that the page shows; updated
// asks for the time of its update instead, least is the least weight that counts.
func (d *doc) shownTime(updated bool, least float64) (story.Moment, string) {
	var best *shownDate
	for i := range d.shown() {
		s := &d.shownDates[i]
		if s.updated == updated && s.score > least && (best == nil || s.score > best.score) {
			best = s
		}
	}
	if best == nil && least <= 0 {
		best = d.loneDate(updated)
	}
	if best == nil {
		return "", ""
	}
	if best.moment.DayOnly() { // the same day said with its time, elsewhere
		for _, s := range d.shownDates {
			if s.updated == updated && !s.moment.DayOnly() && s.score > least && strings.HasPrefix(string(s.moment), string(best.moment)) {
				return s.moment, s.via
			}
		}
	}
	return best.moment, best.via
}

// loneDate is the only day that the page shows in a line of its own, wherever
// that stands; nil where it shows several, or none.
func (d *doc) loneDate(updated bool) *shownDate {
	var lone *shownDate
	for i := range d.shownDates {
		s := &d.shownDates[i]
		if s.updated != updated {
			continue
		}
		if lone != nil && !strings.HasPrefix(string(s.moment), string(lone.moment[:len(story.DayLayout)])) {
			return nil
		}
		if lone == nil || s.bare && !lone.bare {
			lone = s
		}
	}
	if lone == nil || !lone.bare {
		return nil
	}
	return lone
}

// urlTime is the day that the page's address states.
func (d *doc) urlTime() (story.Moment, string) {
	g := urlDay.FindStringSubmatch(strings.TrimPrefix(d.url, "https://"))
	if g == nil {
		return "", ""
	}
	m, ok := parseMoment(g[1]+"-"+g[2]+"-"+g[3], clock{})
	if !ok {
		return "", ""
	}
	return m, "url"
}
