package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// A server is lost when it is restarted, fails over to another, or the network
// between breaks. What was under way is then done again, for as long as
// Options.Wait; a COMMIT whose answer was lost is asked for first, so that nothing
// is written twice and nothing is reported as not written that was.

// errNoConn says that a connection was lost and there is no other one yet.
var errNoConn = fmt.Errorf("no connection: %w", driver.ErrBadConn)

// isLost reports whether an error is of the connection or of a server that goes or
// comes, not of what was asked.
func isLost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case strings.HasPrefix(pg.Code, "08"), // connection
			pg.Code == "57P01", pg.Code == "57P02", pg.Code == "57P03", // shut down, crashed, starting
			pg.Code == "57P05", pg.Code == "25P03", // idle for too long
			pg.Code == "53300": // no connection free
			return true
		}
		return false
	}
	var network *net.OpError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, pgconn.ErrConnClosed) || pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network) || errors.As(err, new(*pgconn.ConnectError))
}

// unlessLost leaves out the errors of closing what is lost already.
func (d dialect) unlessLost(errs []error) error {
	if d == onPostgres {
		errs = slices.DeleteFunc(errs, func(err error) bool { return err != nil && isLost(err) })
	}
	return errors.Join(errs...)
}

// maxAgain is how often a transaction is done again that the database undid.
const maxAgain = 10

// undone reports whether the database undid a transaction because of another one:
// a deadlock, or a row that both wrote first.
func undone(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "23505")
}

// waits between tries to reach a lost server.
const (
	firstWait = 10 * time.Millisecond
	longWait  = time.Second
)

// insist runs do until it fails otherwise than by a lost server.
func (r *reader) insist(ctx context.Context, do func() error) error {
	if r.d == onSQLite {
		return do()
	}
	begun := time.Now()
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		err := do()
		if err == nil || !isLost(err) || time.Since(begun) > r.patience {
			return err
		}
		if pauseErr := pause(ctx, wait); pauseErr != nil {
			return errors.Join(err, pauseErr)
		}
	}
}

// insist carries out a batch, again where it was undone or the server was lost.
func (w *writer) insist(t *tx, batch []*job, results *[]error) error {
	begun, again := time.Now(), 0
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		*results = (*results)[:0]
		err := w.transact(t, batch, results, again)
		var unsure *unsureError
		if errors.As(err, &unsure) {
			if err = w.becameOf(t, unsure); err == nil {
				return nil
			}
		}
		switch {
		case err == nil:
			return nil
		case undone(err) && again < maxAgain:
			again++
		case w.d == onSQLite || !isLost(err) || w.tooLong(begun):
			return err
		default:
			w.log.Warn("the database server was lost; it is tried again", "error", err)
			_ = t.close()
			if pause(t.ctx, wait) == nil {
				_ = t.connect() // begin says what is wrong
			}
		}
	}
}

// tooLong reports whether a lost server was waited for long enough.
func (w *writer) tooLong(begun time.Time) bool {
	select {
	case <-w.quit: // somebody waits for the end
		return time.Since(begun) > time.Second
	default:
		return time.Since(begun) > w.patience
	}
}

// unsureError is a COMMIT without an answer.
type unsureError struct {
	id    string // of the transaction
	cause error
}

func (e *unsureError) Error() string { return e.cause.Error() }
func (e *unsureError) Unwrap() error { return e.cause }

// becameOf asks what became of a transaction whose COMMIT got no answer: nil where
// it is on disk, its cause where it is not and may be done again, ErrUnsure where
// nobody can tell.
func (w *writer) becameOf(t *tx, e *unsureError) error {
	begun := time.Now()
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		_ = t.close()
		var status string
		err := t.connect()
		if err == nil {
			err = t.conn.QueryRowContext(t.ctx, "SELECT coalesce(pg_xact_status($1::xid8), 'unknown')", e.id).Scan(&status)
		}
		var pg *pgconn.PgError
		switch {
		case status == "committed":
			return nil
		case status == "aborted", errors.As(err, &pg) && pg.Code == "22023": // not even begun, on a server that took over
			return e.cause
		case status == "unknown", err != nil && !isLost(err), w.tooLong(begun):
			return fmt.Errorf("%w (%w)", ErrUnsure, errors.Join(e.cause, err))
		}
		if err := pause(t.ctx, wait); err != nil {
			return err
		}
	}
}

// connect takes a connection for the transactions to come.
func (t *tx) connect() (err error) {
	if t.conn == nil {
		t.conn, err = t.db.Conn(t.ctx)
	}
	return err
}

// begin begins a transaction. In Postgres it waits for those of other processes
// that work on the same, in one order for all, so that none waits for each other.
func (t *tx) begin(batch []*job) error {
	if t.d == onSQLite {
		return t.control("BEGIN IMMEDIATE")
	}
	if err := t.control("BEGIN"); err != nil {
		return err
	}
	var keys []int32
	for _, j := range batch {
		for _, key := range j.keys {
			if key != noKey {
				h := fnv.New32a()
				h.Write([]byte(key))
				keys = append(keys, int32(h.Sum32()))
			}
		}
	}
	slices.Sort(keys)
	_, err := t.get("SELECT CAST(pg_current_xact_id() AS TEXT) FROM (SELECT count(*) FROM (SELECT pg_advisory_xact_lock("+keyLocks+", k) FROM unnest(CAST(? AS INTEGER[])) AS k OFFSET 0) AS l) AS n",
		[]any{slices.Compact(keys)}, &t.id)
	return err
}

// Advisory locks are of two numbers, the first of which is ours.
const (
	keyLocks    = "1398033231" // applicationID; the second is a hash of a job's key
	otherLocks  = "1398033232"
	logLock     = "1"
	migrateLock = "2"
)

// lockLog makes who else would write to the log wait until this transaction ends.
func (t *tx) lockLog() error {
	if t.d == onSQLite {
		return nil // as BEGIN IMMEDIATE did
	}
	_, err := t.exec("SELECT pg_advisory_xact_lock(" + otherLocks + ", " + logLock + ")")
	return err
}

// end commits.
func (t *tx) end() error {
	err := t.control("COMMIT")
	if err != nil && t.d == onPostgres && isLost(err) {
		return &unsureError{t.id, err}
	}
	return err
}
