package collect

import (
	"context"
	"errors"
	"time"

	"stakeout/configs"
	"stakeout/store"
)

// endOfTime is after every next look.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// todo lists the addresses that a collection visits: the new first, then what
// is listed or hinted at, then what is due.
func (c *Collector) todo(ctx context.Context, src *configs.Source, plan Plan, listed []store.Link, at time.Time) ([]store.Address, error) {
	var todo []store.Address
	taken := map[string]bool{}
	add := func(list []store.Address, wanted func(store.Address) bool) {
		for _, a := range list {
			if !taken[a.URL] && wanted(a) {
				taken[a.URL] = true
				todo = append(todo, a)
			}
		}
	}
	due, err := c.Store.Due(ctx, store.DueFilter{Source: src.Name, At: at})
	if err != nil {
		return nil, err
	}
	add(due, func(a store.Address) bool { return a.Version == 0 })
	add(due, func(a store.Address) bool { return a.Hinted })
	if plan.Listed {
		known := make([]store.Address, 0, len(listed))
		for _, l := range listed {
			a, err := c.Store.Address(ctx, src.Name, l.URL)
			if errors.Is(err, store.ErrNotFound) {
				continue // of a story that was forgotten on request
			}
			if err != nil {
				return nil, err
			}
			known = append(known, a)
		}
		add(known, func(store.Address) bool { return true })
	}
	if plan.Due {
		add(due, func(store.Address) bool { return true })
		waiting, err := c.Store.Unconfirmed(ctx, src.Name)
		if err != nil {
			return nil, err
		}
		add(waiting, func(store.Address) bool { return true })
	}
	if plan.Known {
		all, err := c.Store.Due(ctx, store.DueFilter{Source: src.Name, At: endOfTime})
		if err != nil {
			return nil, err
		}
		add(all, func(store.Address) bool { return true })
	}
	if plan.Max > 0 && len(todo) > plan.Max {
		todo = todo[:plan.Max]
	}
	return todo, nil
}
