// Package scheduler decides when to look at what: cron schedules that can be
// trusted, and when a story is looked at again. It is pure: the clock is passed
// in. It knows nothing of what a page means.
package scheduler

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones are named in configurations, and not every machine has them

	"github.com/robfig/cron/v3"
)

// Schedule is a checked cron specification.
type Schedule struct {
	spec string
	cron *cron.SpecSchedule // nil for @every
	each time.Duration      // of @every
}

// SpecError says what is wrong with a schedule's specification.
type SpecError struct{ Found, Want string }

func (e *SpecError) Error() string { return fmt.Sprintf("found %s, expected %s", e.Found, e.Want) }

// parser reads five fields, or a macro such as @hourly. @every is ours: the
// library's rounds "@every 0s" up in silence.
var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

const (
	scheduleForms = `a cron schedule such as "*/15 * * * *", "CRON_TZ=Europe/Paris 0 6 * * *", @hourly or "@every 10m"`
	everyForm     = `@every with whole seconds from 1s up to a year, such as @every 10m`
)

// leastEvery and mostEvery bound the gap between two runs of @every.
const (
	leastEvery = time.Second
	mostEvery  = 366 * 24 * time.Hour
)

// ParseSchedule reads a five-field cron specification, a macro such as @hourly,
// or @every with a duration from 1 s up, with an optional CRON_TZ= or TZ= in
// front. Refused with a reason: what robfig/cron panics on or takes in silence
// (a time zone with nothing behind it, @every 0s, a day that no month has). The
// error is a *SpecError.
func ParseSchedule(spec string) (*Schedule, error) {
	zone, rest, err := cutZone(spec)
	if err != nil {
		return nil, err
	}
	if d, ok := strings.CutPrefix(rest, "@every"); ok {
		return parseEvery(spec, strings.TrimSpace(d))
	}
	if rest == "" || strings.Contains(rest, "TZ=") { // a second zone makes the library panic
		return nil, &SpecError{fmt.Sprintf("%q", spec), scheduleForms}
	}
	parsed, err := parser.Parse(rest)
	if err != nil {
		return nil, &SpecError{fmt.Sprintf("%q", spec), scheduleForms + " (" + err.Error() + ")"}
	}
	c := parsed.(*cron.SpecSchedule) // the library's other kind is that of @every
	c.Location = zone
	s := &Schedule{spec: spec, cron: c}
	// From here on it runs within the five years that the library looks ahead:
	// the next 29 February is never further than that, until 2096.
	if s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, zone)).IsZero() {
		return nil, &SpecError{fmt.Sprintf("%q, which never runs", spec), "a day that one of its months has"}
	}
	return s, nil
}

// cutZone takes the zone off the front of a specification; without one it is the
// machine's.
func cutZone(spec string) (zone *time.Location, rest string, err error) {
	rest = strings.TrimSpace(spec)
	name, ok := strings.CutPrefix(rest, "CRON_TZ=")
	if !ok {
		name, ok = strings.CutPrefix(rest, "TZ=")
	}
	if !ok {
		return time.Local, rest, nil
	}
	rest = ""
	if i := strings.IndexAny(name, " \t"); i >= 0 {
		name, rest = name[:i], strings.TrimSpace(name[i:])
	}
	zone, err = time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, "", &SpecError{fmt.Sprintf("time zone %q", name), "an IANA name such as Europe/Paris"}
	}
	return zone, rest, nil
}

// parseEvery reads the duration of @every.
func parseEvery(spec, duration string) (*Schedule, error) {
	each, err := time.ParseDuration(duration)
	if err != nil || each < leastEvery || each > mostEvery || each%time.Second != 0 {
		return nil, &SpecError{fmt.Sprintf("%q", spec), everyForm}
	}
	return &Schedule{spec: spec, each: each}, nil
}

// String returns the specification as written.
func (s *Schedule) String() string { return s.spec }

// Next returns the first run after t, in t's location. A run that falls into an
// hour which daylight saving skips happens at the end of the skipped hour; one
// that falls into an hour which comes twice happens once, the first time, unless
// the schedule runs every hour anyway.
func (s *Schedule) Next(t time.Time) time.Time {
	switch {
	case s.cron == nil:
		return t.Add(s.each).Truncate(time.Second)
	case s.everyHour():
		return s.nextInRealHours(t)
	default:
		return s.nextOnWall(t)
	}
}

// NextN returns the first n runs after t.
func (s *Schedule) NextN(t time.Time, n int) []time.Time {
	var runs []time.Time
	for range n {
		if t = s.Next(t); t.IsZero() {
			break
		}
		runs = append(runs, t)
	}
	return runs
}

// Location is the zone whose clock the schedule follows: the one that it names,
// else the machine's.
func (s *Schedule) Location() *time.Location {
	if s.cron == nil {
		return time.Local
	}
	return s.cron.Location
}

// NextWithin is the first run after t at which one of the windows is open; the
// zero time where none comes within a year.
func (s *Schedule) NextWithin(t time.Time, windows []Window) time.Time {
	end := t.AddDate(1, 0, 0)
	for next := s.Next(t); !next.IsZero() && next.Before(end); next = s.Next(t) {
		if Open(windows, next) {
			return next
		}
		if s.cron == nil {
			return NextOpen(windows, next)
		}
		// On from the moment before the window opens, and past this run.
		t = NextOpen(windows, next).Add(-time.Nanosecond)
		if t.Before(next) {
			t = next
		}
	}
	return time.Time{}
}

// Gap is how long it is from one run to the next, around t.
func (s *Schedule) Gap(t time.Time) time.Duration {
	first := s.Next(t)
	return s.Next(first).Sub(first)
}

// mostJitter bounds by how much a run is put off.
const mostJitter = time.Minute

// Jitter is by how much a run of a source after t is put off, so that sources of
// the same schedule don't run at the same moment: the same for the same name, up
// to a tenth of the gap between two runs, a minute at most, and nothing for a
// schedule under a minute.
func (s *Schedule) Jitter(name string, t time.Time) time.Duration {
	gap := s.Gap(t)
	if gap < time.Minute {
		return 0
	}
	return time.Duration(share(name) * float64(min(gap/10, mostJitter)))
}
