package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// namesAt are the names in a byline, and whether each is marked as one: by an
// itemprop or a link to its author's page. Else the text is parted.
func (d *doc) namesAt(n *html.Node) (names []string, marked bool) {
	var named, linked []string
	for c := range n.Descendants() {
		if c.Type != html.ElementNode {
			continue
		}
		if attr(c, "itemprop") == "name" {
			named = append(named, onlyNames(shortText(c, 150))...)
		} else if c.DataAtom == atom.A && (hasWord(attr(c, "rel"), "author") || leadsTo(attr(c, "href"), authorSegments)) {
			linked = append(linked, onlyNames(shortText(c, 150))...)
		}
	}
	for _, l := range [][]string{named, linked} {
		if len(l) > 0 {
			return distinct(l), true
		}
	}
	for _, line := range printedLines(n) {
		names = append(names, withoutPlace(onlyNames(line))...)
		if len(names) > 0 && !strings.HasSuffix(strings.TrimSpace(line), ",") {
			break // what stands below the names is their role, or the date
		}
	}
	return distinct(names), false
}

// printedLines are the lines below n as they are printed: every break parts them.
func printedLines(n *html.Node) []string {
	var b strings.Builder
	writeText(&b, n, 1<<12)
	var out []string
	for line := range strings.FieldsFuncSeq(b.String(), func(r rune) bool { return r == blockEdge || r == lineBreak }) {
		if line = story.Plain(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// withoutPlace drops the place that a byline ends in: "Anna Muster, Frankfurt".
func withoutPlace(names []string) []string {
	last := len(names) - 1
	if last > 0 && len(strings.Fields(names[0])) > 1 && len(strings.Fields(names[last])) == 1 && !agency[strings.ToLower(names[last])] && len([]rune(names[last])) > 3 {
		return names[:last]
	}
	return names
}

// agency are the news agencies that stories are signed with.
var agency = map[string]bool{"reuters": true, "afp": true, "ap": true, "dpa": true, "efe": true, "ansa": true, "bloomberg": true, "tass": true,
	"xinhua": true, "kna": true, "epd": true, "sid": true, "apa": true, "upi": true, "jiji": true, "kyodo": true, "ritzau": true, "lusa": true, "belga": true, "kathpress": true}

// onlyNames are the parts of a text that look like names.
func onlyNames(s string) []string {
	var out []string
	for _, p := range people(s) {
		if likeName(p) {
			out = append(out, p)
		}
	}
	return out
}
