package story_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"stakeout/story"
)

func TestNormalFoldsWhatNobodySees(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"don’t", "don't"},
		{"‘quoted’ and “quoted”", `'quoted' and "quoted"`},
		{"« Bonjour », dit-il", `"Bonjour", dit-il`},
		{"«\u202fBonjour\u00a0»", "« Bonjour »"},
		{"«\u200b Bonjour »", "« Bonjour »"},
		{"sagte »ja« und ging", "sagte „ja“ und ging"},
		{"2019–2024 — so far", "2019-2024 - so far"},
		{"so far -- and no further", "so far — and no further"},
		{"wait…", "wait..."},
		{"Bundes\u00adverfassungs\u00adgericht", "Bundesverfassungsgericht"},
		{"zero\u200bwidth\ufeff", "zerowidth"},
		{"a\u00a0b\u3000c \u200b d\n\te", "a b c d e"},
		{"e\u0301cole", "école"},
		{"e\u200b\u0301cole", "école"},
		{"the ﬁrst oﬃce", "the first office"},
		{"be\u0007ll", "bell"},
		{"don\u200ct", "dont"},
		{"☺\ufe0f", "☺"},
	} {
		if a, b := story.Normal(c.a), story.Normal(c.b); a != b {
			t.Errorf("%q gives %q, %q gives %q", c.a, a, c.b, b)
		}
	}
}

func TestNormalKeepsWhatIsSeen(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"guilty.", "guilty?"},
		{"1.5 million", "15 million"},
		{"12", "120"},
		{"Ａ", "A"},
		{"resign", "re-sign"},
		{"its", "it's"},
		{"straße", "strasse"},
		{"İstanbul", "Istanbul"},
		{"x²", "x2"},
		{"½", "1/2"},
		{"über", "uber"},
		{"می\u200cخواهم", "میخواهم"},
		{"a b", "ab"},
		{"Word", "word"},
	} {
		if a, b := story.Normal(c.a), story.Normal(c.b); a == b {
			t.Errorf("%q and %q are both %q", c.a, c.b, a)
		}
	}
}

func TestNormalOfNaughtyStrings(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "data")
	b, err := os.ReadFile(filepath.Join(dir, "strings", "blns.json"))
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatalf("shared data is required and absent: %v", err)
		}
		t.Skipf("no shared data at %s: put it there to test on it", dir)
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		checkNormal(t, s)
	}
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"« a »", "»a« b", "a -- b", "\u200c", "e\u0301\u200b", "…", " \u00ab\u00bb ", "\xff\xfe", "ﬁ", "–-", "« \u00ad»"} {
		f.Add(s)
	}
	f.Fuzz(checkNormal)
}

// checkNormal holds the normal form of a text to what it promises.
func checkNormal(t *testing.T, s string) {
	n := story.Normal(s)
	if again := story.Normal(n); again != n {
		t.Fatalf("of %q: %q becomes %q", s, n, again)
	}
	if plain := story.Plain(s); story.Normal(plain) != n || story.Plain(plain) != plain {
		t.Fatalf("of %q: plain %q, normal form %q, of the plain one %q", s, plain, n, story.Normal(plain))
	}
	if !utf8.ValidString(n) || !norm.NFC.IsNormalString(n) || strings.TrimSpace(n) != n || strings.Contains(n, "  ") {
		t.Fatalf("of %q: %q is not plain", s, n)
	}
	if a, b := lettersAndDigits(story.Plain(s)), lettersAndDigits(n); a != b {
		t.Fatalf("of %q: letters %q became %q", s, a, b)
	}
}

// lettersAndDigits is a text without the rest, ligatures and composed letters
// taken apart.
func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r != 'ʼ' && r != 'ʻ' && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			return r
		}
		return -1
	}, norm.NFKD.String(s))
}
