package scheduler

import (
	"fmt"
	"strings"
	"time"
)

// Window is when a source may be watched: some days of the week, and hours of
// the day. Windows that are several together allow what one of them allows.
type Window struct {
	spec     string
	days     [7]bool // from Sunday
	from, to int     // minutes of the day; to is after from, up to 24 hours, or earlier for over midnight
	zone     *time.Location
}

const windowForm = `days, hours and a time zone, such as "weekdays 06-22 Europe/Paris", "sat,sun" or "22:30-05:00"`

// ParseWindow reads days (weekdays, weekends, daily, or names such as mon-fri and
// sat,sun), hours (06-22 or 06:30-22:00; over midnight too) and an IANA zone, in
// this order, each of which may be left out. zone is what holds where none is
// said. The error is a *SpecError.
func ParseWindow(spec string, zone *time.Location) (Window, error) {
	w := Window{spec: spec, days: [7]bool{true, true, true, true, true, true, true}, to: 24 * 60, zone: zone}
	refuse := &SpecError{fmt.Sprintf("%q", spec), windowForm}
	parts := strings.Fields(strings.ReplaceAll(spec, "–", "-"))
	if len(parts) == 0 || len(parts) > 3 {
		return Window{}, refuse
	}
	if days, ok := parseDays(strings.ToLower(parts[0])); ok {
		w.days, parts = days, parts[1:]
	}
	if len(parts) > 0 {
		if from, to, ok := parseHours(parts[0]); ok {
			w.from, w.to, parts = from, to, parts[1:]
		}
	}
	if len(parts) > 0 {
		named, err := time.LoadLocation(parts[0])
		if err != nil || parts[0] == "" || parts[0] == "Local" {
			return Window{}, refuse
		}
		w.zone, parts = named, parts[1:]
	}
	if len(parts) > 0 {
		return Window{}, refuse
	}
	return w, nil
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// parseDays reads the days of the week of a window.
func parseDays(s string) (days [7]bool, ok bool) {
	switch s {
	case "daily":
		return [7]bool{true, true, true, true, true, true, true}, true
	case "weekdays":
		return [7]bool{false, true, true, true, true, true, false}, true
	case "weekends":
		return [7]bool{true, false, false, false, false, false, true}, true
	}
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		from := dayOf(first)
		to := from
		if isRange {
			to = dayOf(last)
		}
		if from < 0 || to < 0 {
			return days, false
		}
		for d := from; ; d = (d + 1) % 7 {
			days[d] = true
			if d == to {
				break
			}
		}
	}
	return days, true
}

func dayOf(name string) int {
	for i, n := range dayNames {
		if name == n {
			return i
		}
	}
	return -1
}

// parseHours reads the hours of a window, as minutes of the day.
func parseHours(s string) (from, to int, ok bool) {
	first, last, isRange := strings.Cut(s, "-")
	from, ok1 := minuteOf(first)
	to, ok2 := minuteOf(last)
	return from, to, isRange && ok1 && ok2 && from != to && from < 24*60
}

func minuteOf(s string) (minute int, ok bool) {
	hours, minutes, hasMinutes := strings.Cut(s, ":")
	if !hasMinutes {
		minutes = "00"
	}
	h, okH := twoDigits(hours)
	m, okM := twoDigits(minutes)
	return h*60 + m, okH && okM && len(minutes) == 2 && m < 60 && h*60+m <= 24*60
}

func twoDigits(s string) (n int, ok bool) {
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, len(s) == 1 || len(s) == 2
}

// String returns the window as written.
func (w Window) String() string { return w.spec }

// Open reports whether t lies in the window.
func (w Window) Open(t time.Time) bool {
	local := t.In(w.zone)
	day, minute := local.Weekday(), local.Hour()*60+local.Minute()
	if w.from < w.to {
		return w.days[day] && minute >= w.from && minute < w.to
	}
	// Over midnight: what comes after belongs to the day before.
	return w.days[day] && minute >= w.from || w.days[(day+6)%7] && minute < w.to
}

// Open reports whether any of the windows is open at t; none at all always are.
func Open(windows []Window, t time.Time) bool {
	for _, w := range windows {
		if w.Open(t) {
			return true
		}
	}
	return len(windows) == 0
}

// NextOpen is the first minute from t on at which any of the windows is open; t
// itself where one is.
func NextOpen(windows []Window, t time.Time) time.Time {
	if Open(windows, t) {
		return t
	}
	at := t.Truncate(time.Minute).Add(time.Minute)
	for range 9 * 24 * 60 { // each opens once in a week, and the clock may be changed in it
		if Open(windows, at) {
			return at
		}
		at = at.Add(time.Minute)
	}
	return at
}
