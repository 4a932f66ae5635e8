package change

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stakeout/story"
)

// lost says which of what the story had the layout no longer yields, and how; no
// fields for nothing. A paragraph that was taken out is an edit; a text that
// breaks off, a text that still stands on the page where the rules don't find it,
// or several fields that turn empty at once, are not.
func lost(old, read *story.Reading) (fields []string, reason string) {
	before, after := normalBody(old.Body), normalBody(read.Body)
	body := []string{"body"}
	switch {
	case len(before) > 0 && len(after) == 0:
		return body, "the text is missing"
	case old.Headline != "" && read.Headline == "" && (slices.Equal(before, after) || !Alike(old.Fields, read.Fields)):
		return []string{"headline"}, "the headline is missing"
	case breaksOff(before, after):
		return body, fmt.Sprintf("the text breaks off after %d of %d paragraphs", len(after), len(before))
	case hollow(before, after, old.Prints):
		return body, fmt.Sprintf("of %d paragraphs the page has hardly %d left, and nothing new", len(before), len(after))
	}
	if n := outOfReach(old, read, before, after); n > 0 {
		return body, fmt.Sprintf("%d of %d paragraphs still stand on the page, where the rules for body no longer find them", n, len(before))
	}
	if gone := emptied(old, read); len(gone) >= 3 {
		return gone, "the layout no longer yields " + strings.Join(gone, ", ")
	}
	return nil, ""
}

// unruled are the fields for which a page that is no story has rules that found
// nothing.
func unruled(t story.Trouble) []string {
	for _, field := range []string{"headline", "body"} {
		if t.Outcome == story.Unreadable && t.Reason == "the rules for "+field+" found nothing" {
			return []string{field}
		}
	}
	return nil
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

// A field that turns empty in one story was emptied by its publisher, perhaps. When
// others lost it too, and none that was seen since has it, the layout no longer
// yields it: so many others, and for so long. After that it is taken for what the
// site is now.
const (
	othersEmptied = 2
	emptiedFor    = 3 * 24 * time.Hour
)

// broken names the fields, of those that turned empty, that other stories of the
// source lost lately too.
func (k Knowledge) broken(fields []story.FieldChange, old *story.Reading) []string {
	if k.Memory == nil {
		return nil
	}
	var gone []string
	for _, f := range fields {
		if !turnedEmpty(f) || unseen(old.Via[f.Field]) {
			continue
		}
		others := 0
		for s, at := range k.Memory.Emptied[f.Field] {
			if s != printOf(k.Story) && k.At.Sub(at) < emptiedFor {
				others++
			}
		}
		if others >= othersEmptied {
			gone = append(gone, f.Field)
		}
	}
	return gone
}

// turnedEmpty reports whether a field besides headline and body was filled and is
// not.
func turnedEmpty(f story.FieldChange) bool {
	if f.Field == "headline" || f.Field == "body" || f.Field == "url" {
		return false
	}
	if f.IsList {
		return len(f.OldList) > 0 && len(f.NewList) == 0
	}
	return f.Old != "" && f.New == ""
}

// learnEmptied takes down which fields a story lost, and which the layout yields.
func (m *Memory) learnEmptied(id string, at time.Time, v Verdict) {
	for _, f := range v.Read.Filled() {
		delete(m.Emptied, f)
	}
	for label := range v.Read.Metadata {
		delete(m.Emptied, "metadata."+label)
	}
	for _, f := range v.raw {
		if !turnedEmpty(f) {
			continue
		}
		if m.Emptied == nil {
			m.Emptied = map[string]map[string]time.Time{}
		}
		if m.Emptied[f.Field] == nil {
			m.Emptied[f.Field] = map[string]time.Time{}
		}
		m.Emptied[f.Field][printOf(id)] = at
		forget(m.Emptied[f.Field], mostLines, func(t time.Time) time.Time { return t })
	}
}
