package replay

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const head = "story_id,kind,published_at,last_listed_at,n_edits,edit_at,edit_after,host,removed_at,hint_at\n"

func mustRead(t *testing.T, csv string) *Trace {
	t.Helper()
	trace, err := ReadTrace(strings.NewReader(csv), 1)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustPlay(t *testing.T, trace *Trace, o Options) *Result {
	t.Helper()
	r, err := Play(trace, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func usual(from time.Time, days int, budget float64, policy string) Options {
	return Options{From: from, Days: days, Budget: budget, Tick: 5 * time.Minute, HostGap: 20 * time.Second, Listing: 15 * time.Minute, Learn: 28, Policy: policy}
}

// One story, two looks an hour: what is counted can be followed by hand.
func TestPlayCounts(t *testing.T) {
	trace := mustRead(t, head+
		"a,news,2022-01-01T00:00:00Z,2022-01-01T04:00:00Z,4,2022-01-01T00:10:00Z;2022-01-01T00:20:00Z;2022-01-01T01:40:00Z;2022-01-01T03:59:00Z,2022-01-01T00:10:00Z;2022-01-01T00:20:00Z;2022-01-01T01:40:00Z;2022-01-01T03:59:00Z,,,\n")
	r := mustPlay(t, trace, usual(day(t, "2022-01-01"), 1, 2, "uniform"))
	// Looks at 0:30, 1:00, 1:30, 2:00 … 4:00: of the first two edits one is seen.
	if r.Edits != 4 || r.Seen != 3 || r.Fetches != 8 || r.Stories != 1 {
		t.Errorf("found %d edits, %d seen, %d fetches of %d stories, expected 4, 3, 8 of 1", r.Edits, r.Seen, r.Fetches, r.Stories)
	}
	want := []time.Duration{time.Minute, 10 * time.Minute, 20 * time.Minute, 20 * time.Minute}
	for i, d := range r.Delays {
		if d != want[i] {
			t.Errorf("delays %v, expected %v", r.Delays, want)
			break
		}
	}
	if !math.IsNaN(r.RemovedPercent()) {
		t.Errorf("removals %v of a trace that has none", r.RemovedPercent())
	}
}

func TestPlayKeepsBudgetAndGaps(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for i := range 300 {
		at := time.Date(2022, 1, 1, i%24, i%60, 0, 0, time.UTC)
		host := []string{"a.example", "b.example"}[i%2]
		e := at.Add(time.Hour).Format(time.RFC3339)
		b.WriteString(strings.Join([]string{at.Format("s150405.") + host[:1] + e, "news", at.Format(time.RFC3339), at.Add(30 * time.Hour).Format(time.RFC3339), "1", e, e, host, "", ""}, ",") + "\n")
	}
	for _, policy := range Policies {
		for _, budget := range []float64{1, 30, 1e5} {
			o := usual(day(t, "2022-01-01"), 3, budget, policy)
			r := mustPlay(t, mustRead(t, b.String()), o)
			most := min(budget, 2*3600/o.HostGap.Seconds()) * 72
			if float64(r.Fetches) > most+1 || r.Fetches == 0 {
				t.Errorf("%s at %g an hour: %d fetches in 72 hours, at most %g expected", policy, budget, r.Fetches, most)
			}
		}
	}
}

func TestHintsAreFollowed(t *testing.T) {
	edit := "2022-01-03T03:00:00Z"
	csv := "s,news,2022-01-01T00:00:00Z,2022-01-04T00:00:00Z,1," + edit + "," + edit + ",,,"
	others := strings.Repeat("o,news,2022-01-01T00:00:00Z,2022-01-04T00:00:00Z,0,,,,,\n", 60)
	delay := func(hint string) float64 {
		return mustPlay(t, mustRead(t, head+numbered(others)+csv+hint+"\n"), usual(day(t, "2022-01-01"), 5, 4, "ours")).Delay(0)
	}
	if d := delay(edit); d > 35*60 {
		t.Errorf("an edit that a listing hinted at was seen after %v s", d)
	}
	if d := delay(""); d < 60*60 {
		t.Errorf("without the hint it was seen after %v s: the test shows nothing", d)
	}
}

// numbered gives each line of a trace an ID of its own.
func numbered(csv string) string {
	var b strings.Builder
	for i, line := range strings.SplitAfter(csv, "\n") {
		if line != "" {
			fmt.Fprintf(&b, "%d%s", i, line)
		}
	}
	return b.String()
}

func TestRemovalsAreLookedFor(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for i := range 40 {
		at := time.Date(2022, 1, 1, i%24, 0, 0, i, time.UTC)
		gone := ""
		if i%4 == 0 {
			gone = at.Add(30 * time.Hour).Format(time.RFC3339)
		}
		b.WriteString(strings.Join([]string{at.Format("150405.000000000"), "news", at.Format(time.RFC3339), at.Add(20 * time.Hour).Format(time.RFC3339), "0", "", "", "", gone, ""}, ",") + "\n")
	}
	r := mustPlay(t, mustRead(t, b.String()), usual(day(t, "2022-01-01"), 6, 12, "ours"))
	if r.Removals != 10 || r.RemovedPercent() < 90 {
		t.Errorf("%.0f %% of %d removals were seen within a day", r.RemovedPercent(), r.Removals)
	}
}

func TestReadTraceRefuses(t *testing.T) {
	for _, c := range []struct{ csv, want string }{
		{"", "header"},
		{"story_id,kind\n", "no column published_at"},
		{head + "a,news,yesterday,2022-01-01T00:00:00Z,0,,,,,\n", `line 2: published_at: found "yesterday"`},
		{head + "a,news,2022-01-01T00:00:00Z,2022-01-01T00:00:00Z,1,2022-01-01T00:00:00Z,,,,\n", "found 0 times in edit_after and 1 in edit_at"},
		{head + "a,\"news\n", "reading the trace"},
	} {
		_, err := ReadTrace(strings.NewReader(c.csv), 1)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: found %v, expected an error with %s", c.csv, err, c.want)
		}
	}
	if _, err := Play(mustRead(t, head), usual(day(t, "2022-01-01"), 1, 1, "ours")); err == nil {
		t.Error("a trace without stories was played")
	}
}

// realTrace is the trace in the shared data.
func realTrace(t *testing.T) *Trace {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "trace", "trace.csv")
	f, err := os.Open(path)
	if err != nil {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatal(err)
		}
		t.Skipf("no trace to measure on: %v", err)
	}
	defer f.Close()
	trace, err := ReadTrace(f, 1)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// The constants of the policy were fitted to what came before 1 September 2022.
// STAKEOUT_LONG=1 measures eight weeks after that at four budgets, beside every
// other policy; the short form two weeks at one.
func TestOursOnRealEdits(t *testing.T) {
	trace := realTrace(t)
	type floor struct{ budget, seen, delay, quiet float64 } // quiet is the delay without live pages
	days, floors, others := 14, []floor{{12, 85, 18 * 60, 36 * 60}}, Policies[1:2]
	if os.Getenv("STAKEOUT_LONG") == "1" {
		days, others = 56, Policies[1:]
		floors = []floor{{6, 73, 32 * 60, 105 * 60}, {12, 86.5, 15 * 60, 41 * 60}, {24, 93.5, 8 * 60, 20 * 60}, {60, 98, 4 * 60, 7.5 * 60}}
	}
	from := day(t, "2022-10-01")
	for _, f := range floors {
		r := mustPlay(t, trace, usual(from, days, f.budget, "ours"))
		t.Logf("%g an hour: %.1f %% of %d edits, delay %.0f s", f.budget, r.SeenPercent(), r.Edits, r.Delay(0.5))
		if r.SeenPercent() < f.seen || r.Delay(0.5) > f.delay {
			t.Errorf("at %g an hour it saw %.1f %% with a delay of %.0f s, expected %.1f %% and %.0f s", f.budget, r.SeenPercent(), r.Delay(0.5), f.seen, f.delay)
		}
		for _, without := range []string{"", "live"} {
			rest := trace.Without(without)
			ours := mustPlay(t, rest, usual(from, days, f.budget, "ours"))
			if without == "live" {
				t.Logf("%g an hour, without live pages: %.1f %%, delay %.0f s", f.budget, ours.SeenPercent(), ours.Delay(0.5))
				if ours.Delay(0.5) > f.quiet {
					t.Errorf("at %g an hour, without live pages, the delay is %.0f s, expected %.0f s", f.budget, ours.Delay(0.5), f.quiet)
				}
			}
			for _, other := range others {
				if o := mustPlay(t, rest, usual(from, days, f.budget, other)); o.Seen >= ours.Seen {
					t.Errorf("at %g an hour, without %q: %s saw %d, ours %d", f.budget, without, other, o.Seen, ours.Seen)
				}
			}
		}
	}
}
