package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// longBody is a page that is worth packing with another one.
func longBody(n int) string {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "<p>line %d of the site's pages, %x</p>", i, i*i*7919)
	}
	return fmt.Sprintf("<h1>story %d</h1>", n) + b.String()
}

// ageing records stories of two versions, a day apart each, with large pages.
func ageing(t *testing.T, s *Store, stories int) []Result {
	t.Helper()
	var all []Result
	for n := range stories {
		one := firstVersion("a", fmt.Sprint(n), fmt.Sprint("one ", n), longBody(n))
		one.At = t0.Add(time.Duration(n) * 24 * time.Hour)
		mustRecord(t, s, one)
		mustRecord(t, s, sameAs(one, 1, one.At.Add(time.Minute)))
		two := nextVersion(one, 1, fmt.Sprint("two ", n), longBody(n), "more")
		two.At = one.At.Add(time.Hour)
		mustRecord(t, s, two)
		mustRecord(t, s, sameAs(two, 2, two.At.Add(time.Minute)))
		mustRecord(t, s, sameAs(two, 2, two.At.Add(2*time.Minute)))
		failed := sameAs(two, 2, two.At.Add(time.Hour))
		failed.Outcome, failed.Reason = story.Failed, "timeout"
		mustRecord(t, s, failed)
		mustRecord(t, s, sameAs(two, 2, two.At.Add(3*time.Hour)))
		all = append(all, one, two)
	}
	return all
}

func bodyOf(t *testing.T, s *Store, r Result) ([]byte, error) {
	t.Helper()
	return s.PageBody(t.Context(), PageID(r.Pages[0].Body))
}

func TestPruneLetsOldPagesAndVisitsGo(t *testing.T) {
	s := MustOpen(t)
	all := ageing(t, s, 6)
	before := mustVerify(t, s)
	visits := rowCount(t, s, "visits")
	cut := t0.Add(3*24*time.Hour + 30*time.Minute) // stories 0 to 2, and the first version of 3
	e, err := s.Prune(t.Context(), Prune{PagesBefore: cut, VisitsBefore: cut, Reason: "180 days"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Pages != 7 || e.DoneAt == nil || e.Reason != "180 days" || e.Visits == 0 || rowCount(t, s, "visits") != visits-e.Visits {
		t.Fatalf("found %+v", e)
	}
	for i, r := range all {
		body, err := bodyOf(t, s, r)
		if gone := i < 7; gone != errors.Is(err, ErrPruned) || !gone && string(body) != string(r.Pages[0].Body) {
			t.Errorf("version %d: %d bytes, %v", i, len(body), err)
		}
	}
	after := mustVerify(t, s)
	if after.Pruned != 7 || after.Pages != before.Pages-7 || after.Versions != before.Versions || after.Head.Hash != before.Head.Hash || after.Head.Erasures != 1 {
		t.Fatalf("found %+v", after)
	}
	if again, err := s.Prune(t.Context(), Prune{PagesBefore: cut, VisitsBefore: cut}); err != nil || again != (Erasure{}) {
		t.Fatalf("nothing to do: %+v %v", again, err)
	}
	// Stories go on: a further version of one whose pages are gone, and a return to
	// bytes that are.
	more := nextVersion(all[1], 2, "three", longBody(0), "still more")
	more.At = t0.Add(30 * 24 * time.Hour)
	mustRecord(t, s, more)
	back := nextVersion(more, 3, "one 0", longBody(0))
	back.At, back.Pages = t0.Add(31*24*time.Hour), all[0].Pages
	mustRecord(t, s, back)
	if body, err := bodyOf(t, s, back); err != nil || string(body) != string(back.Pages[0].Body) {
		t.Fatalf("a pruned page that came again: %v", err)
	}
	if r := mustVerify(t, s); r.Pruned != 6 {
		t.Fatalf("found %+v", r)
	}
}

func TestPruneOfOneSourceLeavesOthersAlone(t *testing.T) {
	s := MustOpen(t)
	shared := firstVersion("a", "1", "same bytes", longBody(1))
	mustRecord(t, s, shared)
	other := firstVersion("b", "1", "same bytes", longBody(1))
	mustRecord(t, s, other)
	mustRecord(t, s, firstVersion("b", "2", "x"))
	if e, err := s.Prune(t.Context(), Prune{PagesBefore: t0.Add(time.Hour), Source: "a"}); err != nil || e.Pages != 0 {
		t.Fatalf("a page that another source has as well: %+v %v", e, err)
	}
	if e, err := s.Prune(t.Context(), Prune{PagesBefore: t0.Add(time.Hour), Source: "b"}); err != nil || e.Pages != 1 {
		t.Fatalf("found %+v %v", e, err)
	}
	mustVerify(t, s)
}

// A program that goes on collecting has pages in memory that it packs others with.
func TestPruneBesideAnotherProgram(t *testing.T) {
	s := MustOpen(t)
	ageing(t, s, 3)
	other := mustOpenFile(t, s.path, Options{})
	if e, err := other.Prune(t.Context(), Prune{PagesBefore: t0.Add(100 * 24 * time.Hour)}); err != nil || e.Pages != 6 {
		t.Fatalf("found %+v %v", e, err)
	}
	for n := 10; n < 13; n++ {
		r := firstVersion("a", fmt.Sprint(n), "later", longBody(n))
		r.At = t0.Add(200 * 24 * time.Hour)
		mustRecord(t, s, r)
		if body, err := bodyOf(t, s, r); err != nil || string(body) != string(r.Pages[0].Body) {
			t.Fatalf("story %d: %v", n, err)
		}
	}
	mustVerify(t, s)
}

// The database lets through what the open record says, and nothing else.
func TestTriggersHoldAPruneToItsRecord(t *testing.T) {
	s := MustOpen(t)
	all := ageing(t, s, 3)
	raw := rawConn(t, s.path)
	n := 0
	open := func(kind, rest string) {
		t.Helper()
		n++
		mustExec(t, raw, "INSERT INTO erasures (erasure_id, kind, at, reason, source, "+rest[:strings.Index(rest, "=")]+", head_hash, prev_hash, hash) VALUES ("+fmt.Sprint(n)+", '"+kind+"', 0, '', '', "+rest[strings.Index(rest, "=")+1:]+", x'', x'', x'')")
	}
	cut := all[2].At.Add(time.Minute).UnixMilli()
	open("prune", fmt.Sprintf("pages_before=%d", cut))
	mustExec(t, raw, "INSERT INTO pruned_pages SELECT page_id, 1 FROM pages")
	for _, q := range []string{
		"UPDATE pages SET zstd = x'', base_id = NULL WHERE page_id = (SELECT max(page_id) FROM pages)", // too young
		"UPDATE pages SET zstd = x'', base_id = NULL WHERE page_id = 1",                                // others are packed with it
		"UPDATE pages SET zstd = x'', base_id = NULL, sha256 = x'00' WHERE page_id = 2",
		"UPDATE pages SET raw_bytes = 1", "DELETE FROM pages", "DELETE FROM versions", "DELETE FROM readings", "DELETE FROM changes", "DELETE FROM stories", "DELETE FROM version_pages",
		"DELETE FROM visits WHERE outcome = 'failed'", "UPDATE erasures SET reason = 'x'", "DELETE FROM erasures", "UPDATE erasures SET pages = -1",
	} {
		refuse(t, raw, q)
	}
	mustExec(t, raw, "UPDATE erasures SET done_at = 1")
	open("forget", "story_id=1")
	for _, q := range []string{
		"DELETE FROM versions", "DELETE FROM changes", "DELETE FROM readings", "DELETE FROM version_pages", "DELETE FROM stories", "DELETE FROM pages",
		"DELETE FROM visits WHERE story_id = 2", "UPDATE erasures SET done_at = 2 WHERE erasure_id = 1", "UPDATE pages SET zstd = x''",
		"DELETE FROM changes WHERE story_id = 1", "DELETE FROM versions WHERE story_id = 1", // nothing is kept of them
	} {
		refuse(t, raw, q)
	}
}
