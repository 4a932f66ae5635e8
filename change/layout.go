package change

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"stakeout/story"
)

// lost says which of what the story had the layout no longer yields; "" for
// nothing. A paragraph that was taken out is an edit; a text that breaks off, a
// text that still stands on the page where the rules don't find it, or several
// fields that turn empty at once, are not.
func lost(old, read *story.Reading) string {
	before, after := normalBody(old.Body), normalBody(read.Body)
	switch {
	case len(before) > 0 && len(after) == 0:
		return "the text is missing"
	case old.Headline != "" && read.Headline == "" && (slices.Equal(before, after) || !Alike(old.Fields, read.Fields)):
		return "the headline is missing"
	case breaksOff(before, after):
		return fmt.Sprintf("the text breaks off after %d of %d paragraphs", len(after), len(before))
	case hollow(before, after, old.Prints):
		return fmt.Sprintf("of %d paragraphs the page has hardly %d left, and nothing new", len(before), len(after))
	}
	if n := outOfReach(old, read, before, after); n > 0 {
		return fmt.Sprintf("%d of %d paragraphs still stand on the page, where the rules for body no longer find them", n, len(before))
	}
	if gone := emptied(old, read); len(gone) >= 3 {
		return "the layout no longer yields " + strings.Join(gone, ", ")
	}
	return ""
}

// breaksOff reports whether a text is but the beginning of another: what is left
// is what it began with, the last paragraph was cut inside a sentence, and at
// least two more are missing. A story whose second half was taken out between two
// paragraphs was edited.
func breaksOff(old, new []string) bool {
	last := len(new) - 1
	if last < 0 || len(old)-len(new) < 2 || new[last] == old[last] || !slices.Equal(new[:last], old[:last]) {
		return false
	}
	return cutShort(old[last], new[last])
}

// cutShort reports whether a paragraph was cut inside a sentence: it stops in
// mid-sentence where the old one goes on, or stops with three points that the old
// one hasn't.
func cutShort(old, new string) bool {
	if strings.HasPrefix(old, new) {
		end, _ := utf8.DecodeLastRuneInString(new)
		return !strings.ContainsRune(`.!?:;"')]。！？」`, end)
	}
	teaser, ok := strings.CutSuffix(new, "...")
	teaser = strings.TrimRight(teaser, " ([")
	return ok && teaser != "" && strings.HasPrefix(old, teaser)
}

// hollow reports whether a text lost at least three paragraphs and four fifths of
// its letters, and nothing came in their place that the old page didn't show: no
// publisher leaves a story so without a word, a paywall or a broken page does.
func hollow(old, new []string, page story.Prints) bool {
	if len(old)-len(new) < 3 {
		return false
	}
	had := map[string]int{}
	for _, p := range old {
		had[p]++
	}
	for _, p := range new {
		if had[p]--; had[p] < 0 && !page.Has(p) {
			return false
		}
	}
	return 5*letters(new) < letters(old)
}

// outOfReach counts the paragraphs that a source's rules found before and now
// don't, though the page still shows them; 0 for less than three paragraphs or
// less than a quarter of the letters. The automatic reader may differ on what is
// the story; rules find it or are broken.
func outOfReach(old, read *story.Reading, before, after []string) int {
	if !strings.HasPrefix(old.Via["body"], "css ") {
		return 0
	}
	has := map[string]bool{}
	for _, p := range after {
		has[p] = true
	}
	n, letters, all := 0, 0, 0
	for _, p := range before {
		all += len(p)
		if !has[p] && read.Prints.Has(p) {
			n++
			letters += len(p)
		}
	}
	if n < 3 || 4*letters < all {
		return 0
	}
	return n
}

// emptied names the fields besides headline and body that readers saw filled and
// that turned empty.
func emptied(old, read *story.Reading) []string {
	filled := map[string]bool{}
	for _, f := range read.Filled() {
		filled[f] = true
	}
	var gone []string
	for _, f := range old.Filled() {
		if !filled[f] && f != "updated" && f != "language" && f != "headline" && f != "body" && !unseen(old.Via[f]) {
			gone = append(gone, f)
		}
	}
	return gone
}
