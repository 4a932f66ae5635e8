package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/scheduler"
	"stakeout/scheduler/replay"
	"stakeout/store"
	"stakeout/terminal"
)

// planOptions say what is planned.
type planOptions struct {
	budget  float64 // re-checks an hour; 0 for the source's
	days    int
	stories float64 // a day; 0 for the source's
}

func (a *app) planCommand() *cobra.Command {
	var o planOptions
	cmd := &cobra.Command{
		Use:   "plan [SOURCE]",
		Short: "What a schedule and a budget of re-checks would catch and cost",
		Long: `Plays the edits of a source's last weeks to the scheduler, in virtual time, with
the budget of re-checks that it has, and with a quarter, half, twice and four
times as much. For each it says how many looks a day that takes, how many of the
edits would be seen as versions of their own, and how soon.

A source with too few edits on record, or no source at all, is planned by what was
measured on others: one in ten of its stories a live page. Edits that nobody saw
are on no record, so that the share of a source's own edits is an upper bound.
` + exitHelp,
		Example: "  stakeout plan whisperx\n  stakeout plan whisperx --budget 30\n  stakeout plan --stories 45 --budget 12 --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !(o.budget >= 0 && o.budget <= 1e5) || o.days < 1 || o.days > 366 || !(o.stories >= 0 && o.stories <= 1e4) {
				return badUsage("found a budget of %g an hour, %d days and %g stories a day, expected at most 100000, 1 to 366 and at most 10000", o.budget, o.days, o.stories)
			}
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			return a.plan(cmd.Context(), name, o)
		},
	}
	cmd.Flags().Float64Var(&o.budget, "budget", 0, "re-checks an `HOUR` (default: the source's, else 12)")
	cmd.Flags().IntVar(&o.days, "days", 14, "days that are played")
	cmd.Flags().Float64Var(&o.stories, "stories", 0, "stories a `DAY` (default: the source's, else 40)")
	return cmd
}

// What is planned where nothing else says.
const (
	plannedBudget  = 12
	plannedStories = 40
	enoughEdits    = 50 // on record, to plan by them
)

// planned is what is played, and where it is from.
type planned struct {
	trace   *replay.Trace
	from    time.Time
	origin  string
	src     *configs.Source // nil for none
	listing time.Duration   // between two readings of the listings
}

// planRow is a budget and what it would bring, as `plan --json` prints it.
type planRow struct {
	Source      string   `json:"source,omitempty"`
	From        string   `json:"from"` // whose edits were played: history or prior
	PerHour     float64  `json:"rechecks_per_hour"`
	LooksPerDay float64  `json:"looks_per_day"`
	Edits       int      `json:"edits"`
	SeenPercent float64  `json:"seen_pct"`
	DelayP50    *float64 `json:"delay_p50_s"` // null where half of the edits are followed by no look
	PerVersion  float64  `json:"looks_per_version"`
	ListsPerDay float64  `json:"listing_reads_per_day"`
}

func (a *app) plan(ctx context.Context, name string, o planOptions) error {
	p, err := a.planned(ctx, name, &o)
	if err != nil {
		return err
	}
	var rows []planRow
	for _, times := range []float64{0.25, 0.5, 1, 2, 4} {
		r, err := replay.Play(p.trace, replay.Options{
			From: p.from, Days: o.days, Budget: o.budget * times, Tick: 5 * time.Minute, HostGap: p.gap(),
			Listing: p.listing, Policy: "ours",
		})
		if err != nil {
			return fmt.Errorf("plan: %w", err)
		}
		rows = append(rows, p.row(r, o, o.budget*times))
	}
	return a.printPlan(p, rows, o)
}

// planned finds what is played: a source's own past where it tells enough, else
// an invented one.
func (a *app) planned(ctx context.Context, name string, o *planOptions) (planned, error) {
	now := time.Now().UTC().Truncate(time.Hour)
	p := planned{from: now.AddDate(0, 0, -o.days), origin: "prior", listing: 15 * time.Minute}
	policy := scheduler.Policy{Learnt: &scheduler.Learnt{}}
	if name != "" {
		var err error
		if p.src, err = a.sourceNamed(name); err != nil {
			return p, err
		}
		stories, err := a.pastOf(ctx, &p, &policy, now)
		if err != nil {
			return p, err
		}
		edits := 0
		for _, s := range stories {
			edits += len(s.Edits)
		}
		if edits >= enoughEdits {
			p.origin, p.trace = "history", replay.NewTrace(stories)
		} else if o.stories == 0 && len(stories) > 0 {
			o.stories = max(1, float64(len(stories))/float64(o.days))
		}
	}
	o.defaults(p.src)
	if p.trace == nil {
		p.trace = replay.Invent(&policy, p.from, o.days, o.stories, 1)
	}
	return p, nil
}

// defaults fills in what nobody said.
func (o *planOptions) defaults(src *configs.Source) {
	if o.budget == 0 && src != nil {
		o.budget = src.Budget.Rechecks.PerHour()
	}
	if o.budget == 0 {
		o.budget = plannedBudget
	}
	if o.stories == 0 {
		o.stories = plannedStories
	}
}

// sourceNamed is a source of the configuration.
func (a *app) sourceNamed(name string) (*configs.Source, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	for _, src := range cfg.Sources {
		if src.Name == name {
			return src, nil
		}
	}
	return nil, withHint(badUsage("no source %s in %s", name, a.configPath), "stakeout check lists the sources")
}

// pastOf reads a source's past as far as it is played, and what it has taught.
func (a *app) pastOf(ctx context.Context, p *planned, policy *scheduler.Policy, now time.Time) ([]*replay.Story, error) {
	if p.src.Schedule != nil {
		p.listing = max(p.src.Schedule.Gap(now), time.Minute)
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	path, err := a.databasePath(cfg)
	if err != nil || mustExist(path) != nil {
		return nil, err // without a history there is the prior
	}
	var stories []*replay.Story
	err = a.withHistory(ctx, func(db *store.Store) error {
		if policy.Learnt, err = collect.LearntOf(ctx, db, p.src.Name); err != nil {
			return err
		}
		policy.Zone = policy.Learnt.Location()
		pasts, err := db.Pasts(ctx, p.src.Name, p.from)
		for _, past := range pasts {
			stories = append(stories, playable(past, now))
		}
		return err
	})
	return stories, err
}

// playable is a story's past as it is played.
func playable(past store.Past, now time.Time) *replay.Story {
	s := &replay.Story{ID: past.ID, Published: past.FirstSeen, LastListed: past.LastListed}
	if s.LastListed.IsZero() {
		s.LastListed = now
	}
	var kept scheduler.Story
	if json.Unmarshal(past.Recheck, &kept) == nil {
		s.Kind = kept.Kind
	}
	for _, e := range past.Edits {
		after := e.After
		if after.IsZero() || after.After(e.At) {
			after = e.At
		}
		s.Edits = append(s.Edits, after.Add(e.At.Sub(after)/2))
	}
	return s
}

// gap is the least time between two looks.
func (p planned) gap() time.Duration {
	if p.src == nil {
		return configs.DefaultDelay
	}
	return p.src.Delay
}

func (p planned) row(r *replay.Result, o planOptions, perHour float64) planRow {
	row := planRow{
		From: p.origin, PerHour: perHour, LooksPerDay: float64(r.Fetches) / float64(o.days), Edits: r.Edits,
		ListsPerDay: 24 / p.listing.Hours(),
	}
	if p.src != nil {
		row.Source = p.src.Name
	}
	if r.Edits > 0 {
		row.SeenPercent = r.SeenPercent()
	}
	if r.Seen > 0 {
		row.PerVersion = r.FetchesPerVersion()
	}
	if d := r.Delay(0.5); !math.IsInf(d, 0) && !math.IsNaN(d) {
		row.DelayP50 = &d
	}
	return row
}

func (a *app) printPlan(p planned, rows []planRow, o planOptions) error {
	if a.json {
		for _, r := range rows {
			if err := a.printJSON(r); err != nil {
				return err
			}
		}
		return nil
	}
	out := a.out()
	whose := fmt.Sprintf("the edits on record of %s", rows[0].Source)
	if p.origin == "prior" {
		whose = fmt.Sprintf("%.0f stories a day that are edited as others' are", o.stories)
	}
	fmt.Fprintf(out, "%d days of %s: %d edits\n", o.days, terminal.Safe(whose), rows[0].Edits)
	fmt.Fprintf(out, "listings are read each %s, %.0f times a day\n\n", scheduler.Age(p.listing), rows[0].ListsPerDay)
	fmt.Fprintln(out, out.Set(terminal.Quiet, "RE-CHECKS/H  LOOKS/DAY  SEEN                            DELAY    LOOKS/VERSION"))
	for _, r := range rows {
		line := fmt.Sprintf("%11.4g  %9.0f  %s %5.1f %%  %-7s  %13.1f", r.PerHour, r.LooksPerDay, bar(r.SeenPercent), r.SeenPercent, delayed(r.DelayP50), r.PerVersion)
		if r.PerHour == o.budget {
			line = out.Set(terminal.Strong, line)
		}
		fmt.Fprintln(out, line)
	}
	fmt.Fprintf(out, "\n%s\n", compared(rows))
	return nil
}

// bar draws a percentage in 22 columns.
func bar(percent float64) string {
	n := int(math.Round(percent / 100 * 22))
	return strings.Repeat("█", n) + strings.Repeat("·", 22-n)
}

func delayed(seconds *float64) string {
	if seconds == nil {
		return "—"
	}
	return scheduler.Age(time.Duration(*seconds * float64(time.Second)))
}

// compared says what half and twice the budget would change.
func compared(rows []planRow) string {
	half, now, twice := rows[1], rows[2], rows[3]
	return fmt.Sprintf("half the budget would see %.1f points less, twice as much %.1f points more", now.SeenPercent-half.SeenPercent, twice.SeenPercent-now.SeenPercent)
}
