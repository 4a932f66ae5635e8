package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stakeout/story"
)

// crashWriterEnv holds the path of the history that this program is to write as
// the subprocess of TestKilledWriterLosesNothing.
const crashWriterEnv = "STAKEOUT_TEST_CRASH_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashWriterEnv); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if path := os.Getenv(openerEnv); path != "" {
		fmt.Fprintln(os.Stderr, openOverAndOver(path))
		return
	}
	os.Exit(m.Run())
}

// crashStories is how many stories the subprocess writes versions of.
const crashStories = 40

// writeUntilKilled records versions, same visits and failures from 8 goroutines,
// and prints "ID VERSION" for each version once Record has returned.
func writeUntilKilled(path string) error {
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	var mu sync.Mutex // protects out
	out := bufio.NewWriter(os.Stdout)
	errs := make(chan error)
	for w := range 8 {
		go func() { errs <- crashWorker(s, w, &mu, out) }()
	}
	return <-errs
}

func crashWorker(s *Store, w int, mu *sync.Mutex, out *bufio.Writer) error {
	ctx := context.Background()
	for {
		id := strconv.Itoa(rand.IntN(crashStories))
		key := story.Key{Source: "a", ID: id}
		latest, err := s.Latest(ctx, key)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		r := firstVersion("a", id, fmt.Sprintf("by %d: %x", w, rand.Uint64()), strings.Repeat("word ", rand.IntN(2000)))
		r.From, r.At, r.Change = latest.Number, time.Now(), nil
		if rand.IntN(3) == 0 && latest.Number > 0 {
			r = sameAs(r, latest.Number, time.Now())
		}
		done, err := s.Record(ctx, r)
		if errors.Is(err, ErrStale) {
			continue
		}
		if err != nil {
			return err
		}
		if r.Reading == nil {
			continue
		}
		mu.Lock()
		fmt.Fprintf(out, "%s %d\n", id, done.Version)
		err = out.Flush()
		mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// TestKilledWriterLosesNothing kills a writing process at random moments: what
// it had acknowledged is there, nothing is there twice, and the file is whole.
// STAKEOUT_LONG=1 kills it a hundred times.
func TestKilledWriterLosesNothing(t *testing.T) {
	kills := 6
	switch {
	case os.Getenv("STAKEOUT_LONG") == "1":
		kills = 100
	case testing.Short():
		kills = 2
	}
	path := filepath.Join(t.TempDir(), "history.db")
	acknowledged := map[string]int{} // ID → the latest version acknowledged
	total := 0
	longest := 400 * time.Millisecond
	for n := 0; n < kills || total == 0 && n < kills+8; n++ {
		if n >= kills {
			longest *= 2 // a slow machine has written nothing yet
		}
		total += runAndKill(t, path, longest, acknowledged)
		checkAfterKill(t, path, acknowledged)
	}
	if total == 0 {
		t.Fatal("nothing was acknowledged before any kill")
	}
	t.Logf("%d kills, %d acknowledged versions, none lost", kills, total)
}

// runAndKill lets the subprocess write for a random while, at most longest, and returns how many
// versions it acknowledged.
func runAndKill(t *testing.T, path string, longest time.Duration, acknowledged map[string]int) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), crashWriterEnv+"="+path)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(20*time.Millisecond+rand.N(longest), func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	text, err := io.ReadAll(stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() >= 0 {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		var id string
		var version int
		if _, err := fmt.Sscanf(line, "%s %d\n", &id, &version); err != nil {
			continue // the last line, cut
		}
		acknowledged[id] = max(acknowledged[id], version)
		n++
	}
	return n
}

func checkAfterKill(t *testing.T, path string, acknowledged map[string]int) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := mustVerify(t, s) // numbers without gaps, none twice, each in the log once
	if r.Changes != r.Versions {
		t.Fatalf("%d events of %d versions", r.Changes, r.Versions)
	}
	for id, version := range acknowledged {
		v, err := s.Latest(t.Context(), story.Key{Source: "a", ID: id})
		if err != nil || v.Number < version {
			t.Fatalf("story %s: version %d was acknowledged, found %d %v", id, version, v.Number, err)
		}
	}
	var searchable int
	if err := s.read.db.QueryRow("SELECT count(*) FROM search WHERE search MATCH 'by'").Scan(&searchable); err != nil || searchable != r.Versions {
		t.Fatalf("%d of %d versions can be searched: %v", searchable, r.Versions, err)
	}
}
