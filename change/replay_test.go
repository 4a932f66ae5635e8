package change_test

import (
	"strings"
	"testing"

	"stakeout/change"
	"stakeout/story"
)

// Whatever two states of a story say, each field's words replay into old and new,
// byte for byte, its text has an origin, and it doesn't lag behind itself; the paragraphs that stayed, came, went and moved make up both
// bodies, and equal states differ in nothing.
func FuzzFieldsReplay(f *testing.F) {
	f.Add("12 dead", "120 dead", "It rained.\nA court ruled.\nSnow fell.", "A court ruled.\nIt rained hard.", "A, B", "b, C")
	f.Add("Ferry", "Ferry", "a\nb\nc\nb", "b\nc\na\nb\n ", "", "x")
	f.Add("“Quoted” — text", "\"Quoted\" - text", "彼は東京に住む。\n雨", "雨\n彼は大阪に住む。", "é", "e\u0301")
	f.Add("", "x", "\n\n", "\u00ad\u200b\n1,5 Mio.", "\x00", "\xff")
	f.Fuzz(func(t *testing.T, oldHead, newHead, oldBody, newBody, oldTags, newTags string) {
		old := story.Fields{Headline: oldHead, Body: strings.Split(oldBody, "\n"), Tags: strings.Split(oldTags, ",")}
		new := story.Fields{Headline: newHead, Body: strings.Split(newBody, "\n"), Tags: strings.Split(newTags, ",")}
		fields := change.Fields(old, new)
		for _, field := range fields {
			if err := replays(field); err != nil {
				t.Fatal(err)
			}
		}
		checkBodies(t, fields, plainBody(old.Body), plainBody(new.Body))
		if lags := change.Lags([]change.Told{telling(1, old), telling(2, new)}, new); len(lags) != 0 {
			t.Fatalf("a story lags behind itself by %+v", lags)
		}
		for _, o := range change.Blame([]change.Told{telling(1, old), telling(2, new), telling(3, old)}) {
			if o.Text == "" || o.Version < 1 || o.Version > 3 || o.Before >= o.Version {
				t.Fatalf("an origin of %+v", o)
			}
		}
		if same := change.Fields(new, new); len(same) != 0 {
			t.Fatalf("a story differs from itself in %+v", same)
		}
		if (len(fields) == 0) != (change.Print(old) == change.Print(new)) {
			t.Fatalf("%d fields differ, and the prints say otherwise", len(fields))
		}
	})
}

// plainBody is a body as it is compared.
func plainBody(body []string) []string {
	var out []string
	for _, p := range body {
		if p = story.Normal(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// checkBodies wants every changed paragraph to stand where its change says.
func checkBodies(t *testing.T, fields []story.FieldChange, old, new []string) {
	t.Helper()
	at := func(body []string, i int, text string) {
		if i < 0 || i >= len(body) || body[i] != text {
			t.Fatalf("%q doesn't stand at %d of %q", text, i, body)
		}
	}
	came, went := 0, 0
	for _, f := range fields {
		if f.Field != "body" {
			continue
		}
		switch {
		case f.Class == story.Reordered:
			at(new, *f.At, f.New)
			if *f.Was < 0 || *f.Was >= len(old) {
				t.Fatalf("was at %d of %q", *f.Was, old)
			}
		case f.New == "":
			at(old, *f.At, f.Old)
			went++
		default:
			at(new, *f.At, f.New)
			if f.Old == "" {
				came++
			}
		}
	}
	if len(old)-went+came != len(new) {
		t.Fatalf("%d paragraphs, %d went, %d came, and there are %d", len(old), went, came, len(new))
	}
}
