package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/scheduler"
	"stakeout/scheduler/local"
	"stakeout/store"
)

// Service watches sources on their schedules until it is stopped: it reads
// listings when they are due, and visits what is new, hinted at, or due for a
// re-check. What is due lives in the store, so a restart loses nothing and
// catches up once.
type Service struct {
	Collector *Collector
	Sources   []*configs.Source
	// Engine runs the rounds. Defaults to one in this process.
	Engine scheduler.Engine
	// Tick is how often it is looked for what is due. Defaults to 1 s.
	Tick time.Duration
	// Shared is true where workers on other machines run rounds of the same engine,
	// and may watch other sources. The Collector then has Leases.
	Shared bool
	// Version is the program's, as its worker is shown.
	Version string
	Log     *slog.Logger

	mu      sync.Mutex // protects the following fields
	watched map[string]*watched
	steady  steady
}

// watched is a source under watch.
type watched struct {
	src     *configs.Source
	rested  time.Time // when the re-check policy may be asked again
	spent   time.Time // until when the source's budget is used up
	stuck   time.Time // until when nothing is tried, since nothing could be recorded
	started bool      // its first run is set
}

const (
	// slice is how many due addresses a source takes at a time; between two slices
	// it looks at its schedule again.
	slice = 16
	// roundFor is how long a round of one source lasts, a slice at least.
	roundFor = 45 * time.Second
	// rest is for how long the re-check policy isn't asked again once it chose
	// nothing, or where a budget has it compare stories before they are due.
	rest = 30 * time.Second
	// Rounds is how many sources are visited at once, by one process.
	Rounds = 256
)

// Run watches until ctx ends, finishes the visits under way, and returns. The
// error is of the store: without it nothing can be recorded.
func (s *Service) Run(ctx context.Context) error {
	if s.Tick == 0 {
		s.Tick = time.Second
	}
	if s.Engine == nil {
		s.Engine = local.New(Rounds)
	}
	s.Reload(s.Sources)
	err := s.run(ctx)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, s.keep(context.WithoutCancel(ctx)))
}

func (s *Service) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return s.Engine.Run(ctx, scheduler.Work{Plan: s.plan, Every: s.Tick, Round: s.round})
	})
	if s.Shared {
		group.Go(func() error { return s.Collector.Leases.Leave(ctx) })
		group.Go(func() error { return s.report(ctx) })
	}
	return group.Wait()
}

// Reload takes up a changed configuration: rounds under way end with the one
// that they began with.
func (s *Service) Reload(sources []*configs.Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.watched
	s.watched = map[string]*watched{}
	for _, src := range sources {
		if src.Schedule == nil || src.Paused {
			continue
		}
		w := &watched{src: src}
		if old := before[src.Name]; old != nil {
			w.rested, w.spent, w.stuck = old.rested, old.spent, old.stuck
		}
		s.watched[src.Name] = w
		s.Collector.reconfigure(src)
	}
}

// plan enqueues what is due.
func (s *Service) plan(ctx context.Context) error {
	now := s.Collector.now()
	if s.Shared {
		return s.planShared(ctx, now)
	}
	if jump := s.steady.jumped(now); jump != 0 {
		if err := s.clockJumped(ctx, jump); err != nil {
			return err
		}
	}
	if err := s.setFirstRuns(ctx); err != nil {
		return err
	}
	due, err := s.Collector.Store.DueSources(ctx, now)
	if err != nil {
		return err
	}
	var rounds []scheduler.Round
	for _, d := range due {
		if s.wanted(d, now) {
			rounds = append(rounds, scheduler.Round{Name: d.Name})
		}
	}
	return s.Engine.Enqueue(ctx, rounds...)
}

// wanted reports whether a source gets a round: it is watched now, and not only
// by looks that were just found not to be worth it.
func (s *Service) wanted(d store.DueSource, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.watched[d.Name]
	if w == nil || now.Before(w.stuck) || !scheduler.Open(w.src.Windows, now) {
		return false
	}
	looks := d.Rechecks || s.Collector.bounded(w.src)
	return d.Run || !now.Before(w.spent) && (d.Urgent || looks && !now.Before(w.rested))
}

// source is a watched source; nil where it is watched no more.
func (s *Service) source(name string) *configs.Source {
	var src *configs.Source
	s.update(name, func(w *watched) { src = w.src })
	return src
}

// stuckFor is how long a source rests whose visits can't be recorded, as on a full
// disk: they stay due.
const stuckFor = 10 * time.Second

// round does what is due of one source, for a while.
func (s *Service) round(ctx context.Context, name string) error {
	if s.Shared && s.source(name) == nil {
		return fmt.Errorf("source %s: %w", name, scheduler.ErrElsewhere)
	}
	err := s.visitRound(ctx, name)
	if until, used := crawler.IsBudget(err); used {
		s.Log.Info("the source rests", "source", name, "until", until.UTC(), "why", err)
		s.update(name, func(w *watched) { w.spent = until })
		return nil
	}
	if errors.Is(err, store.ErrLeaseLost) {
		s.Log.Warn("the source is run by another program now", "source", name, "error", err)
		return nil
	}
	if store.Passing(err) && ctx.Err() == nil {
		s.Log.Error("nothing can be recorded; the source rests", "source", name, "wait_ms", stuckFor.Milliseconds(), "error", err)
		s.update(name, func(w *watched) { w.stuck = s.Collector.now().Add(stuckFor) })
		return nil
	}
	if errors.Is(err, context.Canceled) {
		err = s.Collector.Keep(context.WithoutCancel(ctx), name)
	}
	if err != nil {
		return fmt.Errorf("watch %s: %w", name, err)
	}
	return nil
}

// update changes what is known of a source under watch.
func (s *Service) update(name string, change func(*watched)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.watched[name]; w != nil {
		change(w)
	}
}

// resting is what a source's round leaves to whoever runs it next: until when its
// visits, or its looks at known stories, have to wait.
type resting struct {
	Visits time.Time `json:"visits,omitzero"`
	Looks  time.Time `json:"looks,omitzero"`
}

// takeUp takes in what the round before left.
func (s *Service) takeUp(name, taught string) {
	var r resting
	if json.Unmarshal([]byte(taught), &r) != nil {
		return // nothing was
	}
	s.update(name, func(w *watched) { w.spent, w.rested = r.Visits, r.Looks })
}

// rest is what the round leaves to the next one.
func (s *Service) rest(name string) string {
	var r resting
	s.update(name, func(w *watched) { r = resting{w.spent, w.rested} })
	text, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	return string(text)
}

// rests reports whether a source's visits, or its looks at known stories, have to
// wait.
func (s *Service) rests(name string) (visits, looks bool) {
	now := s.Collector.now()
	s.update(name, func(w *watched) { visits, looks = now.Before(w.spent), now.Before(w.rested) })
	return visits, looks
}

func (s *Service) visitRound(ctx context.Context, name string) error {
	taught, release, err := s.Collector.hold(ctx, name, false)
	if errors.Is(err, errHeld) {
		return nil
	}
	if err != nil {
		return err
	}
	s.takeUp(name, taught)
	var hosts []string // that were asked, where another worker may be the next to
	defer func() { release(s.rest(name), hosts...) }()
	until := time.Now().Add(roundFor)
	for more := true; more && ctx.Err() == nil && time.Now().Before(until); {
		src := s.source(name)
		if src == nil || !scheduler.Open(src.Windows, s.Collector.now()) {
			return nil
		}
		if err := s.listIfDue(ctx, src); err != nil {
			return err
		}
		due, err := s.dueOf(ctx, src)
		if err != nil {
			return err
		}
		for _, a := range due {
			if s.Shared && !slices.Contains(hosts, a.Host) {
				hosts = append(hosts, a.Host)
			}
		}
		if err := s.visit(ctx, src, due); err != nil {
			return err
		}
		if err := s.Collector.keepLearnt(ctx, name, false); err != nil {
			return err
		}
		more = len(due) >= slice
	}
	return ctx.Err()
}

// dueOf lists the next slice of a source: what can't wait, and then the known
// stories that are worth a look.
func (s *Service) dueOf(ctx context.Context, src *configs.Source) ([]store.Address, error) {
	visits, looks := s.rests(src.Name)
	if visits {
		return nil, nil
	}
	due, err := s.Collector.Store.Due(ctx, store.DueFilter{Source: src.Name, At: s.Collector.now(), Urgent: true, Limit: slice})
	if err != nil || looks || len(due) == slice {
		return due, err
	}
	known, err := s.Collector.choose(ctx, src, slice-len(due))
	if err != nil {
		return nil, err
	}
	if len(known) == 0 || s.Collector.bounded(src) {
		until := s.Collector.now().Add(rest)
		s.update(src.Name, func(w *watched) { w.rested = until })
	}
	return append(due, known...), nil
}

// visit visits addresses, as many at once as the source allows.
func (s *Service) visit(ctx context.Context, src *configs.Source, due []store.Address) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(src.Parallel)
	for _, a := range due {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			_, err := s.Collector.Visit(ctx, src, a)
			return err
		})
	}
	return group.Wait()
}

// keep keeps what was learnt of every source.
func (s *Service) keep(ctx context.Context) error {
	var errs []error
	for name := range s.Collector.desks.list() {
		errs = append(errs, s.Collector.keepLearnt(ctx, name, true))
	}
	return errors.Join(errs...)
}
