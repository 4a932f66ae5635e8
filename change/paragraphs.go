package change

import (
	"slices"
	"sort"
	"strings"

	"stakeout/story"
)

// pair is a paragraph of the old body and what it is in the new one.
type pair struct{ old, new int }

// alike is the similarity from which on two paragraphs are one that was edited.
// Measured on 50 real edits.
const alike = 0.4

// body compares two bodies in normal form, paragraph by paragraph: exact
// matches first, then what is alike; a paragraph outside the longest run that
// kept its order was moved.
func body(old, new []string, g grader) []story.FieldChange {
	pairs := align(old, new)
	kept := inOrder(pairs)
	oldDone, newDone := make([]bool, len(old)), make([]bool, len(new))
	var out []story.FieldChange
	for i, p := range pairs {
		oldDone[p.old], newDone[p.new] = true, true
		if old[p.old] != new[p.new] {
			out = append(out, edited(old[p.old], new[p.new], p.new, g))
		}
		if !kept[i] {
			out = append(out, moved(new[p.new], p))
		}
	}
	for j, text := range new {
		if !newDone[j] {
			out = append(out, whole("", text, j, story.Added))
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return *out[i].At < *out[j].At })
	for i, text := range old {
		if !oldDone[i] {
			out = append(out, whole(text, "", i, story.Deleted))
		}
	}
	return out
}

// edited is a paragraph that stayed and differs.
func edited(old, new string, at int, g grader) story.FieldChange {
	words := Words(old, new)
	return story.FieldChange{Field: "body", At: &at, Old: old, New: new, Words: words, Class: g.grade(words)}
}

// moved is a paragraph that changed its place among the others.
func moved(text string, p pair) story.FieldChange {
	return story.FieldChange{Field: "body", At: &p.new, Was: &p.old, Old: text, New: text, Class: story.Reordered,
		Words: []story.Word{{Op: story.Kept, Text: text}}}
}

// whole is a paragraph that came or went.
func whole(old, new string, at int, class story.Class) story.FieldChange {
	if isCorrection(old + new) {
		class = story.Correction
	}
	return story.FieldChange{Field: "body", At: &at, Old: old, New: new, Class: class, Words: Words(old, new)}
}

// align pairs paragraphs, in the order of the new body.
func align(old, new []string) []pair {
	pairs := sameOrder(old, new)
	pairs = append(pairs, inPlace(old, new, pairs, muchAlike)...) // before copies elsewhere, for a text may stand there twice
	oldFree, newFree := free(pairs, len(old), len(new))
	pairs = append(pairs, sameText(old, new, oldFree, newFree)...)
	oldFree, newFree = free(pairs, len(old), len(new))
	pairs = append(pairs, similar(old, new, oldFree, newFree)...)
	pairs = append(pairs, inPlace(old, new, pairs, rewritten)...)
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].new < pairs[j].new })
	return pairs
}

// sameOrder pairs equal paragraphs along a longest common subsequence.
func sameOrder(old, new []string) []pair {
	in := interner{}
	var pairs []pair
	i, j := 0, 0
	take := func(n int) {
		for range n {
			pairs = append(pairs, pair{i, j})
			i, j = i+1, j+1
		}
	}
	for _, h := range diff(in.codes(old), in.codes(new)) {
		take(h.oldFrom - i)
		i, j = h.oldTo, h.newTo
	}
	take(len(old) - i)
	return pairs
}

// free lists the paragraphs that no pair has.
func free(pairs []pair, olds, news int) (oldFree, newFree []int) {
	oldUsed, newUsed := make([]bool, olds), make([]bool, news)
	for _, p := range pairs {
		oldUsed[p.old], newUsed[p.new] = true, true
	}
	for i, used := range oldUsed {
		if !used {
			oldFree = append(oldFree, i)
		}
	}
	for j, used := range newUsed {
		if !used {
			newFree = append(newFree, j)
		}
	}
	return oldFree, newFree
}

// sameText pairs equal paragraphs wherever they stand.
func sameText(old, new []string, oldFree, newFree []int) []pair {
	at := map[string][]int{}
	for _, i := range oldFree {
		at[old[i]] = append(at[old[i]], i)
	}
	var pairs []pair
	for _, j := range newFree {
		if l := at[new[j]]; len(l) > 0 {
			pairs = append(pairs, pair{l[0], j})
			at[new[j]] = l[1:]
		}
	}
	return pairs
}

// akinInPlace is the similarity from which on two paragraphs are one that was
// rewritten, where each stands alone between the same neighbours.
const akinInPlace = 0.3

// rewritten reports whether two paragraphs in each other's place are one: alike
// enough, or quotations that end in the same words of who said so.
func rewritten(old, new string) bool {
	a, b := tokenize(old), tokenize(new)
	if similarity(a, b) >= akinInPlace {
		return true
	}
	quoted := strings.Contains(old, `"`) && strings.Contains(new, `"`)
	return quoted && sameEnding(a, b)
}

// muchAlike reports whether two paragraphs are one that was edited, beyond doubt.
func muchAlike(old, new string) bool { return similarity(tokenize(old), tokenize(new)) >= 0.8 }

// sameEnding reports whether the last two words of two texts are the same.
func sameEnding(a, b []string) bool {
	last := func(tokens []string) (words []string) {
		for i := len(tokens) - 1; i >= 0 && len(words) < 2; i-- {
			if isWord(tokens[i]) {
				words = append(words, tokens[i])
			}
		}
		return words
	}
	x, y := last(a), last(b)
	return len(x) == 2 && slices.Equal(x, y)
}

// inPlace pairs what is left where one old and one new paragraph stand in each
// other's place: between the same two neighbours, or the same one at an end.
func inPlace(old, new []string, pairs []pair, same func(old, new string) bool) []pair {
	newOf := map[int]int{-1: -1, len(old): len(new)}
	for _, p := range pairs {
		newOf[p.old] = p.new
	}
	oldFree, newFree := free(pairs, len(old), len(new))
	isFree := map[int]bool{}
	for _, j := range newFree {
		isFree[j] = true
	}
	var out []pair
	for _, i := range oldFree {
		before, okBefore := newOf[i-1]
		after, okAfter := newOf[i+1]
		j := before + 1
		if okBefore && okAfter && after == j+1 && isFree[j] && same(old[i], new[j]) {
			out = append(out, pair{i, j})
		}
	}
	return out
}

// maxCompared bounds how many paragraphs are held against each other; of a
// longer rewrite those near each other in order are.
const maxCompared = 400

// similar pairs paragraphs that are alike, the most alike first, and of equals
// those that are nearest in place.
func similar(old, new []string, oldFree, newFree []int) []pair {
	type candidate struct {
		pair
		score float64
		apart int
	}
	oldTokens, newTokens := tokensOf(old, oldFree), tokensOf(new, newFree)
	var all []candidate
	for a, i := range oldFree {
		for b, j := range newFree {
			apart := max(a-b, b-a)
			if len(oldFree)+len(newFree) > maxCompared && apart > maxCompared/8 {
				continue
			}
			if s := similarity(oldTokens[a], newTokens[b]); s >= alike {
				all = append(all, candidate{pair{i, j}, s, apart})
			}
		}
	}
	sort.SliceStable(all, func(x, y int) bool {
		if all[x].score != all[y].score {
			return all[x].score > all[y].score
		}
		return all[x].apart < all[y].apart
	})
	oldUsed, newUsed := map[int]bool{}, map[int]bool{}
	var pairs []pair
	for _, c := range all {
		if !oldUsed[c.old] && !newUsed[c.new] {
			oldUsed[c.old], newUsed[c.new] = true, true
			pairs = append(pairs, c.pair)
		}
	}
	return pairs
}

func tokensOf(texts []string, which []int) [][]string {
	out := make([][]string, len(which))
	for k, i := range which {
		out[k] = tokenize(texts[i])
	}
	return out
}

// inOrder marks the pairs of a longest run whose old places rise with the new
// ones (patience sorting).
func inOrder(pairs []pair) []bool {
	tails := []int{}                  // index of the pair that ends a run of each length
	before := make([]int, len(pairs)) // the pair before in the run
	for i, p := range pairs {
		k := sort.Search(len(tails), func(k int) bool { return pairs[tails[k]].old >= p.old })
		before[i] = -1
		if k > 0 {
			before[i] = tails[k-1]
		}
		if k == len(tails) {
			tails = append(tails, i)
		} else {
			tails[k] = i
		}
	}
	kept := make([]bool, len(pairs))
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = before[i] {
			kept[i] = true
		}
	}
	return kept
}
