package change

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for _, want := range [][]string{
		{"It rained.", "It stopped!", "Why?", "Nobody knows"},
		{`He said "It is over."`, `"Is it?" she asked.`, "(It was.)", "Then he left."},
		{"Mr. Smith met J. R. Ewing at No. 5 of U.S. Route 1.5 on Jan. 3."},
		{"It fell to 1.5 million in 2025.", "12 people left the EU.", "The rest stayed."},
		{"Am 3. Mai kam er z.B. Hans entgegen.", "Er ging."},
		{"Wait... what?!", "Yes."},
		{"see example.org for more."},
		{"雨が降った。", "「終わった。」", "と言った。"},
		{"Он ушёл.", "Она осталась."},
		{"क्या हुआ?", "बारिश हुई।", "वह गया।"},
		nil,
	} {
		text := strings.Join(want, " ")
		if strings.HasPrefix(text, "雨") {
			text = strings.Join(want, "")
		}
		if got := sentences(text); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Nothing of a text is lost between its sentences.
func FuzzSentences(f *testing.F) {
	f.Add(`He said "It is over." Mr. X left. 雨。雪`)
	f.Fuzz(func(t *testing.T, text string) {
		got := strings.Join(sentences(text), "")
		if strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(text), "") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
