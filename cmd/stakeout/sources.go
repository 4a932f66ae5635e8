package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/scheduler"
	"stakeout/store"
	"stakeout/story"
	"stakeout/terminal"
)

func (a *app) sourcesCommand() *cobra.Command {
	var politeness, repair, write, storage, rename, workers bool
	cmd := &cobra.Command{
		Use:   "sources [SOURCE…]",
		Short: "Health of every source",
		Long: `Shows for every source its last 24 visits as a strip (the higher the more was
new, × for a visit that brought no story), how many stories it has, how many
joined today, how many fields are filled, when it runs next, and what is wrong.
Below it stands what the looks at its stories have taught, once they have.

With --politeness it shows instead how each host was treated in the last 30 days,
over all sources together: how many requests, retries and robots.txt among them,
the least time between the beginnings of two, and the delay that is kept.

With --storage it shows what the history of each source takes on the disk, a story
with its first version, and a further version.

With --workers it shows who runs rounds on this history, what each holds, what waits
in the queue that workers on Postgres share, and what is due.

With --repair it looks, for each rule that stopped matching, for one that gives the
same again on the pages that are kept, and shows the line of the configuration that
it would change; --write changes it, and nothing else in the file.

With --rename a source gets another name and keeps its whole history, which verify
proves as before. References by the old name go on to find its stories, and a
configuration that has it still is refused.
` + exitHelp,
		Example: "  stakeout sources\n  stakeout sources --json\n  stakeout sources --politeness\n  stakeout sources --repair whisperx\n  stakeout sources --rename whisperx wx",
		RunE: func(cmd *cobra.Command, names []string) error {
			if write && !repair {
				return badUsage("--write: found no --repair, expected both")
			}
			if rename {
				return a.rename(cmd.Context(), names)
			}
			if repair {
				return a.repair(cmd.Context(), names, write)
			}
			return a.withHistory(cmd.Context(), func(db *store.Store) error {
				if workers {
					return a.printWorkers(cmd.Context(), db)
				}
				if storage {
					return a.printStorage(cmd.Context(), db)
				}
				if politeness {
					return a.printPoliteness(cmd.Context(), db)
				}
				now := time.Now()
				health, err := db.Health(cmd.Context(), now)
				if err != nil {
					return err
				}
				if len(names) > 0 {
					health = slices.DeleteFunc(health, func(h store.SourceHealth) bool { return !slices.Contains(names, h.Source) })
				}
				learnt := map[string]*scheduler.Learnt{}
				for _, h := range health {
					if learnt[h.Source], err = collect.LearntOf(cmd.Context(), db, h.Source); err != nil {
						return err
					}
				}
				return a.printHealth(health, learnt, now)
			})
		},
	}
	cmd.Flags().BoolVar(&workers, "workers", false, "show workers, leases, the queue and what is due, instead")
	cmd.Flags().BoolVar(&storage, "storage", false, "show what the history takes on the disk, instead")
	cmd.Flags().BoolVar(&rename, "rename", false, "give the source OLD the name NEW: sources --rename OLD NEW")
	cmd.Flags().BoolVar(&repair, "repair", false, "propose rules for what stopped matching")
	cmd.Flags().BoolVar(&write, "write", false, "with --repair: change the configuration")
	cmd.Flags().BoolVar(&politeness, "politeness", false, "show how hosts were treated, instead")
	return cmd
}

func (a *app) printHealth(health []store.SourceHealth, learnt map[string]*scheduler.Learnt, now time.Time) error {
	if a.json {
		for _, h := range health {
			if err := a.printJSON(h); err != nil {
				return err
			}
		}
		return nil
	}
	out := a.out()
	width := 8
	for _, h := range health {
		width = max(width, len(h.Source))
	}
	fmt.Fprintln(out, out.Set(terminal.Quiet, fmt.Sprintf("%s  %-24s  %7s  %5s  %6s  %-8s  STATE", terminal.Pad("SOURCE", width), "LAST 24 VISITS", "STORIES", "TODAY", "FIELDS", "NEXT")))
	for _, h := range health {
		state := out.Set(terminal.Good, "well")
		if h.Trouble != "" {
			state = out.Set(terminal.Alarm, terminal.Safe(h.Trouble))
		}
		fmt.Fprintf(out, "%s  %s  %7d  %5d  %6s  %-8s  %s\n", terminal.Pad(terminal.Safe(h.Source), width), terminal.Pad(strip(h.LastVisits), 24),
			h.Stories, h.Today, fmt.Sprintf("%d/%d", h.FieldsFilled, h.FieldsKnown), until(h.NextRun, now), state)
		if l := learnt[h.Source]; l != nil && l.Tell() != "" {
			fmt.Fprintln(out, out.Set(terminal.Quiet, strings.Repeat(" ", width+2)+l.Tell()))
		}
	}
	if len(health) == 0 {
		fmt.Fprintln(a.stderr, "no source was collected yet")
	}
	return nil
}

// strip draws visits, the oldest first.
func strip(visits []story.Outcome) string {
	var b strings.Builder
	for _, o := range visits {
		switch o {
		case story.New:
			b.WriteRune('█')
		case story.Changed:
			b.WriteRune('▄')
		case story.Same:
			b.WriteRune('▁')
		case story.Gone:
			b.WriteRune('–')
		default:
			b.WriteRune('×')
		}
	}
	return b.String()
}

// until says how long it is to a time.
func until(t *time.Time, now time.Time) string {
	if t == nil || t.IsZero() {
		return "by hand"
	}
	d := t.Sub(now)
	switch {
	case d <= 0:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds())+1)
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
