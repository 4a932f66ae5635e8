package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// keptUse is how long a source's use is kept: budgets are of a day at most.
const keptUse = 25 * time.Hour

// Used returns what a source asked of its site since a moment, whole minutes at
// a time, and when the first of it was; the zero time for nothing.
func (s *Store) Used(ctx context.Context, source string, since time.Time) (requests, bytes int64, first time.Time, err error) {
	var minute sql.NullInt64
	err = s.get(ctx, "SELECT coalesce(sum(requests), 0), coalesce(sum(bytes), 0), min(minute_at) FROM uses WHERE source = ? AND minute_at >= ?",
		[]any{source, since.Truncate(time.Minute).UnixMilli()}, &requests, &bytes, &minute)
	if err != nil {
		return 0, 0, time.Time{}, fmt.Errorf("use of %s: %w", source, err)
	}
	return requests, bytes, moment(minute), nil
}

// Use adds to what a source asked of its site.
func (s *Store) Use(ctx context.Context, source string, at time.Time, requests, bytes int64) error {
	err := s.commit(ctx, source, func(t *tx) error {
		if _, err := t.exec("DELETE FROM uses WHERE source = ? AND minute_at < ?", source, at.Add(-keptUse).UnixMilli()); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO uses (source, minute_at, requests, bytes) VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT (source, minute_at) DO UPDATE SET requests = uses.requests + ?3, bytes = uses.bytes + ?4`,
			source, at.Truncate(time.Minute).UnixMilli(), requests, bytes)
		return err
	})
	if err != nil {
		return fmt.Errorf("count use of %s: %w", source, err)
	}
	return nil
}

// Pace is how a host was treated in one run of the program.
type Pace struct {
	Host      string
	Began, At time.Time     // of the run, and of its last word
	Requests  int           // retries, redirects and robots.txt among them
	LeastGap  time.Duration // between the beginnings of two; 0 for fewer than two
	Delay     time.Duration // that was kept last
}

// keptPaces is for how long runs are remembered.
const keptPaces = 30 * 24 * time.Hour

// PutPaces keeps how hosts were treated in a run, in place of what it said before.
func (s *Store) PutPaces(ctx context.Context, paces []Pace) error {
	if len(paces) == 0 {
		return nil
	}
	err := s.commit(ctx, noKey, func(t *tx) error {
		for _, p := range paces {
			gap := sql.NullInt64{Int64: p.LeastGap.Milliseconds(), Valid: p.LeastGap > 0}
			if _, err := t.exec(`INSERT INTO paces (host, began_at, at, requests, least_gap_ms, delay_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
				ON CONFLICT (host, began_at) DO UPDATE SET at = ?3, requests = ?4, least_gap_ms = ?5, delay_ms = ?6`,
				p.Host, p.Began.UnixMilli(), p.At.UnixMilli(), p.Requests, gap, p.Delay.Milliseconds()); err != nil {
				return err
			}
		}
		_, err := t.exec("DELETE FROM paces WHERE at < ?", paces[0].At.Add(-keptPaces).UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the pace of hosts: %w", err)
	}
	return nil
}

// Paces returns how each host was treated over all runs of the last 30 days, in
// order of their names: Began is of the first, the delay of the last.
func (s *Store) Paces(ctx context.Context) ([]Pace, error) {
	rows, err := s.query(ctx, `SELECT host, began_at, at, requests, least_gap_ms, delay_ms FROM paces ORDER BY host, at`)
	if err != nil {
		return nil, fmt.Errorf("pace of hosts: %w", err)
	}
	defer rows.Close()
	var out []Pace
	for rows.Next() {
		var p Pace
		var began, at, gap sql.NullInt64
		var delay int64
		if err := rows.Scan(&p.Host, &began, &at, &p.Requests, &gap, &delay); err != nil {
			return nil, ours(err)
		}
		p.Began, p.At = moment(began), moment(at)
		p.LeastGap, p.Delay = time.Duration(gap.Int64)*time.Millisecond, time.Duration(delay)*time.Millisecond
		if n := len(out); n > 0 && out[n-1].Host == p.Host {
			out[n-1].join(p)
			continue
		}
		out = append(out, p)
	}
	return out, ours(rows.Err())
}

// join adds a later run to those before.
func (p *Pace) join(later Pace) {
	p.At, p.Delay, p.Requests = later.At, later.Delay, p.Requests+later.Requests
	if later.LeastGap > 0 && (p.LeastGap == 0 || later.LeastGap < p.LeastGap) {
		p.LeastGap = later.LeastGap
	}
}
