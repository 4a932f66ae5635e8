package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"stakeout/configs"
	"stakeout/propose"
	"stakeout/store"
	"stakeout/terminal"
)

// repairJSON is a proposed rule, as `sources --repair --json` prints it.
type repairJSON struct {
	Source  string    `json:"source"`
	Field   string    `json:"field"`
	Since   time.Time `json:"since"`
	Stories int       `json:"stories"`
	Rule    string    `json:"rule,omitempty"` // "" where none was found
	Gives   int       `json:"gives"`
	Of      int       `json:"of"`
	File    string    `json:"file,omitempty"`
	Line    int       `json:"line,omitempty"`
	Before  string    `json:"before,omitempty"`
	After   string    `json:"after,omitempty"`
	Written bool      `json:"written"`
	Problem string    `json:"problem,omitempty"`
}

// repair proposes, for each field that stopped matching, a rule that gives it
// again on the pages that broke; write puts it into the configuration.
func (a *app) repair(ctx context.Context, names []string, write bool) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.withHistory(ctx, func(db *store.Store) error {
		health, err := db.Health(ctx, time.Now())
		if err != nil {
			return err
		}
		broken, unmended := 0, 0
		for _, h := range health {
			if h.Break == nil || len(names) > 0 && !slices.Contains(names, h.Source) {
				continue
			}
			pages, err := db.BrokenPages(ctx, h.Source)
			if err != nil {
				return err
			}
			for _, field := range h.Break.Fields {
				broken++
				r, err := a.repairField(ctx, db, sourceNamed(cfg, h.Source), field, *h.Break, pages, write)
				if err != nil {
					return err
				}
				if r.Problem != "" {
					unmended++
				}
				if err := a.printRepair(r); err != nil {
					return err
				}
			}
		}
		switch {
		case broken == 0 && !a.json:
			fmt.Fprintln(a.stderr, "no source's layout is broken")
		case unmended > 0:
			return withHint(fmt.Errorf("%d of %d fields could not be mended", unmended, broken), "stakeout try URL shows what a page yields, and the runners-up")
		}
		return nil
	})
}

// repairField looks for a rule for one field.
func (a *app) repairField(ctx context.Context, db *store.Store, src *configs.Source, field string, b store.Break, kept []store.BrokenPage, write bool) (repairJSON, error) {
	out := repairJSON{Source: src.Name, Field: field, Since: b.Since, Stories: b.Stories}
	m, err := propose.MendField(ctx, db, src, field, kept)
	if err != nil {
		return out, err
	}
	out.Rule, out.Gives, out.Of, out.Problem = m.Rule, m.Gives, m.Of, m.Problem
	if m.Edit == nil {
		return out, nil
	}
	out.File, out.Line, out.Before, out.After = m.Edit.File, m.Edit.Line, m.Edit.Before, m.Edit.After
	if !write {
		return out, nil
	}
	if err := m.Edit.Write(); err != nil {
		return out, err
	}
	out.Written = true
	return out, nil
}

func (a *app) printRepair(r repairJSON) error {
	if a.json {
		return a.printJSON(r)
	}
	out := a.out()
	fmt.Fprintf(out, "%s: %s stopped matching at %s on %d stories\n", out.Set(terminal.Strong, terminal.Safe(r.Source)), terminal.Safe(r.Field), when(r.Since), r.Stories)
	if r.Problem != "" {
		fmt.Fprintf(out, "  %s\n", out.Set(terminal.Alarm, terminal.Safe(r.Problem)))
		return nil
	}
	fmt.Fprintf(out, "  the same text on %d of %d pages that broke:\n\n  %s:%d\n", r.Gives, r.Of, r.File, r.Line)
	fmt.Fprintf(out, "%s\n%s\n\n", out.Set(terminal.Deleted, "- "+terminal.Safe(r.Before)), out.Set(terminal.Added, "+ "+terminal.Safe(r.After)))
	if r.Written {
		fmt.Fprintln(a.stderr, "written; a running service takes it up when it is started again, or with SIGHUP")
	} else {
		fmt.Fprintln(a.stderr, "hint: stakeout sources --repair --write changes that line")
	}
	return nil
}
