package story

import (
	"slices"
	"strings"
	"unicode"
)

// shingleWords is how many words in a row make a shingle. Three are shared by
// texts that have only the subject in common, five break more often where a
// copy was edited; docs/decisions has the measurement.
const shingleWords = 4

// Shingles are the hashes of every few words in a row of a text, sorted, each
// once: texts that share many of them were copied from each other or from a
// third. Case, marks and paragraphs don't count; of scripts without spaces two
// characters are a word. They stay the same from one version of the program to the next:
// histories keep some of them.
func Shingles(body []string) []uint64 {
	var words []uint64
	for _, p := range body {
		words = appendWords(words, strings.ToLower(Normal(p)))
	}
	if len(words) < shingleWords {
		return nil
	}
	out := make([]uint64, 0, len(words)-shingleWords+1)
	for i := range len(words) - shingleWords + 1 {
		h := uint64(offset64)
		for _, w := range words[i : i+shingleWords] {
			h = mix(h ^ w)
		}
		out = append(out, h)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// FNV-1a, 64 bits.
const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

// appendWords adds the hashes of a text's words.
func appendWords(out []uint64, text string) []uint64 {
	h, n := uint64(offset64), 0
	end := func() {
		if n > 0 {
			out = append(out, h)
		}
		h, n = offset64, 0
	}
	add := func(r rune) {
		for ; r > 0; r >>= 8 {
			h = (h ^ uint64(r&0xff)) * prime64
		}
		n++
	}
	for _, r := range text {
		switch {
		case Unspaced(r):
			end()
			add(r)
			end()
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			add(r)
		case unicode.IsMark(r) || r == '\'':
		default:
			end()
		}
	}
	end()
	return out
}

// mix spreads a hash over all of its bits (the finaliser of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// Unspaced reports whether a character is of a script that writes no spaces
// between words: Chinese, Japanese, Thai, Lao, Khmer and Burmese.
func Unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && !unicode.IsMark(r)
}

// Shared counts what two sorted lists of shingles have in common.
func Shared(a, b []uint64) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// How much of a text its sketch keeps: every 32nd shingle, but at least 16 and
// at most 64. Of 3,186 copies with at least half of the shorter text, all but one
// share a hash of their sketches (docs/decisions).
const (
	sketchedOf    = 32
	leastSketched = 16
	mostSketched  = 64
)

// Sketch are the shingles of a text that stand for it in an index, as numbers of
// 48 bits: those that are smallest. What was copied keeps some of them, wherever
// it was cut.
func Sketch(shingles []uint64) []int64 {
	n, _ := slices.BinarySearch(shingles, 1<<63/sketchedOf*2)
	n = min(max(n, leastSketched), mostSketched, len(shingles))
	out := make([]int64, n)
	for i, h := range shingles[:n] {
		out[i] = int64(h >> 16)
	}
	return slices.Compact(out)
}
