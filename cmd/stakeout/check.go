package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/terminal"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Validate the configuration, offline",
		Long: `Validates the configuration without touching the network or the database, and
prints what was understood, with the next three run times of each source.
` + exitHelp,
		Example: `  stakeout check
  stakeout --config configs/whisperx.yaml check`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.check(time.Now()) },
	}
}

// nextRuns is how many run times check shows of each source.
const nextRuns = 3

// checkedSource is a source as `check --json` prints it.
type checkedSource struct {
	Source   string      `json:"source"`
	File     string      `json:"file"`
	Line     int         `json:"line"`
	Start    []string    `json:"start"`
	Stories  string      `json:"stories,omitempty"`
	Schedule string      `json:"schedule,omitempty"`
	Windows  []string    `json:"windows,omitempty"`
	Paused   bool        `json:"pause,omitempty"`
	Recheck  string      `json:"recheck"`
	NextRuns []time.Time `json:"next_runs"`
}

func (a *app) check(now time.Time) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	out := a.out()
	for _, src := range cfg.Sources {
		c := checked(src, now)
		if a.json {
			if err := a.printJSON(c); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(out, "%s  %s\n", out.Set(terminal.Strong, src.Name), out.Set(terminal.Quiet, fmt.Sprintf("%s:%d", src.File, src.Line)))
		fmt.Fprintf(out, "  start     %s\n", terminal.Safe(src.Session.Hide(strings.Join(src.Start, " "))))
		fmt.Fprintf(out, "  stories   %s\n", orElse(c.Stories, "found automatically"))
		fmt.Fprintf(out, "  schedule  %s\n", orElse(c.Schedule, "none: by `stakeout crawl` only"))
		fmt.Fprintf(out, "  recheck   %s\n", c.Recheck)
		if len(src.Windows) > 0 {
			fmt.Fprintf(out, "  window    %s\n", terminal.Safe(strings.Join(c.Windows, ", ")))
		}
		if src.Paused {
			fmt.Fprintf(out, "  pause     the service keeps off it\n")
		}
		for i, t := range c.NextRuns {
			fmt.Fprintf(out, "  %s  %s\n", []string{"next runs", "         "}[min(i, 1)], inZones(t, src.Schedule.Location()))
		}
	}
	fmt.Fprintf(a.stderr, "%s: %d well formed\n", a.configPath, len(cfg.Sources))
	return nil
}

func checked(src *configs.Source, now time.Time) checkedSource {
	c := checkedSource{Source: src.Name, File: src.File, Line: src.Line, Start: shownStarts(src), Paused: src.Paused, Recheck: "adaptive", NextRuns: []time.Time{}}
	if src.Stories != nil {
		c.Stories = src.Stories.String()
	}
	switch {
	case src.Recheck.Never:
		c.Recheck = "never"
	case src.Recheck.Schedule != nil:
		c.Recheck = src.Recheck.Schedule.String()
	}
	if src.Schedule != nil {
		c.Schedule = src.Schedule.String()
		for t := src.Schedule.NextWithin(now, src.Windows); !t.IsZero() && len(c.NextRuns) < nextRuns; t = src.Schedule.NextWithin(t, src.Windows) {
			c.NextRuns = append(c.NextRuns, t)
		}
	}
	for _, w := range src.Windows {
		c.Windows = append(c.Windows, w.String())
	}
	return c
}

// inZones writes a time in the machine's zone and, where it reads differently, in
// that of the schedule.
func inZones(t time.Time, zone *time.Location) string {
	const form = "Mon 2006-01-02 15:04:05 MST"
	here, there := t.Local().Format(form), t.In(zone).Format(form)
	if here == there {
		return here
	}
	return here + ", " + there
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return terminal.Safe(s)
}

// shownStarts are a source's starts without the secrets in them.
func shownStarts(src *configs.Source) []string {
	shown := make([]string, len(src.Start))
	for i, start := range src.Start {
		shown[i] = src.Session.Hide(start)
	}
	return shown
}
