package change

import (
	"fmt"
	"slices"
	"strings"

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
	}
	if n := outOfReach(old, read, before, after); n > 0 {
		return fmt.Sprintf("%d of %d paragraphs still stand on the page, where the rules for body no longer find them", n, len(before))
	}
	if gone := emptied(old, read); len(gone) >= 3 {
		return "the layout no longer yields " + strings.Join(gone, ", ")
	}
	return ""
}

// breaksOff reports whether a text is but the beginning of another: at least
// three paragraphs and half of the letters are missing, and the last one that is
// left was cut, or hardly anything is left. A story whose second half was taken
// out between two paragraphs was edited.
func breaksOff(old, new []string) bool {
	if len(old)-len(new) < 3 || len(new) == 0 {
		return false
	}
	last := len(new) - 1
	if !slices.Equal(new[:last], old[:last]) {
		return false
	}
	left, all := len(strings.Join(new, "")), len(strings.Join(old, ""))
	cut := strings.TrimRight(new[last], ".… ")
	switch {
	case new[last] == old[last]:
		return 5*left < all
	case cut != "" && strings.HasPrefix(old[last], cut):
		return 2*left < all
	}
	return false
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
