package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// putIn is a call by which a page that React streams puts a part that came late
// into its place: $RS(part, place) for a segment, $RC(place, part) and $RR for
// what a loading sign stood in for.
var putIn = regexp.MustCompile(`\$R[A-Z]\("([\w-]*[BPS]:[0-9a-f]+)","([\w-]*[BPS]:[0-9a-f]+)"`)

// putInPlace moves the late parts of a streamed page to where its readers see
// them: they come hidden at the end, and a script of a line moves them
// (react-dom's server, completeSegment and completeBoundary).
func putInPlace(root *html.Node) {
	var calls [][]string
	ids := map[string]*html.Node{}
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Script:
			if s := rawText(n); len(s) < 1<<16 || strings.HasPrefix(s, "$R") {
				calls = append(calls, putIn.FindAllStringSubmatch(s, -1)...)
			}
		default:
			if id := attr(n, "id"); strings.Contains(id, ":") {
				ids[id] = n
			}
		}
	}
	for _, c := range calls {
		part, place := ids[c[1]], ids[c[2]]
		if !strings.Contains(c[1], "S:") {
			part, place = place, part
		}
		if part == nil || place == nil || place.Parent == nil || inside(place, part) {
			continue
		}
		if strings.Contains(attr(place, "id"), "B:") {
			dropFallback(place)
		}
		for k := part.FirstChild; k != nil; k = part.FirstChild {
			part.RemoveChild(k)
			place.Parent.InsertBefore(k, place)
		}
		place.Parent.RemoveChild(place)
	}
}

// dropFallback removes what stood in for a late part: all up to the comment that
// ends it.
func dropFallback(place *html.Node) {
	depth := 0
	for k := place.NextSibling; k != nil; k = place.NextSibling {
		if k.Type == html.CommentNode {
			switch k.Data {
			case "$", "$?", "$!", "$~":
				depth++
			case "/$":
				if depth == 0 {
					return
				}
				depth--
			}
		}
		place.Parent.RemoveChild(k)
	}
}

// inside reports whether n is ancestor, or below it.
func inside(n, ancestor *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == ancestor {
			return true
		}
	}
	return false
}
