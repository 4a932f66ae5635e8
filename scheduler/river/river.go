// Package river runs rounds by River (riverqueue.com): the queue of several machines
// that share a Postgres. Rounds are unique jobs, and so is the plan, by the second in
// which every process asks for it: River's own periodic jobs come from one leader, and
// from nobody for up to 20 s after that was killed.
//
// River knows nothing that must survive: what is due lives in our tables, so a job
// that is lost, or dropped as a duplicate, comes again with the next plan. Its SQLite
// driver is for tests: it is slow, and needs a poll to notice a job.
package river

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	queue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"stakeout/scheduler"
)

// Options say how rounds are run.
type Options struct {
	// Workers is how many rounds run at once in this process.
	Workers int
	// Worker names this process in River's tables. Defaults to a name of River's.
	Worker string
	// Poll is how often it is looked for jobs without having been told of one.
	// Defaults to 1 s.
	Poll time.Duration
	Log  *slog.Logger // nil for none
}

const (
	roundsQueue = "rounds"
	planQueue   = "plan"

	// roundTimeout ends a round that lasts; a round ends by itself long before.
	roundTimeout = 10 * time.Minute
	// rescueAfter must be more than roundTimeout. It only tidies up: that a worker
	// died is noticed by its leases (docs/decisions/14-rounds-by-lease-number.md).
	rescueAfter = 15 * time.Minute
	// kept is how long River keeps jobs that ran; one a second is a plan.
	kept = 10 * time.Minute
	// askAgain is for how long a round that was asked for isn't asked for again.
	askAgain = 5 * time.Second
	// offered is for how long a round is offered to workers that don't know it, and
	// how often.
	offered, offerEach = 30 * time.Second, time.Second
	// atOnce is how many jobs are inserted by one statement.
	atOnce = 1000
)

// Engine runs rounds by River. Close it after use.
type Engine[Tx any] struct {
	client *queue.Client[Tx]
	pool   *pgxpool.Pool // nil but for Postgres
	close  func()
	log    *slog.Logger

	mu     sync.Mutex // protects the following fields
	work   scheduler.Work
	failed error         // the first
	ended  chan struct{} // closed with it
	asked  map[scheduler.Round]time.Time
}

// Open is an engine on a Postgres, by its address. It brings River's tables up to
// date.
func Open(ctx context.Context, address string, o Options) (*Engine[pgx.Tx], error) {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	if err := migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	e, err := New(riverpgxv5.New(pool), o)
	if err != nil {
		pool.Close()
		return nil, err
	}
	e.pool, e.close = pool, pool.Close
	return e, nil
}

// migrateLock is the advisory lock under which River's tables are brought up to
// date: workers may start together.
const migrateLock = 0x53544b4f5249 // "STKORI"

func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	lock, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	defer lock.Release()
	if _, err := lock.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrateLock)); err != nil {
		return fmt.Errorf("queue: wait for another that brings its tables up to date: %w", err)
	}
	err = Migrate(ctx, riverpgxv5.New(pool))
	_, unlockErr := lock.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrateLock))
	return errors.Join(err, unlockErr)
}

// Migrate brings River's tables up to date.
func Migrate[Tx any](ctx context.Context, driver riverdriver.Driver[Tx]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return fmt.Errorf("queue: bring its tables up to date: %w", err)
	}
	return nil
}

// New is an engine on a database whose tables are up to date.
func New[Tx any](driver riverdriver.Driver[Tx], o Options) (*Engine[Tx], error) {
	e := &Engine[Tx]{log: o.Log, close: func() {}, asked: map[scheduler.Round]time.Time{}, ended: make(chan struct{})}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	workers := queue.NewWorkers()
	queue.AddWorker(workers, queue.WorkFunc(e.round))
	queue.AddWorker(workers, queue.WorkFunc(e.plan))
	poll := o.Poll
	if poll <= 0 {
		poll = time.Second
	}
	var err error
	e.client, err = queue.NewClient(driver, &queue.Config{
		ID: o.Worker, Logger: slog.New(worse{e.log.Handler()}), Workers: workers,
		Queues:            map[string]queue.QueueConfig{roundsQueue: {MaxWorkers: max(o.Workers, 1)}, planQueue: {MaxWorkers: 1}},
		FetchPollInterval: poll, FetchCooldown: min(poll, 50*time.Millisecond),
		JobTimeout: roundTimeout, RescueStuckJobsAfter: rescueAfter, MaxAttempts: 1,
		CompletedJobRetentionPeriod: kept, DiscardedJobRetentionPeriod: 24 * time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return e, nil
}

// Close closes what Open opened.
func (e *Engine[Tx]) Close() { e.close() }

// Queue looks at what waits and runs. On Postgres alone.
func (e *Engine[Tx]) Queue(ctx context.Context) (Queue, error) {
	if e.pool == nil {
		return Queue{}, errors.New("queue: it isn't on Postgres")
	}
	return look(ctx, e.pool)
}

type roundArgs struct {
	Name  string `json:"name"`
	Lease int64  `json:"lease"`
	After int64  `json:"after,omitempty"` // the job of a worker that died before it took the lease
}

func (roundArgs) Kind() string { return "stakeout_round" }

type planArgs struct{}

func (planArgs) Kind() string { return "stakeout_plan" }

// roundOpts makes rounds unique while they wait or run. River's own states have
// `completed` among them, by which a name would run once a day.
var roundOpts = queue.InsertOpts{Queue: roundsQueue, UniqueOpts: queue.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}}}

// Enqueue implements scheduler.Engine.
func (e *Engine[Tx]) Enqueue(ctx context.Context, rounds ...scheduler.Round) error {
	jobs := e.jobs(rounds, time.Now())
	for len(jobs) > 0 {
		n := min(len(jobs), atOnce)
		done, err := e.client.InsertMany(ctx, jobs[:n])
		if err != nil {
			e.forget()
			return fmt.Errorf("queue: %w", err)
		}
		jobs = append(jobs[n:], afterDead(jobs[:n], done, time.Now())...)
	}
	return nil
}

// deadAfter is for how long a job may run before its source's lease is taken: one that
// is asked for longer is its worker's that died before.
const deadAfter = 15 * time.Second

// afterDead are the jobs that were dropped for one whose worker died before it took the
// lease: each follows on that one.
func afterDead(jobs []queue.InsertManyParams, done []*rivertype.JobInsertResult, now time.Time) (again []queue.InsertManyParams) {
	for i, d := range done {
		if !d.UniqueSkippedAsDuplicate || d.Job.State != rivertype.JobStateRunning || d.Job.AttemptedAt == nil || now.Sub(*d.Job.AttemptedAt) < deadAfter {
			continue
		}
		args, ok := jobs[i].Args.(roundArgs)
		if ok {
			args.After = d.Job.ID
			again = append(again, queue.InsertManyParams{Args: args, InsertOpts: &roundOpts})
		}
	}
	return again
}

// jobs are the rounds that weren't asked for just now.
func (e *Engine[Tx]) jobs(rounds []scheduler.Round, now time.Time) []queue.InsertManyParams {
	e.mu.Lock()
	defer e.mu.Unlock()
	for r, at := range e.asked {
		if now.Sub(at) >= askAgain {
			delete(e.asked, r)
		}
	}
	var jobs []queue.InsertManyParams
	for _, r := range rounds {
		if _, ok := e.asked[r]; !ok {
			e.asked[r] = now
			jobs = append(jobs, queue.InsertManyParams{Args: roundArgs{Name: r.Name, Lease: r.Lease}, InsertOpts: &roundOpts})
		}
	}
	return jobs
}

func (e *Engine[Tx]) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.asked)
}

// Run implements scheduler.Engine. It runs once.
func (e *Engine[Tx]) Run(ctx context.Context, w scheduler.Work) error {
	e.mu.Lock()
	e.work = w
	e.mu.Unlock()
	if err := e.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	e.askForPlans(ctx, w)
	err := e.client.StopAndCancel(context.WithoutCancel(ctx)) // tells the rounds, and waits for them
	e.mu.Lock()
	defer e.mu.Unlock()
	return errors.Join(e.failed, err)
}

// askForPlans asks for a plan again and again, until ctx ends or something failed. A
// server that can't be reached for a while is said, and asked again.
func (e *Engine[Tx]) askForPlans(ctx context.Context, w scheduler.Work) {
	if w.Plan == nil {
		select {
		case <-ctx.Done():
		case <-e.ended:
		}
		return
	}
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	once := &queue.InsertOpts{Queue: planQueue, UniqueOpts: queue.UniqueOpts{ByPeriod: max(w.Every, time.Second)}} // less River refuses
	for {
		if _, err := e.client.Insert(ctx, planArgs{}, once); err != nil && ctx.Err() == nil {
			e.log.Warn("no plan can be asked for; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-e.ended:
			return
		case <-tick.C:
		}
	}
}

// fail ends Run with an error.
func (e *Engine[Tx]) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed == nil {
		e.failed = err
		close(e.ended)
	}
}

// round is River's job for a round. What fails is recorded by ours; River hears of
// none of it, for it would try again in its own time.
func (e *Engine[Tx]) round(ctx context.Context, job *queue.Job[roundArgs]) error {
	err := e.safely(ctx, job.Args.Name)
	switch {
	case errors.Is(err, scheduler.ErrElsewhere):
		if time.Since(job.CreatedAt) < offered {
			return queue.JobSnooze(offerEach)
		}
	case err != nil && ctx.Err() == nil:
		e.fail(err)
	}
	return nil
}

func (e *Engine[Tx]) safely(ctx context.Context, name string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("round of %s: panic: %v\n%s", name, p, debug.Stack())
		}
	}()
	e.mu.Lock()
	work := e.work
	e.mu.Unlock()
	return work.Round(ctx, name)
}

// plan is River's job for the plan. One that waited while another ran is let go.
func (e *Engine[Tx]) plan(ctx context.Context, job *queue.Job[planArgs]) error {
	e.mu.Lock()
	work := e.work
	e.mu.Unlock()
	if time.Since(job.ScheduledAt) > 2*work.Every+time.Second {
		return nil
	}
	if err := work.Plan(ctx); err != nil && ctx.Err() == nil {
		e.fail(err)
	}
	return nil
}

// worse lets through what River says that is worth a word.
type worse struct{ slog.Handler }

func (w worse) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w worse) WithAttrs(a []slog.Attr) slog.Handler { return worse{w.Handler.WithAttrs(a)} }
func (w worse) WithGroup(n string) slog.Handler      { return worse{w.Handler.WithGroup(n)} }
