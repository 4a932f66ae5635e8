package collect

import (
	"context"
	"encoding/json"
	"time"

	"stakeout/scheduler"
	"stakeout/store"
	"stakeout/story"
)

// NextLook is when a story is looked at next, and why then.
type NextLook struct {
	At  time.Time `json:"at"`
	Why string    `json:"why"` // follows "next look in 12 min, "
}

// ExplainLook says when the re-check policy has a story looked at next; nil where
// it doesn't, or not any more.
func ExplainLook(ctx context.Context, db *store.Store, key story.Key, now time.Time) (*NextLook, error) {
	r, ok, err := db.RecheckOfStory(ctx, key)
	if err != nil || !ok {
		return nil, err
	}
	s, ok := stateOf(r)
	if !ok {
		return nil, nil
	}
	learnt, err := LearntOf(ctx, db, key.Source)
	if err != nil {
		return nil, err
	}
	p := scheduler.Policy{Learnt: learnt, Zone: learnt.Location()}
	return &NextLook{At: r.NextAt, Why: p.Why(s, r.NextAt, now)}, nil
}

// LearntOf is what a source's looks have taught.
func LearntOf(ctx context.Context, db *store.Store, source string) (*scheduler.Learnt, error) {
	text, err := db.Learnt(ctx, source)
	learnt := &scheduler.Learnt{}
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, learnt)
	}
	return learnt, err
}
