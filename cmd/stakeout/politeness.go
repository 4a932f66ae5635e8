package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"stakeout/crawler"
	"stakeout/store"
	"stakeout/terminal"
)

// paceKeeper takes down how a run of the program treats each host.
type paceKeeper struct {
	fetch *crawler.Crawler
	db    *store.Store
	began time.Time
}

// keep writes it as it is now.
func (k paceKeeper) keep(ctx context.Context) error {
	var paces []store.Pace
	now := time.Now()
	for _, p := range k.fetch.Paces() {
		if p.Requests > 0 {
			paces = append(paces, store.Pace{Host: p.Host, Began: k.began, At: now, Requests: p.Requests, LeastGap: p.LeastGap, Delay: p.Delay})
		}
	}
	return k.db.PutPaces(ctx, paces)
}

// watch writes it every minute until ctx ends, and then once more.
func (k paceKeeper) watch(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		if err := k.keep(context.WithoutCancel(ctx)); err != nil {
			log.Warn("how hosts were treated was not kept", "error", err)
		}
	}
}

// hostPace is a host's pace as JSON.
type hostPace struct {
	Host     string    `json:"host"`
	Requests int       `json:"requests"`
	LeastGap *float64  `json:"least_gap_seconds"` // null for fewer than two requests
	Delay    float64   `json:"delay_seconds"`
	Since    time.Time `json:"since"`
	At       time.Time `json:"at"`
}

// printPoliteness tells how each host was treated in the last 30 days.
func (a *app) printPoliteness(ctx context.Context, db *store.Store) error {
	paces, err := db.Paces(ctx)
	if err != nil {
		return err
	}
	out := a.out()
	if len(paces) == 0 {
		fmt.Fprintln(a.stderr, "no host was asked for anything in the last 30 days")
		return nil
	}
	if !a.json {
		fmt.Fprintln(out, out.Set(terminal.Quiet, fmt.Sprintf("%-40s  %8s  %9s  %9s  LAST", "HOST", "REQUESTS", "LEAST GAP", "DELAY")))
	}
	for _, p := range paces {
		if a.json {
			line := hostPace{Host: p.Host, Requests: p.Requests, Delay: p.Delay.Seconds(), Since: p.Began.UTC(), At: p.At.UTC()}
			if p.LeastGap > 0 {
				gap := p.LeastGap.Seconds()
				line.LeastGap = &gap
			}
			if err := a.printJSON(line); err != nil {
				return err
			}
			continue
		}
		gap := "-"
		if p.LeastGap > 0 {
			gap = p.LeastGap.String()
		}
		if _, err := fmt.Fprintf(out, "%s  %8d  %9s  %9s  %s\n", terminal.Pad(terminal.Safe(p.Host), 40), p.Requests, gap, p.Delay, p.At.Local().Format(time.DateTime)); err != nil {
			return err
		}
	}
	return nil
}
