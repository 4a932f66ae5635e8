package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SourceLease names the lease of who runs a source; no host has a space.
func SourceLease(source string) string { return "source " + source }

// Fence is a lease under which something is recorded: where another took it over
// meanwhile, nothing is. The zero Fence lets everything pass.
type Fence struct {
	Name   string
	Number int64
}

// ErrLeaseLost says that another program took over while this one stood still.
// Nothing was written: whatever is due is found by the other.
var ErrLeaseLost = errors.New("another program took over while this one stood still")

// refuseLost refuses what was done under a lease that is another's by now.
func refuseLost(t *tx, f Fence) error {
	if f.Name == "" {
		return nil
	}
	var number int64
	if _, err := t.get("SELECT number FROM hosts WHERE host = ?"+forShare, []any{f.Name}, &number); err != nil {
		return err
	}
	if number != f.Number {
		return fmt.Errorf("%s: %w", f.Name, ErrLeaseLost)
	}
	return nil
}

// Lease is who may ask a host, or run a source, for the time being.
type Lease struct {
	Holder    string
	Number    int64     // grows whenever another holder takes over
	Until     time.Time // the holder's, unless it is renewed
	NotBefore time.Time // the first request of whoever comes next
	Taught    string    // what the host taught its holders, for the next one; as a wish "" leaves it
}

// Take takes or renews a lease until a time; notBefore is for whoever comes next.
// mine is false where another holds it, who is told. before is the lease as it
// was: a new holder keeps to its NotBefore, knows what was taught, and has number for
// its Fence. alive says of a holder whose time isn't up whether it still runs; nil for
// surely.
func (s *Store) Take(ctx context.Context, name string, wanted Lease, alive func(holder string) bool, now time.Time) (before Lease, number int64, mine bool, err error) {
	err = s.commit(ctx, "lease "+name, func(t *tx) error {
		var until, notBefore int64
		before, number, mine = Lease{}, 0, false
		found, err := t.get("SELECT holder, number, until, not_before, taught FROM hosts WHERE host = ?", []any{name}, &before.Holder, &before.Number, &until, &notBefore, &before.Taught)
		if err != nil {
			return err
		}
		if found {
			before.Until, before.NotBefore = time.UnixMilli(until), time.UnixMilli(notBefore)
		}
		number = before.Number
		if before.Holder != wanted.Holder {
			if before.Holder != "" && before.Until.After(now) && (alive == nil || alive(before.Holder)) {
				return nil
			}
			number++
		}
		mine = true
		_, err = t.exec(`INSERT INTO hosts (host, holder, number, until, not_before, taught) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
			ON CONFLICT (host) DO UPDATE SET holder = ?2, number = ?3, until = ?4, not_before = CASE WHEN hosts.not_before > ?5 THEN hosts.not_before ELSE ?5 END,
			taught = CASE WHEN ?6 <> '' THEN ?6 ELSE hosts.taught END`,
			name, wanted.Holder, number, wanted.Until.UnixMilli(), wanted.NotBefore.UnixMilli(), wanted.Taught)
		return err
	})
	if err != nil {
		return Lease{}, 0, false, fmt.Errorf("lease of %s: %w", name, err)
	}
	return before, number, mine, nil
}

// Given is a lease that is given back: the first request of whoever comes next, and
// what is to be known then; "" leaves what was taught before.
type Given struct {
	Name      string
	NotBefore time.Time
	Taught    string
}

// GiveBack ends leases, where they are still the holder's.
func (s *Store) GiveBack(ctx context.Context, holder string, given ...Given) error {
	if len(given) == 0 {
		return nil
	}
	var names []string
	for _, g := range given {
		names = append(names, "lease "+g.Name)
	}
	err := s.commitAll(ctx, names, func(t *tx) error {
		for _, g := range given {
			if _, err := t.exec(`UPDATE hosts SET holder = '', until = 0, not_before = ?1, taught = CASE WHEN ?2 <> '' THEN ?2 ELSE taught END
				WHERE host = ?3 AND holder = ?4`, g.NotBefore.UnixMilli(), g.Taught, g.Name, holder); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("give back leases: %w", err)
	}
	return nil
}

// SourceLeases lists the leases of sources, by source.
func (s *Store) SourceLeases(ctx context.Context) (map[string]Lease, error) {
	prefix := SourceLease("")
	rows, err := s.query(ctx, "SELECT host, holder, number, until, taught FROM hosts WHERE host >= ? AND host < ?", prefix, prefix[:len(prefix)-1]+"!")
	if err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	defer rows.Close()
	out := map[string]Lease{}
	for rows.Next() {
		var name string
		var l Lease
		var until int64
		if err := rows.Scan(&name, &l.Holder, &l.Number, &until, &l.Taught); err != nil {
			return nil, ours(err)
		}
		l.Until = time.UnixMilli(until)
		out[name[len(prefix):]] = l
	}
	return out, ours(rows.Err())
}
