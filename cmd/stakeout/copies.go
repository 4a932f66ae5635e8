package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"stakeout/change"
	"stakeout/collect"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

// shownStory is a story as `show --json` prints it: with its copies, and its next
// look.
type shownStory struct {
	story  story.Story
	copies []change.Copy
	look   *collect.NextLook // nil for none by the re-check policy
}

// MarshalJSON adds the rest to the story's own JSON.
func (s shownStory) MarshalJSON() ([]byte, error) {
	whole, err := json.Marshal(s.story)
	if err != nil {
		return nil, err
	}
	copies, err := json.Marshal(s.copies)
	if err != nil {
		return nil, err
	}
	look, err := json.Marshal(s.look)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(whole[:len(whole)-1], `,"copies":%s,"next_look":%s}`, copies, look), nil
}

// showStory shows a story, with its copies where it is shown as it stands.
func (a *app) showStory(ctx context.Context, db *store.Store, s story.Story, latest bool) error {
	copies := []change.Copy{}
	var look *collect.NextLook
	if latest {
		var err error
		if look, err = collect.ExplainLook(ctx, db, s.Key(), time.Now()); err != nil {
			return err
		}
		if copies, err = history.Copies(ctx, db, s); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(shownStory{s, copies, look})
	}
	if err := a.printStory(ctx, db, s); err != nil {
		return err
	}
	a.printLook(look)
	a.printCopies(s, copies)
	return nil
}

// printCopies lists the copies of a story, and what they or it didn't follow.
func (a *app) printCopies(s story.Story, copies []change.Copy) {
	out := a.out()
	for i, c := range copies {
		if i == 0 {
			title := "the same text elsewhere"
			if !slices.ContainsFunc(copies, func(c change.Copy) bool { return c.Earlier }) {
				title += "; this story had it first"
			}
			fmt.Fprintf(out, "\n%s\n", out.Set(terminal.Quiet, title))
		}
		facts := fmt.Sprintf("%.0f %% alike", 100*c.Similarity)
		if c.FirstSeen != nil {
			facts += ", first seen " + when(*c.FirstSeen)
		}
		if c.Earlier {
			facts += ", before this story"
		}
		if c.Status == story.Removed {
			facts += ", removed since"
		}
		name := terminal.Safe(c.Source + "/" + c.ID)
		fmt.Fprintf(out, "  %s  %s\n    %s\n", name, out.Set(terminal.Strong, terminal.Safe(c.Headline)), out.Set(terminal.Quiet, facts))
		for _, l := range c.Corrected {
			a.printLag(out, l, name, "this story", s.LastSeen)
		}
		for _, l := range c.NotFollowed {
			a.printLag(out, l, "this story", name, c.LastSeen)
		}
	}
}

// printLag says what one story corrected and another, last seen at a time, didn't.
func (a *app) printLag(out *terminal.Screen, l change.Lag, who, whom string, seen *time.Time) {
	did, says := "changed", "still says"
	if l.Class == story.Correction {
		did = "corrected"
	}
	if seen != nil && seen.Before(l.At) {
		says = "when last seen, " + when(*seen) + ", said"
	}
	words := []story.Word{{Op: story.Dropped, Text: l.Old}, {Op: story.Inserted, Text: l.New}}
	fmt.Fprintf(out, "    %s %s %s on %s; %s %s: %s\n", out.Set(terminal.Notice, who), did, out.Words(words, 0), when(l.At), whom, says, terminal.Safe(l.Still))
}
