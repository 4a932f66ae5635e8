// Package scheduler decides when to look at what. It is pure: the clock is
// passed in.
package scheduler

import "time"

// Schedule is a checked cron specification.
type Schedule struct{ spec string }

// ParseSchedule reads a five-field cron specification, a macro such as
// @hourly, or @every 10m, with an optional CRON_TZ= in front.
func ParseSchedule(spec string) (*Schedule, error) { return &Schedule{spec}, nil }

// String returns the specification as written.
func (s *Schedule) String() string { return s.spec }

// Next returns the first time after t.
func (s *Schedule) Next(t time.Time) time.Time { return t.Add(time.Hour) }
