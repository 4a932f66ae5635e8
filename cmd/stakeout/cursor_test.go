package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"stakeout/store"
	"stakeout/story"
)

// built builds the program.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "stakeout")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// publish records so many new stories, numbered on from n.
func publish(t *testing.T, path string, n, count int) {
	t.Helper()
	db, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range count {
		id := fmt.Sprint(n + i)
		url, f := "https://wire.example/"+id, story.Fields{Headline: "Story " + id, Body: []string{"One."}}
		if _, err := db.Record(context.Background(), store.Result{Visit: store.Visit{Source: "wire", Key: story.Key{Source: "wire", ID: id}, URL: url, Kind: store.KindStory,
			Outcome: story.New, Status: 200, At: firstDay.Add(time.Duration(n+i) * time.Second)}, Reading: &story.Reading{URL: url, Fields: f}, Print: id,
			Change: &story.Change{Event: story.EventNew, Headline: f.Headline, URL: url}}); err != nil {
			t.Fatal(err)
		}
	}
}

// An export under a cursor that is killed at any moment, fifty times in the long
// form, leaves nothing out and writes nothing twice, although its reader takes each
// file away as soon as it stands there.
func TestKilledExportsWriteEachChangeOnce(t *testing.T) {
	kills := 6
	switch {
	case os.Getenv("STAKEOUT_LONG") != "":
		kills = 50
	case testing.Short():
		kills = 2
	}
	program, dir := built(t), t.TempDir()
	db, out := filepath.Join(dir, "s.db"), filepath.Join(dir, "out", "new.jsonl")
	command := func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, program, "--db", db, "--config", dir, "export", "--format", "jsonl", "--what", "changes", "--since", "cursor:k", "-o", out)
	}
	found, files := map[int64]int{}, 0
	take := func() {
		t.Helper()
		text, err := os.ReadFile(out)
		if errors.Is(err, os.ErrNotExist) {
			return
		}
		if err := errors.Join(err, os.Remove(out)); err != nil {
			t.Fatal(err)
		}
		files++
		for _, c := range lines[story.Change](t, string(text)) {
			found[c.Cursor]++
		}
	}
	const each = 20
	publish(t, db, 0, each)
	begun := time.Now()
	if text, err := command(t.Context()).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	take()
	longest := time.Since(begun)
	killed, runs := 0, 1
	for ; killed < kills && runs < 5*kills; runs++ {
		publish(t, db, runs*each, each)
		ctx, cancel := context.WithTimeout(t.Context(), rand.N(longest)+time.Millisecond)
		if err := command(ctx).Run(); err != nil {
			killed++
		}
		cancel()
		take()
	}
	if text, err := command(t.Context()).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	take()
	want := runs * each
	for cursor, times := range found {
		if times != 1 {
			t.Errorf("change %d is in %d files", cursor, times)
		}
	}
	if len(found) != want {
		t.Errorf("%d changes in the files, expected %d", len(found), want)
	}
	left, err := filepath.Glob(filepath.Join(dir, "out", ".stakeout-*"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d runs killed, %d changes in %d files, each once; %d half-written files left beside", killed, runs, want, files, len(left))
}
