package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// fill records a small history with something in every table.
func fill(tb testing.TB, s *Store) {
	tb.Helper()
	if _, err := s.Found(tb.Context(), "a", []Link{{URL: address("1")}, {URL: address("2")}}, t0); err != nil {
		tb.Fatal(err)
	}
	for _, id := range []string{"1", "2"} {
		one := firstVersion("a", id, "headline of "+id, "first", "second")
		mustRecord(tb, s, one)
		mustRecord(tb, s, sameAs(one, 1, t0.Add(time.Minute)))
		two := nextVersion(one, 1, "another headline of "+id, "first", "third")
		mustRecord(tb, s, two)
		mustRecord(tb, s, nextVersion(two, 2, "a third headline of "+id, "fourth"))
	}
	gone := sameAs(firstVersion("a", "2", "x"), 3, t0.Add(9*time.Hour))
	gone.Outcome, gone.Reason, gone.StoryStatus = story.Gone, "HTTP 410", story.Removed
	mustRecord(tb, s, gone)
	broken := sameAs(firstVersion("a", "1", "x"), 3, t0.Add(9*time.Hour))
	broken.Outcome, broken.Broken = story.Unreadable, &BrokenPage{Fields: []string{"body"}, Reason: "the text is missing", Page: Page{URL: broken.URL, Body: []byte("<p>")}}
	mustRecord(tb, s, broken)
	again := *firstVersion("a", "1", "headline of 1", "first", "second").Reading
	again.Rules = "r2"
	if err := s.AddReading(tb.Context(), story.Key{Source: "a", ID: "1"}, 1, again, nil); err != nil {
		tb.Fatal(err)
	}
	if err := s.PrepareCursor(tb.Context(), Cursor{Name: "c"}, PendingExport{To: 1, Path: "p"}); err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(
		s.Enqueue(tb.Context(), "desk", 0, 1, []Delivery{{ID: "m1", Rule: "desk", Target: "ntfy", Cursors: []int64{1}, Due: t0, At: t0}}),
		s.TellTrouble(tb.Context(), "a", "HTTP 500", t0, nil), s.PutMark(tb.Context(), ChangeMark{Cursor: 1, Seen: true}), s.SaveFilter(tb.Context(), SavedFilter{"f", "x"}), s.SeeUpto(tb.Context(), 0)); err != nil {
		tb.Fatal(err)
	}
	for _, id := range []string{"t1", "t2"} {
		if err := s.PutTemplate(tb.Context(), "a", id, []byte(`{"lines":["`+id+`"]}`), t0); err != nil {
			tb.Fatal(err)
		}
		if err := s.PutLessons(tb.Context(), "a", []byte(`{"of":"`+id+`"}`), t0); err != nil {
			tb.Fatal(err)
		}
	}
}

// fillErased erases something of a small history, so that it has records of that.
func fillErased(tb testing.TB, s *Store) {
	tb.Helper()
	mustRecord(tb, s, firstVersion("z", "1", "to be forgotten"))
	if _, _, err := s.Forget(tb.Context(), story.Key{Source: "z", ID: "1"}, "request 1"); err != nil {
		tb.Fatal(err)
	}
	if e, err := s.Prune(tb.Context(), Prune{PagesBefore: t0.Add(30 * time.Minute), Source: "a", Reason: "old"}); err != nil || e.Pages == 0 {
		tb.Fatal(e, err)
	}
}

// appendOnly are the tables whose rows are never altered nor deleted.
var appendOnly = []string{"pages", "versions", "version_pages", "readings", "changes", "visits", "templates", "erasures", "pruned_pages", "forgotten_versions", "forgotten_changes", "forgotten"}

func TestTriggersRefuseToAlterHistory(t *testing.T) {
	s := MustOpen(t)
	fill(t, s)
	fillErased(t, s)
	raw := rawConn(t, s.path)
	for _, table := range appendOnly {
		for _, column := range columnsOf(t, raw, table) {
			if table == "visits" && foldable[column] {
				continue
			}
			refuse(t, raw, fmt.Sprintf("UPDATE %s SET %s = %s", table, column, column))
		}
		refuse(t, raw, "DELETE FROM "+table)
		if onServer {
			refuse(t, raw, "TRUNCATE "+table+" CASCADE")
			if _, err := raw.Exec(fmt.Sprintf("INSERT INTO %s SELECT * FROM %s LIMIT 1", table, table)); err == nil || !strings.Contains(err.Error(), "duplicate key") {
				t.Errorf("a row of %s was written twice: %v", table, err)
			}
			continue
		}
		refuse(t, raw, fmt.Sprintf("INSERT OR REPLACE INTO %s SELECT * FROM %s LIMIT 1", table, table))
		refuse(t, raw, fmt.Sprintf("REPLACE INTO %s SELECT * FROM %s LIMIT 1", table, table))
	}
	for _, q := range []string{
		"DELETE FROM stories", "UPDATE stories SET id = 'other'", "UPDATE stories SET first_seen_at = 0", replaceStories(),
		"UPDATE visits SET last_at = last_at", "UPDATE visits SET status = 500", "UPDATE visits SET count = count + 2",
		"UPDATE visits SET count = count + 1, last_at = last_at - 1", "UPDATE visits SET count = count + 1 WHERE outcome <> 'same'",
	} {
		refuse(t, raw, q)
	}
	mustExec(t, raw, "UPDATE visits SET count = count + 1, last_at = last_at + 1 WHERE outcome = 'same'")
	mustVerify(t, s)
}

func replaceStories() string {
	if onServer {
		return "INSERT INTO stories SELECT * FROM stories ON CONFLICT (story_id) DO UPDATE SET id = 'other'"
	}
	return "REPLACE INTO stories SELECT * FROM stories"
}

// foldable are the columns of a folded visit that may follow the last one.
var foldable = map[string]bool{"last_at": true, "count": true, "status": true, "bytes": true, "duration_ms": true, "headers": true, "ignored": true}

func refuse(t *testing.T, raw *sql.DB, query string) {
	t.Helper()
	if _, err := raw.Exec(inWords(query)); err == nil || !strings.Contains(err.Error(), " never ") {
		t.Errorf("%s: found %v, expected a refusal", query, err)
	}
}

func columnsOf(t *testing.T, raw *sql.DB, table string) []string {
	t.Helper()
	query := "SELECT name FROM pragma_table_info(?)"
	if onServer {
		query = "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
	}
	rows, err := raw.Query(query, table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

func TestVerifyNamesTheFirstRowThatWasTouched(t *testing.T) {
	for _, c := range []struct {
		name string
		sql  string
		want string
	}{
		{"page altered", "UPDATE pages SET zstd = (SELECT zstd FROM pages WHERE page_id = 1) WHERE page_id = 3", "page "},
		{"page size altered", "UPDATE pages SET raw_bytes = raw_bytes + 1 WHERE page_id = 2", "page "},
		{"page deleted", "DELETE FROM pages WHERE page_id = 2", "missing"},
		{"version's time altered", "UPDATE versions SET at = at + 1 WHERE version_id = 2", "version 2 of a/1 is not"},
		{"version's address altered", "UPDATE versions SET url = 'https://example.org/' WHERE version_id = 1", "version 1 of a/1 is not"},
		{"version forged with its hash", "UPDATE versions SET hash = content_hash WHERE version_id = 1", "version 1 of a/1 is not"},
		{"version moved to another story", "UPDATE versions SET story_id = 2, number = 4 WHERE version_id = 3", "version 4 of a/2"},
		{"version deleted", "DELETE FROM readings WHERE version_id = 2; DELETE FROM version_pages WHERE version_id = 2; DELETE FROM versions WHERE version_id = 2", "version 2 of a/1 is missing"},
		{"last version deleted", "DELETE FROM readings WHERE version_id = 3; DELETE FROM version_pages WHERE version_id = 3; DELETE FROM versions WHERE version_id = 3", "change 3, of a/1,"},
		{"first reading altered", "UPDATE readings SET zstd = (SELECT zstd FROM readings WHERE version_id = 2) WHERE version_id = 1 AND ordinal = 1", "version 1 of a/1 is not"},
		{"first reading deleted", "DELETE FROM readings WHERE version_id = 1 AND ordinal = 1", "first reading of version 1 of a/1"},
		{"further reading altered", "UPDATE readings SET zstd = (SELECT zstd FROM readings WHERE version_id = 2) WHERE ordinal = 2", "reading 2 of version 1 of a/1"},
		{"page of a version exchanged", "UPDATE version_pages SET page_id = 1 WHERE version_id = 2", "version 2 of a/1 is not"},
		{"page of a version taken away", "DELETE FROM version_pages WHERE version_id = 2", "version 2 of a/1 is not"},
		{"change altered", "UPDATE changes SET change = replace(change, 'headline of', 'Headline of') WHERE cursor = 2", "change 2, of a/1,"},
		{"change's class altered", "UPDATE changes SET classes = ',typo,' WHERE cursor = 2", "change 2, of a/1,"},
		{"change's event altered", "UPDATE changes SET event = 'moved' WHERE cursor = 5", "change 5, of a/2,"},
		{"change deleted", "DELETE FROM changes WHERE cursor = 2", "change 2 is missing"},
		{"end of the log cut off", "DELETE FROM changes WHERE cursor >= 6", "the change that brought version 3 of a/2"},
		{"story's latest altered", "UPDATE stories SET latest = 2 WHERE story_id = 1", "latest version of a/1"},
		{"story's status altered", "UPDATE stories SET status = 'live'", "status of a/2"},
		{"stories of a source miscounted", "UPDATE sources SET stories = 9", "source a has"},
		{"change given to another source", "UPDATE changes SET source = 'b' WHERE cursor = 4", "change 4, of a/2,"},
		{"story's ID altered", "UPDATE stories SET id = 'x' WHERE story_id = 1", "version 1 of a/x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := MustOpen(t)
			fill(t, s)
			before := mustVerify(t, s)
			raw := rawConn(t, s.path)
			dropTriggers(t, raw)
			mustExec(t, raw, c.sql)
			r, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(r.Problem, c.want) {
				t.Fatalf("found %q, expected %q in it (%+v)", r.Problem, c.want, before)
			}
		})
	}
}

func dropTriggers(t *testing.T, raw *sql.DB) {
	t.Helper()
	if onServer {
		mustExec(t, raw, "SET session_replication_role = replica") // what a superuser may do
		return
	}
	rows, err := raw.Query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	rows.Close()
	for _, name := range names {
		mustExec(t, raw, "DROP TRIGGER "+name)
	}
}

func TestVerifyCounts(t *testing.T) {
	s := MustOpen(t)
	fill(t, s)
	got := mustVerify(t, s)
	got.Head = Head{}
	if want := (Report{Stories: 2, Versions: 6, Readings: 7, Pages: 6, Changes: 8}); got != want {
		t.Fatalf("found %+v, expected %+v", got, want)
	}
}

func TestHeadTellsARewrittenHistory(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	if h, err := s.Head(ctx); err != nil || h != (Head{}) {
		t.Fatalf("empty history: %+v %v", h, err)
	}
	fill(t, s)
	kept, err := s.Head(ctx)
	if err != nil || kept != mustVerifyHead(t, s, kept) {
		t.Fatalf("found %+v %v", kept, err)
	}
	mustRecord(t, s, firstVersion("a", "3", "later"))
	if problem, err := s.Against(ctx, kept); problem != "" || err != nil {
		t.Fatalf("a history that went on: %q %v", problem, err)
	}
	other := MustOpen(t)
	if problem, _ := other.Against(ctx, kept); !strings.Contains(problem, "missing") {
		t.Fatalf("an empty history: %q", problem)
	}
	for i := range 9 {
		mustRecord(t, other, firstVersion("a", fmt.Sprint(i), "written anew"))
	}
	mustVerify(t, other) // whole in itself: only the head that was kept tells
	if problem, _ := other.Against(ctx, kept); !strings.Contains(problem, "another") {
		t.Fatalf("a history written anew: %q", problem)
	}
}

// mustVerifyHead is the head that Verify finds; At is compared by its instant.
func mustVerifyHead(t *testing.T, s *Store, like Head) Head {
	t.Helper()
	h := mustVerify(t, s).Head
	if h.At != nil && like.At != nil && h.At.Equal(*like.At) {
		h.At = like.At
	}
	return h
}
