package collect

import (
	"context"
	"crypto/rand"
	"errors"
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
// noticed. What a host taught one program goes with its lease to the next. Safe for
// concurrent use.
type Leases struct {
	store  *store.Store
	holder string

	mu      sync.Mutex // protects the following fields
	hosts   map[string]*lease
	sources map[string]store.Fence // that are run, or were until another took over
	ran     map[string]int64       // by source, the number under which it was run last
}

// lease is one host's.
type lease struct {
	mu      sync.Mutex // protects the following fields; held while it is renewed
	renewed time.Time
	taken   time.Time     // without a break since
	gap     time.Duration // the host's delay
	entered time.Time     // the last time that someone was let in

	teaching sync.Mutex // protects taught
	taught   []byte     // by the host, and not written down yet; nil for nothing new
}

const (
	// leaseFor is how long a lease holds. It is renewed once half of it is over, by
	// whoever asks the host: nobody asks on a lease that is older.
	leaseFor = 10 * time.Second
	// pollEvery is how soon it is looked whether another gave a lease back, and then
	// at twice the time until pollMost: many hosts may wait at once.
	pollEvery = 100 * time.Millisecond
	pollMost  = time.Second
	// holdFor is after how long a host is left to others for a moment.
	holdFor = 45 * time.Second
	// idleFor is after how long a host is given back that isn't asked.
	idleFor = 2 * time.Second
)

// NewLeases are leases of this process.
func NewLeases(db *store.Store) *Leases {
	return &Leases{store: db, holder: fmt.Sprintf("%s %d %s %s", machine(), os.Getpid(), process, rand.Text()),
		hosts: map[string]*lease{}, sources: map[string]store.Fence{}, ran: map[string]int64{}}
}

// machine is this machine's name, in one word.
func machine() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return strings.ReplaceAll(host, " ", "_")
}

// Worker names this process, by its machine, for people.
func (l *Leases) Worker() string { return WorkerOf(l.holder) }

// WorkerOf is the machine and process of a lease's holder.
func WorkerOf(holder string) string {
	parts := strings.Fields(holder)
	if len(parts) != 4 {
		return holder
	}
	return parts[0] + "/" + parts[1]
}

// process tells this process from an earlier one of the same number, as containers
// have it.
var process = rand.Text()

// Enter waits until this process may ask a host whose delay is gap. What it keeps
// to itself between its own requests is not seen to here. taught is what the host
// taught another process that asked it since; nil for none.
func (l *Leases) Enter(ctx context.Context, host string, gap time.Duration) (taught []byte, err error) {
	h := l.host(host)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gap = max(h.gap, gap)
	now := time.Now()
	if now.Sub(h.renewed) < leaseFor/2 && now.Sub(h.taken) < holdFor {
		h.entered = now
		return nil, nil
	}
	if now.Sub(h.renewed) < leaseFor && now.Sub(h.taken) >= holdFor {
		// Others had no chance for a while.
		if err := l.giveBack(ctx, map[string]*lease{host: h}); err != nil {
			return nil, err
		}
		if err := pause(ctx, 3*pollEvery); err != nil {
			return nil, err
		}
	}
	return l.take(ctx, host, h)
}

// Taught keeps what a host teaches, for the processes that ask it later: it is
// written down when the lease is renewed or given back.
func (l *Leases) Taught(host string, lesson []byte) {
	h := l.host(host)
	h.teaching.Lock()
	defer h.teaching.Unlock()
	h.taught = lesson
}

// lesson takes what is to be written down.
func (h *lease) lesson() string {
	h.teaching.Lock()
	defer h.teaching.Unlock()
	text := string(h.taught)
	h.taught = nil
	return text
}

// keep keeps what could not be written down, where nothing newer was taught.
func (h *lease) keep(lesson string) {
	h.teaching.Lock()
	defer h.teaching.Unlock()
	if h.taught == nil && lesson != "" {
		h.taught = []byte(lesson)
	}
}

// take waits for a host's lease. h.mu is held.
func (l *Leases) take(ctx context.Context, host string, h *lease) (taught []byte, err error) {
	for wait := pollEvery; ; wait = min(2*wait, pollMost) {
		now, lesson := time.Now(), h.lesson()
		before, _, mine, err := l.store.Take(ctx, host, store.Lease{Holder: l.holder, Until: now.Add(leaseFor), NotBefore: now.Add(leaseFor/2 + h.gap + time.Millisecond), Taught: lesson}, alive, now)
		if err != nil || !mine {
			h.keep(lesson)
		}
		if err != nil {
			return nil, err
		}
		if !mine {
			if err := pause(ctx, wait); err != nil {
				return nil, err
			}
			continue
		}
		if before.Holder != l.holder || h.renewed.IsZero() {
			h.taken = now
			if before.Taught != "" && lesson == "" {
				taught = []byte(before.Taught)
			}
			if err := pause(ctx, min(before.NotBefore.Sub(now), mostWait)); err != nil {
				return nil, err
			}
		}
		if now.Sub(h.taken) >= holdFor {
			h.taken = now
		}
		h.renewed, h.entered = now, time.Now()
		if h.entered.Sub(now) < leaseFor/2 {
			return taught, nil
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

// giveBack gives hosts back whose locks are held, and others with them.
func (l *Leases) giveBack(ctx context.Context, hosts map[string]*lease, given ...store.Given) error {
	// A request may leave later than it is let in: the delay counts from now, which is
	// kept in whole milliseconds.
	now := time.Now().Add(time.Millisecond)
	for name, h := range hosts {
		given = append(given, store.Given{Name: name, NotBefore: now.Add(h.gap), Taught: h.lesson()})
		h.renewed = time.Time{}
	}
	slices.SortFunc(given, func(a, b store.Given) int { return strings.Compare(a.Name, b.Name) })
	return l.store.GiveBack(ctx, l.holder, given...)
}

// Leave gives back the hosts that this process has stopped asking, until ctx ends:
// another needn't wait until their leases run out.
func (l *Leases) Leave(ctx context.Context) error {
	for pause(ctx, idleFor/2) == nil {
		l.mu.Lock()
		names := slices.Collect(maps.Keys(l.hosts))
		l.mu.Unlock()
		held, unlock := l.unasked(names)
		idle := maps.Clone(held)
		maps.DeleteFunc(idle, func(_ string, h *lease) bool { return time.Since(h.entered) < max(idleFor, h.gap/2) })
		err := l.giveBack(ctx, idle)
		unlock()
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// Close gives every host back.
func (l *Leases) Close(ctx context.Context) error {
	l.mu.Lock()
	all := maps.Clone(l.hosts)
	l.mu.Unlock()
	for _, h := range all {
		h.mu.Lock()
		defer h.mu.Unlock()
	}
	return l.giveBack(ctx, all)
}

// errTaken ends what was done alone, and is another's by now.
var errTaken = errors.New("another program does it now")

// Alone does something that one of all programs does at a time, until ctx ends or it
// is done: it waits for its turn, and where another took over meanwhile for the next.
func (l *Leases) Alone(ctx context.Context, what string, do func(context.Context) error) error {
	for {
		now := time.Now()
		_, number, mine, err := l.store.Take(ctx, "task "+what, store.Lease{Holder: l.holder, Until: now.Add(leaseFor)}, alive, now)
		if err == nil && mine {
			err = l.alone(ctx, "task "+what, number, do)
			if !errors.Is(err, errTaken) {
				return err
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !errors.Is(err, errTaken) {
			return err
		}
		if pause(ctx, leaseFor/3) != nil {
			return nil
		}
	}
}

// alone does something under a lease, and ends it where that is lost.
func (l *Leases) alone(ctx context.Context, name string, number int64, do func(context.Context) error) error {
	doing, end := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		for pause(doing, leaseFor/3) == nil {
			now := time.Now()
			_, n, mine, err := l.store.Take(doing, name, store.Lease{Holder: l.holder, Until: now.Add(leaseFor)}, alive, now)
			if doing.Err() == nil && (err != nil || !mine || n != number) {
				end(errTaken)
			}
		}
	})
	err := do(doing)
	taken := errors.Is(context.Cause(doing), errTaken)
	end(nil)
	renewing.Wait()
	if taken {
		return errTaken
	}
	return errors.Join(err, l.store.GiveBack(context.WithoutCancel(ctx), l.holder, store.Given{Name: name}))
}

// Held is a source that this process runs.
type Held struct {
	// Taught is what the one who ran it last left to be known; "" for nothing.
	Taught string
	// Elsewhere is true where that was another process.
	Elsewhere bool

	release func(taught string, hosts []string) error
}

// Release gives the source back, with what is to be known to whoever runs it next;
// "" leaves what was. The hosts are given back with it: the next round may be another
// process'.
func (h *Held) Release(taught string, hosts ...string) error { return h.release(taught, hosts) }

// Hold takes a source for as long as it runs, until it is released; nil where
// another process runs it. With wait it waits for that one.
func (l *Leases) Hold(ctx context.Context, source string, wait bool) (*Held, error) {
	fence := store.Fence{Name: store.SourceLease(source)}
	var before store.Lease
	take := func() (bool, error) {
		now := time.Now()
		was, number, mine, err := l.store.Take(ctx, fence.Name, store.Lease{Holder: l.holder, Until: now.Add(leaseFor)}, alive, now)
		if mine && fence.Number == 0 {
			fence.Number, before = number, was
		}
		return mine && number == fence.Number, err
	}
	for {
		ok, err := take()
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
		if !wait {
			return nil, nil
		}
		if err := pause(ctx, pollEvery); err != nil {
			return nil, err
		}
	}
	held := &Held{Taught: before.Taught, Elsewhere: !l.run(source, fence)}
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
	held.release = func(taught string, hosts []string) error {
		close(stop)
		renewing.Wait()
		l.stopRun(source)
		all, unlock := l.unasked(hosts)
		defer unlock()
		return l.giveBack(context.WithoutCancel(ctx), all, store.Given{Name: fence.Name, Taught: taught})
	}
	return held, nil
}

// unasked locks those of the hosts that are held, and that nobody is being let in to.
func (l *Leases) unasked(names []string) (locked map[string]*lease, unlock func()) {
	locked = map[string]*lease{}
	for _, name := range names {
		h := l.host(name)
		if locked[name] != nil || !h.mu.TryLock() {
			continue
		}
		if h.renewed.IsZero() {
			h.mu.Unlock()
			continue
		}
		locked[name] = h
	}
	return locked, func() {
		for _, h := range locked {
			h.mu.Unlock()
		}
	}
}

// run notes under which lease a source is run, and reports whether this process was
// the one that ran it last.
func (l *Leases) run(source string, f store.Fence) (ours bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ours = f.Number == l.ran[source]+1
	l.sources[source], l.ran[source] = f, f.Number
	return ours
}

func (l *Leases) stopRun(source string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sources, source)
}

// running is how many sources are run.
func (l *Leases) running() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sources)
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
	if err != nil || parts[0] == "?" || machine() != parts[0] {
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

// errHeld says that another process runs a source.
var errHeld = errors.New("another program runs it")

// hold takes a source, until release; what another process taught meanwhile is read
// anew. errHeld where another has it and isn't waited for. release is given what is to
// be known to whoever runs it next, and hosts that are given back with it.
func (c *Collector) hold(ctx context.Context, source string, wait bool) (taught string, release func(taught string, hosts ...string), err error) {
	if c.Leases == nil {
		return "", func(string, ...string) {}, nil
	}
	held, err := c.Leases.Hold(ctx, source, wait)
	if err != nil {
		return "", nil, err
	}
	if held == nil {
		return "", nil, errHeld
	}
	if held.Elsewhere {
		c.readAnew(source)
	}
	return held.Taught, func(taught string, hosts ...string) {
		if err := held.Release(taught, hosts...); err != nil && c.Log != nil {
			c.Log.Warn("a source is given back late", "source", source, "error", err)
		}
	}, nil
}

// readAnew lets what is known of a source be read from the store again.
func (c *Collector) readAnew(source string) {
	c.lores.mu.Lock()
	delete(c.lores.bySource, source)
	c.lores.mu.Unlock()
	c.desks.mu.Lock()
	defer c.desks.mu.Unlock()
	delete(c.desks.all, source)
}
