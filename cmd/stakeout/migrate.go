package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"stakeout/store"
	"stakeout/terminal"
)

func (a *app) migrateCommand() *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "migrate --from DATABASE --to DATABASE",
		Short: "Take a history along to Postgres, or back",
		Long: `Copies a whole history into another database, from a SQLite file to Postgres or the
other way: every row with its ID, its hashes and its time. Then every row is read from
both sides and compared, and the new history is verified as stakeout verify does. The
old one is only read, and left as it is.

The new database must be empty. Where the command is interrupted, run it again: it
goes on behind the last row that arrived, and no other command opens the new database
until it is whole. End a running stakeout first: what it would collect meanwhile
stays behind.
` + exitHelp,
		Example: `  stakeout migrate --from stakeout.db --to postgres://stakeout@db.example.org/stakeout
  stakeout migrate --from "$DATABASE_URL" --to copy.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" || to == "" {
				return badUsage("migrate: expected --from and --to")
			}
			return a.migrate(cmd.Context(), from, to)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the `DATABASE` to copy: a SQLite file, or the URL of one on Postgres")
	cmd.Flags().StringVar(&to, "to", "", "the empty `DATABASE` to copy it to")
	return cmd
}

func (a *app) migrate(ctx context.Context, from, to string) error {
	if err := mustExist(from); err != nil {
		return err
	}
	db, err := store.Open(ctx, from, store.Options{ReadOnly: true, Log: a.log()})
	if err != nil {
		return err
	}
	bar := terminal.NewProgress(a.err())
	done, err := store.Migrate(ctx, db, to, store.Options{Log: a.log()}, func(t store.Transfer) {
		bar.Set(strings.ReplaceAll(t.Table, "_", " "), int(t.Done), int(t.Rows), "rows")
	})
	bar.End()
	err = errors.Join(err, db.Close())
	switch {
	case errors.Is(err, store.ErrOtherHistory), errors.Is(err, store.ErrDifferent), err == nil:
	case ctx.Err() != nil, store.OnServer(to):
		err = withHint(err, "run it again, it goes on where it stopped")
	default:
		if _, missing := os.Stat(to); missing == nil {
			err = withHint(err, "run it again, it goes on where it stopped")
		}
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(done)
	}
	fmt.Fprintf(a.stdout, "%d rows are in %s, each compared with its original; %d stories, %d versions, %d pages, %d changes, none altered\n",
		done.Rows, store.Shown(to), done.Report.Stories, done.Report.Versions, done.Report.Pages, done.Report.Changes)
	fmt.Fprintf(a.stderr, "use it from now on: --db, or database: in the configuration\n")
	return nil
}
