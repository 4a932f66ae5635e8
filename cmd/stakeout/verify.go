package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"stakeout/store"
)

func (a *app) verifyCommand() *cobra.Command {
	var head bool
	var against string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove that nothing was altered since it was recorded",
		Long: `Reads every kept page and every version again: each page against its SHA-256,
each version against its own hash and that of the version before it. Names the
first row that was touched, and then exits with 1.

--head prints the head of the history: one hash that stands for all of it. Kept
elsewhere, it shows later, by --against, that nothing before it was altered, cut
off or put in. docs/history.md says what each proves.
` + exitHelp,
		Example: `  stakeout verify
  stakeout verify --head > head.json
  stakeout verify --against head.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				if head {
					return a.printHead(cmd.Context(), db)
				}
				if err := a.verify(cmd.Context(), db); err != nil || against == "" {
					return err
				}
				return a.verifyAgainst(cmd.Context(), db, against)
			})
		},
	}
	cmd.Flags().BoolVar(&head, "head", false, "print the head of the history as JSON, and nothing else")
	cmd.Flags().StringVar(&against, "against", "", "prove as well that the history goes on from the head in `FILE`")
	return cmd
}

func (a *app) printHead(ctx context.Context, db *store.Store) error {
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	return a.printJSON(head)
}

func (a *app) verify(ctx context.Context, db *store.Store) error {
	report, err := db.Verify(ctx)
	if err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(report); err != nil {
			return err
		}
	} else if report.Problem == "" {
		fmt.Fprintf(a.stdout, "%d stories, %d versions, %d pages: none was altered\n", report.Stories, report.Versions, report.Pages)
	}
	return touched(report.Problem)
}

// verifyAgainst holds the history against a head that was kept elsewhere.
func (a *app) verifyAgainst(ctx context.Context, db *store.Store, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var kept store.Head
	if err := json.Unmarshal(text, &kept); err != nil || kept.Hash == "" {
		return badUsage("--against %s: found no head, expected what verify --head printed", path)
	}
	problem, err := db.Against(ctx, kept)
	if err != nil {
		return err
	}
	if problem == "" {
		fmt.Fprintf(a.stderr, "the history goes on from %s\n", path)
	}
	return touched(problem)
}

// touched is a problem that verify found, as an error; nil for none.
func touched(problem string) error {
	if problem == "" {
		return nil
	}
	return withHint(fmt.Errorf("verify: %s", problem), "keep the file as it is, and restore from a backup made before")
}
