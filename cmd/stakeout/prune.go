package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"stakeout/filter"
	"stakeout/store"
	"stakeout/terminal"
)

// pruneFlags are how long what is kept.
type pruneFlags struct {
	pages, visits, source, reason string
	shrink, dryRun, list          bool
}

func (a *app) pruneCommand() *cobra.Command {
	var f pruneFlags
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Let old pages and visits go",
		Long: `Lets go of what the history can do without, to save disk or to keep a rule of how
long things are kept:

  --keep-pages AGE   the raw pages of versions that were last seen longer ago; their
                     SHA-256 stays, and every word that was read from them
  --visits AGE       visits that ended longer ago and brought nothing; those that
                     brought a version or a removal stay, with the server's answer

Versions, readings and changes stay. A record of it is written first, is part of the
history from then on, and --list shows it; verify stays clean and says what was pruned.
What is pruned can't be read again by better rules. Collecting may go on meanwhile.
The file doesn't get smaller, what is freed is used again; --shrink gives it back, for
which the whole file is written anew.
` + exitHelp,
		Example: "  stakeout prune --keep-pages 180d --visits 90d --dry-run\n  stakeout prune --keep-pages 365d --source whisperx --reason \"our rule of a year\"",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.prune(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.pages, "keep-pages", "", "keep the pages of versions seen within this `AGE`, such as 180d, at least 1d")
	flags.StringVar(&f.visits, "visits", "", "keep visits of this `AGE`, at least 1d")
	flags.StringVar(&f.source, "source", "", "of this source only")
	flags.StringVar(&f.reason, "reason", "", "a `TEXT` for the record")
	flags.BoolVar(&f.shrink, "shrink", false, "make the file smaller afterwards")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say what would go, and let nothing go")
	flags.BoolVar(&f.list, "list", false, "list what was pruned and forgotten so far")
	return cmd
}

func (a *app) prune(ctx context.Context, f pruneFlags) error {
	if f.list {
		return a.withHistory(ctx, func(db *store.Store) error { return a.printErasures(ctx, db) })
	}
	p, err := f.prune(time.Now())
	if err != nil {
		return err
	}
	if f.dryRun {
		return a.withHistory(ctx, func(db *store.Store) error {
			pages, visits, err := db.Prunable(ctx, p)
			if err != nil {
				return err
			}
			return a.printPruned(store.Erasure{Kind: store.Pruned, Pages: pages, Visits: visits}, "would go")
		})
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.withWritableHistory(ctx, cfg, func(db *store.Store) error {
		e, err := db.Prune(ctx, p)
		if err != nil {
			return err
		}
		if f.shrink {
			if err := db.Purge(ctx); err != nil {
				return err
			}
		}
		return a.printPruned(e, "are gone")
	})
}

// prune is what the flags say.
func (f pruneFlags) prune(now time.Time) (store.Prune, error) {
	p := store.Prune{Source: f.source, Reason: f.reason}
	for _, one := range []struct {
		flag, age string
		into      *time.Time
	}{{"--keep-pages", f.pages, &p.PagesBefore}, {"--visits", f.visits, &p.VisitsBefore}} {
		if one.age == "" {
			continue
		}
		t, err := filter.Time(one.age, now)
		if err != nil || t.After(now.AddDate(0, 0, -1)) {
			return p, badUsage("%s: found %q, expected an age of at least 1d, such as 180d", one.flag, one.age)
		}
		*one.into = t
	}
	if p.PagesBefore.IsZero() && p.VisitsBefore.IsZero() {
		return p, withHint(badUsage("prune: found neither --keep-pages nor --visits"), "stakeout prune --keep-pages 180d --visits 90d --dry-run")
	}
	return p, nil
}

func (a *app) printPruned(e store.Erasure, what string) error {
	if a.json {
		return a.printJSON(e)
	}
	fmt.Fprintf(a.stdout, "%d pages and %d visits %s\n", e.Pages, e.Visits, what)
	return nil
}

// printErasures lists the records of what was pruned and forgotten.
func (a *app) printErasures(ctx context.Context, db *store.Store) error {
	all, err := db.Erasures(ctx)
	if err != nil {
		return err
	}
	out := a.out()
	for _, e := range all {
		if a.json {
			if err := a.printJSON(e); err != nil {
				return err
			}
			continue
		}
		what := fmt.Sprintf("a story of %s, %d versions", e.Source, e.Versions)
		if e.Kind == store.Pruned {
			what = fmt.Sprintf("%d pages, %d visits", e.Pages, e.Visits)
		}
		if e.DoneAt == nil {
			what += ", interrupted: run it again"
		}
		fmt.Fprintf(out, "%d  %s  %s  %s  %s\n", e.ID, when(e.At), terminal.Pad(e.Kind, 6), terminal.Safe(what), terminal.Safe(e.Reason))
	}
	return nil
}
