package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

func (a *app) forgetCommand() *cobra.Command {
	var reason string
	var purge, list bool
	cmd := &cobra.Command{
		Use:   "forget ID",
		Short: "Erase a story for good, as the law may demand",
		Long: `Erases a story: every version of it, its pages, its changes, visits and addresses,
its words in the search, and what you noted of it. It can't be undone. Hashes stay, so
that verify still proves everything else; and a record of when and why, which --list
shows. Don't name in the reason what is to be forgotten. Its addresses are known by
their hashes from then on, and aren't collected again.

Then the whole file is written anew, so that nothing of it is left in free space; a
service that is running waits meanwhile, some 10 s a gigabyte. Where another program
doesn't let it, --purge does that part again. Backups and exports made before still
hold the story: make new ones, and delete those.

` + refHelp + exitHelp,
		Example: "  stakeout forget whisperx/50193 --reason \"request of 2026-04-05, file 17\"\n  stakeout forget --list",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			switch {
			case list:
				return a.withHistory(ctx, func(db *store.Store) error { return a.printErasures(ctx, db) })
			case len(args) == 0 && !purge:
				return badUsage("forget: found no ID, expected one, --purge or --list")
			case len(args) == 1 && reason == "":
				return badUsage("forget %s: found no --reason, expected one for the record", args[0])
			}
			cfg, err := a.config()
			if err != nil {
				return err
			}
			return a.withWritableHistory(ctx, cfg, func(db *store.Store) error {
				if len(args) == 1 {
					if err := a.forget(ctx, db, args[0], reason); err != nil {
						return err
					}
				}
				return a.purge(ctx, db)
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "a `TEXT` for the record")
	cmd.Flags().BoolVar(&purge, "purge", false, "clear the file of what was erased before")
	cmd.Flags().BoolVar(&list, "list", false, "list what was pruned and forgotten so far")
	return cmd
}

// forgotten is what `forget --json` prints.
type forgotten struct {
	store.Erasure
	Shared []story.Key `json:"shared"` // the stories that have a page of it as well
}

func (a *app) forget(ctx context.Context, db *store.Store, ref, reason string) error {
	key, err := db.Find(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		source, id, _ := strings.Cut(ref, "/")
		gone, findErr := db.IsForgotten(ctx, ref)
		if findErr == nil && !gone {
			gone, findErr = db.IsForgottenStory(ctx, story.Key{Source: source, ID: id})
		}
		if findErr != nil || gone {
			return errors.Join(findErr, withHint(fmt.Errorf("forget %s: it is forgotten already", ref), "stakeout forget --purge clears the file once more"))
		}
	}
	if err != nil {
		return err
	}
	done, shared, err := db.Forget(ctx, key, reason)
	if err != nil {
		return err
	}
	for _, k := range shared {
		fmt.Fprintf(a.stderr, "a page of it is also one of %s, and stays: forget that one as well if it must go\n", terminal.Safe(k.String()))
	}
	if a.json {
		return a.printJSON(forgotten{done, shared})
	}
	fmt.Fprintf(a.stdout, "forgotten: %d versions, %d pages, %d visits; record %d\n", done.Versions, done.Pages, done.Visits, done.ID)
	return nil
}

func (a *app) purge(ctx context.Context, db *store.Store) error {
	err := db.Purge(ctx)
	if errors.Is(err, store.ErrLocked) {
		return withHint(fmt.Errorf("what was forgotten is out of the history, but may still stand in free space of the file: %w", err), "end what uses it, then: stakeout forget --purge")
	}
	return err
}
