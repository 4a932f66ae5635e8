package scheduler

import (
	"math"
	"math/rand/v2"
	"time"
)

// Invent draws the edits of a story, from its publication until a time, as the
// policy believes that they come: what is planned for a source without a history.
func (p *Policy) Invent(s Story, until time.Time, random *rand.Rand) []time.Time {
	w := p.way(&s)
	pace := draw(w.all, random)
	var edits []time.Time
	for w.at.Before(until) {
		expected := rates[pace] * w.factor() * step.Hours()
		if random.Float64() < 1-math.Exp(-expected) {
			edits = append(edits, w.at.Add(time.Duration(random.Float64()*float64(step))))
		}
		pace = draw(shifts[0][pace], random)
		w.at = w.at.Add(step)
	}
	return edits
}

// draw is one of the paces, by their chances.
func draw(p Pace, random *rand.Rand) int {
	x := random.Float64() * p.sum()
	for i, v := range p {
		if x -= v; x < 0 {
			return i
		}
	}
	return levels - 1
}
