package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Jobs share a transaction until they are so many, or took so long: none is to
// be held back for more than 20 ms by others.
const (
	maxBatch = 64
	maxTime  = 10 * time.Millisecond
)

// writer carries jobs out in transactions that they share, on the one
// connection that writes.
type writer struct {
	db   *sql.DB
	tx   *tx
	jobs chan *job

	once sync.Once
	quit chan struct{} // closed: no job is taken any more
	done chan struct{} // closed once the last one is on disk

	mu     sync.Mutex // protects broken
	broken error      // set once the file is damaged; nothing is written then
}

// job is one piece of writing that waits for its transaction.
type job struct {
	do     func(*tx) error
	result chan error
}

func newWriter(ctx context.Context, db *sql.DB, packs *packer) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	// What a job changes is noted down, to take it back: in memory, not in a file.
	if _, err := conn.ExecContext(ctx, "PRAGMA temp_store = MEMORY"); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	w := &writer{
		db: db, tx: &tx{ctx: context.WithoutCancel(ctx), conn: conn, stmts: map[string]*sql.Stmt{}, packs: packs},
		jobs: make(chan *job), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w, nil
}

// commit runs do in a transaction that it may share with others, and returns
// once it is on disk. Jobs that come while a transaction is being committed go
// into the next one together; none waits for company.
func (s *Store) commit(ctx context.Context, do func(*tx) error) error {
	w := s.write
	if w == nil {
		return fmt.Errorf("it was opened for reading: %w", ErrReadOnly)
	}
	if err := w.damage(); err != nil {
		return err
	}
	j := &job{do: do, result: make(chan error, 1)}
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
func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case first := <-w.jobs:
			w.carryOut(w.gather(first))
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
func (w *writer) carryOut(batch []*job) {
	for len(batch) > 0 {
		results := make([]error, 0, len(batch))
		err := w.transact(batch, &results)
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
func (w *writer) transact(batch []*job, results *[]error) (err error) {
	w.tx.words, w.tx.sketches = w.tx.words[:0], w.tx.sketches[:0]
	if err := w.tx.control("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// Where SQLite has rolled back by itself this has nothing to do.
			_ = w.tx.control("ROLLBACK")
		}
	}()
	begun := time.Now()
	for i, j := range batch {
		if i > 0 && time.Since(begun) > maxTime {
			break
		}
		failed, err := w.attempt(j)
		if err != nil {
			return err
		}
		*results = append(*results, failed)
	}
	if err := w.tx.addWords(); err != nil {
		return err
	}
	return w.tx.control("COMMIT")
}

// attempt runs one job under a savepoint. failed is the job's own error; err is
// the transaction's.
func (w *writer) attempt(j *job) (failed, err error) {
	if err := w.tx.control("SAVEPOINT job"); err != nil {
		return nil, err
	}
	words, sketches := len(w.tx.words), len(w.tx.sketches)
	failed = runSafely(w.tx, j)
	if failed != nil {
		w.tx.words, w.tx.sketches = w.tx.words[:words], w.tx.sketches[:sketches]
		if lost := ours(failed); errors.Is(lost, ErrFull) || errors.Is(lost, ErrDisk) || errors.Is(lost, ErrCorrupt) {
			return nil, failed // SQLite may have rolled everything back
		}
		if err := w.tx.control("ROLLBACK TO job"); err != nil {
			return nil, err
		}
	}
	return failed, w.tx.control("RELEASE job")
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
	<-w.done
}

// close closes the connection of a writer that has stopped.
func (w *writer) close() error { return errors.Join(w.tx.close(), w.db.Close()) }
