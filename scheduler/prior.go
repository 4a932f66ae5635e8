package scheduler

import "time"

// What is believed of stories before a source has taught anything: the constants
// of the re-check policy, fitted by expectation maximisation to the edits of
// 17,700 stories of one outlet (July 2021 to August 2022), and from a story's
// second day on to published counts. docs/decisions/12-a-storys-hidden-pace.md has the method and
// what was measured on later days.

// levels is how many paces a story can have.
const levels = 5

// Pace is the chance that a story is at each of the paces: done with, quiet,
// edited now and then, worked on, live.
type Pace [levels]float64

// rates is how many edits an hour each pace brings on a weekday's average hour,
// two to three hours after publication.
var rates = Pace{0, 0.02, 0.15, 0.6, 2.5}

// drift is how often an hour a story goes from one pace (row) to another
// (column).
var drift = [levels]Pace{
	{0, 0.094, 0.038, 0.002, 0},
	{0.154, 0, 0.058, 0.005, 0},
	{0.170, 0.157, 0, 0.023, 0},
	{0.017, 0.024, 0.059, 0, 0.002},
	{0, 0, 0, 0.053, 0},
}

// KindLive is the kind of a page that goes on being written: a live blog, a
// ticker.
const KindLive = "live"

// start is the pace of a story when it is published.
func start(kind string) Pace {
	if kind == KindLive {
		return Pace{0.01, 0.01, 0.03, 0.36, 0.59}
	}
	return Pace{0.38, 0.36, 0.24, 0.015, 0.005}
}

// ages are where the spans of a story's age begin, in hours.
var ages = [...]float64{0, 0.25, 0.5, 1, 2, 3, 5, 8, 12, 18, 24, 48, 120}

// ageFactor multiplies the rates by the span of a story's age.
func ageFactor(kind string) *[len(ages)]float64 {
	if kind == KindLive {
		return &liveByAge
	}
	return &storyByAge
}

var (
	storyByAge = [len(ages)]float64{3.6, 2.5, 1.55, 1.1, 1, 0.8, 0.7, 0.5, 0.3, 0.17, 0.15, 0.05, 0.007}
	liveByAge  = [len(ages)]float64{0.6, 0.6, 0.75, 0.95, 1, 0.95, 0.9, 0.9, 0.75, 0.7, 0.7, 0.5, 0.2}
)

// ageSpan is the index of the span that an age in hours falls into.
func ageSpan(hours float64) int {
	i := 0
	for i+1 < len(ages) && hours >= ages[i+1] {
		i++
	}
	return i
}

// hourFactor multiplies the rates by the hour of the day, in the source's zone:
// night is half of midday.
var hourFactor = [24]float64{
	0.6, 0.6, 0.65, 0.65, 0.7, 0.8, 1.0, 1.2, 1.25, 1.3, 1.3, 1.25,
	1.15, 1.15, 1.25, 1.25, 1.2, 1.15, 1.15, 1.0, 0.95, 0.95, 0.85, 0.65,
}

// offFactor multiplies the rates of a story that no listing names any more.
const offFactor = 0.25

// removalRate is how likely a story is removed within an hour: 0.7 % in its
// first day, 1.6 % in a week (measured).
func removalRate(hours float64) float64 {
	switch {
	case hours < 24:
		return 0.0003
	case hours < 7*24:
		return 0.000065
	}
	return 0.000024
}

const (
	// removalWorth is how many edits one removal weighs.
	removalWorth = 10
	// leftRemoved is how likely a story that leaves its listings was removed.
	leftRemoved = 0.01
	// offWorth is what an edit weighs that was made before its story left the
	// listings: hardly another will come to hide it, so it can wait.
	offWorth = 0.5
	// hintTrue is how likely another headline or time in a listing means an edit.
	hintTrue = 0.9
	// patience is the power of the time unseen in a story's score: of two stories
	// as likely to be edited, the one unseen longer comes first, and a very likely
	// one is left to gather no dust and no crowd of edits.
	patience = 0.2
)

// step is the finest grain of time in which a story's pace is followed.
const step = 5 * time.Minute
