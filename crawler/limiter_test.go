package crawler

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"stakeout/configs"
)

// leastGap is the least time between the starts of two requests that a site saw.
func (s *site) leastGap() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	least := time.Hour
	for i := 1; i < len(s.starts); i++ {
		least = min(least, s.starts[i].Sub(s.starts[i-1]))
	}
	return least
}

func TestDelayHoldsOverAllSourcesOfAHost(t *testing.T) {
	s := newSite(t)
	s.page("/", "x")
	s.body("/robots.txt", "text/plain", "User-agent: *\nCrawl-delay: 0.01")
	c := newCrawler(t)
	sources := []*configs.Source{source(s.URL), source(s.URL)}
	sources[0].Delay, sources[1].Delay = 5*time.Millisecond, 80*time.Millisecond
	sources[1].Name = "other"
	// both known before the race begins: the largest delay counts from then on
	for _, src := range sources {
		if _, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/"}); err != nil {
			t.Fatal(err)
		}
	}
	s.mu.Lock()
	s.starts = s.starts[len(s.starts)-1:]
	s.mu.Unlock()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if _, err := c.FetchPage(context.Background(), sources[i%2], Request{URL: s.URL + "/"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if gap := s.leastGap(); gap < 50*time.Millisecond {
		t.Errorf("two requests began %s apart, expected 80 ms", gap)
	}
}

func TestCrawlDelayIsALeast(t *testing.T) {
	s := newSite(t)
	s.page("/", "x")
	s.body("/robots.txt", "text/plain", "User-agent: *\nCrawl-delay: 0.1")
	c := newCrawler(t)
	for range 3 {
		if _, err := c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/"}); err != nil {
			t.Fatal(err)
		}
	}
	if gap := s.leastGap(); gap < 60*time.Millisecond {
		t.Errorf("two requests began %s apart, expected 100 ms", gap)
	}
}

func TestHostHoldsParallel(t *testing.T) {
	h := &host{delays: map[string]time.Duration{}}
	var mu sync.Mutex
	active, most := 0, 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := h.enter(context.Background(), "a", 3, 0, time.Minute); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			active++
			most = max(most, active)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			active--
			mu.Unlock()
			h.leave()
		})
	}
	wg.Wait()
	if most != 3 || h.active != 0 {
		t.Errorf("%d at once, expected 3; %d left behind", most, h.active)
	}
}

func TestHostWaitObeysContext(t *testing.T) {
	h := &host{delays: map[string]time.Duration{}}
	enter := func(ctx context.Context) error { return h.enter(ctx, "a", 1, time.Hour, time.Minute) }
	if err := enter(context.Background()); err != nil {
		t.Fatal(err)
	}
	for name, free := range map[string]bool{"for a slot": false, "for the delay": true} {
		if free {
			h.leave()
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		if err := enter(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting %s: error %v", name, err)
		}
		cancel()
		if free {
			_ = h.slot(context.Background(), 1)
		}
	}
	if len(h.waiting) != 0 {
		t.Errorf("%d still wait", len(h.waiting))
	}
}
