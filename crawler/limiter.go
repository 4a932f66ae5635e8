package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// hosts keeps the pace of every host, for all sources together.
type hosts struct {
	gate Gate       // nil for none
	mu   sync.Mutex // protects all
	all  map[string]*host
}

func (h *hosts) get(name string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[string]*host{}
	}
	if h.all[name] == nil {
		h.all[name] = &host{name: name, gate: h.gate, delays: map[string]time.Duration{}}
	}
	return h.all[name]
}

// host is the pace of one host: how many requests are under way, when the last
// one began, and who waits. Waiting is first come, first served.
type host struct {
	name string
	gate Gate // nil for none

	mu       sync.Mutex // protects the following fields
	active   int
	waiting  []*turn
	last     time.Time     // when the last request began, or will
	until    time.Time     // no request before
	why      string        // and the reason
	slower   time.Duration // added to the pace of a host that was overburdened
	silent   int           // tries in a row without any answer
	sick     int           // tries in a row without any but 5xx
	rests    int           // pauses in a row that these brought
	leastGap time.Duration // the least time seen between two requests; 0 for none yet
	requests int
	delays   map[string]time.Duration // by source
	askDelay time.Duration            // of robots.txt
	robots   map[string]robotsLesson  // by origin
	told     lesson                   // what other programs know
}

// turn is one who waits for a slot.
type turn struct {
	parallel int
	ready    chan struct{}
}

// errLater is wrapped by the errors of a host that is not to be asked for longer
// than is waited.
var errLater = errors.New("it is left alone")

// enter waits for a slot among parallel, and then until delay has passed since
// the last request to the host began; the largest delay of all sources counts.
// It returns errLater instead of waiting longer than patience for a host that is
// to be left alone. The caller calls leave when it is done.
func (h *host) enter(ctx context.Context, source string, parallel int, delay, patience time.Duration) error {
	if err := h.slot(ctx, max(parallel, 1)); err != nil {
		return err
	}
	h.mu.Lock()
	h.delays[source] = delay
	h.mu.Unlock()
	err := h.share(ctx) // by which it is known what another program was told
	h.mu.Lock()
	until, why := h.until, h.why
	h.mu.Unlock()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && time.Until(until) > patience {
		err = fmt.Errorf("%s: %w until %s", why, errLater, until.UTC().Format(time.RFC3339))
	} else if err == nil {
		err = h.wait(ctx)
	}
	if err != nil {
		h.leave()
	}
	return err
}

// wait waits until the next request may begin, and counts it as begun.
func (h *host) wait(ctx context.Context) error {
	for {
		if err := h.share(ctx); err != nil {
			return err
		}
		h.mu.Lock()
		now := time.Now()
		start := h.earliest(now)
		if !start.After(now) {
			h.count(now)
			h.mu.Unlock()
			return nil
		}
		h.mu.Unlock()
		if err := sleep(ctx, start.Sub(now)); err != nil {
			return err
		}
	}
}

// share waits until this program may ask the host.
func (h *host) share(ctx context.Context) error {
	if h.gate == nil {
		return nil
	}
	taught, err := h.gate.Enter(ctx, h.name, h.delay())
	if taught != nil {
		h.recall(taught)
	}
	return err
}

// earliest is when the next request may begin. h.mu is held.
func (h *host) earliest(now time.Time) time.Time {
	start := now
	if !h.last.IsZero() {
		start = h.last.Add(h.gap())
	}
	if h.until.After(start) {
		start = h.until
	}
	return start
}

// gap is the least time between the beginnings of two requests. h.mu is held.
func (h *host) gap() time.Duration {
	gap := h.askDelay
	for _, d := range h.delays {
		gap = max(gap, d)
	}
	return gap + h.slower
}

// delay is the least time between two requests, as things stand.
func (h *host) delay() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gap()
}

// slot waits for one of parallel slots.
func (h *host) slot(ctx context.Context, parallel int) error {
	h.mu.Lock()
	if len(h.waiting) == 0 && h.active < parallel {
		h.active++
		h.mu.Unlock()
		return ctx.Err()
	}
	t := &turn{parallel: parallel, ready: make(chan struct{})}
	h.waiting = append(h.waiting, t)
	h.mu.Unlock()
	select {
	case <-t.ready:
		return nil
	case <-ctx.Done():
		h.giveUp(t)
		return ctx.Err()
	}
}

// giveUp takes a turn off the queue, or gives back the slot it just got.
func (h *host) giveUp(t *turn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, w := range h.waiting {
		if w == t {
			h.waiting = append(h.waiting[:i], h.waiting[i+1:]...)
			h.admit()
			return
		}
	}
	h.active--
	h.admit()
}

// leave gives the slot back.
func (h *host) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.active--
	h.admit()
}

// admit gives free slots to those who wait. h.mu is held.
func (h *host) admit() {
	for len(h.waiting) > 0 && h.active < h.waiting[0].parallel {
		h.active++
		close(h.waiting[0].ready)
		h.waiting = h.waiting[1:]
	}
}

// began notes that a request left at t, later than it was let go: a connection
// had to be made first. The pace is counted from there.
func (h *host) began(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.After(h.last) {
		h.last = t
	}
}

// count notes that a request begins now. h.mu is held.
func (h *host) count(now time.Time) {
	if gap := now.Sub(h.last); h.requests > 0 && (h.leastGap == 0 || gap < h.leastGap) {
		h.leastGap = gap
	}
	h.requests++
	h.last = now
}

// pause keeps every request from the host until t, and says why.
func (h *host) pause(t time.Time, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.After(h.until) {
		h.until, h.why = t, why
		h.tell()
	}
}

// restsUntil is until when the host is left alone.
func (h *host) restsUntil() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.until
}

// How a host's pace follows what it answers: an overburdened one is asked more
// slowly, and trusted again little by little; one that gives no answer at all, or
// none but 5xx, is left alone for a while, the longer the longer that lasts.
const (
	leastSlower = 100 * time.Millisecond
	mostSlower  = 30 * time.Second
	maxSilent   = 20
	maxSick     = 100
	leastRest   = 2 * time.Minute
	mostRest    = time.Hour
)

// answered takes in what came of a try: its status, 0 for no answer.
func (h *host) answered(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.tell()
	if status == 0 || status >= 500 {
		h.sick++
	}
	switch {
	case status == 0:
		if h.silent++; h.silent >= maxSilent {
			h.silent = maxSilent - 1 // one more after the pause shows whether it is back
			h.rest(fmt.Sprintf("the host did not answer %d times in a row", maxSilent))
		}
		return
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		h.slower = min(max(2*h.slower, leastSlower), mostSlower)
	case h.slower < leastSlower/4:
		h.slower = 0
	default:
		h.slower -= h.slower / 4
	}
	h.silent = 0
	switch {
	case status < 500:
		h.sick, h.rests = 0, 0
	case h.sick >= maxSick:
		h.sick = maxSick - 1
		h.rest(fmt.Sprintf("the host answered with nothing but errors (HTTP %d) %d times in a row", status, maxSick))
	}
}

// rest leaves the host alone, twice as long as the last time. h.mu is held.
func (h *host) rest(why string) {
	pause := min(leastRest<<min(h.rests, 10), mostRest)
	h.rests++
	if until := time.Now().Add(pause); until.After(h.until) {
		h.until, h.why = until, why
	}
}

// ask notes the delay that the host's robots.txt asks for.
func (h *host) ask(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.askDelay = d
	h.tell()
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
