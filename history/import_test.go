package history_test

import (
	"bytes"
	"strings"
	"testing"

	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

func written(t *testing.T, db *store.Store, format, what string) string {
	t.Helper()
	var out bytes.Buffer
	if err := (history.Export{Format: format, What: what}).Write(t.Context(), &out, db); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What is exported and taken back is the same, byte for byte, once and again.
func TestImportTakesBackTheWholeHistory(t *testing.T) {
	db := filled(t)
	tell(t, db, "wire", "1", 3, "Floods", "15 dead", story.Fact, false)
	versions := written(t, db, "jsonl", "versions")
	back := open(t)
	done, err := history.Import(t.Context(), back, strings.NewReader(versions))
	if err != nil || done.Versions != 6 || done.Stories != 3 || done.Known != 0 || len(done.Refused) != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := written(t, back, "jsonl", "versions"); got != versions {
		t.Errorf("taken back:\n%s\nexported:\n%s", got, versions)
	}
	if n := strings.Count(written(t, back, "jsonl", "changes"), "\n"); n != 6 {
		t.Errorf("%d changes taken back, expected 6", n)
	}
	if _, err := back.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	done, err = history.Import(t.Context(), back, strings.NewReader(versions))
	if err != nil || done.Versions != 0 || done.Known != 6 {
		t.Errorf("a second time: %+v, %v", done, err)
	}
	if hits, err := back.Search(t.Context(), "14", 9); err != nil || len(hits) != 1 {
		t.Errorf("searched: %v, %v", hits, err)
	}
}

func TestImportGoesOnWhereTheRecordEnds(t *testing.T) {
	db := filled(t)
	early := written(t, db, "jsonl", "versions")
	tell(t, db, "wire", "1", 3, "Floods", "15 dead", story.Fact, false)
	late := written(t, db, "jsonl", "versions")
	back := open(t)
	for _, text := range []string{early, late} {
		if _, err := history.Import(t.Context(), back, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(written(t, back, "jsonl", "versions"), "\n"); got != 6 {
		t.Errorf("%d versions, expected 6", got)
	}
}

func TestImportRefuses(t *testing.T) {
	db := filled(t)
	versions := written(t, db, "jsonl", "versions")
	for _, c := range []struct{ name, text, want string }{
		{"no JSON", "nonsense\n", `line 1: found "nonsense", expected a version as JSON`},
		{"changes", written(t, db, "jsonl", "changes"), "line 1: wire/1: found no version"},
		{"a version left out", strings.Replace(versions, `"version":2`, `"version":3`, 1), ""},
		{"another history", strings.Replace(versions, "12 dead", "11 dead", 1), ""},
	} {
		into := open(t)
		if c.name == "another history" {
			if _, err := history.Import(t.Context(), into, strings.NewReader(versions)); err != nil {
				t.Fatal(err)
			}
		}
		done, err := history.Import(t.Context(), into, strings.NewReader(c.text))
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, expected %s", c.name, err, c.want)
		}
		if c.want == "" && (err != nil || len(done.Refused) != 1 || !strings.HasPrefix(done.Refused[0], "wire/")) {
			t.Errorf("%s: %+v, %v", c.name, done, err)
		}
	}
}
