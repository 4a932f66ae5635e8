package scheduler

import (
	"math"
	"time"
)

// Paces are hidden: what is seen of a story is, at each look, whether it was
// edited since the one before. A walk follows the chance of each pace from look
// to look, together with the chance that no edit came.

// walk is what is believed of a story some time after its last look.
type walk struct {
	at   time.Time
	all  Pace // of each pace
	calm Pace // of each pace, and that it wasn't edited since the look
}

// shifts[k] is how paces change within step<<k: the row is the pace before.
var shifts = func() (s [7][levels]Pace) {
	const parts = 1 << 10 // small enough for 1+x to be e^x
	m := identity()
	for i := range levels {
		for j := range levels {
			d := drift[i][j] * step.Hours() / parts
			m[i][j] += d
			m[i][i] -= d
		}
	}
	for n := 1; n < parts; n *= 2 {
		m = times(m, m)
	}
	for k := range s {
		s[k] = m
		m = times(m, m)
	}
	return s
}()

func identity() (m [levels]Pace) {
	for i := range levels {
		m[i][i] = 1
	}
	return m
}

func times(a, b [levels]Pace) (m [levels]Pace) {
	for i := range levels {
		for j := range levels {
			for k := range levels {
				m[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return m
}

// sum is the chance of all paces together.
func (p *Pace) sum() float64 {
	var s float64
	for _, v := range p {
		s += v
	}
	return s
}

// scaled is the pace with its chances adding up to 1.
func (p Pace) scaled() Pace {
	s := p.sum()
	for i := range p {
		p[i] /= s
	}
	return p
}

// Rate is how many edits an hour are expected at the pace, before age and hour
// of the day are considered.
func (p Pace) Rate() float64 {
	var r float64
	for i, v := range p {
		r += v * rates[i]
	}
	return r
}

// edited is the chance that an edit came since the look.
func (w *walk) edited() float64 { return max(0, 1-w.calm.sum()) }

// go1 follows the story for step<<k, while its rates are multiplied by factor.
func (w *walk) go1(k int, factor float64) {
	hours := step.Hours() * float64(int(1)<<k)
	var all, calm Pace
	for i := range levels {
		still := w.calm[i] * math.Exp(-rates[i]*factor*hours)
		for j, s := range shifts[k][i] {
			all[j] += w.all[i] * s
			calm[j] += still * s
		}
	}
	w.all, w.calm, w.at = all, calm, w.at.Add(step<<k)
}

// grain is how long the next stride is, as a power of two of a step, after a
// time unseen: what happens soon after a look is followed finely.
func grain(unseen time.Duration) int {
	switch {
	case unseen < 4*time.Hour:
		return 0
	case unseen < 24*time.Hour:
		return 2
	case unseen < 7*24*time.Hour:
		return 4
	}
	return 6
}

// after is what is believed after a look: that found an edit, or none.
func (w *walk) after(edit bool) Pace {
	if !edit {
		return w.calm.scaled()
	}
	var p Pace
	for i := range p {
		p[i] = max(w.all[i]-w.calm[i], 0)
	}
	if p.sum() < 1e-9 { // an edit where none was possible
		return rates.scaled()
	}
	return p.scaled()
}
