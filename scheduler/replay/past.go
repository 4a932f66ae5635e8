package replay

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"stakeout/scheduler"
)

// NewTrace is a trace of stories from anywhere.
func NewTrace(stories []*Story) *Trace {
	slices.SortStableFunc(stories, func(a, b *Story) int { return a.Published.Compare(b.Published) })
	t := &Trace{Stories: stories}
	for _, s := range stories {
		t.Removals = t.Removals || !s.Removed.IsZero()
	}
	return t
}

// How invented stories leave their listing, and how many of them are live pages:
// half of a front page's stories are on it for 9 hours, one in twenty for longer
// than 50; one in ten is live (measured on 17,700 stories of one outlet).
const (
	listedHours  = 9
	listedSpread = 1.05 // of its logarithm
	liveShare    = 0.1
)

// Invent is a trace as the policy believes that it comes, of a source that
// publishes so many stories a day, the more the busier its hours are.
func Invent(p *scheduler.Policy, from time.Time, days int, perDay float64, seed uint64) *Trace {
	random := rand.New(rand.NewPCG(seed, 0))
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	var sum, most float64
	for h := range 24 {
		sum, most = sum+p.Learnt.Hour(h), max(most, p.Learnt.Hour(h))
	}
	var stories []*Story
	for i := range int(math.Round(perDay * float64(days) * 24 * most / sum)) {
		born := from.Add(time.Duration(random.Float64() * float64(days) * float64(24*time.Hour)))
		if random.Float64() > p.Learnt.Hour(born.In(zone).Hour())/most {
			continue
		}
		s := &Story{ID: fmt.Sprint(i), Published: born}
		if random.Float64() < liveShare {
			s.Kind = scheduler.KindLive
		}
		listed := listedHours * math.Exp(listedSpread*random.NormFloat64())
		s.LastListed = born.Add(time.Duration(min(listed, 7*24) * float64(time.Hour)))
		s.Edits = p.Invent(scheduler.NewStory(s.Kind, born, born), s.LastListed, random)
		stories = append(stories, s)
	}
	return NewTrace(stories)
}
