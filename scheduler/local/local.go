// Package local is the engine of one process: rounds wait in memory, and a few
// goroutines run them. What is due lives in the database, so that nothing is lost
// with the process.
package local

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"stakeout/scheduler"
)

// Engine runs rounds in this process. The zero value is not usable: New makes one.
type Engine struct {
	workers int
	wake    chan struct{}

	mu      sync.Mutex // protects the following fields
	waiting []string
	taken   map[string]bool // waiting or running
}

// New is an engine that runs so many rounds at once.
func New(workers int) *Engine {
	return &Engine{workers: max(workers, 1), wake: make(chan struct{}, 1), taken: map[string]bool{}}
}

// Enqueue asks for rounds, unless one of that name waits or runs.
func (e *Engine) Enqueue(_ context.Context, rounds ...scheduler.Round) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range rounds {
		if !e.taken[r.Name] {
			e.taken[r.Name] = true
			e.waiting = append(e.waiting, r.Name)
			e.rouse()
		}
	}
	return nil
}

// rouse wakes a worker. e.mu is held.
func (e *Engine) rouse() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// next takes the round that waits longest; false for none.
func (e *Engine) next() (name string, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.waiting) == 0 {
		return "", false
	}
	name, e.waiting = e.waiting[0], e.waiting[1:]
	if len(e.waiting) > 0 {
		e.rouse()
	}
	return name, true
}

func (e *Engine) done(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.taken, name)
}

// Run plans and runs rounds until ctx ends or one of them fails, and waits for those
// under way. A round that panics fails.
func (e *Engine) Run(ctx context.Context, w scheduler.Work) error {
	group, ctx := errgroup.WithContext(ctx)
	for range e.workers {
		group.Go(func() error { return e.work(ctx, w.Round) })
	}
	if w.Plan != nil {
		group.Go(func() error { return plan(ctx, w) })
	}
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// plan plans at every tick.
func plan(ctx context.Context, w scheduler.Work) error {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := w.Plan(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return ctx.Err()
}

func (e *Engine) work(ctx context.Context, round func(ctx context.Context, name string) error) error {
	for ctx.Err() == nil {
		name, ok := e.next()
		if !ok {
			select {
			case <-ctx.Done():
			case <-e.wake:
			}
			continue
		}
		if err := e.one(ctx, name, round); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (e *Engine) one(ctx context.Context, name string, round func(ctx context.Context, name string) error) (err error) {
	defer e.done(name)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("round of %s: panic: %v\n%s", name, p, debug.Stack())
		}
	}()
	if err := round(ctx, name); !errors.Is(err, scheduler.ErrElsewhere) {
		return err
	}
	return nil // there is nobody else
}
