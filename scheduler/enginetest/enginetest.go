// Package enginetest holds an engine of rounds to what scheduler.Engine promises:
// the same tests for each of them. It is for tests alone.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stakeout/scheduler"
)

// Run tests an engine; open gives a new one, of a database of its own.
func Run(t *testing.T, open func(t *testing.T) scheduler.Engine) {
	t.Run("no two rounds of a name", func(t *testing.T) { noTwoOfAName(t, open(t)) })
	t.Run("it waits for rounds", func(t *testing.T) { waitsForRounds(t, open(t)) })
	t.Run("it runs a name again", func(t *testing.T) { runsAgain(t, open(t)) })
	t.Run("it plans", func(t *testing.T) { plans(t, open(t)) })
	t.Run("a round for elsewhere ends nothing", func(t *testing.T) { elsewhere(t, open(t)) })
	for name, round := range map[string]func(context.Context, string) error{
		"no disk": func(context.Context, string) error { return errors.New("no disk") },
		"panic":   func(context.Context, string) error { panic("oh") },
	} {
		t.Run("an error ends it: "+name, func(t *testing.T) { errorEnds(t, open(t), round, name) })
	}
}

func noTwoOfAName(t *testing.T, e scheduler.Engine) {
	ctx, stop := context.WithCancel(t.Context())
	var running [5]atomic.Int32
	var rounds atomic.Int32
	var enqueuing sync.WaitGroup
	for range 4 {
		enqueuing.Go(func() {
			for i := range 100 {
				if err := e.Enqueue(ctx, scheduler.Round{Name: fmt.Sprint(i % 5)}, scheduler.Round{Name: fmt.Sprint((i + 1) % 5)}); err != nil {
					t.Error(err)
				}
				time.Sleep(50 * time.Microsecond)
			}
		})
	}
	go func() {
		enqueuing.Wait()
		for end := time.Now().Add(10 * time.Second); rounds.Load() < 5 && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
		stop()
	}()
	err := e.Run(ctx, scheduler.Work{Round: func(_ context.Context, name string) error {
		i := name[0] - '0'
		if n := running[i].Add(1); n != 1 {
			t.Errorf("%d rounds of %s at once", n, name)
		}
		time.Sleep(time.Millisecond)
		running[i].Add(-1)
		rounds.Add(1)
		return nil
	}})
	if err != nil || rounds.Load() < 5 || rounds.Load() > 800 {
		t.Errorf("%d rounds, %v", rounds.Load(), err)
	}
}

func waitsForRounds(t *testing.T, e scheduler.Engine) {
	ctx, stop := context.WithCancel(t.Context())
	var finished atomic.Bool
	enqueue(t, e, "a")
	if err := e.Run(ctx, scheduler.Work{Round: func(ctx context.Context, _ string) error {
		stop()
		<-ctx.Done() // it is told
		time.Sleep(30 * time.Millisecond)
		finished.Store(true)
		return ctx.Err()
	}}); err != nil || !finished.Load() {
		t.Errorf("finished %v, %v", finished.Load(), err)
	}
}

// runsAgain: a name whose round has ended is not kept from the next one.
func runsAgain(t *testing.T, e scheduler.Engine) {
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	var rounds atomic.Int32
	enqueue(t, e, "a")
	if err := e.Run(ctx, scheduler.Work{Round: func(context.Context, string) error {
		if rounds.Add(1) == 3 {
			stop()
			return nil
		}
		time.AfterFunc(50*time.Millisecond, func() {
			for ctx.Err() == nil { // until it is taken: the one that asks may still be ending
				if err := e.Enqueue(ctx, scheduler.Round{Name: "a"}); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
		return nil
	}}); err != nil || rounds.Load() < 3 {
		t.Errorf("%d rounds, %v", rounds.Load(), err)
	}
}

func plans(t *testing.T, e scheduler.Engine) {
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	var planned atomic.Int32
	if err := e.Run(ctx, scheduler.Work{
		Every: 100 * time.Millisecond,
		Plan: func(ctx context.Context) error {
			return e.Enqueue(ctx, scheduler.Round{Name: fmt.Sprint(planned.Add(1))})
		},
		Round: func(_ context.Context, name string) error {
			if name == "3" {
				stop()
			}
			return nil
		},
	}); err != nil || planned.Load() < 3 {
		t.Errorf("planned %d times, %v", planned.Load(), err)
	}
}

func elsewhere(t *testing.T, e scheduler.Engine) {
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	var last atomic.Bool
	enqueue(t, e, "unknown")
	time.AfterFunc(100*time.Millisecond, func() {
		if err := e.Enqueue(ctx, scheduler.Round{Name: "known"}); err != nil {
			t.Error(err)
		}
	})
	if err := e.Run(ctx, scheduler.Work{Round: func(_ context.Context, name string) error {
		if name == "unknown" {
			return fmt.Errorf("%s: %w", name, scheduler.ErrElsewhere)
		}
		last.Store(true)
		stop()
		return nil
	}}); err != nil || !last.Load() {
		t.Errorf("ran on: %v, %v", last.Load(), err)
	}
}

func errorEnds(t *testing.T, e scheduler.Engine, round func(context.Context, string) error, words string) {
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	enqueue(t, e, "a")
	if err := e.Run(ctx, scheduler.Work{Round: round}); err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("found %v, expected %q", err, words)
	}
}

func enqueue(t *testing.T, e scheduler.Engine, name string) {
	t.Helper()
	if err := e.Enqueue(t.Context(), scheduler.Round{Name: name}); err != nil {
		t.Fatal(err)
	}
}
