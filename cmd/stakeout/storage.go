package main

import (
	"context"
	"fmt"

	"stakeout/store"
	"stakeout/terminal"
)

// storageJSON is what a source takes, as `sources --storage --json` prints it.
type storageJSON struct {
	store.SourceStorage
	PerStory   int64 `json:"bytes_per_story"`
	PerVersion int64 `json:"bytes_per_further_version"`
}

// printStorage says what the history of each source takes.
func (a *app) printStorage(ctx context.Context, db *store.Store) error {
	all, err := db.Storage(ctx)
	if err != nil {
		return err
	}
	out := a.out()
	width := 8
	for _, s := range all {
		width = max(width, len(s.Source))
	}
	if !a.json {
		fmt.Fprintln(out, out.Set(terminal.Quiet, fmt.Sprintf("%s  %8s  %8s  %10s  %10s  %14s  %14s", terminal.Pad("SOURCE", width), "STORIES", "VERSIONS", "PAGES", "READINGS", "A STORY", "A VERSION MORE")))
	}
	for _, s := range all {
		if a.json {
			if err := a.printJSON(storageJSON{s, s.PerStory(), s.PerVersion()}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(out, "%s  %8d  %8d  %10s  %10s  %14s  %14s\n", terminal.Pad(terminal.Safe(s.Source), width), s.Stories, s.Versions,
			size(s.FirstKept+s.FurtherKept), size(s.Readings), size(s.PerStory())+share(s.FirstKept, s.FirstRaw), size(s.PerVersion())+share(s.FurtherKept, s.FurtherRaw))
	}
	return nil
}

// size is a number of bytes as people read it.
func size(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d B", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d KB", n/1000)
	case n < 10_000_000_000:
		return fmt.Sprintf("%d MB", n/1_000_000)
	}
	return fmt.Sprintf("%d GB", n/1_000_000_000)
}

// share is what pages take of their raw bytes.
func share(kept, raw int64) string {
	if raw == 0 {
		return ""
	}
	return fmt.Sprintf(", %.1f %%", 100*float64(kept)/float64(raw))
}
