package replay

import (
	"slices"
	"time"

	"stakeout/scheduler"
)

// ours is the service's scheduler, with its rows in memory.
type ours struct {
	desk scheduler.Desk
	rows []*page // by the time of their next look
}

func newOurs(learnt *scheduler.Learnt, perHour float64) *ours {
	return &ours{desk: scheduler.Desk{Policy: scheduler.Policy{Learnt: learnt}, Budget: &scheduler.Budget{PerHour: perHour}}}
}

func (o *ours) publish(p *page, _ time.Time) {
	p.row = scheduler.Row{Key: p.ID, Host: p.Host, Story: scheduler.NewStory(p.Kind, p.Published, p.at)}
	o.put(p)
}

func (o *ours) listed(p *page, now time.Time, on, hint bool) {
	o.drop(p)
	p.row.Story = p.row.Story.Relisted(now, on)
	if hint {
		p.row.Story = p.row.Story.Hinted(now)
	}
	o.put(p)
}

func (o *ours) choose(now time.Time, n int) []*page {
	first := o.rows[:min(len(o.rows), scheduler.Candidates(n))]
	rows := make([]scheduler.Row, len(first))
	byKey := make(map[string]*page, len(first))
	for i, p := range first {
		rows[i], byKey[p.ID] = p.row, p
	}
	chosen, later := o.desk.Choose(now, rows, n)
	for _, r := range later {
		p := byKey[r.Key]
		o.drop(p)
		p.row = r
		o.insert(p)
	}
	pages := make([]*page, len(chosen))
	for i, r := range chosen {
		pages[i] = byKey[r.Key]
	}
	return pages
}

func (o *ours) looked(p *page, at time.Time, edit bool) {
	o.drop(p)
	o.desk.Budget.Spend(1)
	p.row.Story = o.desk.Policy.Looked(p.row.Story, at, edit)
	o.put(p)
}

// put sets a row's next look, and puts it into its place.
func (o *ours) put(p *page) {
	p.row.NextAt = o.desk.NextAt(p.row.Story)
	if !p.row.NextAt.IsZero() {
		o.insert(p)
	}
}

func (o *ours) insert(p *page) {
	i, _ := slices.BinarySearchFunc(o.rows, p, byNext)
	o.rows = slices.Insert(o.rows, i, p)
}

func (o *ours) drop(p *page) {
	if i, ok := slices.BinarySearchFunc(o.rows, p, byNext); ok {
		o.rows = slices.Delete(o.rows, i, i+1)
	}
}

func byNext(a, b *page) int {
	if c := a.row.NextAt.Compare(b.row.NextAt); c != 0 {
		return c
	}
	if a.ID < b.ID {
		return -1
	}
	if a.ID > b.ID {
		return 1
	}
	return 0
}
