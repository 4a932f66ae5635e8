package collect

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"stakeout/store"
)

// Leases lets several programs on one history share hosts and sources: only who
// holds a host's lease asks it, and keeps it by asking; only who holds a source's
// runs it. One that ends gives its leases back, and one that was killed is
// noticed. Safe for concurrent use.
type Leases struct {
	store  *store.Store
	holder string

	mu      sync.Mutex // protects the following fields
	hosts   map[string]*lease
	sources map[string]store.Fence // that are run, or were until another took over
}

// lease is one host's.
type lease struct {
	mu      sync.Mutex // protects the following fields; held while it is renewed
	renewed time.Time
	taken   time.Time     // without a break since
	gap     time.Duration // the host's delay
	entered time.Time     // the last time that someone was let in
}

const (
	// leaseFor is how long a lease holds. It is renewed once half of it is over, by
	// whoever asks the host: nobody asks on a lease that is older.
	leaseFor = 10 * time.Second
	// pollEvery is how often it is looked whether another gave a lease back.
	pollEvery = 100 * time.Millisecond
	// holdFor is after how long a host is left to others for a moment.
	holdFor = 45 * time.Second
)

// NewLeases are leases of this process.
func NewLeases(db *store.Store) *Leases {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return &Leases{store: db, holder: fmt.Sprintf("%s %d %s %s", strings.ReplaceAll(host, " ", "_"), os.Getpid(), process, rand.Text()), hosts: map[string]*lease{}, sources: map[string]store.Fence{}}
}

// process tells this process from an earlier one of the same number, as containers
// have it.
var process = rand.Text()

// Enter waits until this process may ask a host whose delay is gap. What it keeps
// to itself between its own requests is not seen to here.
func (l *Leases) Enter(ctx context.Context, host string, gap time.Duration) error {
	h := l.host(host)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gap = max(h.gap, gap)
	now := time.Now()
	if now.Sub(h.renewed) < leaseFor/2 && now.Sub(h.taken) < holdFor {
		h.entered = now
		return nil
	}
	if now.Sub(h.renewed) < leaseFor && now.Sub(h.taken) >= holdFor {
		// Others had no chance for a while.
		if err := l.store.GiveBack(ctx, host, l.holder, h.entered.Add(h.gap)); err != nil {
			return err
		}
		if err := pause(ctx, 3*pollEvery); err != nil {
			return err
		}
	}
	return l.take(ctx, host, h)
}

// take waits for a host's lease. h.mu is held.
func (l *Leases) take(ctx context.Context, host string, h *lease) error {
	for {
		now := time.Now()
		before, _, mine, err := l.store.Take(ctx, host, store.Lease{Holder: l.holder, Until: now.Add(leaseFor), NotBefore: now.Add(leaseFor/2 + h.gap)}, alive, now)
		if err != nil {
			return err
		}
		if !mine {
			if err := pause(ctx, pollEvery); err != nil {
				return err
			}
			continue
		}
		if before.Holder != l.holder || h.renewed.IsZero() {
			h.taken = now
			if err := pause(ctx, min(before.NotBefore.Sub(now), mostWait)); err != nil {
				return err
			}
		}
		if now.Sub(h.taken) >= holdFor {
			h.taken = now
		}
		h.renewed, h.entered = now, time.Now()
		if h.entered.Sub(now) < leaseFor/2 {
			return nil
		}
		h.renewed = time.Time{}.Add(1) // it ran out while the host's delay was waited for
	}
}

// mostWait bounds what is waited for a host that another has just asked: no
// delay is longer.
const mostWait = 24 * time.Hour

func (l *Leases) host(name string) *lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hosts[name] == nil {
		l.hosts[name] = &lease{}
	}
	return l.hosts[name]
}

// Close gives every host back.
func (l *Leases) Close(ctx context.Context) error {
	l.mu.Lock()
	names := slices.Sorted(maps.Keys(l.hosts))
	l.mu.Unlock()
	for _, name := range names {
		h := l.host(name)
		h.mu.Lock()
		err := l.store.GiveBack(ctx, name, l.holder, h.entered.Add(h.gap))
		h.renewed = time.Time{}
		h.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// Hold takes a source for as long as it runs, until release; ok is false where
// another process runs it. With wait it waits for that one.
func (l *Leases) Hold(ctx context.Context, source string, wait bool) (release func() error, ok bool, err error) {
	held := store.Fence{Name: store.SourceLease(source)}
	take := func() (bool, error) {
		now := time.Now()
		_, number, mine, err := l.store.Take(ctx, held.Name, store.Lease{Holder: l.holder, Until: now.Add(leaseFor)}, alive, now)
		if mine && held.Number == 0 {
			held.Number = number
		}
		return mine && number == held.Number, err
	}
	for {
		if ok, err = take(); ok || err != nil || !wait {
			break
		}
		if err = pause(ctx, pollEvery); err != nil {
			break
		}
	}
	if !ok || err != nil {
		return nil, false, err
	}
	l.run(source, held)
	stop := make(chan struct{})
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(leaseFor / 3)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
				if mine, err := take(); !mine || err != nil {
					return // whoever has it now finds what is on record
				}
			}
		}
	})
	return func() error {
		close(stop)
		renewing.Wait()
		l.run(source, store.Fence{})
		return l.store.GiveBack(context.WithoutCancel(ctx), held.Name, l.holder, time.Time{})
	}, true, nil
}

// run notes under which lease a source is run; the zero Fence for no longer.
func (l *Leases) run(source string, held store.Fence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if held == (store.Fence{}) {
		delete(l.sources, source)
	} else {
		l.sources[source] = held
	}
}

// fence is the lease under which a source is run; the zero Fence for none.
func (l *Leases) fence(source string) store.Fence {
	if l == nil {
		return store.Fence{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sources[source]
}

// alive reports whether a lease's holder still runs, as far as this machine can
// tell.
func alive(holder string) bool {
	parts := strings.Fields(holder) // as NewLeases writes it
	if len(parts) != 4 {
		return true
	}
	pid, err := strconv.Atoi(parts[1])
	here, hostErr := os.Hostname()
	if err != nil || hostErr != nil || strings.ReplaceAll(here, " ", "_") != parts[0] {
		return true
	}
	if pid == os.Getpid() {
		return parts[2] == process
	}
	return running(pid)
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hold waits until no other program runs a source, and keeps it so until release.
func (c *Collector) hold(ctx context.Context, source string) (release func(), err error) {
	if c.Leases == nil {
		return func() {}, nil
	}
	end, _, err := c.Leases.Hold(ctx, source, true)
	if err != nil {
		return nil, err
	}
	return func() { c.released(source, end()) }, nil
}

// released notes that a source couldn't be given back: it is free a little later.
func (c *Collector) released(source string, err error) {
	if err != nil && c.Log != nil {
		c.Log.Warn("a source is given back late", "source", source, "error", err)
	}
}
