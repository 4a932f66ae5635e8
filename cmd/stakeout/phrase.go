package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stakeout/change"
	"stakeout/store"
	"stakeout/terminal"
)

func (a *app) phraseCommand() *cobra.Command {
	var source, since string
	cmd := &cobra.Command{
		Use:   "phrase WORDS",
		Short: "When a phrase entered or left which stories",
		Long: `Lists each time at which a phrase came into a story or left it, over all versions
of all stories, oldest first. The words must stand in a row as they are given,
marks and accents included; case doesn't count, nor what a reader can't see. A
story that was removed says nothing more until it is back.
` + exitHelp,
		Example: "  stakeout phrase tentative deal\n  stakeout phrase '12 dead' --source whisperx --since 7d --json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := change.NewPhrase(strings.Join(args, " "))
			if err != nil {
				return badUsage("phrase %q: %v", strings.Join(args, " "), err)
			}
			f, err := listed(source, since)
			if err != nil {
				return err
			}
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				turns, err := turnsOf(cmd.Context(), db, p, strings.Join(args, " "), f)
				if err != nil {
					return err
				}
				return a.printTurns(turns)
			})
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "only stories of this source")
	cmd.Flags().StringVar(&since, "since", "", "only since `TIME`: 2026-04-04, RFC 3339, or an age such as 24h or 7d")
	return cmd
}

// turnsOf lists when a phrase entered and left stories, oldest first.
func turnsOf(ctx context.Context, db *store.Store, p change.Phrase, words string, f store.Filter) ([]change.Turn, error) {
	var out []change.Turn
	for c, err := range db.Courses(ctx, words, f) {
		if err != nil {
			return nil, err
		}
		for _, t := range p.Turns(c.Events, c.Texts) {
			if !t.At.Before(f.Since) {
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b change.Turn) int { return a.At.Compare(b.At) })
	return out, nil
}

// columnsBeforeText is what stands before a passage in its line.
const columnsBeforeText = 26

func (a *app) printTurns(turns []change.Turn) error {
	out := a.out()
	for _, t := range turns {
		if a.json {
			if err := a.printJSON(t); err != nil {
				return err
			}
			continue
		}
		style := terminal.Good
		if t.Turn == change.Left {
			style = terminal.Notice
		}
		fmt.Fprintf(out, "%s  %s  %s  %s\n", out.Set(terminal.Quiet, terminal.Pad(when(t.At), 12)), out.Set(style, terminal.Pad(t.Turn, 7)),
			out.Named(t.Source+"/"+t.ID, t.Headline), out.Set(terminal.Quiet, turnWindow(t)))
		text := terminal.Safe(t.Text)
		if out.Live() {
			text = terminal.Cut(text, out.Width()-columnsBeforeText)
		}
		fmt.Fprintf(out, "              %s  %s\n", out.Set(terminal.Quiet, terminal.Safe(t.Field)), text)
	}
	if len(turns) == 0 && !a.json {
		fmt.Fprintln(a.stderr, "no story had it in any version, or none turned in that time")
	}
	return nil
}

// turnWindow says at which version and within what time a phrase turned.
func turnWindow(t change.Turn) string {
	w := fmt.Sprintf("v%d, %s", t.Version, t.Event)
	if t.SeenBefore != nil {
		w += ", " + terminal.Span(*t.SeenBefore, t.At)
	}
	return w
}
