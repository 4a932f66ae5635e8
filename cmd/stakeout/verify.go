package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stakeout/store"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Prove that nothing was altered since it was recorded",
		Long: `Reads every kept page and every version again: each page against its SHA-256,
each version against its own hash and that of the version before it. Names the
first row that was touched, and then exits with 1.
` + exitHelp,
		Example: "  stakeout verify\n  stakeout --db stakeout.db verify --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				report, err := db.Verify(cmd.Context())
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
				if report.Problem != "" {
					return withHint(fmt.Errorf("verify: %s", report.Problem), "keep the file as it is, and restore from a backup made before")
				}
				return nil
			})
		},
	}
}
