package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stakeout/store"
	"stakeout/story"
)

func TestPlanWithoutAHistory(t *testing.T) {
	rows := lines[planRow](t, mustRun(t, "plan", "--days", "2", "--stories", "20", "--json"))
	if len(rows) != 5 || rows[2].PerHour != plannedBudget || rows[2].From != "prior" || rows[2].Edits == 0 {
		t.Fatalf("found %+v", rows)
	}
	for i, r := range rows[1:] {
		if r.LooksPerDay <= rows[i].LooksPerDay || r.SeenPercent <= rows[i].SeenPercent {
			t.Errorf("%g an hour: %.0f looks a day see %.1f %%, after %.0f and %.1f %%", r.PerHour, r.LooksPerDay, r.SeenPercent, rows[i].LooksPerDay, rows[i].SeenPercent)
		}
	}
	table := mustRun(t, "plan", "--days", "2", "--stories", "20")
	if !strings.Contains(table, "half the budget would see") || !strings.Contains(table, "█") {
		t.Error(table)
	}
	if _, stderr, status := stakeout(t, "plan", "--budget", "-1"); status != statusUsage {
		t.Errorf("a budget below nothing: exit %d, %s", status, stderr)
	}
	if _, stderr, status := stakeout(t, "plan", "nobody"); status != statusUsage || !strings.Contains(stderr, "no source nobody") {
		t.Errorf("an unknown source: exit %d, %s", status, stderr)
	}
}

// A source with a history is planned by its own edits.
func TestPlanByASourcesOwnHistory(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s.db")
	db, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Minute)
	for i := range 30 {
		first := now.Add(-time.Duration(30+i) * time.Hour)
		for n := range 4 {
			reading := story.Reading{Fields: story.Fields{Headline: "Harbour reopens", Body: []string{strings.Repeat("again ", n+1)}}}
			id := string(rune('a' + i))
			if _, err := db.Record(context.Background(), store.Result{
				Visit: store.Visit{Source: "s", URL: "https://s.example/" + id, Key: story.Key{Source: "s", ID: id}, Kind: "story", At: first.Add(time.Duration(n) * 40 * time.Minute), Outcome: story.Changed},
				From:  n, Reading: &reading, Print: reading.Body[0],
				Pages: []store.Page{{URL: "https://s.example/" + id, Body: []byte(reading.Body[0])}},
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cfg := file(t, "c.yaml", "database: "+path+"\nsources: {s: {start: https://s.example/, schedule: '@hourly', budget: {rechecks: 30/h}}}\n")
	rows := lines[planRow](t, mustRun(t, "--config", cfg, "plan", "s", "--days", "4", "--json"))
	if len(rows) != 5 || rows[2].From != "history" || rows[2].Edits != 90 || rows[2].PerHour != 30 || rows[2].ListsPerDay != 24 {
		t.Errorf("found %+v", rows)
	}
}

// check says when a source runs, in both zones, within its windows.
func TestCheckShowsRunsInBothZones(t *testing.T) {
	cfg := file(t, "c.yaml", "sources: {s: {start: https://s.example/, schedule: 'CRON_TZ=Asia/Tokyo 30 9 * * *', window: weekdays 06-22 Asia/Tokyo}}\n")
	text := mustRun(t, "--config", cfg, "check")
	if !strings.Contains(text, "09:30:00 JST") || !strings.Contains(text, "window    weekdays 06-22 Asia/Tokyo") || strings.Contains(text, "Sat") {
		t.Error(text)
	}
}
