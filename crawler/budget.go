package crawler

import (
	"context"
	"fmt"
	"sync"
	"time"

	"stakeout/configs"
)

// Usage counts what sources asked of their sites, by the minute, for as long as
// a day. Safe for concurrent use.
type Usage interface {
	// Used returns what a source used since a moment, and when the first of it
	// was; the zero time for nothing.
	Used(ctx context.Context, source string, since time.Time) (requests, bytes int64, first time.Time, err error)
	// Use adds to it.
	Use(ctx context.Context, source string, at time.Time, requests, bytes int64) error
}

// withinBudget says whether a source may make one more request, and counts it.
func (t *transport) withinBudget(ctx context.Context, x *exchange) error {
	b := x.src.Budget
	if b == (configs.Budget{}) {
		return nil
	}
	t.budgetMu.Lock() // so that two requests at once don't both take the last
	defer t.budgetMu.Unlock()
	now := t.now()
	for _, bound := range []struct {
		name string
		configs.Quota
		bytes bool
	}{{"requests", b.Requests, false}, {"bytes", b.Bytes, true}} {
		if bound.Amount == 0 {
			continue
		}
		used, bytes, first, err := t.usage.Used(ctx, x.src.Name, now.Add(-bound.Per))
		if err != nil {
			return fmt.Errorf("budget of %s: %w", x.src.Name, err)
		}
		if bound.bytes {
			used = bytes
		}
		if used >= bound.Amount {
			until := first.Add(bound.Per + time.Minute)
			return &FetchError{URL: x.page.URL, Kind: KindBudget, Until: until,
				Err: fmt.Errorf("the source's budget of %d %s in %s is used up; some of it is free at %s", bound.Amount, bound.name, per(bound.Per), until.UTC().Format(time.RFC3339))}
		}
	}
	return t.usage.Use(ctx, x.src.Name, now, 1, 0)
}

func per(d time.Duration) string {
	switch d {
	case time.Minute:
		return "a minute"
	case time.Hour:
		return "an hour"
	}
	return "a day"
}

// spent counts the bytes of a request.
func (t *transport) spent(ctx context.Context, x *exchange, bytes int64) {
	if x.src.Budget.Bytes.Amount == 0 || bytes == 0 {
		return
	}
	if err := t.usage.Use(context.WithoutCancel(ctx), x.src.Name, t.now(), 0, bytes); err != nil {
		t.log.Warn("a source's use was not counted", "source", x.src.Name, "error", err)
	}
}

// memoryUsage is a Usage that ends with the program.
type memoryUsage struct {
	mu  sync.Mutex // protects all
	all map[string]map[time.Time][2]int64
}

// Used implements Usage.
func (m *memoryUsage) Used(_ context.Context, source string, since time.Time) (requests, bytes int64, first time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for minute, used := range m.all[source] {
		if minute.Before(since.Truncate(time.Minute)) {
			continue
		}
		requests, bytes = requests+used[0], bytes+used[1]
		if first.IsZero() || minute.Before(first) {
			first = minute
		}
	}
	return requests, bytes, first, nil
}

// Use implements Usage.
func (m *memoryUsage) Use(_ context.Context, source string, at time.Time, requests, bytes int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[string]map[time.Time][2]int64{}
	}
	minutes := m.all[source]
	if minutes == nil {
		minutes = map[time.Time][2]int64{}
		m.all[source] = minutes
	}
	for minute := range minutes {
		if at.Sub(minute) > 25*time.Hour {
			delete(minutes, minute)
		}
	}
	minute := at.Truncate(time.Minute)
	used := minutes[minute]
	minutes[minute] = [2]int64{used[0] + requests, used[1] + bytes}
	return nil
}
