package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

// withHistory runs a command on the history, opened for reading.
func (a *app) withHistory(ctx context.Context, do func(*store.Store) error) error {
	db, err := a.history(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}

// withWritableHistory runs a command on a history that is there, to write to it.
func (a *app) withWritableHistory(ctx context.Context, cfg *configs.Config, do func(*store.Store) error) (err error) {
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
	return do(db)
}

// withStory runs a command on the story that ref names.
func (a *app) withStory(ctx context.Context, ref string, do func(*store.Store, story.Key) error) error {
	return a.withHistory(ctx, func(db *store.Store) error {
		key, err := db.Find(ctx, ref)
		if err != nil {
			return err
		}
		return do(db, key)
	})
}

const refHelp = `ID is source/id, a bare ID where it is unique, or a URL or its last part.
`

func (a *app) listCommand() *cobra.Command {
	var source, since string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the stories on record",
		Long:  "Lists the stories on record, the latest changed first, as they stand at their latest version.\n" + exitHelp,
		Example: `  stakeout list
  stakeout list --source whisperx --since 24h
  stakeout list --json | jq -r .headline`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				f, err := listed(source, since)
				if err != nil {
					return err
				}
				return a.printStories(db.Stories(cmd.Context(), f))
			})
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "only stories of this source")
	cmd.Flags().StringVar(&since, "since", "", "only what changed since `TIME`: 2026-04-04, RFC 3339, or an age such as 24h or 7d")
	return cmd
}

func (a *app) printStories(stories iter.Seq2[story.Story, error]) error {
	out := a.out()
	n := 0
	for s, err := range stories {
		if err != nil {
			return err
		}
		n++
		if a.json {
			if err := a.printJSON(s); err != nil {
				return err
			}
			continue
		}
		at := ""
		if s.ChangedAt != nil {
			at = when(*s.ChangedAt)
		}
		state := fmt.Sprintf("v%d", s.Version)
		if s.Status == story.Removed {
			state += " removed"
		}
		fmt.Fprintf(out, "%s  %s  %s  %s\n", terminal.Pad(at, 12), terminal.Pad(terminal.Safe(s.Source), 14), out.Set(terminal.Quiet, terminal.Pad(state, 4)), out.Named(s.ID, s.Headline))
	}
	if n == 0 && !a.json {
		fmt.Fprintln(a.stderr, "no story matches")
	}
	return nil
}

func (a *app) showCommand() *cobra.Command {
	var version int
	var ignored bool
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show a story as it stands",
		Long:    "Shows a story as it stands, with its copies at other sources and which of them\ndidn't follow whose correction; or as it stood at a version; or what was left out\nof it as noise, visit by visit.\n" + refHelp + exitHelp,
		Example: "  stakeout show whisperx/50193\n  stakeout show 50193 --version 1 --json\n  stakeout show 50193 --ignored",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStory(cmd.Context(), args[0], func(db *store.Store, key story.Key) error {
				if ignored {
					return a.printIgnored(cmd.Context(), db, key)
				}
				s, err := db.StoryAt(cmd.Context(), key, version)
				if err != nil {
					return err
				}
				return a.showStory(cmd.Context(), db, s, version == 0)
			})
		},
	}
	cmd.Flags().IntVar(&version, "version", 0, "the version to show; 0 for the latest")
	cmd.Flags().BoolVar(&ignored, "ignored", false, "show the visits, and what was left out of each as noise, and why")
	return cmd
}

// shownVisits is how many visits of a story are shown.
const shownVisits = 50

// visitJSON is a visit as `show --ignored --json` prints it.
type visitJSON struct {
	At      time.Time       `json:"at"`
	Last    time.Time       `json:"last"`
	Count   int             `json:"count"`
	Status  int             `json:"status"`
	Outcome story.Outcome   `json:"outcome"`
	Reason  string          `json:"reason,omitempty"`
	Ignored []story.Ignored `json:"ignored"`
}

// printIgnored shows a story's visits, the newest first, and what was left out.
func (a *app) printIgnored(ctx context.Context, db *store.Store, key story.Key) error {
	visits, err := db.Visits(ctx, key, shownVisits)
	if err != nil {
		return err
	}
	out := a.out()
	for _, v := range visits {
		if a.json {
			if err := a.printJSON(visitJSON{v.At, v.LastAt, v.Count, v.Status, v.Outcome, v.Reason, v.Ignored}); err != nil {
				return err
			}
			continue
		}
		times := ""
		if v.Count > 1 {
			times = fmt.Sprintf(" to %s, %d times", when(v.LastAt), v.Count)
		}
		fmt.Fprintf(out, "%s%s  %s  %s\n", when(v.At), times, v.Outcome, out.Set(terminal.Quiet, terminal.Safe(v.Reason)))
		for _, i := range v.Ignored {
			fmt.Fprintf(out, "    %s\n", out.Set(terminal.Quiet, fmt.Sprintf("%s: %s", i.Why, terminal.Cut(terminal.Safe(i.Text), 90))))
		}
	}
	return nil
}

func (a *app) printStory(ctx context.Context, db *store.Store, s story.Story) error {
	out := a.out()
	fmt.Fprintf(out, "%s\n%s\n", out.Set(terminal.Quiet, terminal.Safe(s.Key().String())), out.Set(terminal.Strong, terminal.Safe(s.Headline)))
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(out, "%s %s\n", out.Set(terminal.Quiet, terminal.Pad(label, 12)), terminal.Safe(value))
		}
	}
	for _, p := range s.Body {
		fmt.Fprintf(out, "\n%s\n", terminal.Safe(p))
	}
	fmt.Fprintln(out)
	line("publisher", s.Publisher)
	line("authors", strings.Join(s.Authors, ", "))
	line("sector", s.Sector)
	line("tags", strings.Join(s.Tags, ", "))
	line("credibility", s.Credibility)
	line("published", string(s.Published))
	line("updated", string(s.Updated))
	line("url", s.URL)
	line("status", string(s.Status))
	fmt.Fprintf(out, "%s %d", out.Set(terminal.Quiet, terminal.Pad("version", 12)), s.Version)
	if s.FirstSeen != nil && s.LastSeen != nil {
		fmt.Fprintf(out, ", first seen %s, last seen %s", when(*s.FirstSeen), when(*s.LastSeen))
	}
	fmt.Fprintln(out)
	return nil
}

func (a *app) logCommand() *cobra.Command {
	var rereads bool
	cmd := &cobra.Command{
		Use:     "log ID",
		Short:   "What happened to a story",
		Long:    "Lists what happened to a story, oldest first.\n" + refHelp + exitHelp,
		Example: "  stakeout log 50193\n  stakeout log whisperx/50193 --rereads --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStory(cmd.Context(), args[0], func(db *store.Store, key story.Key) error {
				return a.printChanges(db.Changes(cmd.Context(), store.ChangeFilter{Key: key, Reread: rereads}))
			})
		},
	}
	cmd.Flags().BoolVar(&rereads, "rereads", false, "also what another reading of the same page found: never the publisher's doing")
	return cmd
}

func (a *app) printChanges(changes iter.Seq2[story.Change, error]) error {
	out := a.out()
	for c, err := range changes {
		if err != nil {
			return err
		}
		if a.json {
			if err := a.printJSON(c); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(out, "%s%s", out.Set(terminal.Quiet, when(c.At)), out.Event(c, c.Headline))
	}
	return nil
}

func (a *app) searchCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Search every version of every story",
		Long: `Searches the text of every version. All words must occur; "a phrase" in quotes
stays together, word* matches beginnings, -word excludes.
` + exitHelp,
		Example: `  stakeout search ferry halifax
  stakeout search '"tentative deal" -strike' --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				hits, err := db.Search(cmd.Context(), strings.Join(args, " "), limit)
				if err != nil {
					return err
				}
				return a.printHits(hits)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "at most `N` stories")
	return cmd
}

func (a *app) printHits(hits []store.Hit) error {
	out := a.out()
	for _, h := range hits {
		if a.json {
			if err := a.printJSON(h); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(out, "%s  %s  %s\n", terminal.Safe(h.Story.Key().String()), out.Set(terminal.Quiet, fmt.Sprintf("v%d", h.Version)), out.Set(terminal.Strong, terminal.Safe(h.Story.Headline)))
		fmt.Fprintf(out, "    %s\n", terminal.Safe(h.Snippet))
	}
	if len(hits) == 0 {
		fmt.Fprintln(a.stderr, "nothing found")
	}
	return nil
}
