package scheduler

import (
	"context"
	"errors"
	"time"
)

// Engine runs rounds, by name: never two of one name and lease at a time.
type Engine interface {
	// Enqueue asks for rounds. While one of that name and lease waits or runs, it
	// does nothing.
	Enqueue(ctx context.Context, rounds ...Round) error
	// Run plans, and runs what is enqueued, until ctx ends; it waits for the rounds
	// under way, and returns their first error, or the plan's, which ends it too.
	Run(ctx context.Context, w Work) error
}

// Round is a turn at what is due under a name.
type Round struct {
	Name string
	// Lease is the number of the name's last lease: where the worker of a round has
	// died, its job stands in the way of none that comes after another number. An
	// engine of one process dies as a whole, and needs none.
	Lease int64
}

// Work is what an engine calls.
type Work struct {
	// Plan enqueues what is due, every so often: in one process of all that share an
	// engine, now and then in two.
	Plan  func(ctx context.Context) error
	Every time.Duration
	Round func(ctx context.Context, name string) error
}

// ErrElsewhere is the error of a round that this process can't run and another may:
// it is offered again.
var ErrElsewhere = errors.New("another worker may know it")
