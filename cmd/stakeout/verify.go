package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"stakeout/evidence"
	"stakeout/store"
)

func (a *app) verifyCommand() *cobra.Command {
	var head bool
	var against, sign, key string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove that nothing was altered since it was recorded",
		Long: `Reads every kept page and every version again: each page against its SHA-256,
each version against its own hash and that of the version before it. Names the
first row that was touched, and then exits with 1.

--head prints the head of the history: one hash that stands for all of it. Kept
elsewhere, it shows later, by --against, that nothing before it was altered, cut
off or put in. --sign signs it with an Ed25519 key of stakeout keys or openssl (PEM,
PKCS #8), --key checks that by the public key. docs/history.md says what each proves.
` + exitHelp,
		Example: `  stakeout verify
  stakeout verify --head > head.json
  stakeout verify --against head.json
  stakeout verify --head --sign head.key > head.json
  stakeout verify --against head.json --key head.key.pub`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				if head {
					return a.printHead(cmd.Context(), db, sign)
				}
				if err := a.verify(cmd.Context(), db); err != nil || against == "" {
					return err
				}
				return a.verifyAgainst(cmd.Context(), db, against, key)
			})
		},
	}
	cmd.Flags().BoolVar(&head, "head", false, "print the head of the history as JSON, and nothing else")
	cmd.Flags().StringVar(&sign, "sign", "", "with --head: sign it with the private key in `FILE`")
	cmd.Flags().StringVar(&key, "key", "", "with --against: check its signature by the public key in `FILE`")
	cmd.Flags().StringVar(&against, "against", "", "prove as well that the history goes on from the head in `FILE`")
	return cmd
}

// printHead prints the head of the history, signed where there is a key.
func (a *app) printHead(ctx context.Context, db *store.Store, key string) error {
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	if key == "" {
		return a.printJSON(head)
	}
	signed, err := evidence.Sign(head, key)
	if err != nil {
		return err
	}
	return a.printJSON(signed)
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
		if report.Pruned+report.Forgotten > 0 {
			fmt.Fprintf(a.stdout, "by record, %d pages were pruned and %d stories forgotten: stakeout prune --list\n", report.Pruned, report.Forgotten)
		}
	}
	return touched(report.Problem)
}

// verifyAgainst holds the history against a head that was kept elsewhere.
func (a *app) verifyAgainst(ctx context.Context, db *store.Store, path, key string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var signed evidence.SignedHead
	if err := json.Unmarshal(text, &signed); err != nil || signed.Hash == "" {
		return badUsage("--against %s: found no head, expected what verify --head printed", path)
	}
	switch {
	case key != "":
		if err := signed.Check(key); err != nil {
			return fmt.Errorf("verify: %s: %w", path, err)
		}
	case signed.Signature != "":
		fmt.Fprintln(a.stderr, "the head is signed; --key FILE checks by whom")
	}
	kept := signed.Head
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
