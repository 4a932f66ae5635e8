package store

import (
	"context"
	"database/sql"
	"fmt"
)

// job is one piece of writing that waits for its transaction.
type job struct {
	do   func(ctx context.Context, tx *sql.Tx) error
	done chan error
}

// maxBatch is how many jobs share a transaction at most.
const maxBatch = 128

// commit runs do in a transaction that it may share with others, and returns
// once it is on disk. Jobs that wait while a transaction is being committed go
// into the next one together; none waits for company.
func (s *Store) commit(ctx context.Context, do func(ctx context.Context, tx *sql.Tx) error) error {
	if s.jobs == nil {
		return ErrReadOnly
	}
	j := &job{do: do, done: make(chan error, 1)}
	select {
	case s.jobs <- j:
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	// From here on the job is carried out whatever becomes of ctx: nobody may
	// be told that it wasn't when it was.
	return <-j.done
}

// writer commits jobs until the store is closed.
func (s *Store) writer() {
	defer close(s.closed)
	for first := range s.jobs {
		batch := []*job{first}
	more:
		for len(batch) < maxBatch {
			select {
			case j, open := <-s.jobs:
				if !open {
					break more
				}
				batch = append(batch, j)
			default:
				break more
			}
		}
		s.writeBatch(batch)
	}
}

// writeBatch carries a batch out in one transaction. A job that fails takes only
// its own rows back; a transaction that fails fails every job in it.
func (s *Store) writeBatch(batch []*job) {
	ctx := context.Background()
	results := make([]error, len(batch))
	err := func() error {
		tx, err := s.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		for i, j := range batch {
			if results[i], err = attempt(ctx, tx, j, len(batch) > 1); err != nil {
				return err
			}
			if results[i] != nil && len(batch) == 1 {
				return results[i]
			}
		}
		return tx.Commit()
	}()
	for i, j := range batch {
		switch {
		case results[i] != nil:
			j.done <- ours(results[i])
		case err != nil:
			j.done <- ours(err)
		default:
			j.done <- nil
		}
	}
}

// attempt runs one job, under a savepoint where it shares the transaction.
// failed is the job's own error; err is the transaction's.
func attempt(ctx context.Context, tx *sql.Tx, j *job, shared bool) (failed, err error) {
	if !shared {
		return j.do(ctx, tx), nil
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT job"); err != nil {
		return nil, err
	}
	failed = runSafely(ctx, tx, j)
	if failed != nil {
		_, err = tx.ExecContext(ctx, "ROLLBACK TO job")
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "RELEASE job")
	}
	return failed, err
}

// runSafely makes an error of a panic, which would take the other jobs' rows
// and the process with it.
func runSafely(ctx context.Context, tx *sql.Tx, j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("recording: %v", p)
		}
	}()
	return j.do(ctx, tx)
}
