package change

import "strings"

// texts are two texts as tokens and their codes.
type texts struct {
	a, b           []string
	codesA, codesB []int32
	wordsA, wordsB []int32 // how many words stand before each token
}

func newTexts(old, new string) texts {
	in := interner{}
	t := texts{a: tokenize(old), b: tokenize(new)}
	t.codesA, t.codesB = in.codes(t.a), in.codes(t.b)
	t.wordsA, t.wordsB = wordsBefore(t.a), wordsBefore(t.b)
	return t
}

// wordsBefore counts the words before each token, and before the end.
func wordsBefore(tokens []string) []int32 {
	out := make([]int32, len(tokens)+1)
	for i, t := range tokens {
		out[i+1] = out[i]
		if isWord(t) {
			out[i+1]++
		}
	}
	return out
}

// joinNear joins hunks that fewer words set apart than either of them has, so
// that a rewritten sentence reads as one, not as confetti. Two that only put in,
// or only take out, stay apart.
func (t texts) joinNear(hunks []hunkRange) []hunkRange {
	var out []hunkRange
	for _, h := range hunks {
		out = append(out, h)
		for n := len(out); n >= 2 && t.near(out[n-2], out[n-1]); n = len(out) {
			out[n-2].oldTo, out[n-2].newTo = out[n-1].oldTo, out[n-1].newTo
			out = out[:n-1]
		}
	}
	return out
}

func (t texts) near(x, y hunkRange) bool {
	onlyIn := x.oldFrom == x.oldTo && y.oldFrom == y.oldTo
	onlyOut := x.newFrom == x.newTo && y.newFrom == y.newTo
	if onlyIn || onlyOut {
		return false
	}
	between := t.wordsA[y.oldFrom] - t.wordsA[x.oldTo]
	return between <= t.size(x) && between <= t.size(y) && 2*between < t.size(x)+t.size(y)
}

// size is the number of words on the larger side of a hunk.
func (t texts) size(h hunkRange) int32 {
	return max(t.wordsA[h.oldTo]-t.wordsA[h.oldFrom], t.wordsB[h.newTo]-t.wordsB[h.newFrom])
}

// slide moves each hunk that only puts in or takes out to where it reads best,
// among the places where it says the same: at the start of a sentence, else
// of a word. What then touches is one.
func (t texts) slide(hunks []hunkRange) []hunkRange {
	for i := range hunks {
		low, high := 0, len(t.a)
		if i > 0 {
			low = hunks[i-1].oldTo
		}
		if i+1 < len(hunks) {
			high = hunks[i+1].oldFrom
		}
		h := &hunks[i]
		switch {
		case h.oldFrom == h.oldTo:
			by := best(t.b, t.codesB, h.newFrom, h.newTo, h.oldFrom-low, high-h.oldTo)
			h.move(by)
		case h.newFrom == h.newTo:
			by := best(t.a, t.codesA, h.oldFrom, h.oldTo, h.oldFrom-low, high-h.oldTo)
			h.move(by)
		}
	}
	var out []hunkRange
	for _, h := range hunks {
		if n := len(out); n > 0 && out[n-1].oldTo == h.oldFrom && out[n-1].newTo == h.newFrom {
			out[n-1].oldTo, out[n-1].newTo = h.oldTo, h.newTo
			continue
		}
		out = append(out, h)
	}
	return out
}

func (h *hunkRange) move(by int) {
	h.oldFrom, h.oldTo, h.newFrom, h.newTo = h.oldFrom+by, h.oldTo+by, h.newFrom+by, h.newTo+by
}

// best is by how many tokens a run is best moved, at most left or right.
func best(tokens []string, codes []int32, from, to, left, right int) int {
	by, most := 0, niceness(tokens, from, to)
	for n := 1; n <= left && from-n >= 0 && codes[from-n] == codes[to-n]; n++ {
		if nice := niceness(tokens, from-n, to-n); nice > most {
			by, most = -n, nice
		}
	}
	for n := 1; n <= right && to+n <= len(codes) && codes[from+n-1] == codes[to+n-1]; n++ {
		if nice := niceness(tokens, from+n, to+n); nice > most {
			by, most = n, nice
		}
	}
	return by
}

// niceness says how well a run reads by itself.
func niceness(tokens []string, from, to int) int {
	start := from == 0 || tokens[from-1] == " "
	end := to == len(tokens) || tokens[to-1] == " " || !isWord(tokens[to]) && tokens[to] != " "
	sentence := from == 0 || from > 1 && strings.ContainsAny(tokens[from-2], ".!?。")
	nice := 0
	if isWord(tokens[from]) || tokens[from] == `"` {
		nice++
	}
	if start {
		nice++
		if sentence {
			nice += 2
		}
	}
	if end {
		nice++
	}
	return nice
}
