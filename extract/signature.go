package extract

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// labelledMeta are the values that the page's metadata gives under a label of
// the given meaning: twitter:label1 and twitter:data1, as blogs have them.
func (d *doc) labelledMeta(field string) (value, name string) {
	for _, n := range []string{"1", "2"} {
		label, _ := d.meta("twitter:label" + n)
		if label != "" && meanings[labelKey(label)] == field {
			return d.meta("twitter:data" + n)
		}
	}
	return "", ""
}

// lineSeps part a line that is set under a headline: "3 May 2026 | Eva Muster".
var lineSeps = regexp.MustCompile(`\s*[|·•]\s*|\s+[–—-]\s+|\n|,\s+`)

// weekday is a day's name left over from a date.
var weekday = regexp.MustCompile(`(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|diens|donners|frei|sams|sonn)tag\b|\bmittwoch\b|\b(?:lun|mar|mercre|jeu|vendre|same)di\b|\b(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b`)

// datedName is the name in a short line that has nothing else but a day: "" where
// it has none, or more.
func (d *doc) datedName(n *html.Node) string {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Span, atom.Small, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li, atom.Td, atom.Em, atom.I:
	default:
		return ""
	}
	line := shortText(n, 110)
	if !strings.ContainsAny(line, "0123456789") || !strings.ContainsFunc(line, unicode.IsUpper) {
		return ""
	}
	name, dated := "", false
	for _, part := range lineSeps.Split(line, -1) {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.ContainsAny(part, "0123456789"):
			_, ok := parseMoment(part, d.clock())
			dated = dated || ok || publishing.MatchString(part)
		case name != "":
			return ""
		default:
			name = part
		}
	}
	words := strings.Fields(name)
	if !dated || len(words) < 2 || len(words) > 4 || strings.Contains(name, ":") || weekday.MatchString(name) || !likeName(name) || !fullNames([]string{name}) || cleanName(name) != name || d.likeSite(name) {
		return ""
	}
	return name
}

// underHeadline is how many nodes after the headline a line is right under it.
const underHeadline = 60

// signedLine is the line right under the headline that signs the story without
// any mark of it: a name beside the day, or an agency alone.
func (d *doc) signedLine(n *html.Node) *byline {
	if n.Type != html.ElementNode {
		return nil
	}
	name := d.datedName(n)
	if s := shortText(n, 12); s != "" && agency[strings.ToLower(s)] && d.followsHeading(n) {
		name = s
	}
	if name == "" || within(n, atom.A, atom.Nav, atom.Aside, atom.Footer, atom.Figure) || hiddenNode(n) {
		return nil
	}
	return &byline{node: n, via: "css " + selectorOf(n), names: []string{name}, score: textSign}
}

// followsHeading reports whether an element stands right after the headline.
func (d *doc) followsHeading(n *html.Node) bool {
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if hasText(s) {
			return d.holdsHeading(s)
		}
	}
	return false
}
