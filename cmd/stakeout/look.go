package main

import (
	"fmt"
	"time"

	"stakeout/collect"
	"stakeout/scheduler"
	"stakeout/terminal"
)

// printLook says when a story is looked at next, and why then.
func (a *app) printLook(look *collect.NextLook) {
	if look == nil {
		return
	}
	out := a.out()
	fmt.Fprintf(out, "%s %s, %s\n", out.Set(terminal.Quiet, terminal.Pad("next look", 12)), inWords(time.Until(look.At)), look.Why)
}

// inWords says how long it is until something: in 12 min, now.
func inWords(d time.Duration) string {
	if d < time.Second {
		return "now"
	}
	return "in " + scheduler.Age(d)
}
