package scheduler

import (
	"errors"
	"testing"
	"time"
)

func TestWindows(t *testing.T) {
	for _, c := range []struct{ spec, at, next string }{
		{"weekdays 06-22", "2026-04-03T21:59:59Z", "2026-04-03T21:59:59Z"}, // a Friday
		{"weekdays 06–22", "2026-04-03T22:00:00Z", "2026-04-06T06:00:00Z"},
		{"weekends", "2026-04-03T22:00:00Z", "2026-04-04T00:00:00Z"},
		{"sat,sun 10:30-12", "2026-04-04T12:00:00Z", "2026-04-05T10:30:00Z"},
		{"fri-mon", "2026-04-08T09:00:00Z", "2026-04-10T00:00:00Z"},
		{"fri 22:30-05:00", "2026-04-04T04:59:00Z", "2026-04-04T04:59:00Z"},
		{"fri 22:30-05:00", "2026-04-04T05:00:00Z", "2026-04-10T22:30:00Z"},
		{"06-22 Europe/Paris", "2026-04-04T03:00:00Z", "2026-04-04T04:00:00Z"},
		{"02-03 Europe/Paris", "2026-03-29T00:30:00Z", "2026-03-30T00:00:00Z"}, // the hour that is skipped
		{"daily 20-24", "2026-04-04T00:00:00Z", "2026-04-04T20:00:00Z"},
		{"Asia/Tokyo", "2026-04-04T00:00:00Z", "2026-04-04T00:00:00Z"},
	} {
		w, err := ParseWindow(c.spec, time.UTC)
		if err != nil {
			t.Errorf("%s: %v", c.spec, err)
			continue
		}
		if next := NextOpen([]Window{w}, at(t, c.at)); !next.Equal(at(t, c.next)) {
			t.Errorf("%s from %s: open at %s, expected %s", c.spec, c.at, next.UTC(), c.next)
		}
		if w.String() != c.spec {
			t.Errorf("%s is written %s", c.spec, w)
		}
	}
	if now := at(t, "2026-04-04T00:00:00Z"); !Open(nil, now) || !NextOpen(nil, now).Equal(now) {
		t.Error("no window at all is not always open")
	}
}

func TestParseWindowRefuses(t *testing.T) {
	for _, spec := range []string{"", "weekdays 22", "weekdays 6-6", "25-26", "06-22 Mars/Base", "mo-fr", "weekdays 06-22 UTC UTC", "06:70-22", "6:5-7", "Local", "mon- 06-22", "24-05"} {
		var wrong *SpecError
		if w, err := ParseWindow(spec, time.UTC); !errors.As(err, &wrong) {
			t.Errorf("%q: found %+v, %v", spec, w, err)
		}
	}
}
