package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/newsroom"
	"stakeout/store"
	"stakeout/story"
)

// show says when a story is looked at next, and why then.
func TestShowSaysWhenAStoryIsLookedAtNext(t *testing.T) {
	cards := newsroom.NewCards(newsroom.CardsOptions{Count: 2, Options: newsroom.Options{Seed: 3}})
	server := httptest.NewServer(cards)
	defer server.Close()
	desk := cards.Desk()
	cfg, db := source(t, server.URL+desk.ListingPath, desk.Stories), filepath.Join(t.TempDir(), "s.db")
	mustRun(t, "--config", cfg, "--db", db, "crawl")
	id := lines[story.Story](t, mustRun(t, "--db", db, "list", "--json"))[0].ID
	text := mustRun(t, "--db", db, "show", id)
	if !strings.Contains(text, "next look") || !strings.Contains(text, ", because ") {
		t.Error(text)
	}
	var shown struct {
		Look collect.NextLook `json:"next_look"`
	}
	if err := json.Unmarshal([]byte(mustRun(t, "--db", db, "show", id, "--json")), &shown); err != nil || shown.Look.At.IsZero() || shown.Look.Why == "" {
		t.Errorf("found %+v %v", shown, err)
	}
}

// A configuration that is wrong changes nothing; one that is right is taken up.
func TestReload(t *testing.T) {
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	service := &collect.Service{Collector: &collect.Collector{Store: db}, Log: log}
	a := &app{stdout: io.Discard, stderr: io.Discard, env: func(string) string { return "" }, configSet: true}
	for _, c := range []struct{ yaml, want string }{
		{"sources: {a: {start: https://a.example/, schedule: '@hourly'}}\n", "the configuration was read again"},
		{"sources: {a: {start: https://a.example/, shedule: '@hourly'}}\n", "the old one is kept"},
	} {
		logged.Reset()
		a.configPath = file(t, "c.yaml", c.yaml)
		cur := newCurrent(&configs.Config{})
		err := a.reload(t.Context(), service, cur, log)
		if !strings.Contains(logged.String(), c.want) || (err == nil) != (len(cur.sources()) == 1) {
			t.Errorf("%s: logged %s", c.yaml, &logged)
		}
	}
}
