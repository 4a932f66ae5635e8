package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"stakeout/configs"
	"stakeout/extract"
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
	pages, before, err := brokenPages(ctx, db, field, kept)
	if err != nil {
		return out, err
	}
	best, ok := propose.Mend(field, pages)
	if !ok {
		out.Problem = fmt.Sprintf("no rule was found that gives it again on the %d pages that are kept", len(pages))
		return out, nil
	}
	out.Rule, out.Gives, out.Of = best.Text(), best.Gives, best.Of
	edit, err := configs.RewriteRule(src, field, out.Rule)
	if src.File == "" || err != nil {
		out.Problem = fmt.Sprintf("no line of the configuration to change: %s: %s goes under fields of %s", field, out.Rule, src.Name)
		return out, nil
	}
	// The pages on record are read by the same rules as those to come: where the new
	// rule doesn't give what they have, the old one stays beside it.
	if !best.Holds(before) {
		old := strings.TrimSuffix(strings.TrimPrefix(edit.Old, "["), "]")
		out.Rule = "[" + out.Rule + ", " + old + "]"
		if edit, err = configs.RewriteRule(src, field, out.Rule); err != nil {
			return out, err
		}
	}
	out.File, out.Line, out.Before, out.After = edit.File, edit.Line, edit.Before, edit.After
	if !write {
		return out, nil
	}
	if err := edit.Write(); err != nil {
		return out, err
	}
	out.Written = true
	return out, nil
}

// brokenPages are the pages on which a field is missing, with what their stories
// had; and the pages on record of the same stories.
func brokenPages(ctx context.Context, db *store.Store, field string, kept []store.BrokenPage) (broken, before []propose.Broken, err error) {
	for _, k := range kept {
		if k.Page.Body == nil || !slices.Contains(k.Fields, field) {
			continue
		}
		v, err := db.Latest(ctx, k.Key)
		if err != nil {
			return nil, nil, err
		}
		broken = append(broken, propose.Broken{Page: extract.Page{URL: k.Page.URL, ContentType: k.Page.ContentType, Body: k.Page.Body}, Had: v.Reading})
		if len(v.Pages) == 0 {
			continue
		}
		body, err := db.PageBody(ctx, v.Pages[0].SHA256)
		if errors.Is(err, store.ErrPruned) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		before = append(before, propose.Broken{Page: extract.Page{URL: v.Pages[0].URL, ContentType: v.Pages[0].ContentType, Body: body}, Had: v.Reading})
	}
	return broken, before, nil
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
