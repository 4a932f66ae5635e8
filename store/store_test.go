package store

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"stakeout/story"
)

var t0 = time.Date(2026, 4, 4, 21, 26, 49, 0, time.UTC)

// MustOpen opens a history that is new, and closes it with the test.
func MustOpen(tb testing.TB) *Store {
	tb.Helper()
	return mustOpenFile(tb, newHistory(tb), Options{})
}

func mustOpenFile(tb testing.TB, path string, o Options) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), path, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func address(id string) string { return "https://example.org/news/" + id }

// firstVersion is a visit that reads a story for the first time.
func firstVersion(source, id, headline string, body ...string) Result {
	reading := story.Reading{ID: id, URL: address(id), Rules: "r1", Reader: "auto",
		Fields: story.Fields{Headline: headline, Body: body, Tags: []string{"one"}, Metadata: map[string]string{"Desk": "night"}}}
	return Result{
		Visit: Visit{Source: source, URL: address(id), FinalURL: address(id), Key: story.Key{Source: source, ID: id}, Kind: KindStory,
			At: t0, Duration: 120 * time.Millisecond, Status: 200, Bytes: 1234, Outcome: story.New, Header: http.Header{"Server": {"test"}}},
		Pages:   []Page{{URL: address(id), ContentType: "text/html", Body: []byte("<h1>" + headline + "</h1><p>" + strings.Join(body, "<p>"))}},
		Reading: &reading, Print: headline + strings.Join(body, "\n"),
		Change: &story.Change{Event: story.EventNew},
		ETag:   `"1"`, NextAt: t0.Add(10 * time.Minute),
	}
}

// nextVersion is a visit that finds the story changed, an hour on per version.
func nextVersion(before Result, from int, headline string, body ...string) Result {
	r := firstVersion(before.Source, before.Key.ID, headline, body...)
	r.From, r.At, r.Outcome = from, t0.Add(time.Duration(from)*time.Hour), story.Changed
	r.Change = &story.Change{Event: story.EventChanged, Classes: []story.Class{story.Fact}, Fields: []story.FieldChange{
		{Field: "headline", Class: story.Fact, Old: before.Reading.Headline, New: headline}}}
	return r
}

// sameAs is a visit that finds what is on record.
func sameAs(before Result, from int, at time.Time) Result {
	r := Result{Visit: before.Visit, From: from, NextAt: at.Add(time.Hour)}
	r.At, r.Outcome = at, story.Same
	return r
}

func mustRecord(tb testing.TB, s *Store, r Result) Recorded {
	tb.Helper()
	done, err := s.Record(tb.Context(), r)
	if err != nil {
		tb.Fatal(err)
	}
	return done
}

func mustVerify(tb testing.TB, s *Store) Report {
	tb.Helper()
	r, err := s.Verify(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	if r.Problem != "" {
		tb.Fatalf("verify: %s", r.Problem)
	}
	return r
}

func collectAll[T any](tb testing.TB, seq func(func(T, error) bool)) []T {
	tb.Helper()
	var out []T
	for v, err := range seq {
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// rowCount counts the rows of a table.
func rowCount(tb testing.TB, s *Store, table string) int {
	tb.Helper()
	var n int
	if err := s.read.db.QueryRowContext(context.Background(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestCloseTwiceAndRecordAfterwards(t *testing.T) {
	s := MustOpen(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(t.Context(), firstVersion("a", "1", "x")); err == nil || !strings.Contains(err.Error(), ErrClosed.Error()) {
		t.Fatalf("found %v, expected %v", err, ErrClosed)
	}
}

func TestCloseWhileRecording(t *testing.T) {
	s := MustOpen(t)
	errs := make(chan error)
	for i := range 8 {
		go func() {
			var err error
			for n := 0; err == nil; n++ {
				_, err = s.Record(context.Background(), firstVersion("a", fmt.Sprintf("%d-%d", i, n), "x"))
			}
			errs <- err
		}()
	}
	time.Sleep(50 * time.Millisecond)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if err := <-errs; !strings.Contains(err.Error(), ErrClosed.Error()) {
			t.Fatalf("found %v, expected %v", err, ErrClosed)
		}
	}
}
