package main

import (
	"os"
	"strings"
	"testing"

	"stakeout/story"
)

// A source gets another name and keeps its history; a configuration that has the old
// one is refused with the place and what to write there.
func TestRenamedSourceKeepsItsHistory(t *testing.T) {
	cfg, db := collected(t)
	if _, stderr, code := stakeout(t, "--config", cfg, "--db", db, "sources", "--rename", "s"); code != 2 || !strings.Contains(stderr, "expected two") {
		t.Errorf("one name: exit %d, %s", code, stderr)
	}
	if _, stderr, code := stakeout(t, "--config", cfg, "--db", db, "sources", "--rename", "s", "new name"); code != 2 || !strings.Contains(stderr, "letters") {
		t.Errorf("an impossible name: exit %d, %s", code, stderr)
	}
	_, stderr, code := stakeout(t, "--config", cfg, "--db", db, "sources", "--rename", "s", "wire")
	if code != 0 || !strings.Contains(stderr, cfg+":2 names it s still: write wire there") {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	_, stderr, code = stakeout(t, "--config", cfg, "--db", db, "crawl")
	if code != 2 || !strings.Contains(stderr, cfg+":2") || !strings.Contains(stderr, "was renamed to wire") || !strings.Contains(stderr, "sources --rename wire s") {
		t.Errorf("the old configuration: exit %d, %s", code, stderr)
	}
	content, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	cfg = file(t, "new.yaml", strings.Replace(string(content), "  s:\n", "  wire:\n", 1))
	if s := crawlOf(t, cfg, db); s.Source != "wire" || s.New != 0 || s.Same != 2 {
		t.Errorf("collected again: %+v", s)
	}
	mustRun(t, "--db", db, "verify")
	if got := mustRun(t, "--db", db, "show", "s/1"); !strings.Contains(got, "wire/1") {
		t.Errorf("by its old name: %s", got)
	}
	for _, st := range lines[story.Story](t, mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "versions", "--source", "s")) {
		if st.Source != "wire" {
			t.Errorf("exported: %s", st.Key())
		}
	}
	for _, c := range lines[story.Change](t, mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "changes")) {
		if c.Source != "wire" {
			t.Errorf("exported: %+v", c)
		}
	}
}
