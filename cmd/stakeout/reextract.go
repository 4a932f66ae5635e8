package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/store"
)

func (a *app) reextractCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reextract [SOURCE]",
		Short: "Read the kept pages again with today's rules",
		Long: `Reads the kept pages of every version again with today's rules and reader;
nothing is fetched. Each version gets a further reading where it differs; its
number and time stay, and what it said as recorded stays too (export
--as-recorded). What differs is "reread" in the log, never the publisher's edit.
` + exitHelp,
		Example: "  stakeout reextract\n  stakeout reextract whisperx",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.reextract(cmd.Context(), args) },
	}
}

func (a *app) reextract(ctx context.Context, args []string) (err error) {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	path, err := a.databasePath(cfg)
	if err != nil {
		return err
	}
	if err := mustExist(path); err != nil {
		return err
	}
	db, err := store.Open(ctx, path, store.Options{Log: a.log()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := reextracted(ctx, db, args)
	if err != nil {
		return err
	}
	c := &collect.Collector{Store: db, Log: a.log()}
	for _, name := range names {
		done, err := c.Reextract(ctx, sourceNamed(cfg, name))
		if err != nil {
			return err
		}
		if a.json {
			if err := a.printJSON(done); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.stdout, "%s: %d versions read again, %d read otherwise, %d no longer readable\n", done.Source, done.Versions, done.Changed, done.Unreadable)
	}
	return nil
}

// reextracted are the sources to read again: the one named, or all on record.
func reextracted(ctx context.Context, db *store.Store, args []string) ([]string, error) {
	health, err := db.Health(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	var names []string
	for _, h := range health {
		if len(args) == 0 || args[0] == h.Source {
			names = append(names, h.Source)
		}
	}
	if len(args) > 0 && len(names) == 0 {
		return nil, badUsage("source %q: found nothing of it on record", args[0])
	}
	return names, nil
}

// sourceNamed is a source of the configuration; one without rules where the
// configuration doesn't have it.
func sourceNamed(cfg *configs.Config, name string) *configs.Source {
	for _, s := range cfg.Sources {
		if s.Name == name {
			return s
		}
	}
	return configs.Bare(name)
}
