package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/demo"
	"stakeout/story"
	"stakeout/terminal"
	"stakeout/web"
)

func (a *app) demoCommand() *cobra.Command {
	var once bool
	var seed uint64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch a newsroom on this machine publish, edit, correct and retract",
		Long: `Starts a newsroom on loopback whose stories are published, edited, corrected and
retracted on pages with the churn of real ones, and watches it with an embedded
database. Plays one full round, and prints what was caught against what was
really done; exits with 1 on any difference. On a terminal it then keeps playing
until ^C; with --once, or where nobody watches, it ends.
` + exitHelp,
		Example: "  stakeout demo\n  stakeout demo --once",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), seed, once)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "play one round, and end")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "what the newsroom is made from")
	return cmd
}

func (a *app) demo(ctx context.Context, seed uint64, once bool) (err error) {
	out := a.out()
	show := &demoScreen{out: out, quiet: true}
	d, err := demo.Start(ctx, demo.Options{Seed: seed, Log: slog.New(slog.DiscardHandler), Tell: show.visit})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if !a.json {
		fmt.Fprintf(out, "A newsroom opens at %s; it is watched as any site would be.\n", d.Address)
	}
	round, err := d.PlayRound(ctx, func(n int, title string) {
		if !a.json {
			show.act(n, title)
		}
	})
	if err != nil {
		return err
	}
	if a.json {
		for _, row := range round.Rows {
			if err := a.printJSON(row); err != nil {
				return err
			}
		}
	} else {
		printRound(out, round)
	}
	if wrong := round.Wrong(); wrong > 0 {
		return fmt.Errorf("demo: %d of %d lines differ from what was really done", wrong, len(round.Rows))
	}
	if once || !out.Live() {
		return nil
	}
	return a.keepPlaying(ctx, d, show)
}

// pause is how long the endless demo waits between two acts.
const pause = 3 * time.Second

// keepPlaying plays on until ctx ends.
func (a *app) keepPlaying(ctx context.Context, d *demo.Demo, show *demoScreen) (err error) {
	log := slog.New(slog.DiscardHandler)
	cur := newCurrent(&configs.Config{Sources: d.Sources()})
	fetch := crawler.New(crawler.Options{Log: log})
	defer fetch.Close()
	shop := &web.Workshop{Path: d.Config(), Fetch: fetch, Reload: func(context.Context) error {
		cfg, err := d.Reload()
		if err == nil {
			cur.cfg.Store(cfg)
		}
		return err
	}}
	served, err := a.serve(ctx, "127.0.0.1:0", cur, shop, d.Store, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, served.close()) }()
	fmt.Fprintf(show.out, "\nThe newsroom goes on; the page is at %s; stop with ^C.\n", served.Address)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		d.Play()
		if err := d.Collect(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// demoScreen shows edits as they are caught. Safe for concurrent use.
type demoScreen struct {
	out *terminal.Screen

	mu    sync.Mutex // protects following fields
	quiet bool       // before the first act: the opening is not news
}

func (s *demoScreen) act(n int, title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet = false
	fmt.Fprintf(s.out, "\n%s\n", s.out.Set(terminal.Strong, fmt.Sprintf("%2d  %s", n, title)))
}

func (s *demoScreen) visit(v collect.Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.quiet:
	case v.Change != nil:
		fmt.Fprint(s.out, s.out.Event(*v.Change, v.Headline))
	case v.Outcome != story.Same && v.Outcome != story.New && v.Outcome != story.Changed:
		fmt.Fprintf(s.out, "  %s %s  %s\n", s.out.Set(terminal.Quiet, terminal.Pad(string(v.Outcome), 11)), terminal.Pad(terminal.Safe(v.Key.ID), 8),
			s.out.Set(terminal.Quiet, terminal.Cut(terminal.Safe(v.Reason), 80)))
	}
}

// printRound prints what was caught against what was really done.
func printRound(out *terminal.Screen, r demo.Round) {
	fmt.Fprintf(out, "\n%s\n", out.Set(terminal.Strong, fmt.Sprintf("    %-16s %-30s %-46s %s", "STORY", "REALLY DONE", "CAUGHT", "WHAT")))
	for _, row := range r.Rows {
		if row.Act == 0 && row.Right {
			continue
		}
		mark := out.Set(terminal.Good, "✓")
		if !row.Right {
			mark = out.Set(terminal.Alarm, "✗")
		}
		fmt.Fprintf(out, "  %s %s %s %s %s\n", mark, terminal.Pad(terminal.Safe(row.Key.String()), 16), terminal.Pad(terminal.Cut(row.Did, 30), 30),
			terminal.Pad(terminal.Cut(row.Caught, 46), 46), out.Set(terminal.Quiet, terminal.Cut(terminal.Safe(row.What), 60)))
	}
	edits, caught := r.Of(string(story.EventChanged), string(story.EventRemoved), string(story.EventRestored))
	published, found := r.Of(string(story.EventNew))
	noise, still := r.Of("noise", string(story.Blocked), string(story.Unreadable), string(story.Failed))
	alarms, _ := r.Of("")
	fmt.Fprintf(out, "\n%d of %d stories found; %d of %d edits caught and classed rightly; %d of %d walls, faults and bouts of noise told as such; %d false alarms.\n",
		found, published, caught, edits, still, noise, alarms)
	fmt.Fprintf(out, "%d stories, %d visits on pages that were never twice the same, %.1f s.\n", r.Stories, r.Visits, r.Took.Seconds())
}
