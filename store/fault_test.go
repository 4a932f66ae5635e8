package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"stakeout/internal/baddisk"
	"stakeout/story"
)

// smallCrawl are the steps of a collection. Each returns nil once it is on disk.
func smallCrawl(s *Store) []func() error {
	ctx := context.Background()
	record := func(r Result) func() error {
		return func() error { _, err := s.Record(ctx, r); return err }
	}
	one, two := firstVersion("a", "1", "one", "text"), firstVersion("a", "2", "two", "text")
	changed := nextVersion(one, 1, "one, changed", "text")
	gone := sameAs(two, 1, t0.Add(1))
	gone.Outcome, gone.StoryStatus = story.Gone, story.Removed
	again := *one.Reading
	again.Rules = "r2"
	return []func() error{
		func() error {
			_, err := s.Found(ctx, "a", []Link{{URL: one.URL}, {URL: two.URL}}, t0)
			return err
		},
		record(one), record(two), record(sameAs(one, 1, t0.Add(1))), record(changed), record(gone),
		func() error { return s.AddReading(ctx, one.Key, 1, again, nil) },
		record(sameAs(one, 2, t0.Add(2))),
	}
}

// TestDiskFailsAtEveryWrite lets each single write of a small crawl fail, once
// or from then on: what was acknowledged is there, what was not is there whole
// or not at all, and after a passing failure the crawl goes on where it stood.
// STAKEOUT_LONG=1 tries every write, else one in 17.
func TestDiskFailsAtEveryWrite(t *testing.T) {
	baddisk.Register(false)
	step := 17
	switch {
	case os.Getenv("STAKEOUT_LONG") == "1":
		step = 1
	case testing.Short():
		step = 61
	}
	for _, c := range []struct {
		name  string
		code  int32
		want  error
		stays bool
	}{
		{"full once", baddisk.Full, ErrFull, false},
		{"full from then on", baddisk.Full, ErrFull, true},
		{"error once", baddisk.Write, ErrDisk, false},
		{"error from then on", baddisk.Sync, ErrDisk, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			tried := 0
			for n := 1; ; n += step {
				until := n
				if c.stays {
					until = 1 << 30
				}
				if !crawlOnFaultyDisk(t, n, until, c.code, c.want) {
					break
				}
				tried++
			}
			if tried < 4 {
				t.Fatalf("only %d writes failed", tried)
			}
			t.Logf("%d writes failed in turn", tried)
		})
	}
}

// crawlOnFaultyDisk reports whether any write failed.
func crawlOnFaultyDisk(t *testing.T, from, until int, code int32, want error) (failed bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "history.db")
	if s := mustOpenFile(t, path, Options{}); s.Close() != nil {
		t.Fatal("close")
	}
	s, err := Open(t.Context(), path, Options{vfs: baddisk.Name})
	if err != nil {
		t.Fatal(err)
	}
	baddisk.Arm(from, until, code)
	acknowledged := 0
crawl:
	for _, step := range smallCrawl(s) {
		for try := 0; ; try++ {
			err := step()
			if err == nil || errors.Is(err, ErrStale) && try > 0 {
				// Stale on a second try: the first reached the disk after all.
				acknowledged++
				break
			}
			if !errors.Is(err, want) {
				t.Fatalf("write %d: found %v, expected %v", from, err, want)
			}
			if until > from || try > 3 {
				break crawl // it stays broken: nothing more gets through
			}
		}
	}
	failures := baddisk.Failures()
	_ = s.Close() // it may not be able to clear its log away
	baddisk.Arm(0, 0, 0)
	if until == from && acknowledged != len(smallCrawl(s)) {
		t.Fatalf("write %d failed once: %d steps were acknowledged, expected all", from, acknowledged)
	}
	checkSmallCrawl(t, path, from, acknowledged)
	return failures > 0
}

// checkSmallCrawl holds what is on disk against the steps that were acknowledged,
// which are the first so many.
func checkSmallCrawl(t *testing.T, path string, from, acknowledged int) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("write %d: %v", from, err)
	}
	defer s.Close()
	r := mustVerify(t, s)
	min := []Report{{}, {}, {Versions: 1, Changes: 1}, {Versions: 2, Changes: 2}, {Versions: 2, Changes: 2},
		{Versions: 3, Changes: 3}, {Versions: 3, Changes: 4}, {Versions: 3, Changes: 5}, {Versions: 3, Changes: 5}}[acknowledged]
	if r.Versions < min.Versions || r.Changes < min.Changes || r.Versions > 3 || r.Changes > 5 {
		t.Fatalf("write %d: found %+v after %d acknowledged steps", from, r, acknowledged)
	}
}
