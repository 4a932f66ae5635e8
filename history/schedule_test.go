package history_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/history"
	"stakeout/scheduler"
	"stakeout/story"
)

// An export is written at its times, under their dates, and one of what is new
// leaves nothing out and writes nothing twice.
func TestScheduledExports(t *testing.T) {
	db := filled(t)
	dir := t.TempDir()
	hourly, err := scheduler.ParseSchedule("0 * * * *")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex // protects following fields
	list := []configs.Export{{Name: "new", Format: "jsonl", What: "versions", New: true, Path: filepath.Join(dir, "%Y-%m-%d-%H.jsonl"), Schedule: hourly}}
	clock := time.Date(2026, 4, 6, 9, 59, 59, 0, time.UTC)
	at := func(now time.Time) {
		mu.Lock()
		defer mu.Unlock()
		clock = now
	}
	s := history.Scheduled{Store: db, Log: slog.New(slog.DiscardHandler), Tick: 5 * time.Millisecond,
		Exports: func() []configs.Export {
			mu.Lock()
			defer mu.Unlock()
			return list
		},
		Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return clock
		}}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	defer running.Wait()
	defer cancel()
	time.Sleep(30 * time.Millisecond)
	lines := func(name string) int {
		path := filepath.Join(dir, name)
		for range 200 {
			if text, err := os.ReadFile(path); err == nil {
				return strings.Count(string(text), "\n")
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("%s was not written", name)
		return 0
	}
	at(time.Date(2026, 4, 6, 10, 0, 1, 0, time.UTC))
	if n := lines("2026-04-06-10.jsonl"); n != 5 {
		t.Errorf("at ten: %d versions, expected 5", n)
	}
	time.Sleep(50 * time.Millisecond) // the cursor moves behind the file
	tell(t, db, "wire", "1", 3, "Floods", "15 dead", story.Fact, false)
	at(time.Date(2026, 4, 6, 11, 0, 1, 0, time.UTC))
	if n := lines("2026-04-06-11.jsonl"); n != 1 {
		t.Errorf("at eleven: %d versions, expected the new one", n)
	}
	// The configuration is read again, with one more.
	mu.Lock()
	list = append(slices.Clone(list), configs.Export{Name: "all", Format: "jsonl", What: "versions", Path: filepath.Join(dir, "all-%H.jsonl"), Schedule: hourly})
	mu.Unlock()
	time.Sleep(50 * time.Millisecond)
	at(time.Date(2026, 4, 6, 12, 0, 1, 0, time.UTC))
	if n := lines("all-12.jsonl"); n != 6 {
		t.Errorf("at twelve: %d versions by the export that is new, expected 6", n)
	}
}
