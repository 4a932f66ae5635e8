// Package scheduler decides when to look at what: cron schedules that can be
// trusted, and when a story is looked at again. It is pure: the clock is passed
// in. It knows nothing of what a page means.
package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule is a checked cron specification.
type Schedule struct {
	spec string
	cron *cron.SpecSchedule // nil for @every
	each time.Duration      // of @every
}

// parser reads five fields, or a macro such as @hourly. @every is ours: the
// library's rounds "@every 0s" up in silence.
var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

const scheduleForms = `a cron schedule such as "*/15 * * * *", "CRON_TZ=Europe/Paris 0 6 * * *", @hourly or "@every 10m"`

// leastEvery is the shortest gap between two runs.
const leastEvery = time.Second

// horizon is how far ahead a schedule must run at least once: longer than the
// eight years between two 29 February around 2100.
const horizon = 9 * 366 * 24 * time.Hour

// ParseSchedule reads a five-field cron specification, a macro such as @hourly,
// or @every with a duration from 1 s up, with an optional CRON_TZ= in front.
// Refused with a reason: what robfig/cron panics on or takes in silence (a time
// zone with nothing behind it, @every 0s, a day that no month has).
func ParseSchedule(spec string) (*Schedule, error) {
	written := spec
	spec = strings.TrimSpace(spec)
	zone := time.Local
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		name, rest, _ := strings.Cut(spec, " ")
		_, name, _ = strings.Cut(name, "=")
		loc, err := time.LoadLocation(name)
		if err != nil || name == "" {
			return nil, fmt.Errorf("found time zone %q, expected an IANA name such as Europe/Paris", name)
		}
		zone, spec = loc, strings.TrimSpace(rest)
	}
	if spec == "" {
		return nil, fmt.Errorf("found %q, expected %s", written, scheduleForms)
	}
	if d, ok := strings.CutPrefix(spec, "@every"); ok {
		each, err := time.ParseDuration(strings.TrimSpace(d))
		if err != nil || each < leastEvery {
			return nil, fmt.Errorf("found %q, expected @every with a duration from 1s up, such as @every 10m", written)
		}
		return &Schedule{spec: written, each: each.Truncate(time.Second)}, nil
	}
	parsed, err := parser.Parse(spec)
	if err != nil {
		return nil, fmt.Errorf("found %q, expected %s (%w)", written, scheduleForms, err)
	}
	c, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("found %q, expected %s", written, scheduleForms)
	}
	c.Location = zone
	s := &Schedule{spec: written, cron: c}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
	if next := s.Next(from); next.IsZero() || next.Sub(from) > horizon {
		return nil, fmt.Errorf("found %q, which never runs: %w", written, errors.New("no such day in any of its months"))
	}
	return s, nil
}

// String returns the specification as written.
func (s *Schedule) String() string { return s.spec }

// Next returns the first run after t. A run that falls into an hour which
// daylight saving skips happens at the end of the skipped hour; one that falls
// into an hour which comes twice happens once, the first time, unless the
// schedule runs every hour anyway.
func (s *Schedule) Next(t time.Time) time.Time {
	if s.cron == nil {
		return t.Add(s.each).Truncate(time.Second)
	}
	if s.everyHour() {
		return s.cron.Next(t)
	}
	return s.nextOnWall(t)
}

// everyHour reports whether the schedule runs in every hour of its days: then
// real hours count, and the clock on the wall doesn't matter.
func (s *Schedule) everyHour() bool {
	const hours = 1<<24 - 1
	return s.cron.Hour&hours == hours
}

// nextOnWall finds the next run by the clock on the wall: the schedule is
// followed in a zone without daylight saving, and its times are then set in the
// real one.
func (s *Schedule) nextOnWall(t time.Time) time.Time {
	zone := s.cron.Location
	wall := *s.cron
	wall.Location = time.UTC
	local := t.In(zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
	// A clock set back shows earlier times again: begin a little before, and
	// take the first real time that is after t.
	at = at.Add(-3 * time.Hour)
	for range 10_000 {
		at = wall.Next(at)
		if at.IsZero() {
			return time.Time{}
		}
		if real := onWall(at, zone); real.After(t) {
			return real.In(t.Location())
		}
	}
	return time.Time{}
}

// onWall is the first moment at which the clock in zone shows at least what
// at's fields say: the time itself, the first of two, or the end of a gap.
func onWall(at time.Time, zone *time.Location) time.Time {
	real := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone)
	if real.Hour() != at.Hour() || real.Minute() != at.Minute() {
		return endOfGap(at, zone)
	}
	for _, back := range []time.Duration{time.Hour, 30 * time.Minute} {
		if earlier := real.Add(-back); sameWall(earlier, real) {
			return earlier
		}
	}
	return real
}

func sameWall(a, b time.Time) bool {
	return a.Day() == b.Day() && a.Hour() == b.Hour() && a.Minute() == b.Minute() && a.Second() == b.Second()
}

// endOfGap is the moment when the clock jumps over at.
func endOfGap(at time.Time, zone *time.Location) time.Time {
	guess := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone).Add(-3 * time.Hour)
	want := at.Format("2006-01-02T15:04:05")
	for m := guess.Truncate(time.Minute); ; m = m.Add(time.Minute) {
		if m.In(zone).Format("2006-01-02T15:04:05") >= want {
			return m
		}
	}
}
