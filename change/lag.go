package change

import (
	"slices"
	"strings"
	"time"

	"stakeout/story"
)

// Lag is a correction of one story that a copy of it doesn't follow.
type Lag struct {
	// Class is Correction where the publisher told its readers by a note, else
	// Fact: the words of a number, a date, a name or their kind differ.
	Class   story.Class `json:"class"`
	Version int         `json:"version"` // of the story that was corrected, from which on it says New
	At      time.Time   `json:"at"`
	Old     string      `json:"old"` // the words
	New     string      `json:"new"`
	// Still is the sentence of the copy that has the old words and not the new.
	Still string `json:"still"`
}

// How alike a sentence must be to one that was corrected to be held for it, and
// how many versions of a story are gone through.
const (
	sameSentence   = 0.6
	maxLagVersions = 40
)

// Lags lists what a story corrected since any of its versions that a copy of it
// still says as before. It takes the difference between each version and the
// last: what was corrected twice is told once, what was taken back not at all.
// history is as for Blame.
func Lags(history []Told, copied story.Fields) []Lag {
	history = readAlike(history)
	if len(history) < 2 {
		return nil
	}
	if extra := len(history) - maxLagVersions; extra > 0 {
		history = slices.Concat(history[:1], history[extra+1:])
	}
	last := history[len(history)-1]
	held, says := sentencesOf(copied), sentencesOf(last.Fields)
	var out []Lag
	for i, before := range history[:len(history)-1] {
		for _, x := range swapsOf(before.Fields, last.Fields) {
			still := x.still(held)
			if still == "" || slices.Contains(says, still) || slices.ContainsFunc(out, func(l Lag) bool { return l.Still == still && l.Old == x.old && l.New == x.new }) {
				continue
			}
			since := saidSince(history[i+1:], x.newSentence)
			out = append(out, Lag{Class: classAt(history, since), Version: since.Version, At: since.At, Old: x.old, New: x.new, Still: still})
		}
	}
	slices.SortStableFunc(out, func(a, b Lag) int { return a.At.Compare(b.At) })
	return out
}

// readAlike keeps one reading of each version: as read by the rules of the last
// one, where there is such.
func readAlike(history []Told) []Told {
	var out []Told
	for _, t := range history {
		n := len(out) - 1
		switch {
		case n < 0 || out[n].Version != t.Version:
			out = append(out, t)
		case out[n].Rules != history[len(history)-1].Rules:
			out[n] = t
		}
	}
	return out
}

// sentencesOf are a story's headline and sentences.
func sentencesOf(f story.Fields) []string {
	var out []string
	if h := story.Normal(f.Headline); h != "" {
		out = append(out, h)
	}
	for _, p := range normalBody(f.Body) {
		out = append(out, sentences(p)...)
	}
	return out
}

// saidSince is the first of some versions that says a sentence; the last where
// none does.
func saidSince(history []Told, sentence string) Told {
	for _, t := range history {
		if slices.Contains(sentencesOf(t.Fields), sentence) {
			return t
		}
	}
	return history[len(history)-1]
}

// classAt is Correction where a version came with a note, else Fact.
func classAt(history []Told, at Told) story.Class {
	for i, t := range history {
		if i > 0 && t.Version == at.Version && slices.ContainsFunc(text(history[i-1].Fields, t.Fields), func(f story.FieldChange) bool { return f.Class == story.Correction }) {
			return story.Correction
		}
	}
	return story.Fact
}

// swap is a fact that was exchanged for another.
type swap struct {
	old, new                 string   // as written
	oldWords, newWords       []string // in lower case; with a word beside them where one is empty
	oldSentence, newSentence string   // in which they stand
}

// swapsOf lists the facts that differ between two states of a story, in its
// headline and in the paragraphs that stayed.
func swapsOf(old, new story.Fields) []swap {
	g := newGrader(old, new)
	out := g.swaps(story.Normal(old.Headline), story.Normal(new.Headline))
	a, b := normalBody(old.Body), normalBody(new.Body)
	for _, p := range align(a, b) {
		out = append(out, g.swaps(a[p.old], b[p.new])...)
	}
	return out
}

// swaps lists the facts that differ between two texts.
func (g grader) swaps(old, new string) []swap {
	if old == new {
		return nil
	}
	words := Words(old, new)
	titled, hunks := inTitleCase(words), hunksOf(words)
	var out []swap
	oldAt, newAt, before := 0, 0, ""
	for i := 0; i < len(words); i++ {
		if words[i].Op == story.Kept {
			before = words[i].Text
			oldAt, newAt = oldAt+len(before), newAt+len(before)
			continue
		}
		h := hunks[0]
		hunks = hunks[1:]
		for i+1 < len(words) && words[i+1].Op != story.Kept {
			i++
		}
		after := ""
		if i+1 < len(words) {
			after = words[i+1].Text
		}
		if g.isFact(h, titled) {
			x := swap{old: strings.TrimSpace(h.old), new: strings.TrimSpace(h.new), oldWords: wordsIn(h.old), newWords: wordsIn(h.new),
				oldSentence: sentenceAt(old, oldAt), newSentence: sentenceAt(new, newAt)}
			if x.complete(wordsIn(before), wordsIn(after)) {
				out = append(out, x)
			}
		}
		oldAt, newAt = oldAt+len(h.old), newAt+len(h.new)
	}
	return out
}

// sentenceAt is the sentence of a paragraph in which a place is, in bytes.
func sentenceAt(paragraph string, at int) string {
	end := 0
	last := ""
	for _, s := range sentences(paragraph) {
		end += strings.Index(paragraph[end:], s) + len(s)
		if last = s; at < end {
			break
		}
	}
	return last
}

// mostOneSided is how many words may come or go with nothing in their place: a
// negation, a name. Of more a copy that lacks them may never have had them.
const mostOneSided = 3

// complete adds the words on both sides where a fact came or went, for without
// them it can't be looked for; false where too much did.
func (x *swap) complete(before, after []string) bool {
	if len(x.oldWords) > 0 && len(x.newWords) > 0 {
		return true
	}
	if len(before) > 0 {
		last := before[len(before)-1:]
		x.oldWords, x.newWords = slices.Concat(last, x.oldWords), slices.Concat(last, x.newWords)
	}
	if len(after) > 0 {
		x.oldWords, x.newWords = slices.Concat(x.oldWords, after[:1]), slices.Concat(x.newWords, after[:1])
	}
	return max(len(x.oldWords), len(x.newWords)) <= mostOneSided+2
}

// still is the sentence among some that stands for the one that was corrected,
// and has the old words and not the new; "" where there is none.
func (x swap) still(held []string) string {
	best, likest := "", sameSentence
	old, new := tokenize(x.oldSentence), tokenize(x.newSentence)
	for _, sentence := range held {
		tokens := tokenize(sentence)
		if like := max(similarity(old, tokens), similarity(new, tokens)); like >= likest && (best == "" || like > likest) {
			best, likest = sentence, like
		}
	}
	has := wordsIn(best)
	if best == "" || !inRow(has, x.oldWords) || inRow(has, x.newWords) {
		return ""
	}
	return best
}

func wordsIn(text string) []string {
	var out []string
	for _, t := range tokenize(text) {
		if isWord(t) {
			out = append(out, strings.ToLower(t))
		}
	}
	return out
}

// inRow reports whether some words stand in a row among others.
func inRow(all, row []string) bool {
	for i := 0; i+len(row) <= len(all); i++ {
		if slices.Equal(all[i:i+len(row)], row) {
			return len(row) > 0
		}
	}
	return false
}
