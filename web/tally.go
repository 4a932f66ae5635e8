package web

import (
	"sync"

	"stakeout/story"
)

// Tally counts visits since the program started. Its zero value is ready; it may be
// used from several goroutines.
type Tally struct {
	mu     sync.Mutex // protects counts
	counts map[visited]int
}

// visited is what visits are counted by.
type visited struct {
	source  string
	outcome story.Outcome
}

// Visit counts one visit.
func (t *Tally) Visit(source string, o story.Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[visited]int{}
	}
	t.counts[visited{source, o}]++
}

// each calls do with every count.
func (t *Tally) each(do func(v visited, n int)) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for v, n := range t.counts {
		do(v, n)
	}
}
