package prose

import (
	"strings"

	"stakeout/story"
)

// notice says what kind of notice a block is by its words alone, "" for none.
// Words decide only of short blocks, and only where all agree on their meaning;
// what a page's structure says goes first.
func notice(b *block) string {
	if b.weight > 260 {
		return ""
	}
	if b.isAppeal() {
		return "appeal to the readers"
	}
	s := strings.ToLower(story.Normal(b.text))
	switch {
	case contains(s, rights) || ownRights.MatchString(s) || viewsNotOurs.MatchString(s):
		return "colophon"
	case b.link > 0 && bioEnd.MatchString(s):
		return "biography"
	}
	if b.weight > 160 {
		return ""
	}
	bare := strings.Trim(s, " -:.*[]()|>\u00bb\u2022\u25ba\u2193")
	switch {
	case advertLabels[bare] || contains(s, disclosures):
		return "advertisement"
	case b.weight < 80 && (b.link*10 >= b.weight*3 || strings.HasSuffix(s, ":")) && hasPrefix(bare, readMore):
		return "related links"
	case b.weight < 80 && b.ends <= 1 && hasPrefix(bare, creditStarts):
		return "caption"
	case b.link > 0 && contains(s, invitations):
		return "newsletter box"
	case b.weight < 80 && b.digits > 0 && (readersNow.MatchString(s) || isCount(s)):
		return "counter"
	case colophon.MatchString(s):
		return "colophon"
	case isStamp(b, s):
		return "byline or date"
	case b.weight < 80 && b.digits > 0 && oldStory.MatchString(s):
		return "age of the story"
	}
	return furnished(b, s)
}

// isAppeal reports whether a block only asks the readers for something.
func (b *block) isAppeal() bool {
	return b.weight <= 260 && story.IsAppeal(story.Normal(b.text)) && !isNote(b)
}

// isNote reports whether a block begins as editors' notes do.
func isNote(b *block) bool {
	return b.ends > 0 && b.link*2 < b.weight && IsNote(b.text)
}

// IsNote reports whether a text begins as editors' notes do: "Correction: …".
func IsNote(text string) bool {
	s := strings.ToLower(story.Normal(cut(strings.TrimSpace(text), 80)))
	s = strings.TrimLeft(s, "*\u2022\u25cf-[( ")
	return hasPrefix(s, noteStarts) || noteLabel.MatchString(s)
}

// isCount reports whether a line is nothing but counts: "Views: 5123 | 3 comments".
func isCount(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("|\u00b7\u2022/,;", r) })
	for _, p := range parts {
		if !counted.MatchString(strings.TrimSpace(p)) {
			return false
		}
	}
	return len(parts) > 0
}

func hasPrefix(s string, list []string) bool {
	for _, p := range list {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func contains(s string, list []string) bool {
	for _, p := range list {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

func lines(list string) []string {
	var out []string
	for _, l := range strings.Split(list, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

func lineSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, l := range lines(list) {
		out[l] = true
	}
	return out
}
