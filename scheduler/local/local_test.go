package local

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestNoTwoRoundsOfAName(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	e := New(8)
	var running [5]atomic.Int32
	var rounds atomic.Int32
	var enqueuing sync.WaitGroup
	for range 4 {
		enqueuing.Go(func() {
			for i := range 300 {
				if err := e.Enqueue(ctx, fmt.Sprint(i%5)); err != nil {
					t.Error(err)
				}
				time.Sleep(50 * time.Microsecond)
			}
		})
	}
	go func() { enqueuing.Wait(); time.Sleep(20 * time.Millisecond); stop() }()
	err := e.Run(ctx, func(_ context.Context, name string) error {
		i := name[0] - '0'
		if n := running[i].Add(1); n != 1 {
			t.Errorf("%d rounds of %s at once", n, name)
		}
		time.Sleep(time.Millisecond)
		running[i].Add(-1)
		rounds.Add(1)
		return nil
	})
	if err != nil || rounds.Load() < 5 || rounds.Load() > 1200 {
		t.Errorf("%d rounds, %v", rounds.Load(), err)
	}
}

func TestRunWaitsForRounds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	e := New(2)
	finished := false
	if err := e.Enqueue(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if err := e.Run(ctx, func(context.Context, string) error {
		stop()
		time.Sleep(30 * time.Millisecond)
		finished = true
		return nil
	}); err != nil || !finished {
		t.Errorf("finished %v, %v", finished, err)
	}
}

func TestErrorsAndPanicsEndIt(t *testing.T) {
	broken := errors.New("no disk")
	for name, round := range map[string]func(context.Context, string) error{
		"no disk": func(context.Context, string) error { return broken },
		"panic":   func(context.Context, string) error { panic("oh") },
	} {
		e := New(3)
		if err := e.Enqueue(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if err := e.Run(t.Context(), round); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: found %v", name, err)
		}
	}
}
