package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"stakeout/configs"
	"stakeout/scheduler"
	"stakeout/store"
	"stakeout/story"
)

// desks are those of the sources under watch; each is read from the store when it
// is needed first.
type desks struct {
	mu    sync.Mutex // protects the following fields
	all   map[string]*desk
	total scheduler.Budget // of all sources together
	hosts map[string]*scheduler.Budget
}

// left is how many looks all sources together may still make now: n at most.
func (d *desks) left(bounds configs.Rechecks, now time.Time, n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total.PerHour = bounds.Total
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
	d.hosts[name].PerHour = bounds.Host
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

// recheck sets a known story's next look by the policy, and what it keeps until
// then.
func (v *visit) recheck(ctx context.Context, r *store.Result) error {
	d, err := v.c.desk(ctx, v.src)
	if err != nil {
		return err
	}
	kept, known, err := v.c.Store.RecheckOf(ctx, v.src.Name, v.address.URL)
	if err != nil {
		return err
	}
	s, ok := stateOf(kept)
	d.mu.Lock()
	defer d.mu.Unlock()
	if known && ok && v.before != nil {
		s = d.desk.Policy.Looked(s, r.At, r.Outcome == story.Changed)
		d.unsaved++
		if d.desk.Budget != nil {
			d.desk.Budget.Spend(1)
		}
		v.c.desks.spend(v.c.Rechecks, v.address.Host)
	} else {
		s = scheduler.NewStory(v.kind(), v.born(*r), r.At)
		s.ChangedAt = v.changed(*r)
	}
	if len(v.pages) > 0 && len(v.pages[0].Body) > 0 {
		s.Kind = v.kind()
	}
	if v.now.Doubt {
		s = s.Hinted(r.At.Add(scheduler.Doubt))
	}
	r.NextAt = d.desk.NextAt(s)
	r.Recheck, err = json.Marshal(s)
	return err
}

// stateOf is a story as the policy kept it, and as its listings were read since;
// false where that can't be read.
func stateOf(r store.Recheck) (s scheduler.Story, ok bool) {
	if json.Unmarshal(r.State, &s) != nil || s.At.IsZero() {
		return scheduler.Story{}, false
	}
	s.OffAt = r.LeftAt
	return s, true
}

// kind is what sort of page the story has, as the policy tells them apart: pages
// that are written on while people read say so to search engines.
func (v *visit) kind() string {
	if len(v.pages) > 0 && bytes.Contains(v.pages[0].Body, []byte("LiveBlogPosting")) {
		return scheduler.KindLive
	}
	return ""
}

// choose lists the known stories of a source that are looked at now: n at most,
// and as the source's budget allows.
func (c *Collector) choose(ctx context.Context, src *configs.Source, n int) ([]store.Address, error) {
	d, err := c.desk(ctx, src)
	if err != nil {
		return nil, err
	}
	list, err := c.Store.Rechecks(ctx, src.Name, scheduler.Candidates(n))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	now := c.now()
	n = c.desks.left(c.Rechecks, now, n)
	rows := make([]scheduler.Row, 0, len(list))
	byURL := make(map[string]store.Recheck, len(list))
	for _, r := range list {
		s, ok := stateOf(r)
		if !ok {
			s = scheduler.NewStory("", now, now)
		}
		rows = append(rows, scheduler.Row{Key: r.URL, Host: r.Host, Story: s, NextAt: r.NextAt})
		byURL[r.URL] = r
	}
	d.mu.Lock()
	chosen, later := d.desk.Choose(now, rows, n)
	d.mu.Unlock()
	var postponed []store.Recheck
	for _, row := range later {
		r := byURL[row.Key]
		r.NextAt = row.NextAt
		postponed = append(postponed, r)
	}
	if err := c.Store.Postpone(ctx, postponed); err != nil {
		return nil, err
	}
	addresses := make([]store.Address, 0, len(chosen))
	ofHost := map[string]int{}
	for _, row := range chosen {
		if !c.desks.hostLeft(c.Rechecks, row.Host, now, ofHost[row.Host]) {
			continue // it stays due
		}
		ofHost[row.Host]++
		a, err := c.Store.Address(ctx, src.Name, row.Key)
		if err != nil {
			return nil, fmt.Errorf("look again: %w", err)
		}
		addresses = append(addresses, a)
	}
	return addresses, nil
}
