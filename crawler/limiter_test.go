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

func TestHostIsAskedMoreSlowlyWhenOverburdened(t *testing.T) {
	h := &host{delays: map[string]time.Duration{"a": time.Second}}
	for range 3 {
		h.answered(429)
	}
	if got := h.gap(); got != time.Second+4*leastSlower {
		t.Errorf("after three refusals: %s", got)
	}
	before := h.gap()
	for range 50 {
		h.answered(200)
		if now := h.gap(); now > before {
			t.Fatalf("the pace went from %s to %s", before, now)
		}
		before = h.gap()
	}
	if before != time.Second {
		t.Errorf("in the end: %s, expected 1s", before)
	}
	for range 100 {
		h.answered(503)
	}
	if got := h.gap(); got != time.Second+mostSlower {
		t.Errorf("at most: %s", got)
	}
}

func TestHostThatNeverAnswersIsLeftAlone(t *testing.T) {
	h := &host{delays: map[string]time.Duration{}}
	enter := func() error { return h.enter(context.Background(), "a", 1, 0, time.Minute) }
	for i := range maxSilent {
		if err := enter(); err != nil {
			t.Fatalf("try %d: %v", i+1, err)
		}
		h.answered(0)
		h.leave()
	}
	if err := enter(); !errors.Is(err, errLater) {
		t.Errorf("error %v, expected it to be left alone", err)
	}
	h.until = time.Now() // the pause is over
	if err := enter(); err != nil {
		t.Fatal(err)
	}
	h.answered(0)
	h.leave()
	if err := enter(); !errors.Is(err, errLater) {
		t.Errorf("error %v, expected it to be left alone again", err)
	}
	h.until = time.Now()
	if err := enter(); err != nil {
		t.Fatal(err)
	}
	h.answered(404)
	h.leave()
	if err := enter(); err != nil {
		t.Errorf("it answered, yet: %v", err)
	}
}

func TestHostThatGivesErrorsOnlyIsLeftAloneLonger(t *testing.T) {
	h := &host{delays: map[string]time.Duration{}}
	for range maxSick - 1 {
		h.answered(500)
	}
	if !h.until.IsZero() {
		t.Fatal("it is left alone too soon")
	}
	h.answered(404)
	for range maxSick - 1 {
		h.answered(502)
	}
	if !h.until.IsZero() {
		t.Fatal("an answer between doesn't count")
	}
	for _, want := range []time.Duration{leastRest, 2 * leastRest, 4 * leastRest} {
		h.until = time.Time{}
		h.answered(500)
		if got := time.Until(h.until); got > want || got < want-time.Minute {
			t.Errorf("left alone for %s, expected %s", got, want)
		}
	}
	h.answered(200)
	if h.rests != 0 || h.sick != 0 {
		t.Error("it is well, and not trusted")
	}
}

func TestPaces(t *testing.T) {
	s := newSite(t)
	s.page("/", "x")
	c := newCrawler(t)
	src := source(s.URL)
	src.Delay = 30 * time.Millisecond
	for range 3 {
		if _, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/"}); err != nil {
			t.Fatal(err)
		}
	}
	paces := c.Paces()
	if len(paces) != 1 || paces[0].Requests != 4 || paces[0].LeastGap < src.Delay || paces[0].Delay != src.Delay {
		t.Errorf("paces %+v", paces)
	}
}
