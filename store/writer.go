package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Jobs share a transaction until they are so many, or took so long: none is to
// be held back for more than 20 ms by others.
const (
	maxBatch = 64
	maxTime  = 10 * time.Millisecond
)

// writer carries jobs out in transactions that they share: on the one connection
// that writes to a file, on a few of a server.
type writer struct {
	db       *sql.DB
	d        dialect
	txs      []*tx
	jobs     chan *job
	log      *slog.Logger
	patience time.Duration // for a server that is lost

	once sync.Once
	quit chan struct{}  // closed: no job is taken any more
	done sync.WaitGroup // until the last one is on disk

	mu     sync.Mutex // protects broken
	broken error      // set once the file is damaged; nothing is written then
}

// job is one piece of writing that waits for its transaction.
type job struct {
	keys   []string
	do     func(*tx) error
	result chan error
}

// newWriter starts a writer on so many connections.
func (s *Store) newWriter(ctx context.Context, db *sql.DB, connections int) (*writer, error) {
	w := &writer{db: db, d: s.d, jobs: make(chan *job), log: s.log, patience: s.opts.Wait, quit: make(chan struct{})}
	for range connections {
		t := &tx{ctx: context.WithoutCancel(ctx), d: s.d, db: db, stmts: map[string]*sql.Stmt{}, packs: s.packs}
		if err := t.connect(); err != nil {
			return nil, errors.Join(err, w.close())
		}
		w.txs = append(w.txs, t)
		if s.d == onSQLite {
			// What a job changes is noted down, to take it back: in memory, not in a file.
			if err := t.control("PRAGMA temp_store = MEMORY"); err != nil {
				return nil, errors.Join(err, w.close())
			}
		}
	}
	for _, t := range w.txs {
		w.done.Go(func() { w.run(t) })
	}
	return w, nil
}

// What jobs work on, where it is no source: those of one key follow each other,
// whichever process they are of, and see what the one before left.
const (
	noKey   = ""
	erasing = "erasures"
)

func ofRule(rule string) string { return "rule " + rule }

// commit runs do in a transaction that it may share with others, and returns
// once it is on disk. key is what it works on: mostly a source. Jobs that come
// while a transaction is being committed go into the next one together; none waits
// for company. do may be run again where the database undid the transaction: it
// must leave nothing behind but rows and what it assigns.
func (s *Store) commit(ctx context.Context, key string, do func(*tx) error) error {
	return s.commitAll(ctx, []string{key}, do)
}

// commitAll is commit for what works on several things.
func (s *Store) commitAll(ctx context.Context, keys []string, do func(*tx) error) error {
	w := s.write
	if w == nil {
		return fmt.Errorf("it was opened for reading: %w", ErrReadOnly)
	}
	if err := w.damage(); err != nil {
		return err
	}
	j := &job{keys: keys, do: do, result: make(chan error, 1)}
	select {
	case w.jobs <- j:
	case <-w.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	// From here on the job is carried out whatever becomes of ctx: nobody may
	// be told that it wasn't when it was.
	return <-j.result
}

// run commits jobs until the writer is closed.
func (w *writer) run(t *tx) {
	for {
		select {
		case first := <-w.jobs:
			w.carryOut(t, w.gather(first))
		case <-w.quit:
			return
		}
	}
}

// gather takes what waits, without waiting for more.
func (w *writer) gather(first *job) []*job {
	batch := []*job{first}
	for len(batch) < maxBatch {
		select {
		case j := <-w.jobs:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// carryOut writes a batch, in one transaction unless that takes long, and answers
// each of its jobs.
func (w *writer) carryOut(t *tx, batch []*job) {
	for len(batch) > 0 {
		results := make([]error, 0, len(batch))
		err := w.insist(t, batch, &results)
		if err = ours(err); errors.Is(err, ErrCorrupt) || errors.Is(err, ErrNotDatabase) {
			w.mu.Lock()
			w.broken = err
			w.mu.Unlock()
		}
		done := len(results)
		if err != nil {
			done = len(batch) // what fails one transaction fails the next
		}
		for i, j := range batch[:done] {
			if i < len(results) && results[i] != nil {
				j.result <- ours(results[i])
			} else {
				j.result <- err
			}
		}
		batch = batch[done:]
	}
}

// transact runs jobs between BEGIN and COMMIT, the first of the batch and as many
// more as there is time for. A job that fails takes only its own rows back, and
// its error is in results, one for each job that ran; an error of the transaction
// is everyone's.
func (w *writer) transact(t *tx, batch []*job, results *[]error, again int) (err error) {
	t.backTo(undo{t.log[:0], t.words[:0], t.sketches[:0]})
	if err := t.begin(batch); err != nil {
		return err
	}
	defer func() {
		if err != nil && !errors.As(err, new(*unsureError)) {
			// Where SQLite has rolled back by itself this has nothing to do.
			_ = t.control("ROLLBACK")
		}
	}()
	begun := time.Now()
	for i, j := range batch {
		if i > 0 && time.Since(begun) > maxTime {
			break
		}
		failed, err := w.attempt(t, j, again)
		if err != nil {
			return err
		}
		*results = append(*results, failed)
	}
	if err := t.finish(); err != nil {
		return err
	}
	return t.end()
}

// attempt runs one job under a savepoint. failed is the job's own error; err is
// the transaction's. again counts how often the transaction was undone before.
func (w *writer) attempt(t *tx, j *job, again int) (failed, err error) {
	if err := t.control("SAVEPOINT job"); err != nil {
		return nil, err
	}
	left := t.mark()
	failed = runSafely(t, j)
	if failed != nil {
		t.backTo(left)
		if lost := ours(failed); errors.Is(lost, ErrFull) || errors.Is(lost, ErrDisk) || errors.Is(lost, ErrCorrupt) {
			return nil, failed // SQLite may have rolled everything back
		}
		if isLost(failed) || undone(failed) && again < maxAgain {
			return nil, failed
		}
		if err := t.control("ROLLBACK TO job"); err != nil {
			return nil, err
		}
	}
	return failed, t.control("RELEASE job")
}

// runSafely makes an error of a panic, which would take the other jobs' rows
// and the process with it.
func runSafely(t *tx, j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("recording: %v", p)
		}
	}()
	return j.do(t)
}

// damage is why nothing is written any more; nil while all is well.
func (w *writer) damage() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

// stop takes no more jobs, and waits until what it took is on disk.
func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	w.done.Wait()
}

// close closes the connections of a writer that has stopped.
func (w *writer) close() error {
	var errs []error
	for _, t := range w.txs {
		errs = append(errs, t.close())
	}
	return errors.Join(append(errs, w.db.Close())...)
}
