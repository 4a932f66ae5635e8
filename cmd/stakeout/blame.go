package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"stakeout/change"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

func (a *app) blameCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "blame ID",
		Short: "Which version brought each sentence",
		Long: `Shows a story as it stands, each sentence and field with the version and time
that brought it. A sentence that was moved, or that changed in nothing a reader
sees, keeps its version; one that was reworded belongs to the version that
reworded it, and one that went and came back to the version that brought it back.
` + refHelp + exitHelp,
		Example: "  stakeout blame 50193\n  stakeout blame whisperx/50193 --json | jq -r 'select(.version > 1) | .text'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStory(cmd.Context(), args[0], func(db *store.Store, key story.Key) error {
				return a.blame(cmd.Context(), db, key)
			})
		},
	}
}

func (a *app) blame(ctx context.Context, db *store.Store, key story.Key) error {
	told, err := history.Told(ctx, db, key)
	if err != nil {
		return err
	}
	origins := change.Blame(told)
	if a.json {
		for _, o := range origins {
			if err := a.printJSON(o); err != nil {
				return err
			}
		}
		return nil
	}
	a.printBlame(key, told[0], told[len(told)-1], origins)
	return nil
}

func (a *app) printBlame(key story.Key, first, last change.Told, origins []change.Origin) {
	out := a.out()
	fmt.Fprintf(out, "%s  %s\n", terminal.Safe(key.String()), out.Set(terminal.Strong, terminal.Safe(last.Headline)))
	fmt.Fprintf(out, "version %d · %s", first.Version, when(first.At))
	if last.Version > first.Version {
		fmt.Fprintf(out, "  →  version %d · %s", last.Version, when(last.At))
	}
	fmt.Fprintln(out)
	place := ""
	for _, o := range origins {
		if p := placeOf(o); p != place {
			place = p
			fmt.Fprintf(out, "\n  %s\n", out.Set(terminal.Quiet, terminal.Safe(p)))
		}
		style := terminal.Quiet
		if o.Version > first.Version {
			style = terminal.Notice
		}
		brought := terminal.Pad(fmt.Sprintf("v%d", o.Version), 4) + " " + terminal.Pad(when(o.At), 12)
		fmt.Fprintf(out, "  %s  %s%s\n", out.Set(style, brought), a.originText(out, o), out.Set(terminal.Quiet, remark(o)))
	}
}

// placeOf names where an origin stands, as a reader counts.
func placeOf(o change.Origin) string {
	if o.Paragraph != nil {
		return fmt.Sprintf("paragraph %d", *o.Paragraph+1)
	}
	return strings.TrimPrefix(o.Field, "metadata.")
}

// originText is a sentence, with what it said before where it was reworded.
func (a *app) originText(out *terminal.Screen, o change.Origin) string {
	if o.Was == "" {
		return terminal.Safe(o.Text)
	}
	return out.Words(change.Words(o.Was, o.Text), 0)
}

func remark(o change.Origin) string {
	switch {
	case o.Before > 0:
		return fmt.Sprintf("   back from v%d", o.Before)
	case o.Reread:
		return "   found by later rules, may be older"
	}
	return ""
}
