package main

import (
	"context"
	"errors"
	"fmt"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/store"
)

// rename gives a source another name, with its whole history.
func (a *app) rename(ctx context.Context, names []string) error {
	if len(names) != 2 {
		return withHint(badUsage("--rename: found %d names, expected two", len(names)), "stakeout sources --rename OLD NEW")
	}
	oldName, newName := names[0], names[1]
	if !configs.IsSourceName(newName) {
		return badUsage("--rename: found %q, expected a name of letters, digits, '.', '_' and '-', at most 100", newName)
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.withWritableHistory(ctx, cfg, func(db *store.Store) (err error) {
		leases := collect.NewLeases(db)
		held, err := leases.Hold(ctx, oldName, false)
		if err != nil {
			return err
		}
		if held == nil {
			return withHint(fmt.Errorf("source %s is being collected right now", oldName), "try again in a minute, or stop what collects it")
		}
		defer func() { err = errors.Join(err, held.Release("")) }()
		if err := db.Rename(ctx, oldName, newName); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "%s is %s now, with its whole history\n", oldName, newName)
		for _, src := range cfg.Sources {
			if src.Name == oldName {
				fmt.Fprintf(a.stderr, "%s:%d names it %s still: write %s there\n", src.File, src.Line, oldName, newName)
			}
		}
		return nil
	})
}

// refuseRenamed refuses sources by a name that they had before: they would begin a
// second history.
func refuseRenamed(ctx context.Context, db *store.Store, sources []*configs.Source) error {
	for _, src := range sources {
		err := db.Renamed(ctx, src.Name)
		if other := new(store.RenamedError); errors.As(err, &other) {
			place := "the address"
			if src.File != "" {
				place = fmt.Sprintf("%s:%d", src.File, src.Line)
			}
			return withHint(badUsage("%s: %s; found its old name", place, other), "write %s there, or give the old name back: stakeout sources --rename %s %s", other.New, other.New, other.Old)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
