package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"stakeout/export"
	"stakeout/store"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the history to a file, while it is being written",
		Long: `Writes the whole history, as it is at one moment, to a new file, which appears
whole or not at all. Collecting goes on meanwhile. A file that exists is left alone.

Never copy the database file itself while a stakeout is running: what is not in it
yet stands in the files beside it.
` + exitHelp,
		Example: "  stakeout backup /backups/stakeout-2026-04-05.db",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				err := db.Backup(cmd.Context(), args[0])
				switch {
				case errors.Is(err, store.ErrServerBackup):
					return withHint(errors.New("backup: a history on Postgres is backed up by its own tool"), "pg_dump --format=custom --file=%s postgres://user@host/name; archive its log for more than a copy a day", args[0])
				case errors.Is(err, fs.ErrExist):
					return withHint(fmt.Errorf("backup %s: there is a file already", args[0]), "name a new one")
				case err != nil:
					return err
				}
				fmt.Fprintf(a.stderr, "copied to %s\n", args[0])
				return nil
			})
		},
	}
}

func (a *app) restoreCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the history",
		Long: `Verifies a backup, every row of it, and puts a copy of it in the database's place.
A database that is there is left alone; with --force it is moved aside, to its name
with .before behind it, and nothing of it is lost. End a running stakeout first.
` + exitHelp,
		Example: "  stakeout restore /backups/stakeout-2026-04-05.db\n  stakeout --db news.db restore backup.db --force",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0], force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "move a database that is there aside")
	return cmd
}

func (a *app) restore(ctx context.Context, from string, force bool) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	if store.OnServer(path) {
		return withHint(errors.New("restore: a history on Postgres is restored by its own tool"), "pg_restore --create --dbname=postgres FILE, into a database that is not there yet")
	}
	if err := a.verifyFile(ctx, from); err != nil {
		return fmt.Errorf("restore %s: %w", from, err)
	}
	if err := setAside(ctx, path, force); err != nil {
		return err
	}
	err = export.WriteFile(path, func(w io.Writer) error {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("restore %s: %w", from, err)
	}
	fmt.Fprintf(a.stderr, "%s is what %s was\n", path, from)
	return nil
}

// verifyFile proves that a history is whole, and that nobody is writing it.
func (a *app) verifyFile(ctx context.Context, path string) error {
	for _, beside := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(path + beside); err == nil && info.Size() > 0 {
			return fmt.Errorf("%s%s stands beside it, with what isn't in it yet; expected a file that `stakeout backup` wrote", filepath.Base(path), beside)
		}
	}
	db, err := store.Open(ctx, path, store.Options{ReadOnly: true, Log: a.log()})
	if errors.Is(err, store.ErrOlderSchema) {
		return nil // the next command that collects brings it up to date, and checks it
	}
	if err != nil {
		return err
	}
	report, err := db.Verify(ctx)
	return errors.Join(err, touched(report.Problem), db.Close())
}

// setAside moves a database that is there out of the way, with the files beside it.
func setAside(ctx context.Context, path string, force bool) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if !force {
		return withHint(fmt.Errorf("restore: there is a database at %s", path), "--force moves it aside to %s.before", path)
	}
	// Opened and closed for writing, it takes in what stands beside it; a program
	// that is writing it keeps this from happening.
	db, err := store.Open(ctx, path, store.Options{})
	if err == nil {
		err = db.Close()
	}
	if err != nil && !errors.Is(err, store.ErrCorrupt) && !errors.Is(err, store.ErrNotDatabase) {
		return err
	}
	aside := path + ".before"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s.before-%d", path, n)
	}
	for _, beside := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+beside, aside+beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
