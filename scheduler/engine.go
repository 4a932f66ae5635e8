package scheduler

import "context"

// Engine runs rounds, by name: never two of one name at a time.
type Engine interface {
	// Enqueue asks for a round. While one of that name waits or runs, it does
	// nothing.
	Enqueue(ctx context.Context, name string) error
	// Run runs what is enqueued until ctx ends, waits for the rounds under way,
	// and returns their first error, which ends it too.
	Run(ctx context.Context, round func(ctx context.Context, name string) error) error
}
