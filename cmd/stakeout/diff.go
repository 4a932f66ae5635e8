package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"stakeout/change"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

func (a *app) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff ID [FROM [TO]]",
		Short: "What changed between two versions, word by word",
		Long: `Shows what differs between two versions of a story, word by word. Without TO the
latest version, without FROM the one before it.
` + refHelp + exitHelp,
		Example: "  stakeout diff 50193\n  stakeout diff whisperx/50193 1 3 --json",
		Args:    cobra.RangeArgs(1, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStory(cmd.Context(), args[0], func(db *store.Store, key story.Key) error {
				return a.diff(cmd.Context(), db, key, args[1:])
			})
		},
	}
}

func (a *app) diff(ctx context.Context, db *store.Store, key story.Key, args []string) error {
	latest, err := db.StoryAt(ctx, key, 0)
	if err != nil {
		return err
	}
	to := latest.Version
	from := to - 1
	for i, target := range []*int{&from, &to} {
		if i >= len(args) {
			break
		}
		n, err := strconv.Atoi(args[i])
		if err != nil || n < 1 || n > latest.Version {
			return badUsage("version: found %q, expected a number from 1 to %d, the versions of %s", args[i], latest.Version, key)
		}
		*target = n
	}
	if from < 1 {
		return withHint(fmt.Errorf("%s has one version: nothing to compare it with", key), "stakeout show %s", key)
	}
	c, err := between(ctx, db, key, from, to)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(c)
	}
	a.printDiff(c, latest.Headline)
	return nil
}

// between is the change from one version to another: the recorded one where
// they are neighbours, else compared now.
func between(ctx context.Context, db *store.Store, key story.Key, from, to int) (story.Change, error) {
	for c, err := range db.Changes(ctx, store.ChangeFilter{Key: key}) {
		if err != nil {
			return c, err
		}
		if c.From == from && c.To == to && from != to {
			return c, nil
		}
	}
	older, err := db.StoryAt(ctx, key, from)
	if err != nil {
		return story.Change{}, err
	}
	newer, err := db.StoryAt(ctx, key, to)
	if err != nil {
		return story.Change{}, err
	}
	c := change.Between(older.Fields, newer.Fields)
	c.Source, c.ID, c.From, c.To = key.Source, key.ID, from, to
	c.URL, c.Headline = newer.URL, newer.Headline
	c.SeenBefore = older.ChangedAt
	if newer.ChangedAt != nil {
		c.At = *newer.ChangedAt
	}
	return c, nil
}

func (a *app) printDiff(c story.Change, headline string) {
	out := a.out()
	fmt.Fprintf(out, "%s/%s  %s\n", terminal.Safe(c.Source), terminal.Safe(c.ID), out.Set(terminal.Strong, terminal.Safe(headline)))
	before := ""
	if c.SeenBefore != nil {
		before = " · " + when(*c.SeenBefore)
	}
	fmt.Fprintf(out, "version %d%s  →  version %d · %s   %s\n", c.From, before, c.To, when(c.At), out.Set(terminal.Notice, terminal.Verdict(c)))
	if len(c.Fields) == 0 {
		fmt.Fprintln(out, "\n  no difference")
		return
	}
	fmt.Fprint(out, out.Change(c))
}
