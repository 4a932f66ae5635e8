package scheduler

import (
	"time"

	"github.com/robfig/cron/v3"
)

// maxTwice is how much of a day can come twice when a clock is set back: two
// hours at Antarctica/Troll, one or a half elsewhere.
const maxTwice = 3 * time.Hour

// everyHour reports whether the schedule runs in every hour of its days: then
// real hours count, and the clock on the wall doesn't matter.
func (s *Schedule) everyHour() bool {
	const hours = 1<<24 - 1
	return s.cron.Hour&hours == hours
}

// onUTC is the schedule as it would run where no clock is ever changed. Only
// there is the library followed: in the zone of a real one it can run twice, or
// never end (of a day that is skipped, as at Pacific/Apia in 2011).
func (s *Schedule) onUTC() *cron.SpecSchedule {
	c := *s.cron
	c.Location = time.UTC
	return &c
}

// nextInRealHours finds the next run wherever the clock on the wall shows it,
// the first time or the second.
func (s *Schedule) nextInRealHours(t time.Time) time.Time {
	local := t.In(s.cron.Location)
	from := shown(local)
	for {
		at := s.onUTC().Next(from)
		if at.IsZero() {
			return at
		}
		_, offset := local.Zone()
		_, end := local.ZoneBounds()
		real := at.Add(-time.Duration(offset) * time.Second)
		if end.IsZero() || real.Before(end) {
			return real.In(t.Location())
		}
		local = end.In(s.cron.Location)
		from = shown(local).Add(-time.Second) // the moment of the change may be a run
	}
}

// nextOnWall finds the next run by the clock on the wall: the schedule is
// followed as if it were never changed, and its times are then set in the real
// zone.
func (s *Schedule) nextOnWall(t time.Time) time.Time {
	wall := s.onUTC()
	// A clock set back shows earlier times again: begin a little before, and
	// take the first real time that is after t.
	for at := wall.Next(shown(t.In(s.cron.Location)).Add(-maxTwice)); !at.IsZero(); at = wall.Next(at) {
		if real := onWall(at, s.cron.Location); real.After(t) {
			return real.In(t.Location())
		}
	}
	return time.Time{}
}

// shown is what the clock on the wall shows at t, as a time in UTC.
func shown(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// onWall is the first moment at which the clock in zone shows at least what
// wall, a time in UTC, says: the time itself, the first of two, or the end of a
// gap.
func onWall(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := t.ZoneBounds()
	switch d := shown(t).Compare(wall); {
	case d > 0: // in a gap, and Date took the offset before it
		return start
	case d < 0: // in a gap, and Date took the offset after it
		return end
	case start.IsZero():
		return t
	}
	_, offset := start.Add(-1).Zone()
	first := wall.Add(-time.Duration(offset) * time.Second)
	if first.Before(start) && shown(first.In(zone)).Equal(wall) {
		return first.In(zone)
	}
	return t
}
