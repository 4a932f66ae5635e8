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
	if _, err := t.get("SELECT number FROM hosts WHERE host = ?", []any{f.Name}, &number); err != nil {
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
}

// Take takes or renews a lease until a time; notBefore is for whoever comes next.
// mine is false where another holds it, who is told. before is the lease as it
// was: a new holder keeps to its NotBefore, and has number for its Fence. alive says of a holder whose time
// isn't up whether it still runs; nil for surely.
func (s *Store) Take(ctx context.Context, name string, wanted Lease, alive func(holder string) bool, now time.Time) (before Lease, number int64, mine bool, err error) {
	err = s.commit(ctx, func(t *tx) error {
		var until, notBefore int64
		before, number, mine = Lease{}, 0, false
		found, err := t.get("SELECT holder, number, until, not_before FROM hosts WHERE host = ?", []any{name}, &before.Holder, &before.Number, &until, &notBefore)
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
		_, err = t.exec(`INSERT INTO hosts (host, holder, number, until, not_before) VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT (host) DO UPDATE SET holder = ?2, number = ?3, until = ?4, not_before = max(not_before, ?5)`,
			name, wanted.Holder, number, wanted.Until.UnixMilli(), wanted.NotBefore.UnixMilli())
		return err
	})
	if err != nil {
		return Lease{}, 0, false, fmt.Errorf("lease of %s: %w", name, err)
	}
	return before, number, mine, nil
}

// GiveBack ends a lease, where it is still the holder's.
func (s *Store) GiveBack(ctx context.Context, name, holder string, notBefore time.Time) error {
	err := s.commit(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE hosts SET holder = '', until = 0, not_before = ? WHERE host = ? AND holder = ?", notBefore.UnixMilli(), name, holder)
		return err
	})
	if err != nil {
		return fmt.Errorf("lease of %s: %w", name, err)
	}
	return nil
}
