package history_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

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

// Into a history that has part of it comes what is missing: then it is the same,
// byte for byte, as the one that was exported.
func TestImportGoesOnWhereTheRecordEnds(t *testing.T) {
	db, back := filled(t), open(t)
	steps := []func(){
		func() {},
		func() { stands(t, db, "2", 2, story.Same, "", 150) },
		func() { tell(t, db, "wire", "1", 3, "Floods", "15 dead", story.Fact, false) },
		func() { stands(t, db, "1", 3, story.Gone, story.Removed, 240) },
		func() { stands(t, db, "1", 3, story.Same, story.Live, 300) },
		func() { stands(t, db, "2", 2, story.Gone, story.Removed, 310) },
		func() { tell(t, db, "wire", "1", 5, "Floods", "16 dead", story.Fact, false) },
	}
	for i, step := range steps {
		if i == len(steps)-1 {
			tell(t, db, "wire", "1", 4, "Floods", "15 dead.", story.Typo, false)
		}
		step()
		versions := written(t, db, "jsonl", "versions")
		for range 2 {
			if done, err := history.Import(t.Context(), back, strings.NewReader(versions)); err != nil || len(done.Refused) > 0 {
				t.Fatalf("step %d: %+v, %v", i, done, err)
			}
		}
		if got := written(t, back, "jsonl", "versions"); got != versions {
			t.Errorf("step %d: taken back:\n%s\nexported:\n%s", i, got, versions)
		}
		fresh := open(t)
		if _, err := history.Import(t.Context(), fresh, strings.NewReader(versions)); err != nil {
			t.Fatal(err)
		}
		if got := written(t, fresh, "jsonl", "versions"); got != versions {
			t.Errorf("step %d: taken into an empty one:\n%s\nexported:\n%s", i, got, versions)
		}
	}
}

// stands records that a story says the same, was removed, or is back, some minutes
// after the beginning.
func stands(t *testing.T, db *store.Store, id string, version int, o story.Outcome, status story.Status, minutes int) {
	t.Helper()
	address := "https://example.org/" + id
	if _, err := db.Record(t.Context(), store.Result{Visit: store.Visit{Source: "wire", URL: address, FinalURL: address, Key: story.Key{Source: "wire", ID: id}, Kind: store.KindStory,
		At: begin.Add(time.Duration(minutes) * time.Minute), Status: 200, Outcome: o}, From: version, StoryStatus: status}); err != nil {
		t.Fatal(err)
	}
}

// Of a story with a broken line, or one that doesn't fit, nothing is taken in.
func TestImportTakesNoHalfStories(t *testing.T) {
	db := filled(t)
	whole := strings.SplitAfter(written(t, db, "jsonl", "versions"), "\n") // post/3, wire/1 twice, wire/2 twice
	for name, c := range map[string]struct {
		lines string
		line  int // that is broken; 0 for none
		want  int // versions taken in
	}{
		"cut in the middle":  {strings.Join(whole[:4], "") + whole[4][:40], 5, 3},
		"broken":             {whole[0] + whole[1] + "{]\n" + whole[3], 3, 1},
		"no such status":     {whole[0] + whole[1] + strings.Replace(whole[2], `"live"`, `"gone"`, 1), 3, 1},
		"a version left out": {whole[0] + whole[1] + strings.Replace(whole[2], `"version":2`, `"version":3`, 1), 0, 1},
		"a line twice":       {whole[0] + whole[1] + whole[1] + whole[2], 0, 3},
		"two that differ":    {whole[1] + strings.Replace(whole[1], "12 dead", "13 dead", 1) + whole[2], 0, 0},
	} {
		into := open(t)
		done, err := history.Import(t.Context(), into, strings.NewReader(c.lines))
		var at *history.LineError
		if errors.As(err, &at) != (c.line > 0) || at != nil && at.Line != c.line {
			t.Errorf("%s: %v, expected line %d", name, err, c.line)
		}
		if n := strings.Count(written(t, into, "jsonl", "versions"), "\n"); n != c.want || done.Versions != c.want {
			t.Errorf("%s: %d versions taken in, %+v, expected %d", name, n, done, c.want)
		}
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
