package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// A source takes its whole history along, and each of its names finds it; what is
// recorded before, between and afterwards is proved alike.
func TestRenamedSourceKeepsItsHistory(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "12 dead")
	mustRecord(t, s, one)
	mustRecord(t, s, firstVersion("other", "1", "12 dead"))
	mustRecord(t, s, sameAs(one, 1, t0.Add(time.Minute)))
	for _, names := range [][2]string{{"a", "b"}, {"b", "c"}} {
		if err := s.Rename(ctx, names[0], names[1]); err != nil {
			t.Fatal(err)
		}
		mustVerify(t, s)
	}
	two := nextVersion(one, 1, "14 dead")
	two.Source, two.Key.Source = "c", "c"
	if done := mustRecord(t, s, two); done.Version != 2 {
		t.Fatalf("found %+v", done)
	}
	mustRecord(t, s, firstVersion("c", "2", "a new one"))
	if r := mustVerify(t, s); r.Renames != 2 || r.Versions != 4 {
		t.Errorf("verify: %+v", r)
	}
	for _, ref := range []string{"a/1", "b/1", "c/1"} {
		key, err := s.Find(ctx, ref)
		if err != nil || key != (story.Key{Source: "c", ID: "1"}) {
			t.Errorf("%s: found %v, %v", ref, key, err)
		}
	}
	for _, name := range []string{"a", "c"} {
		if got := collectAll(t, s.Versions(ctx, Filter{Source: name})); len(got) != 3 || got[0].Source != "c" || got[0].Headline != "12 dead" {
			t.Errorf("versions of %s: found %+v", name, got)
		}
		if got := collectAll(t, s.Changes(ctx, ChangeFilter{Source: name})); len(got) != 3 || got[0].Source != "c" {
			t.Errorf("changes of %s: found %+v", name, got)
		}
	}
	if visits, err := s.Visits(ctx, story.Key{Source: "c", ID: "1"}, -1); err != nil || len(visits) != 3 || visits[0].Source != "c" {
		t.Errorf("found %+v, %v", visits, err)
	}
	if name, err := s.RecordedSource(ctx, one.Key); err == nil || name != "" {
		t.Errorf("under its old name: %s, %v", name, err)
	}
	if name, err := s.RecordedSource(ctx, two.Key); err != nil || name != "a" {
		t.Errorf("found %s, %v, expected a", name, err)
	}
}

func TestRenamesThatAreRefused(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	mustRecord(t, s, firstVersion("a", "1", "x"))
	mustRecord(t, s, firstVersion("other", "1", "y"))
	if err := s.Rename(ctx, "a", "b"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ oldName, newName, words string }{
		{"a", "z", "its name is b by now"},
		{"nothing", "z", "not"},
		{"b", "other", "history of its own"},
		{"other", "a", "earlier name of b"},
		{"b", "b", "history of its own"},
	} {
		if err := s.Rename(ctx, c.oldName, c.newName); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s to %s: found %v, expected %q", c.oldName, c.newName, err, c.words)
		}
	}
	var other *RenamedError
	_, err := s.Record(ctx, firstVersion("a", "2", "x"))
	if !errors.As(err, &other) || other.New != "b" {
		t.Errorf("recorded under the old name: %v", err)
	}
	if _, err := s.Found(ctx, "a", []Link{{URL: address("9")}}, t0); !errors.As(err, &other) {
		t.Errorf("listed under the old name: %v", err)
	}
	if err := s.SetNextRun(ctx, "a", t0); !errors.As(err, &other) {
		t.Errorf("scheduled under the old name: %v", err)
	}
	if err := s.Rename(ctx, "b", "a"); err != nil {
		t.Fatal("its old name back:", err)
	}
	mustRecord(t, s, firstVersion("a", "2", "x"))
	mustVerify(t, s)
}

// A name that was altered without a record is found out, and the triggers hold.
func TestNamesAreProved(t *testing.T) {
	s := MustOpen(t)
	mustRecord(t, s, firstVersion("a", "1", "x"))
	if err := s.Rename(t.Context(), "a", "b"); err != nil {
		t.Fatal(err)
	}
	db := rawConn(t, s.path)
	for _, q := range []string{
		"UPDATE stories SET source = 'c'", "UPDATE changes SET source = 'c'", "UPDATE visits SET source = 'c'",
		"UPDATE renames SET new_name = 'c'", "DELETE FROM renames", "UPDATE stories SET recorded_source = NULL",
	} {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("%s: was let through", q)
		}
	}
	dropTriggers(t, db)
	mustExec(t, db, "UPDATE stories SET source = 'c'", "UPDATE changes SET source = 'c'", "UPDATE sources SET name = 'c'")
	if r, err := s.Verify(t.Context()); err != nil || !strings.Contains(r.Problem, "no record says so") {
		t.Errorf("found %+v, %v", r, err)
	}
}

// What was forgotten stays so when its source gets another name.
func TestForgottenStaysSoUnderAnotherName(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	mustRecord(t, s, firstVersion("a", "1", "x"))
	mustRecord(t, s, firstVersion("a", "2", "y"))
	if _, _, err := s.Forget(ctx, story.Key{Source: "a", ID: "1"}, "file 17"); err != nil {
		t.Fatal(err)
	}
	if err := s.Rename(ctx, "a", "b"); err != nil {
		t.Fatal(err)
	}
	again := firstVersion("b", "1", "x")
	again.URL, again.FinalURL, again.Reading.URL = address("elsewhere"), address("elsewhere"), address("elsewhere")
	again.Pages[0].URL = address("elsewhere")
	if _, err := s.Record(ctx, again); !errors.Is(err, ErrForgotten) {
		t.Errorf("found %v, expected ErrForgotten", err)
	}
	mustVerify(t, s)
}
