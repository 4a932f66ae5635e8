package collect

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"time"

	"stakeout/configs"
	"stakeout/scheduler"
)

// desks are those of the sources under watch; each is read from the store when it
// is needed first.
type desks struct {
	mu    sync.Mutex // protects the following fields
	all   map[string]*desk
	total scheduler.Budget // of all sources together
	hosts map[string]*scheduler.Budget
	among int // how many workers have the total and the hosts' budgets together; 0 for one
}

// sharedAmong says how many workers have the budgets of all sources together: each has
// its part of them.
func (d *desks) sharedAmong(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.among = n
}

// part is what this worker has of a budget. d.mu is held.
func (d *desks) part(perHour float64) float64 { return perHour / float64(max(d.among, 1)) }

// left is how many looks all sources together may still make now: n at most.
func (d *desks) left(bounds configs.Rechecks, now time.Time, n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total.PerHour = d.part(bounds.Total)
	return min(n, d.total.Left(now))
}

// hostLeft reports whether a host may be asked for one look more, beside those
// that were chosen already.
func (d *desks) hostLeft(bounds configs.Rechecks, host string, now time.Time, chosen int) bool {
	if bounds.Host <= 0 {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.host(bounds, host).Left(now) > chosen
}

// host is a host's budget. d.mu is held.
func (d *desks) host(bounds configs.Rechecks, name string) *scheduler.Budget {
	if d.hosts == nil {
		d.hosts = map[string]*scheduler.Budget{}
	}
	if d.hosts[name] == nil {
		d.hosts[name] = &scheduler.Budget{}
	}
	d.hosts[name].PerHour = d.part(bounds.Host)
	return d.hosts[name]
}

// spend counts a look.
func (d *desks) spend(bounds configs.Rechecks, host string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total.Spend(1)
	if bounds.Host > 0 {
		d.host(bounds, host).Spend(1)
	}
}

// desk chooses the looks at one source's known stories.
type desk struct {
	mu      sync.Mutex // protects the following fields
	desk    scheduler.Desk
	unsaved int // looks that are not kept in the store yet
	savedAt time.Time
}

// What was learnt is kept after so many looks, or so long after the first of them:
// a crash forgets that much of it.
const (
	keepAfterLooks = 50
	keepAfter      = time.Minute
)

// desk is the source's, with what it has taught so far.
func (c *Collector) desk(ctx context.Context, src *configs.Source) (*desk, error) {
	c.desks.mu.Lock()
	defer c.desks.mu.Unlock()
	if d := c.desks.all[src.Name]; d != nil {
		return d, nil
	}
	kept, err := c.Store.Learnt(ctx, src.Name)
	if err != nil {
		return nil, err
	}
	d := &desk{savedAt: c.now(), desk: newDesk(src, kept)}
	if c.desks.all == nil {
		c.desks.all = map[string]*desk{}
	}
	c.desks.all[src.Name] = d
	return d, nil
}

// reconfigure drops a source's desk: the next one follows the configuration as it
// is now, with what was learnt.
func (c *Collector) reconfigure(src *configs.Source) {
	c.desks.mu.Lock()
	defer c.desks.mu.Unlock()
	d := c.desks.all[src.Name]
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	learnt := d.desk.Policy.Learnt
	d.desk = newDesk(src, nil)
	d.desk.Policy.Learnt = learnt.In(d.desk.Policy.Zone)
}

// list is every desk, by its source.
func (d *desks) list() map[string]*desk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.all)
}

// bounded reports whether a budget decides which known stories of a source are
// looked at: then they are compared before they are due.
func (c *Collector) bounded(src *configs.Source) bool {
	return src.Recheck.Adaptive() && (src.Budget.Rechecks.Amount > 0 || c.Rechecks != configs.Rechecks{})
}

// newDesk is a source's desk with what was kept of what it taught. What can't be
// read is learnt anew: it only saves requests.
func newDesk(src *configs.Source, kept []byte) scheduler.Desk {
	learnt := &scheduler.Learnt{}
	if json.Unmarshal(kept, learnt) != nil {
		learnt = &scheduler.Learnt{}
	}
	zone := time.Local
	if src.Schedule != nil {
		zone = src.Schedule.Location()
	}
	d := scheduler.Desk{Policy: scheduler.Policy{Learnt: learnt.In(zone), Floors: src.Recheck.Floors, Zone: zone}}
	if n := src.Budget.Rechecks.PerHour(); n > 0 {
		d.Budget = &scheduler.Budget{PerHour: n}
	}
	return d
}

// keepLearnt writes what looks at a source have taught, where enough of it is new.
func (c *Collector) keepLearnt(ctx context.Context, source string, always bool) error {
	d := c.desks.list()[source]
	if d == nil {
		return nil
	}
	d.mu.Lock()
	now := c.now()
	if d.unsaved == 0 || !always && d.unsaved < keepAfterLooks && now.Sub(d.savedAt) < keepAfter {
		d.mu.Unlock()
		return nil
	}
	d.unsaved, d.savedAt = 0, now
	text, err := json.Marshal(d.desk.Policy.Learnt)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return c.Store.Learn(ctx, source, text, now)
}
