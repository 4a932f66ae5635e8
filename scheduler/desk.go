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
// nothing.
func (d *Desk) Choose(now time.Time, rows []Row, n int) []Row {
	if d.Budget != nil {
		n = min(n, d.Budget.Left(now))
	}
	d.follow(now, rows, n)
	if n <= 0 {
		return nil
	}
	type scored struct {
		Row
		score float64
	}
	list := make([]scored, 0, len(rows))
	for _, r := range rows {
		score, _ := d.Policy.Score(r.Story, now)
		if score >= least || !d.Policy.floor(&r.Story).After(now) {
			list = append(list, scored{r, score})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Key, b.Key))
	})
	chosen := make([]Row, 0, n)
	for _, s := range list[:min(n, len(list))] {
		chosen = append(chosen, s.Row)
	}
	return chosen
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
