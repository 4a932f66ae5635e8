package configs

import (
	"regexp"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"stakeout/scheduler"
)

// Recheck says when known stories are looked at again.
type Recheck struct {
	// Never is true for `recheck: never`.
	Never bool
	// Schedule is set for a cron specification; nil means adaptive.
	Schedule *scheduler.Schedule
	// Floors are how long an adaptively watched story waits at most; what is zero
	// is the scheduler's default.
	Floors scheduler.Floors
}

// Adaptive reports whether the re-check policy sets the looks.
func (r Recheck) Adaptive() bool { return !r.Never && r.Schedule == nil }

// Rechecks are budgets of re-checks for all sources together, in re-checks an
// hour; 0 for no bound.
type Rechecks struct {
	Total float64 // of all hosts
	Host  float64 // of each host
}

var (
	recheckKeys  = []string{"young", "old", "retire"}
	rechecksKeys = []string{"total", "host"}
	span         = regexp.MustCompile(`^(\d{1,5}) ?(min|h|d)$`)
)

// recheck reads when known stories are looked at again: a word, a schedule, or a
// mapping of what bounds the policy.
func (f *file) recheck(n ast.Node, path string) (r Recheck) {
	if _, ok := n.(*ast.MappingNode); ok {
		f.mapping(n, path, recheckKeys, func(p pair) {
			at := join(path, p.key)
			switch p.key {
			case "young":
				r.Floors.Young = f.span(p.v, at)
			case "old":
				r.Floors.Old = f.span(p.v, at)
			case "retire":
				if s, ok := scalar(p.v); ok && s == "never" {
					r.Floors.Retire = -1
				} else {
					r.Floors.Retire = f.span(p.v, at)
				}
			}
		})
		return r
	}
	switch s := f.text(n, path); s {
	case "adaptive":
		return Recheck{}
	case "never":
		return Recheck{Never: true}
	default:
		schedule, err := scheduler.ParseSchedule(s)
		f.checkSchedule(n, path, err, "adaptive, never, or ")
		return Recheck{Schedule: schedule}
	}
}

// rechecks reads the budgets of all sources together.
func (f *file) rechecks(n ast.Node, path string) (r Rechecks) {
	f.mapping(n, path, rechecksKeys, func(p pair) {
		q := f.quota(p.v, join(path, p.key), false, rechecksForm)
		switch p.key {
		case "total":
			r.Total = q.PerHour()
		case "host":
			r.Host = q.PerHour()
		}
	})
	return r
}

const rechecksForm = "a number of re-checks in a minute, an hour or a day, such as 60/h"

// PerHour is the quota's amount in an hour.
func (q Quota) PerHour() float64 {
	if q.Per == 0 {
		return 0
	}
	return float64(q.Amount) * time.Hour.Hours() / q.Per.Hours()
}

// span reads a length of time in minutes, hours or days.
func (f *file) span(n ast.Node, path string) time.Duration {
	s := f.text(n, path)
	m := span.FindStringSubmatch(s)
	if m == nil {
		f.at(n, path, quote(s), "a length of time such as 30min, 24h or 7d")
		return 0
	}
	amount, err := strconv.Atoi(m[1])
	if err != nil || amount == 0 {
		f.at(n, path, quote(s), "a length of time from 1min up")
	}
	return time.Duration(amount) * map[string]time.Duration{"min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
}

// checkWindows refuses a schedule that never runs while its windows are open.
func (f *file) checkWindows(src *Source, k ast.Node, path string) {
	if src.Schedule == nil || len(src.Windows) == 0 {
		return
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if src.Schedule.NextWithin(from, src.Windows).IsZero() {
		f.at(k, path, "a schedule that never runs within the window", "a window that is open at one of its runs")
	}
}

// windows reads when a source may be watched, in the machine's zone where they
// name none.
func (f *file) windows(n ast.Node, path string) []scheduler.Window {
	var list []scheduler.Window
	f.texts(n, path, func(n ast.Node, s string) {
		w, err := scheduler.ParseWindow(s, time.Local)
		f.checkSchedule(n, path, err, "")
		list = append(list, w)
	})
	return list
}
