package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func mustParse(t *testing.T, spec string) *Schedule {
	t.Helper()
	s, err := ParseSchedule(spec)
	if err != nil {
		t.Fatalf("%s: %v", spec, err)
	}
	return s
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParseScheduleRefuses(t *testing.T) {
	for _, spec := range []string{"", " ", "TZ=UTC", "CRON_TZ=UTC ", "CRON_TZ= * * * * *", "CRON_TZ=Mars/Base * * * * *", "CRON_TZ=UTC TZ=UTC", "CRON_TZ=UTC TZ=UTC * * * * *", "TZ=UTC\t", "* * * *", "* * * * * *",
		"60 * * * *", "0 0 31 2 *", "0 0 30 2 *", "@every 0s", "@every -1m", "@every 10ms", "@every 1.5s", "@every 100000h", "@every", "@every x", "@sometimes", "a b c d e"} {
		s, err := ParseSchedule(spec)
		var wrong *SpecError
		if !errors.As(err, &wrong) || wrong.Found == "" || wrong.Want == "" || strings.Contains(err.Error(), "nil") {
			t.Errorf("%q: found %v, %v; expected an error that says what was found and expected", spec, s, err)
		}
	}
}

func TestScheduleNext(t *testing.T) {
	for _, c := range []struct{ spec, from, want string }{
		{"CRON_TZ=UTC */15 * * * *", "2026-04-04T10:07:00Z", "2026-04-04T10:15:00Z"},
		{"CRON_TZ=UTC 0 0 29 2 *", "2026-04-04T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"CRON_TZ=Europe/Paris 0 6 * * *", "2026-07-01T00:00:00Z", "2026-07-01T04:00:00Z"},
		{"CRON_TZ=UTC 0 6-22 * * 1-5", "2026-04-04T10:00:00Z", "2026-04-06T06:00:00Z"},
		{"@every 10m", "2026-04-04T10:07:30Z", "2026-04-04T10:17:30Z"},
		{"@every 1s", "2026-04-04T10:07:30.5Z", "2026-04-04T10:07:31Z"},
	} {
		if got := mustParse(t, c.spec).Next(at(t, c.from)); !got.Equal(at(t, c.want)) {
			t.Errorf("%s after %s: found %s, expected %s", c.spec, c.from, got.UTC(), c.want)
		}
	}
}

// A daily job runs once on the day that loses an hour, and once on the day that
// has one twice.
func TestScheduleDaylightSaving(t *testing.T) {
	for _, c := range []struct{ zone, spec, day string }{
		{"America/New_York", "30 2 * * *", "2026-03-08"}, {"America/New_York", "30 1 * * *", "2026-11-01"},
		{"Europe/London", "30 1 * * *", "2026-03-29"}, {"Europe/London", "30 1 * * *", "2026-10-25"},
		{"Australia/Lord_Howe", "15 2 * * *", "2026-10-04"}, {"Australia/Lord_Howe", "45 1 * * *", "2026-04-05"},
		{"America/Sao_Paulo", "0 0 * * *", "2018-11-04"}, {"America/Sao_Paulo", "30 23 * * *", "2018-02-17"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, _ := time.ParseInLocation(time.DateOnly, c.day, zone)
		s := mustParse(t, fmt.Sprintf("CRON_TZ=%s %s", c.zone, c.spec))
		runs := map[string]int{}
		for next := s.Next(day.AddDate(0, 0, -2)); next.Before(day.AddDate(0, 0, 3)); next = s.Next(next) {
			runs[next.In(zone).Format(time.DateOnly)]++
		}
		for _, n := range []int{-1, 0, 1, 2} {
			if d := day.AddDate(0, 0, n).Format(time.DateOnly); runs[d] != 1 {
				t.Errorf("%s %s: %d runs on %s, expected one", c.zone, c.spec, runs[d], d)
			}
		}
	}
}

// walls finds a schedule's runs the slow way: minute by minute, by what the clock
// on the wall shows.
func walls(s *Schedule, from, to time.Time) []time.Time {
	const clock = "2006-01-02T15:04"
	zone := s.cron.Location
	utc := *s.cron
	utc.Location = time.UTC
	runs := []time.Time{}
	newest := "" // the latest the clock has shown
	for m := from.Add(-6 * time.Hour); m.Before(to); m = m.Add(time.Minute) {
		wall := m.In(zone).Format(clock)
		again := wall <= newest // a time that comes twice
		first, _ := time.Parse(clock, wall)
		if newest != "" && !again { // what was jumped over counts here
			last, _ := time.Parse(clock, newest)
			first = last.Add(time.Minute)
		}
		until, _ := time.Parse(clock, wall)
		if s.everyHour() {
			again, first = false, until
		}
		if next := utc.Next(first.Add(-time.Minute)); !again && !next.After(until) && m.After(from) {
			runs = append(runs, m)
		}
		newest = max(newest, wall)
	}
	return runs
}

func TestScheduleAgreesWithTheClockOnTheWall(t *testing.T) {
	for _, c := range []struct{ zone, day string }{
		{"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"}, {"Europe/London", "2026-03-29"}, {"Europe/London", "2026-10-25"},
		{"Australia/Lord_Howe", "2026-10-04"}, {"Australia/Lord_Howe", "2026-04-05"}, {"America/Sao_Paulo", "2018-11-04"}, {"America/Sao_Paulo", "2018-02-18"},
		{"Antarctica/Troll", "2026-03-29"}, {"Antarctica/Troll", "2026-10-25"}, {"Pacific/Apia", "2011-12-30"}, {"Africa/Cairo", "2026-04-24"}, {"Asia/Tokyo", "2026-05-01"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, _ := time.ParseInLocation(time.DateOnly, c.day, zone)
		from, to := day.Add(-30*time.Hour), day.Add(54*time.Hour)
		for _, spec := range []string{"0 0 * * *", "30 1 * * *", "45 1 * * *", "15 2 * * *", "30 2 * * 0", "59 23 * * *", "*/15 0-5 * * *", "0 */2 * * *", "5 * * * *", "*/20 * * * 0,1"} {
			s := mustParse(t, "CRON_TZ="+c.zone+" "+spec)
			want := walls(s, from, to)
			got := []time.Time{}
			for next := s.Next(from); next.Before(to); next = s.Next(next) {
				got = append(got, next.In(from.Location()))
			}
			if !slices.EqualFunc(got, want, time.Time.Equal) {
				t.Errorf("%s on %s in %s:\nfound    %v\nexpected %v", spec, c.day, c.zone, got, want)
			}
		}
	}
}

func TestScheduleNextN(t *testing.T) {
	s := mustParse(t, "CRON_TZ=UTC 0 6 * * *")
	runs := s.NextN(at(t, "2026-04-04T10:00:00Z"), 3)
	if len(runs) != 3 || !runs[2].Equal(at(t, "2026-04-07T06:00:00Z")) || s.String() != "CRON_TZ=UTC 0 6 * * *" {
		t.Errorf("found %v of %s", runs, s)
	}
}

func TestScheduleHourlyKeepsRealHours(t *testing.T) {
	s := mustParse(t, "CRON_TZ=Europe/Berlin 0 * * * *")
	n := 0
	for next := s.Next(at(t, "2026-10-24T22:30:00Z")); next.Before(at(t, "2026-10-25T04:30:00Z")); next = s.Next(next) {
		n++
	}
	if n != 6 {
		t.Errorf("%d runs in six hours around the end of summer time", n)
	}
}

func TestNextWithin(t *testing.T) {
	window, err := ParseWindow("weekdays 06-22", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ spec, from, want string }{
		{"CRON_TZ=UTC */15 * * * *", "2026-04-03T21:40:00Z", "2026-04-03T21:45:00Z"},
		{"CRON_TZ=UTC */15 * * * *", "2026-04-03T21:45:00Z", "2026-04-06T06:00:00Z"},
		{"CRON_TZ=UTC 0 5 * * *", "2026-04-03T21:45:00Z", "0001-01-01T00:00:00Z"},
		{"CRON_TZ=UTC 0 5,7 * * *", "2026-04-03T21:45:00Z", "2026-04-06T07:00:00Z"},
		{"@every 10s", "2026-04-03T21:59:50Z", "2026-04-06T06:00:00Z"},
	} {
		if got := mustParse(t, c.spec).NextWithin(at(t, c.from), []Window{window}); !got.Equal(at(t, c.want)) {
			t.Errorf("%s after %s: found %s, expected %s", c.spec, c.from, got.UTC(), c.want)
		}
	}
}

func TestJitterSpreads(t *testing.T) {
	now := at(t, "2026-04-03T21:40:00Z")
	hourly := mustParse(t, "CRON_TZ=UTC 0 * * * *")
	seconds := map[int]int{}
	for i := range 1000 {
		j := hourly.Jitter(fmt.Sprint(i), now)
		if j < 0 || j >= time.Minute || j != hourly.Jitter(fmt.Sprint(i), now.AddDate(0, 1, 0)) {
			t.Fatalf("source %d is put off by %s", i, j)
		}
		seconds[int(j/(10*time.Second))]++
	}
	for s, n := range seconds {
		if n < 100 || n > 240 {
			t.Errorf("%d of 1,000 sources run in the %dth ten seconds of a minute", n, s)
		}
	}
	for _, spec := range []string{"@every 59s", "@every 1s"} {
		if j := mustParse(t, spec).Jitter("a", now); j != 0 {
			t.Errorf("%s is put off by %s", spec, j)
		}
	}
	if j := mustParse(t, "@every 2m").Jitter("a", now); j > 12*time.Second {
		t.Errorf("every two minutes is put off by %s", j)
	}
}

func TestWaits(t *testing.T) {
	if Confirm(1) != 2*time.Minute || Confirm(2) != time.Hour {
		t.Error("a removal is confirmed after 2 minutes and an hour")
	}
	if Retry(1) != 5*time.Minute || Retry(2) != 10*time.Minute || Retry(100) != 24*time.Hour {
		t.Errorf("retries wait %s, %s, %s", Retry(1), Retry(2), Retry(100))
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"* * * * *", "@every 1h", "CRON_TZ=UTC 0 0 1 1 *", "TZ=", "0 0 31 2 *", "@daily", "*/7 1-5,9 * jan mon"} {
		f.Add(s)
	}
	from := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, spec string) {
		s, err := ParseSchedule(spec)
		if err != nil {
			return
		}
		if next := s.Next(from); !next.After(from) {
			t.Errorf("%q: the run after %s is %s", spec, from, next)
		}
	})
}

// A day that a zone skips altogether, and a schedule that asks for it, end no
// search and stop none.
func TestScheduleOverASkippedDay(t *testing.T) {
	for _, spec := range []string{"*/20 * * * 0,1", "0 0 30 12 *", "0 * * * 5"} {
		s := mustParse(t, "CRON_TZ=Pacific/Apia "+spec)
		from := at(t, "2011-12-28T00:00:00Z")
		begun := time.Now()
		for range 50 {
			next := s.Next(from)
			if !next.After(from) {
				t.Fatalf("%s: the run after %s is %s", spec, from, next)
			}
			from = next
		}
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s took %s", spec, took)
		}
	}
}
