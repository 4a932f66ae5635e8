package extract

import (
	"strings"
	"time"

	"stakeout/story"
)

// likeDate is the weight from which a time that the page shows may be its
// story's; the same minute in both makes sure of it.
const likeDate = 3

// local is a time that the page states in UTC, with the offset that the page
// shows the same instant in: as printed beside the headline, or in a time
// element.
func (d *doc) local(m story.Moment) story.Moment {
	t, ok := m.Time()
	if !ok || m.DayOnly() || !strings.HasSuffix(string(m), "Z") && !strings.HasSuffix(string(m), "+00:00") {
		return m
	}
	for _, s := range d.shown() {
		printed, ok := s.moment.Time()
		if !ok || s.moment.DayOnly() || s.score < likeDate || s.updated {
			continue
		}
		_, offset := printed.Zone()
		if offset == 0 { // it has no zone: is it the same minute, some hours on?
			offset = int(printed.Truncate(time.Minute).Sub(t.Truncate(time.Minute)).Seconds())
		} else if !printed.Truncate(time.Minute).Equal(t.Truncate(time.Minute)) {
			continue
		}
		if offset == 0 {
			return m
		}
		if likeOffset(offset) {
			return story.At(t.In(time.FixedZone("", offset)))
		}
	}
	return m
}

// likeOffset reports whether a number of seconds is an offset from UTC that
// clocks are set by: whole hours from -11 to +13, and the usual half ones.
func likeOffset(seconds int) bool {
	switch seconds {
	case -9 * 1800, -7 * 1800, 7 * 1800, 9 * 1800, 11 * 1800, 13 * 1800, 19 * 1800, 21 * 1800:
		return true
	}
	return seconds%3600 == 0 && seconds >= -11*3600 && seconds <= 13*3600
}
