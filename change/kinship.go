package change

import (
	"fmt"
	"strings"

	"stakeout/story"
)

// Bounds of what is one story, as shares of four-word runs in common, of the
// shorter text's. Measured: other pages of one site share up to 0.005, a story
// and its heaviest rewrite 0.05 and more.
const (
	strangers = 0.02 // two long texts with less are two stories
	akin      = 0.10 // two texts at different addresses with less are two stories

	longText  = 200 // four-word runs from which on a text is long
	shortText = 40  // and up to which it is short, and told by its words
)

// notTheStory says why a page that reads well is not the story on record; ""
// where it is.
func notTheStory(old *story.Reading, resp Response, read story.Reading) string {
	if old.ID != "" && read.ID != "" && old.ID != read.ID {
		return fmt.Sprintf("another story: the page states ID %s, expected %s", read.ID, old.ID)
	}
	if read.Unclosed && !old.Unclosed {
		return "the page is cut off: its document is never closed"
	}
	if read.Deep && !old.Deep {
		return "the page nests too deep to be read as before"
	}
	alike := Alike(old.Fields, read.Fields)
	if from, to, ok := redirected(resp); ok && !alike {
		return fmt.Sprintf("another story: redirected from %s to %s", from.Path, to)
	}
	if a, b := language(old.Language), language(read.Language); a != "" && b != "" && a != b && !alike {
		return fmt.Sprintf("another language's copy: found %s, expected %s", b, a)
	}
	sameID := old.ID != "" && old.ID == read.ID
	if !alike && !sameID && movedTo(old.URL, read.URL) {
		return "another story: neither its address nor its words are those on record"
	}
	return ""
}

// replaced says that nothing is left of a story at its own address; "" where
// something is, or the page names the story by its ID.
func replaced(old *story.Reading, read story.Reading) string {
	sameID := old.ID != "" && old.ID == read.ID
	stated := old.Via["url"] != "" && read.Via["url"] != "" && old.URL == read.URL
	if sameID || !unrelated(old.Fields, read.Fields, stated) {
		return ""
	}
	return fmt.Sprintf("another story: of %q nothing is left, the page has %q", excerpt(old.Headline, 60), excerpt(read.Headline, 60))
}

// Alike reports whether two readings may be of one story by their words.
func Alike(a, b story.Fields) bool {
	x, y := runsOf(a.Body), runsOf(b.Body)
	if min(len(x), len(y)) <= shortText {
		// Any two texts of one language share the words that every text has: only
		// with a headline in common do they say something.
		return common(x, y) >= akin || dice([]string{a.Headline}, []string{b.Headline}) >= 0.3 &&
			dice(append([]string{a.Headline}, a.Body...), append([]string{b.Headline}, b.Body...)) >= 0.5
	}
	return common(x, y) >= akin
}

// unrelated reports whether two texts at one address are two stories, or a story
// and a notice in its place: hardly a run of words in common, other words in the
// headline, and enough of either, or next to nothing where much was. A note that
// grew into a story is one, and so is a rewrite that states its old address.
func unrelated(a, b story.Fields, stated bool) bool {
	headlines := dice([]string{a.Headline}, []string{b.Headline})
	if headlines >= 0.3 {
		return false
	}
	x, y := runsOf(a.Body), runsOf(b.Body)
	if common(x, y) >= strangers {
		return false
	}
	n := min(len(x), len(y))
	redated := a.Published != "" && b.Published != "" && !a.Published.Same(b.Published)
	switch {
	case len(y) <= shortText && len(x) > 2*shortText:
		return true
	case stated:
		return false
	}
	return n >= longText || n > shortText && redated || n >= 15 && headlines < 0.1 && len(y) < 3*len(x)
}

// runsOf is the set of four-word runs in a text.
func runsOf(body []string) map[[4]string]bool {
	runs := map[[4]string]bool{}
	for _, p := range body {
		var run [4]string
		n := 0
		for _, t := range tokenize(story.Normal(p)) {
			if !isWord(t) {
				continue
			}
			run = [4]string{run[1], run[2], run[3], strings.ToLower(t)}
			if n++; n >= 4 {
				runs[run] = true
			}
		}
	}
	return runs
}

// common is the share of the smaller set that is in both.
func common(a, b map[[4]string]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	n := 0
	for run := range a {
		if b[run] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// dice is the similarity of two texts' words, 0 to 1.
func dice(a, b []string) float64 {
	words := func(texts []string) (out []string) {
		for _, t := range texts {
			out = append(out, tokenize(story.Normal(t))...)
		}
		return out
	}
	return similarity(words(a), words(b))
}

func language(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), "-")
	s, _, _ = strings.Cut(s, "_")
	return s
}

// excerpt is a text's beginning, at most n characters.
func excerpt(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
