package store

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

// traces are words that stand in one story alone: headline, text, page, address,
// header, mark, tag.
var traces = []string{"vornkelheadline", "bimpustbody", "krolfipage", "jaddwemaddress", "hufflonheader", "nymblatnote", "tworvistag", "reggolpreason"}

func traced() Result {
	r := firstVersion("a", "secret-jaddwemaddress", "the vornkelheadline", "some bimpustbody here")
	r.URL, r.FinalURL, r.Reading.URL = address("jaddwemaddress"), address("jaddwemaddress"), address("jaddwemaddress")
	r.Reading.Tags, r.Header = []string{"tworvistag"}, map[string][]string{"X-Note": {"hufflonheader"}}
	r.Pages[0].URL, r.Pages[0].Body = r.URL, []byte("<p>krolfipage</p>"+longBody(9))
	return r
}

// left lists the traces that a history's files hold.
func left(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	for _, beside := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(path + beside)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, trace := range traces {
			if bytes.Contains(b, []byte(trace)) {
				out = append(out, trace+beside)
			}
		}
	}
	return out
}

func TestForgetLeavesNothingButHashes(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	fill(t, s)
	one := traced()
	if _, err := s.Found(ctx, "a", []Link{{URL: one.URL, Title: "vornkelheadline"}}, t0); err != nil {
		t.Fatal(err)
	}
	early := Result{Visit: one.Visit}
	early.Key, early.Outcome, early.Reason = story.Key{}, story.Failed, "reggolpreason" // before it was known whose page it is
	mustRecord(t, s, early)
	done := mustRecord(t, s, one)
	two := nextVersion(one, 1, "another vornkelheadline", "bimpustbody")
	two.URL, two.Reading.URL, two.Pages[0].Body = one.URL, one.Reading.URL, append(one.Pages[0].Body, " and krolfipage"...)
	mustRecord(t, s, two)
	for i := range 3 { // packed with its page
		mustRecord(t, s, firstVersion("a", string(rune('p'+i)), "x", longBody(i)))
	}
	if err := s.PutMark(ctx, ChangeMark{Cursor: done.Change.Cursor, Note: "nymblatnote"}); err != nil {
		t.Fatal(err)
	}
	if found := left(t, s.path); !onServer && len(found) < len(traces)-1 { // the page is packed
		t.Fatalf("found only %v before", found)
	}
	kept, before := mustVerify(t, s).Head, mustVerify(t, s)

	e, shared, err := s.Forget(ctx, one.Key, "request 17")
	if err != nil || e.Versions != 2 || e.Pages != 2 || e.Visits != 3 || e.DoneAt == nil || e.Reason != "request 17" || len(shared) != 0 {
		t.Fatalf("found %+v %v %v", e, shared, err)
	}
	if err := s.Purge(ctx); err != nil {
		t.Fatal(err)
	}
	if found := left(t, s.path); !onServer && len(found) > 0 {
		t.Errorf("the file still holds %v", found)
	}
	after := mustVerify(t, s)
	if after.Forgotten != 1 || after.Versions != before.Versions-2 || after.Stories != before.Stories-1 {
		t.Errorf("found %+v", after)
	}
	if problem, err := s.Against(ctx, kept); problem != "" || err != nil {
		t.Errorf("the head from before: %q %v", problem, err)
	}
	if _, err := s.Story(ctx, one.Key); !errors.Is(err, ErrNotFound) {
		t.Errorf("found %v", err)
	}
	for _, word := range []string{"vornkelheadline", "bimpustbody", "tworvistag"} {
		if hits, err := s.Search(ctx, word, 5); err != nil || len(hits) > 0 {
			t.Errorf("search %s: %v %v", word, hits, err)
		}
	}
	if problems, err := s.Checkup(ctx); err != nil || len(problems) > 0 {
		t.Errorf("found %v %v", problems, err)
	}
	mustRecord(t, s, firstVersion("a", "after", "the history goes on"))
	mustVerify(t, s)
	if _, _, err := s.Forget(ctx, one.Key, ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("again: %v", err)
	}
}

func TestForgottenIsNotCollectedAgain(t *testing.T) {
	s, ctx := MustOpen(t), t.Context()
	one := traced()
	mustRecord(t, s, one)
	if _, _, err := s.Forget(ctx, one.Key, ""); err != nil {
		t.Fatal(err)
	}
	if fresh, err := s.Found(ctx, "b", []Link{{URL: one.URL}}, t0); err != nil || fresh != 0 {
		t.Errorf("listed again: %d %v", fresh, err)
	}
	if fresh, err := s.Found(ctx, "a", []Link{{URL: address("elsewhere"), ID: one.Key.ID}}, t0); err != nil || fresh != 0 {
		t.Errorf("listed at another address: %d %v", fresh, err)
	}
	if gone, err := s.IsForgotten(ctx, one.URL); !gone || err != nil {
		t.Errorf("found %v %v", gone, err)
	}
	if _, err := s.Record(ctx, one); !errors.Is(err, ErrForgotten) {
		t.Errorf("found %v", err)
	}
	alias := one
	alias.URL = address("alias")
	if _, err := s.Found(ctx, "a", []Link{{URL: alias.URL}}, t0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(ctx, alias); !errors.Is(err, ErrForgotten) {
		t.Errorf("found %v", err)
	}
	if _, err := s.Address(ctx, "a", alias.URL); !errors.Is(err, ErrNotFound) {
		t.Errorf("the other address is still visited: %v", err)
	}
	if gone, err := s.IsForgotten(ctx, alias.URL); !gone || err != nil {
		t.Errorf("found %v %v", gone, err)
	}
	mustRecord(t, s, firstVersion("a", "1", "others are"))
	if n := rowCount(t, s, "visits"); n != 1 {
		t.Errorf("found %d visits", n)
	}
	mustVerify(t, s)
}

func TestForgetLeavesAPageThatAnotherStoryHas(t *testing.T) {
	s := MustOpen(t)
	one, other := traced(), firstVersion("b", "1", "x")
	other.Pages[0].Body = one.Pages[0].Body
	mustRecord(t, s, one)
	mustRecord(t, s, other)
	e, shared, err := s.Forget(t.Context(), one.Key, "")
	if err != nil || e.Pages != 0 || len(shared) != 1 || shared[0] != other.Key {
		t.Fatalf("found %+v %v %v", e, shared, err)
	}
	if body, err := bodyOf(t, s, other); err != nil || !strings.Contains(string(body), "krolfipage") {
		t.Fatal(err)
	}
	mustVerify(t, s)
}

// The last change may be one that is forgotten, and pages pruned before.
func TestForgetTheLastAndThePruned(t *testing.T) {
	s := MustOpen(t)
	mustRecord(t, s, firstVersion("a", "1", "x"))
	one := traced()
	mustRecord(t, s, one)
	if _, err := s.Prune(t.Context(), Prune{PagesBefore: t0.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	head := mustVerify(t, s).Head
	if _, _, err := s.Forget(t.Context(), one.Key, ""); err != nil {
		t.Fatal(err)
	}
	r := mustVerify(t, s)
	if r.Head.Hash != head.Hash || r.Head.Cursor != head.Cursor || r.Head.Erasures != 2 {
		t.Fatalf("found %+v, before %+v", r.Head, head)
	}
	if now, err := s.Head(t.Context()); err != nil || now.Hash != head.Hash || now.ErasuresHash != r.Head.ErasuresHash {
		t.Fatalf("found %+v %v", now, err)
	}
	mustRecord(t, s, firstVersion("a", "2", "y"))
	mustVerify(t, s)
}

func TestVerifyHoldsErasuresToTheirRecords(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"bytes taken without a record", "UPDATE pages SET zstd = x'', base_id = NULL WHERE page_id = (SELECT max(page_id) FROM pages)", "lost its bytes"},
		{"reason altered", "UPDATE erasures SET reason = 'x' WHERE erasure_id = 1", "record of erasure 1"},
		{"record taken out", "DELETE FROM pruned_pages; DELETE FROM erasures WHERE erasure_id = 1", ""},
		{"version left altered", "UPDATE forgotten_versions SET content_hash = x'00'", "version 1 of the story forgotten by erasure 2"},
		{"change left altered", "UPDATE forgotten_changes SET hash = x'00'", "of a forgotten story"},
		{"change left taken out", "DELETE FROM forgotten_changes", "is missing"},
		{"bound altered", "UPDATE erasures SET pages_before = 0 WHERE erasure_id = 1", "record of erasure 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := MustOpen(t)
			one := traced()
			mustRecord(t, s, one)
			mustRecord(t, s, firstVersion("a", "1", "x"))
			if _, err := s.Prune(t.Context(), Prune{PagesBefore: t0.Add(time.Hour)}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.Forget(t.Context(), one.Key, ""); err != nil {
				t.Fatal(err)
			}
			mustRecord(t, s, firstVersion("a", "2", "y"))
			mustVerify(t, s)
			raw := rawConn(t, s.path)
			dropTriggers(t, raw)
			mustExec(t, raw, c.sql)
			r, err := s.Verify(t.Context())
			if err != nil || r.Problem == "" || !strings.Contains(r.Problem, c.want) {
				t.Fatalf("found %q %v, expected %q in it", r.Problem, err, c.want)
			}
		})
	}
}
