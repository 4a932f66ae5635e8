package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"stakeout/configs"
	"stakeout/scheduler"
	"stakeout/store"
	"stakeout/story"
)

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
