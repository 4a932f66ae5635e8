package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Delivery is a message on its way to one target of a rule.
type Delivery struct {
	ID      string // the same however often it is sent
	Rule    string
	Target  string
	Cursors []int64 // of the changes it tells of, in order
	Text    string  // of a message about a source
	Due     time.Time
	At      time.Time // when it was written, or sent
	State   DeliveryState
	Tries   int
	Error   string // of the last try
}

// DeliveryState is what became of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	Waiting DeliveryState = "waiting"
	Sent    DeliveryState = "sent"
	Dead    DeliveryState = "dead" // given up; it stays until somebody says so
)

// NotifyCursor is how far a rule has looked through the log; ok is false where it
// never has.
func (s *Store) NotifyCursor(ctx context.Context, rule string) (cursor int64, ok bool, err error) {
	err = s.get(ctx, "SELECT cursor FROM notify_cursors WHERE rule = ?", []any{rule}, &cursor)
	if errors.Is(err, ErrNotFound) {
		return 0, false, nil
	}
	return cursor, err == nil, err
}

// Enqueue writes the deliveries that a rule made of the log between two cursors,
// and moves its cursor, in one transaction: no change is told twice or forgotten
// whenever the program dies. A waiting delivery of the same ID that was not tried
// yet takes in the further changes; behind one that was they are a delivery of their
// own, since a receiver that follows the IDs takes each once. ErrCursorMoved where another program looked meanwhile.
func (s *Store) Enqueue(ctx context.Context, rule string, from, to int64, list []Delivery) error {
	err := s.commit(ctx, ofRule(rule), func(t *tx) error {
		var now int64
		found, err := t.get("SELECT cursor FROM notify_cursors WHERE rule = ?", []any{rule}, &now)
		if err != nil {
			return err
		}
		if found && now != from {
			return ErrCursorMoved
		}
		for _, d := range list {
			if err := enqueue(t, d); err != nil {
				return err
			}
		}
		_, err = t.exec("INSERT INTO notify_cursors (rule, cursor) VALUES (?1, ?2) ON CONFLICT (rule) DO UPDATE SET cursor = ?2", rule, to)
		return err
	})
	if err != nil {
		return fmt.Errorf("notify %s: %w", rule, err)
	}
	return nil
}

func enqueue(t *tx, d Delivery) error {
	var had []byte
	var state string
	var tries int64
	found, err := t.get("SELECT cursors, state, tries FROM deliveries WHERE delivery_id = ?", []any{d.ID}, &had, &state, &tries)
	if err != nil {
		return err
	}
	switch {
	case found && state == string(Waiting) && tries == 0:
		var before []int64
		if err := json.Unmarshal(had, &before); err != nil {
			return err
		}
		d.Cursors = append(before, d.Cursors...)
	case found && len(d.Cursors) > 0:
		d.ID += fmt.Sprintf("-%d", d.Cursors[0])
	}
	cursors, err := json.Marshal(d.Cursors)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO deliveries (delivery_id, rule, target, cursors, text, state, due_at, at) VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7)
		ON CONFLICT (delivery_id) DO UPDATE SET cursors = ?4 WHERE deliveries.state = 'waiting'`,
		d.ID, d.Rule, d.Target, string(cursors), d.Text, d.Due.UnixMilli(), d.At.UnixMilli())
	return err
}

// TellTrouble writes deliveries about a source, and remembers what was told of it,
// in one transaction.
func (s *Store) TellTrouble(ctx context.Context, source, trouble string, at time.Time, list []Delivery) error {
	return s.commit(ctx, source, func(t *tx) error {
		for _, d := range list {
			if err := enqueue(t, d); err != nil {
				return err
			}
		}
		_, err := t.exec("INSERT INTO told_trouble (source, trouble, at) VALUES (?1, ?2, ?3) ON CONFLICT (source) DO UPDATE SET trouble = ?2, at = ?3", source, trouble, at.UnixMilli())
		return err
	})
}

// ToldTrouble is what was last told of a source's health; "" for well or nothing.
func (s *Store) ToldTrouble(ctx context.Context, source string) (string, error) {
	var trouble string
	err := s.get(ctx, "SELECT trouble FROM told_trouble WHERE source = ?", []any{source}, &trouble)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return trouble, err
}

// Deliveries lists deliveries by state, "" for all: what is due soonest, or was
// written last, first. due limits waiting ones to those due by then; zero for all.
func (s *Store) Deliveries(ctx context.Context, state DeliveryState, due time.Time, limit int) ([]Delivery, error) {
	var w where
	if state != "" {
		w.and("state = ?", string(state))
	}
	if !due.IsZero() {
		w.and("due_at <= ?", due.UnixMilli())
	}
	rows, err := s.query(ctx, "SELECT delivery_id, rule, target, cursors, text, state, due_at, at, tries, last_error FROM deliveries"+w.String()+" ORDER BY due_at, delivery_id LIMIT ?", append(w.args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Delivery
	for rows.Next() {
		var d Delivery
		var cursors []byte
		var dueAt, at int64
		if err := rows.Scan(&d.ID, &d.Rule, &d.Target, &cursors, &d.Text, &d.State, &dueAt, &at, &d.Tries, &d.Error); err != nil {
			return nil, ours(err)
		}
		if err := json.Unmarshal(cursors, &d.Cursors); err != nil {
			return nil, err
		}
		d.Due, d.At = time.UnixMilli(dueAt).UTC(), time.UnixMilli(at).UTC()
		out = append(out, d)
	}
	return out, ours(rows.Err())
}

// SentSince counts a rule's deliveries to a target since a time, and those that
// wait.
func (s *Store) SentSince(ctx context.Context, rule, target string, since time.Time) (int, error) {
	var n int
	err := s.get(ctx, "SELECT count(*) FROM deliveries WHERE rule = ? AND target = ? AND state <> 'dead' AND at >= ?", []any{rule, target, since.UnixMilli()}, &n)
	return n, err
}

// Delivered says what a try came to: d's State, Tries, Due and Error. Deliveries
// that were sent longer ago than keep are forgotten.
func (s *Store) Delivered(ctx context.Context, d Delivery, at time.Time, keep time.Duration) error {
	return s.commit(ctx, ofRule(d.Rule), func(t *tx) error {
		if _, err := t.exec("UPDATE deliveries SET state = ?, tries = ?, due_at = ?, last_error = ?, at = ? WHERE delivery_id = ?",
			string(d.State), d.Tries, d.Due.UnixMilli(), d.Error, at.UnixMilli(), d.ID); err != nil {
			return err
		}
		_, err := t.exec("DELETE FROM deliveries WHERE state = 'sent' AND at < ?", at.Add(-keep).UnixMilli())
		return err
	})
}

// Revive makes a rule's dead deliveries due again, "" for those of all rules, and
// says how many.
func (s *Store) Revive(ctx context.Context, rule string, at time.Time) (n int64, err error) {
	err = s.commit(ctx, noKey, func(t *tx) error {
		n, err = t.update("UPDATE deliveries SET state = 'waiting', tries = 0, due_at = ?1 WHERE state = 'dead' AND (?2 = '' OR rule = ?2)", at.UnixMilli(), rule)
		return err
	})
	return n, err
}
