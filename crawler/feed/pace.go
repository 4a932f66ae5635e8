package feed

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"
)

// maxWait is the longest that a feed's word is taken to keep us away.
const maxWait = 24 * time.Hour

// Pace is how often a feed says that it is worth reading: RSS 2.0's ttl,
// skipHours and skipDays, and the syndication module's updatePeriod and
// updateFrequency. The zero value says nothing.
type Pace struct {
	Every time.Duration // the longest that any of them asks for
	Hours [24]bool      // of the day, GMT, in which nothing is published
	Days  [7]bool       // of the week, by time.Weekday
}

// Next is the earliest moment at which a feed that was read at a moment is worth
// reading again: a day later at most.
func (p Pace) Next(read time.Time) time.Time {
	next := read.Add(min(p.Every, maxWait)).UTC()
	for last := read.Add(maxWait); next.Before(last) && (p.Hours[next.Hour()] || p.Days[next.Weekday()]); {
		next = next.Truncate(time.Hour).Add(time.Hour)
	}
	return next
}

// add takes in one thing that a feed says of its pace.
func (p *Pace) add(name, value string) {
	value = strings.TrimSpace(value)
	switch name {
	case "ttl":
		if minutes, err := strconv.Atoi(value); err == nil && minutes > 0 {
			p.Every = max(p.Every, time.Duration(min(minutes, 1<<20))*time.Minute)
		}
	case "hour":
		if hour, err := strconv.Atoi(value); err == nil && hour >= 0 && hour <= 24 {
			p.Hours[hour%24] = true // in old feeds hours go from 1 to 24
		}
	case "day":
		for day := range p.Days {
			if strings.EqualFold(time.Weekday(day).String(), value) {
				p.Days[day] = true
			}
		}
	}
}

// periods are those of the syndication module.
var periods = map[string]time.Duration{
	"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
}

// syndication takes in the syndication module: so often a period.
func (p *Pace) syndication(period, frequency string) {
	length := periods[strings.ToLower(strings.TrimSpace(period))]
	times, err := strconv.Atoi(strings.TrimSpace(cmp.Or(frequency, "1")))
	if err == nil && times > 0 {
		p.Every = max(p.Every, length/time.Duration(times))
	}
}

// paceOf is what a well formed feed says.
func paceOf(in *gofeed.Feed) Pace {
	var p Pace
	if r, ok := in.OriginalFeed().(*rss.Feed); ok {
		p.add("ttl", r.TTL)
		for _, hour := range r.SkipHours {
			p.add("hour", hour)
		}
		for _, day := range r.SkipDays {
			p.add("day", day)
		}
	}
	first := func(name string) string {
		if values := in.Extensions["sy"][name]; len(values) > 0 {
			return values[0].Value
		}
		return ""
	}
	p.syndication(first("updatePeriod"), first("updateFrequency"))
	return p
}
