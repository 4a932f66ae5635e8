package change_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"stakeout/change"
	"stakeout/story"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"12 dead in flood", "120 dead in flood", "-12 +120 = dead in flood"},
		{"some 1.5 million people", "some 15 million people", "=some  -1.5 +15 = million people"},
		{"1,500 were hurt", "1,600 were hurt", "-1,500 +1,600 = were hurt"},
		{"a capital of 36 982,92 euros", "a capital of 36 982,93 euros", "=a capital of  -36 982,92 +36 982,93 = euros"},
		{"at 12:30 today", "at 12:45 today", "=at  -12:30 +12:45 = today"},
		{"They are guilty.", "They are guilty?", "=They are guilty -. +?"},
		{"They are guilty.", "They are not guilty.", "=They are  +not  =guilty."},
		{"He didn't say so", "He did say so", "=He  -didn't +did = say so"},
		{"the U.S. army", "the U.K. army", "=the  -U.S. +U.K. = army"},
		{"彼は東京に住む", "彼は大阪に住む", "=彼は -東京 +大阪 =に住む"},
		{"", "all new", "+all new"},
		{"all gone", "", "-all gone"},
		{"one two three", "one three", "=one  -two  =three"},
	} {
		words := change.Words(c.old, c.new)
		if got := written(words); got != c.want {
			t.Errorf("%q to %q:\n got %s\nwant %s", c.old, c.new, got, c.want)
		}
	}
}

// written shows words in a line.
func written(words []story.Word) string {
	var parts []string
	for _, w := range words {
		parts = append(parts, string(w.Op)+w.Text)
	}
	return strings.Join(parts, " ")
}

func FuzzWords(f *testing.F) {
	f.Add("12 dead", "120 dead")
	f.Add("a b c d e f", "f e d c b a")
	f.Add("彼は東京に", "彼は 大阪に住む")
	f.Add("it's 1,500.25!", "its 1,500,25?")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, old, new string) {
		old, new = story.Normal(old), story.Normal(new)
		checkWords(t, old, new)
	})
}

// checkWords replays a diff, and looks for words and numbers cut in two.
func checkWords(t *testing.T, old, new string) {
	t.Helper()
	words := change.Words(old, new)
	if err := replays(story.FieldChange{Field: "text", Old: old, New: new, Words: words}); err != nil {
		t.Fatal(err)
	}
	for i, w := range words {
		if w.Text == "" || i > 0 && words[i-1].Op == w.Op {
			t.Fatalf("%q to %q: an empty or doubled run: %s", old, new, written(words))
		}
	}
	if where := cutIn(words, story.Inserted); where != "" {
		t.Fatalf("%q to %q: the old text is cut in %q: %s", old, new, where, written(words))
	}
	if where := cutIn(words, story.Dropped); where != "" {
		t.Fatalf("%q to %q: the new text is cut in %q: %s", old, new, where, written(words))
	}
}

// cutIn names the place where a run ends inside a word of one of both texts,
// that which has no runs of the operation without; "" for none.
func cutIn(words []story.Word, without story.Op) string {
	text := ""
	for _, w := range words {
		if w.Op == without {
			continue
		}
		a, _ := utf8.DecodeLastRuneInString(text)
		b, _ := utf8.DecodeRuneInString(w.Text)
		if text != "" && letter(a) && letter(b) {
			return text[max(0, len(text)-8):] + "|" + w.Text[:min(8, len(w.Text))]
		}
		text += w.Text
	}
	return ""
}

// letter reports whether a character is part of a word that has several.
func letter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func TestWordsOfEditsDrawnByLot(t *testing.T) {
	lot := rand.New(rand.NewSource(1))
	for range 300 {
		old := prose(lot, 5+lot.Intn(200))
		new := edited(lot, old, 1+lot.Intn(8))
		checkWords(t, strings.Join(old, " "), strings.Join(new, " "))
	}
}

// prose is a text of n words, a few of them often.
func prose(lot *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		switch k := lot.Intn(10); {
		case k < 3:
			words[i] = []string{"the", "a", "of", "to", "and"}[lot.Intn(5)]
		case k == 3:
			words[i] = fmt.Sprint(lot.Intn(3000))
		case k == 4:
			words[i] = fmt.Sprintf("word%d,", lot.Intn(400))
		default:
			words[i] = fmt.Sprintf("word%d", lot.Intn(400))
		}
	}
	return words
}

// edited is a text with n words exchanged, put in or taken out.
func edited(lot *rand.Rand, words []string, n int) []string {
	out := append([]string(nil), words...)
	for range n {
		i := lot.Intn(len(out))
		switch lot.Intn(3) {
		case 0:
			out[i] = fmt.Sprintf("new%d", lot.Intn(1000))
		case 1:
			out = append(out[:i], append([]string{"put", "in"}, out[i:]...)...)
		case 2:
			if len(out) > 2 {
				out = append(out[:i], out[i+1:]...)
			}
		}
	}
	return out
}

func BenchmarkWords(b *testing.B) {
	lot := rand.New(rand.NewSource(2))
	words := prose(lot, 5000)
	old := strings.Join(words, " ")
	for name, new := range map[string]string{
		"ten edits":      strings.Join(edited(lot, words, 10), " "),
		"a tenth edited": strings.Join(edited(lot, words, 500), " "),
		"rewritten":      strings.Join(prose(lot, 5000), " "),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				change.Words(old, new)
			}
		})
	}
}
