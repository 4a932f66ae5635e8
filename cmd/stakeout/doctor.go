package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/terminal"
)

// finding is what doctor found of one part of an installation.
type finding struct {
	Check string `json:"check"`
	Well  bool   `json:"well"`
	Found string `json:"found"`
	Next  string `json:"next,omitempty"` // what to do
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Find what is wrong with an installation",
		Long: `Looks at the configuration, the database (SQLite's own check, the chain over every
row, references, the search), the disk, the clock, the sources' health, and messages
that could not be delivered. Says of each what was found and what to do next.

Exits with 1 where something is wrong.
` + exitHelp,
		Example: "  stakeout doctor\n  stakeout doctor --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	var all []finding
	cfg, err := a.config()
	if err != nil {
		all = append(all, finding{"configuration", false, err.Error(), "mend the line that is named; stakeout check tells when it is right"})
	} else {
		all = append(all, finding{Check: "configuration", Well: true, Found: fmt.Sprintf("%d sources", len(cfg.Sources))})
	}
	path := a.database
	if path == "" && cfg != nil {
		path = cfg.Database
	}
	if path == "" {
		path = configs.DefaultDatabase
	}
	if !store.OnServer(path) {
		all = append(all, disk(path))
	}
	all = append(all, a.examine(ctx, path)...)
	return a.printFindings(all)
}

// leastFree is how much free disk is too little: a day of a busy source.
const leastFree = 512 << 20

func disk(path string) finding {
	free, ok := freeBytes(filepath.Dir(path))
	switch {
	case !ok:
		return finding{Check: "disk", Well: true, Found: "how much is free can't be told here"}
	case free < leastFree:
		return finding{"disk", false, fmt.Sprintf("%d MB free at %s", free>>20, filepath.Dir(path)), "free some space; what is recorded stays whole when the disk is full, but nothing more is recorded"}
	}
	return finding{Check: "disk", Well: true, Found: fmt.Sprintf("%d MB free", free>>20)}
}

// examine looks at the database and what is in it.
func (a *app) examine(ctx context.Context, path string) []finding {
	db, err := store.Open(ctx, path, store.Options{ReadOnly: true, Log: a.log()})
	switch {
	case errors.Is(err, os.ErrNotExist):
		return []finding{{Check: "database", Well: true, Found: store.Shown(path) + " isn't there yet", Next: "stakeout crawl"}}
	case errors.Is(err, store.ErrCorrupt) && !store.OnServer(path):
		return []finding{{"database", false, err.Error(), "stakeout restore BACKUP puts a backup in its place"}}
	}
	if err != nil {
		return []finding{{"database", false, err.Error(), ""}} // its own words say what to do
	}
	defer db.Close()
	return []finding{a.chain(ctx, db), references(ctx, db), clockOf(ctx, db), sourcesWell(ctx, db), messages(ctx, db)}
}

func failing(check string, err error) finding {
	return finding{check, false, err.Error(), "try again; if it stays, keep the file as it is and restore a backup"}
}

func (a *app) chain(ctx context.Context, db *store.Store) finding {
	r, err := db.Verify(ctx)
	if err != nil {
		return failing("history", err)
	}
	if r.Problem != "" {
		return finding{"history", false, r.Problem, "keep the file as it is, and restore a backup made before"}
	}
	return finding{Check: "history", Well: true, Found: fmt.Sprintf("%d stories, %d versions, %d pages, none altered", r.Stories, r.Versions, r.Pages)}
}

func references(ctx context.Context, db *store.Store) finding {
	problems, err := db.Checkup(ctx)
	if err != nil {
		return failing("references and search", err)
	}
	if len(problems) > 0 {
		return finding{"references and search", false, problems[0], "restore a backup, or report it: stakeout makes no such rows"}
	}
	return finding{Check: "references and search", Well: true, Found: "complete"}
}

func clockOf(ctx context.Context, db *store.Store) finding {
	head, err := db.Head(ctx)
	if err != nil {
		return failing("clock", err)
	}
	if head.At != nil && head.At.After(time.Now().Add(time.Minute)) {
		return finding{"clock", false, fmt.Sprintf("the last change was recorded at %s, which is still to come", head.At.Format(time.RFC3339)), "set the machine's clock; run a time service"}
	}
	return finding{Check: "clock", Well: true, Found: time.Now().UTC().Format(time.RFC3339)}
}

func sourcesWell(ctx context.Context, db *store.Store) finding {
	health, err := db.Health(ctx, time.Now())
	if err != nil {
		return failing("sources", err)
	}
	for _, h := range health {
		if h.Trouble != "" {
			return finding{"sources", false, h.Source + ": " + h.Trouble, "stakeout sources; of a rule that stopped matching, stakeout sources --repair"}
		}
	}
	return finding{Check: "sources", Well: true, Found: fmt.Sprintf("%d, all well", len(health))}
}

func messages(ctx context.Context, db *store.Store) finding {
	dead, err := db.Deliveries(ctx, store.Dead, time.Time{}, 1)
	if err != nil {
		return failing("messages", err)
	}
	if len(dead) > 0 {
		return finding{"messages", false, fmt.Sprintf("one to %s of rule %s was given up: %s", dead[0].Target, dead[0].Rule, dead[0].Error), "stakeout notify lists them, --test tries the targets, --retry sends them again"}
	}
	return finding{Check: "messages", Well: true, Found: "none given up"}
}

func (a *app) printFindings(all []finding) error {
	out := a.out()
	wrong := 0
	for _, f := range all {
		if !f.Well {
			wrong++
		}
		if a.json {
			if err := a.printJSON(f); err != nil {
				return err
			}
			continue
		}
		mark := out.Set(terminal.Good, "✓")
		if !f.Well {
			mark = out.Set(terminal.Alarm, "✗")
		}
		fmt.Fprintf(out, "%s %s  %s\n", mark, terminal.Pad(f.Check, 22), terminal.Safe(f.Found))
		if f.Next != "" {
			fmt.Fprintf(out, "  %s  %s\n", terminal.Pad("", 22), out.Set(terminal.Quiet, "next: "+f.Next))
		}
	}
	if wrong > 0 {
		return fmt.Errorf("doctor: %d of %d checks found something wrong", wrong, len(all))
	}
	return nil
}
