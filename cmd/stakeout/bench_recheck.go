package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/scheduler/replay"
)

func (a *app) benchRecheckCommand() *cobra.Command {
	var (
		o                          replay.Options
		trace, from, budget, names string
		without                    string
		seed                       uint64
	)
	cmd := &cobra.Command{
		Use:   "recheck",
		Short: "Measure the re-check policy on a trace of real edits",
		Long: `Plays a trace of stories and their edits, in virtual time, to the scheduler that
run uses, and prints what it caught for how many requests: a line of
tab-separated values for each policy and budget.

  seen_pct        edits that were seen as a version of their own, of all
  delay_p50_s     from an edit to the next look at its story, seconds; inf where
  delay_p95_s     nobody looked at that many of them
  removed24_pct   removals that were seen within 24 hours; nan where there is none

The trace is CSV with the columns story_id, kind, published_at, last_listed_at,
n_edits, edit_at and edit_after (separated by ";": an edit's true time lies between
the two, and is drawn by the seed), and optionally host, removed_at and hint_at.
docs/scheduling.md says how to read the result.
` + exitHelp,
		Example: `  stakeout bench recheck --trace trace.csv --from 2022-10-01 --budget 6,12,24,60
  stakeout bench recheck --trace trace.csv --from 2022-10-01 --policy ours,uniform,newsdiffs,nutch`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.From, err = parseDay(from); err != nil {
				return badUsage("--from %q: expected a day such as 2022-10-01", from)
			}
			budgets, err := parseBudgets(budget)
			if err != nil {
				return err
			}
			t, err := readTrace(trace, seed)
			if err != nil {
				return err
			}
			if without != "" {
				t = t.Without(without)
			}
			return a.benchRecheck(t, o, strings.Split(names, ","), budgets)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&trace, "trace", "", "the trace's CSV `FILE`")
	flags.StringVar(&from, "from", "", "first `DAY` of which edits count")
	flags.IntVar(&o.Days, "days", 56, "how many days count")
	flags.StringVar(&budget, "budget", "12", "re-checks an hour; several separated by commas")
	flags.DurationVar(&o.Tick, "tick", 5*time.Minute, "time between two choices")
	flags.DurationVar(&o.HostGap, "host-gap", 20*time.Second, "least time between two requests to one host")
	flags.Uint64Var(&seed, "seed", 1, "draws each edit's time")
	flags.StringVar(&names, "policy", "ours", "`NAMES` of "+strings.Join(replay.Policies, ", "))
	flags.DurationVar(&o.Listing, "listing", 15*time.Minute, "how often the listing is read, which isn't counted")
	flags.IntVar(&o.Learn, "learn", 56, "`DAYS` of the trace before --from that may be learnt from")
	flags.StringVar(&without, "without", "", "leave out the stories of a `KIND`, such as live")
	flags.BoolVar(&o.Strict, "strict", false, "what wasn't seen when its story left the listing is lost, as if the page were gone")
	cmd.MarkFlagRequired("trace") // never fails: the flag is there
	cmd.MarkFlagRequired("from")
	return cmd
}

func parseDay(s string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, s)
}

func parseBudgets(s string) ([]float64, error) {
	var list []float64
	for part := range strings.SplitSeq(s, ",") {
		b, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(b > 0 && b <= 1e6) {
			return nil, badUsage("--budget %q: expected re-checks an hour, such as 12", part)
		}
		list = append(list, b)
	}
	return list, nil
}

func readTrace(path string, seed uint64) (*replay.Trace, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t, err := replay.ReadTrace(file, seed)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// benchRecheck plays the trace to each policy with each budget.
func (a *app) benchRecheck(t *replay.Trace, o replay.Options, policies []string, budgets []float64) error {
	fmt.Fprintln(a.stdout, strings.Join([]string{"policy", "budget", "fetches", "edits", "seen_pct", "delay_p50_s", "delay_p95_s", "removed24_pct", "fetches_per_version"}, "\t"))
	for _, name := range policies {
		for _, budget := range budgets {
			o.Policy, o.Budget = strings.TrimSpace(name), budget
			r, err := replay.Play(t, o)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s\t%g\t%d\t%d\t%.1f\t%.0f\t%.0f\t%.1f\t%.2f\n",
				o.Policy, budget, r.Fetches, r.Edits, r.SeenPercent(), r.Delay(0.5), r.Delay(0.95), r.RemovedPercent(), r.FetchesPerVersion())
		}
	}
	return nil
}
