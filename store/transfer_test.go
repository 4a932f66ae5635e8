package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stakeout/internal/testpg"
	"stakeout/story"
)

// A history moves to a server and back; nothing of it differs, and it can be written
// on. The full form, with its figures: STAKEOUT_LONG=1 go test ./store -run TestMigrate -v
func TestMigrateThereAndBack(t *testing.T) {
	sqliteOnly(t, "it is about both")
	server := testpg.Shared(t).Database(t)
	first := MustOpen(t)
	stories, versions := 20, 3
	if os.Getenv("STAKEOUT_LONG") == "1" {
		stories, versions = 33_334, 3
	}
	fill(t, first)
	fillErased(t, first)
	if err := first.Rename(t.Context(), "a", "renamed"); err != nil {
		t.Fatal(err)
	}
	fillMany(t, first, stories, versions)
	begun := time.Now()
	lap := func(what string) {
		t.Logf("%s: %.1f s", what, time.Since(begun).Seconds())
		begun = time.Now()
	}
	there := mustMigrate(t, first, server)
	lap(fmt.Sprintf("%d versions, %d rows there", there.Report.Versions, there.Copied))
	middle := mustOpenFile(t, server, Options{})
	back := filepath.Join(t.TempDir(), "back.db")
	mustMigrate(t, middle, back)
	lap("back")
	last := mustOpenFile(t, back, Options{})
	want := told(t, first)
	for i, s := range []*Store{middle, last} {
		if diff := cmp.Diff(want, told(t, s)); diff != "" {
			t.Fatalf("history %d: %.3000s", i, diff)
		}
		for _, query := range []string{"headline", `"paragraph 1"`, "fourth -third"} {
			if diff := cmp.Diff(ids(t, first, query), ids(t, s, query)); diff != "" {
				t.Errorf("history %d, search %s: %s", i, query, diff)
			}
		}
		if problems, err := s.Checkup(t.Context()); err != nil || len(problems) > 0 {
			t.Errorf("history %d: %v %v", i, problems, err)
		}
		mustRecord(t, s, firstVersion("b", "new", "goes on"))
		mustVerify(t, s)
	}
	lap("compared")
}

// fillMany records stories of several versions, in large transactions.
func fillMany(tb testing.TB, s *Store, stories, versions int) {
	tb.Helper()
	const batch = 500
	last := make([]Result, stories)
	for v := range versions {
		for from := 0; from < stories; from += batch {
			var packed []packedResult
			for i := from; i < min(stories, from+batch); i++ {
				id := fmt.Sprintf("many-%d", i)
				if v == 0 {
					last[i] = firstVersion("many", id, "headline "+id, longBody(i%50), "paragraph 1 of "+id)
				} else {
					last[i] = nextVersion(last[i], v, fmt.Sprintf("headline %d of %s", v, id), longBody(i%50), fmt.Sprintf("paragraph %d of %s", v, id))
				}
				p, err := s.prepare(tb.Context(), last[i])
				if err != nil {
					tb.Fatal(err)
				}
				packed = append(packed, p)
			}
			if err := s.commit(tb.Context(), noKey, func(tx *tx) error {
				for _, p := range packed {
					if _, err := record(tx, p); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

func mustMigrate(t *testing.T, from *Store, to string) Transferred {
	t.Helper()
	done, err := Migrate(t.Context(), from, to, Options{}, func(Transfer) {})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// told is what a history says: of an export of versions its hash, line by line.
func told(t *testing.T, s *Store) map[string]string {
	t.Helper()
	r, err := s.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	add := func(what string, v any) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		d := newDigest(out[what])
		d.bytes(text)
		out[what] = fmt.Sprintf("%x", d.sum())
	}
	add("verify", r)
	for st, err := range s.Versions(t.Context(), Filter{Explain: true}) {
		if err != nil {
			t.Fatal(err)
		}
		add("versions", st)
	}
	for c, err := range s.Changes(t.Context(), ChangeFilter{Reread: true}) {
		if err != nil {
			t.Fatal(err)
		}
		add("changes", c)
	}
	erasures, err := s.Erasures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	add("erasures", erasures)
	visits, err := s.Visits(t.Context(), story.Key{Source: "renamed", ID: "1"}, -1)
	if err != nil {
		t.Fatal(err)
	}
	add("visits", visits)
	return out
}

// What was interrupted anywhere goes on; until it is whole nobody else opens it.
func TestMigrateIsResumed(t *testing.T) {
	sqliteOnly(t, "it is about both")
	server := testpg.Shared(t).Database(t)
	s := MustOpen(t)
	fill(t, s)
	fillErased(t, s)
	fillMany(t, s, 30, 2)
	whole := 0
	for stop := 2; ; stop += 17 {
		ctx, cancel := context.WithCancel(t.Context())
		reports := 0
		_, err := Migrate(ctx, s, server, Options{}, func(Transfer) {
			if reports++; reports == stop {
				cancel()
			}
		})
		cancel()
		if err == nil {
			whole = stop
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped at report %d: %v", stop, err)
		}
		if _, err := Open(t.Context(), server, Options{}); !errors.Is(err, ErrUnfinished) {
			t.Fatalf("stopped at report %d: found %v, expected ErrUnfinished", stop, err)
		}
	}
	if whole < 20 {
		t.Fatalf("it was never interrupted: whole at %d", whole)
	}
	there := mustOpenFile(t, server, Options{})
	if diff := cmp.Diff(told(t, s), told(t, there)); diff != "" {
		t.Fatal(diff)
	}
}

func TestMigrateRefusesAnotherHistory(t *testing.T) {
	sqliteOnly(t, "it is about both")
	server := testpg.Shared(t).Database(t)
	s := MustOpen(t)
	fill(t, s)
	taken := mustOpenFile(t, server, Options{})
	mustRecord(t, taken, firstVersion("z", "1", "x"))
	before := told(t, taken)
	if _, err := Migrate(t.Context(), s, server, Options{}, func(Transfer) {}); !errors.Is(err, ErrOtherHistory) {
		t.Fatalf("found %v, expected ErrOtherHistory", err)
	}
	if diff := cmp.Diff(before, told(t, taken)); diff != "" {
		t.Fatal(diff)
	}

	// One that went on since the move was interrupted.
	path := filepath.Join(t.TempDir(), "half.db")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Migrate(ctx, s, path, Options{}, func(Transfer) { cancel() }); err == nil {
		t.Fatal("it was not interrupted")
	}
	mustRecord(t, s, firstVersion("z", "1", "x"))
	if _, err := Migrate(t.Context(), s, path, Options{}, func(Transfer) {}); !errors.Is(err, ErrDifferent) {
		t.Fatalf("found %v, expected ErrDifferent", err)
	}
}

// Every table moves or is known not to.
func TestMigrateKnowsEveryTable(t *testing.T) {
	s := MustOpen(t)
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if onServer {
		query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
	}
	names, err := column[string](t.Context(), s, query)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		made := slices.Contains([]string{"goose_db_version", "stakeout", "compatible", "pending", "sqlite_sequence"}, name) ||
			strings.HasPrefix(name, "search") || strings.HasPrefix(name, "sketches")
		if !made && !slices.ContainsFunc(transferred, func(t tableOf) bool { return t.name == name }) {
			t.Errorf("table %s is not moved", name)
		}
	}
}
