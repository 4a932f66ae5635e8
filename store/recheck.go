package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"stakeout/story"
)

// Recheck is a known story that waits for its next look, and what the policy
// keeps of it.
type Recheck struct {
	Address
	State  []byte    // as it was recorded with the latest look
	LeftAt time.Time // when it was found to have left its listings; zero while it is listed
}

// waiting says which addresses wait for a look by the policy: nothing is
// uncertain about them, and nothing has hinted at them.
const waiting = `a.next_at IS NOT NULL AND a.hinted = 0 AND a.gone_in_row = 0 AND a.failures = 0 AND a.story_id IS NOT NULL`

const recheckColumns = `SELECT a.source, a.url, a.host, a.next_at, a.listed_at, r.state, r.left_at
	FROM addresses a JOIN rechecks r ON r.address_id = a.address_id `

// Rechecks lists the first stories of a source that wait for a look by the
// policy, due or not: n at most. Of their addresses, it fills in what says where
// they are and when they are due.
func (s *Store) Rechecks(ctx context.Context, source string, n int) ([]Recheck, error) {
	return s.rechecks(ctx, "WHERE a.source = ? AND "+waiting+" ORDER BY a.next_at, a.address_id LIMIT ?", source, n)
}

// RecheckOf is what the policy keeps of an address; ok is false for nothing.
func (s *Store) RecheckOf(ctx context.Context, source, address string) (r Recheck, ok bool, err error) {
	list, err := s.rechecks(ctx, "WHERE a.source = ? AND a.url = ?", source, address)
	if err != nil || len(list) == 0 {
		return Recheck{}, false, err
	}
	return list[0], true, nil
}

func (s *Store) rechecks(ctx context.Context, tail string, args ...any) ([]Recheck, error) {
	rows, err := s.query(ctx, recheckColumns+tail, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Recheck
	for rows.Next() {
		var r Recheck
		var next, listed, left sql.NullInt64
		if err := rows.Scan(&r.Source, &r.URL, &r.Host, &next, &listed, &r.State, &left); err != nil {
			return nil, ours(err)
		}
		r.NextAt, r.ListedAt = moment(next), moment(listed)
		if left.Int64 > listed.Int64 { // else it was listed again since
			r.LeftAt = moment(left)
		}
		list = append(list, r)
	}
	return list, ours(rows.Err())
}

// Postpone gives stories that wait for a look another time for it, unless
// something happened to them meanwhile.
func (s *Store) Postpone(ctx context.Context, list []Recheck) error {
	if len(list) == 0 {
		return nil
	}
	err := s.commit(ctx, list[0].Source, func(t *tx) error {
		for _, r := range list {
			if _, err := t.exec("UPDATE addresses AS a SET next_at = ? WHERE source = ? AND url = ? AND "+waiting, r.NextAt.UnixMilli(), r.Source, r.URL); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("postpone looks: %w", err)
	}
	return nil
}

// putRecheck keeps what the policy says of an address after a look.
func putRecheck(t *tx, r Result) error {
	if len(r.Recheck) == 0 {
		return nil
	}
	_, err := t.exec(`INSERT INTO rechecks (address_id, state) SELECT address_id, ?3 FROM addresses WHERE source = ?1 AND url = ?2
		ON CONFLICT (address_id) DO UPDATE SET state = ?3`, r.Source, r.URL, string(r.Recheck))
	return err
}

// Learnt is what was kept of what looks at a source have taught; nil for nothing.
func (s *Store) Learnt(ctx context.Context, source string) ([]byte, error) {
	list, err := column[string](ctx, s, "SELECT learnt FROM learnt WHERE source = ?", source)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return []byte(list[0]), nil
}

// Learn keeps what looks at a source have taught.
func (s *Store) Learn(ctx context.Context, source string, learnt []byte, at time.Time) error {
	err := s.commit(ctx, source, func(t *tx) error {
		_, err := t.exec("INSERT INTO learnt (source, at, learnt) VALUES (?1, ?2, ?3) ON CONFLICT (source) DO UPDATE SET at = ?2, learnt = ?3",
			source, at.UnixMilli(), string(learnt))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what %s has taught: %w", source, err)
	}
	return nil
}

// RecheckOfStory is what the policy keeps of a story, at the address where it is
// requested; ok is false for nothing, and for one that is looked at no more.
func (s *Store) RecheckOfStory(ctx context.Context, key story.Key) (r Recheck, ok bool, err error) {
	list, err := s.rechecks(ctx, `WHERE a.story_id = (SELECT story_id FROM stories WHERE source = ? AND id = ?) AND a.next_at IS NOT NULL ORDER BY a.next_at LIMIT 1`, key.Source, key.ID)
	if err != nil || len(list) == 0 {
		return Recheck{}, false, err
	}
	return list[0], true, nil
}
