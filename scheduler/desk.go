package scheduler

import (
	"cmp"
	"slices"
	"time"
)

// Desk chooses the looks of one source: the stories that score highest, as many
// as its budget allows. It never scores all of them: each story carries the time
// at which its score will reach a threshold, only the first by that time are
// scored, and the threshold follows the budget. Not safe for use by several
// goroutines.
type Desk struct {
	Policy Policy
	Budget *Budget // nil for no bound

	fed float64 // looks that starved stories had beyond their share
}

// Row is a story that waits for a look.
type Row struct {
	Key    string
	Host   string
	Story  Story
	NextAt time.Time // when its score reaches the threshold
}

// Candidates is how many rows, the first by NextAt, Choose should be given for
// n looks.
func Candidates(n int) int { return max(64, 4*n) }

const (
	// least is the lowest threshold: below it a look isn't worth a request. A
	// story edited once in a hundred hours reaches it in about half an hour.
	least = 0.004
	// most is the highest threshold: a certain edit, unseen for a day.
	most = 2.2
	// first is the threshold before any budget was felt.
	first = 0.05
	// starvedShare is which part of a budget goes to stories that have waited for
	// as long as a story may, where it is too small for all.
	starvedShare = 0.2
	// tune is by how much the threshold follows the budget at each choice.
	tune = 1.04
)

// threshold is the score from which on a story is looked at.
func (d *Desk) threshold() float64 {
	if t := d.Policy.Learnt.Threshold; t > 0 {
		return t
	}
	if d.Budget == nil || d.Budget.PerHour <= 0 {
		return least
	}
	return first
}

// NextAt is when a story is looked at next, as things stand; the zero time for
// never.
func (d *Desk) NextAt(s Story) time.Time { return d.Policy.NextAt(s, d.threshold()) }

// Choose takes from the rows, of which it needs the first by NextAt, those that
// are looked at now: n at most, and no more than the budget has left. It spends
// nothing. The others among the rows whose score is too low wait until another
// time: later are those, with their new NextAt.
func (d *Desk) Choose(now time.Time, rows []Row, n int) (chosen, later []Row) {
	if d.Budget != nil {
		n = min(n, d.Budget.Left(now))
	}
	d.follow(now, rows, n)
	if n <= 0 {
		return nil, nil
	}
	list := make([]scored, 0, len(rows))
	for _, r := range rows {
		s := scored{Row: r, starved: !d.Policy.floor(&r.Story).After(now)}
		s.score, _ = d.Policy.Score(r.Story, now)
		list = append(list, s)
	}
	slices.SortStableFunc(list, d.order)
	for _, s := range list {
		switch {
		case len(chosen) < n && (s.score >= least || s.starved):
			chosen = append(chosen, s.Row)
			d.feed(s.starved)
		case s.NextAt.After(now) || s.score >= d.threshold():
		default:
			s.NextAt = d.postpone(s, now)
			later = append(later, s.Row)
		}
	}
	return chosen, later
}

// scored is a row with what a look now is worth.
type scored struct {
	Row
	score   float64
	starved bool // it has waited for as long as a story may
}

// order puts the highest score first; and before it, as often as its share of
// the budget allows, the story that has starved longest.
func (d *Desk) order(a, b scored) int {
	if d.fed < 0 && a.starved != b.starved {
		if a.starved {
			return -1
		}
		return 1
	}
	if d.fed < 0 && a.starved {
		return d.Policy.floor(&a.Story).Compare(d.Policy.floor(&b.Story))
	}
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Key, b.Key))
}

// feed keeps count of the looks that starved stories have had, beyond or below
// their share.
func (d *Desk) feed(starved bool) {
	d.fed -= starvedShare
	if starved {
		d.fed++
	}
	d.fed = max(-1, d.fed)
}

// postpone is when a row comes up again that isn't worth a look now.
func (d *Desk) postpone(s scored, now time.Time) time.Time {
	at := d.Policy.crossing(s.Story, d.threshold())
	if floor := d.Policy.floor(&s.Story); s.starved {
		// There are more such than the budget feeds: let the others come up too.
		return earlier(at, now.Add(floor.Sub(s.Story.At)/4))
	} else {
		return earlier(at, floor)
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// follow moves the threshold so that a few more stories are due than can be
// looked at: those are compared, and the rest needn't be.
func (d *Desk) follow(now time.Time, rows []Row, n int) {
	t := d.threshold()
	due := 0
	for _, r := range rows {
		if !r.NextAt.After(now) {
			due++
		}
	}
	switch {
	case due > 3*n+8:
		t *= tune
	case due < n+4:
		t /= tune
	}
	d.Policy.Learnt.Threshold = min(max(t, least), most)
}
