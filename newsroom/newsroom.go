// Package newsroom is the site that the demo and the tests watch: three
// publications of made-up news that are published, edited, corrected, retracted
// and taken down, on pages with the churn of real ones, and a ledger of what was
// really done, to hold against what a watcher recorded.
//
// It knows nothing of the program that watches it. Its prose is English only,
// and its readers are few: it keeps everything in memory.
package newsroom

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a newsroom is made from.
type Options struct {
	// Seed decides everything that is left to chance.
	Seed uint64
	// Now is the clock, for times of publication and "3 minutes ago". Defaults
	// to time.Now.
	Now func() time.Time
	// Still keeps pages as they are from one response to the next. By default
	// each response brings other adverts, counters, tokens and class names.
	Still bool
}

// Newsroom is the site: an http.Handler, safe for concurrent use.
type Newsroom struct {
	seed   uint64
	now    func() time.Time
	still  bool
	opened time.Time
	served atomic.Uint64 // responses so far: the stream of their churn

	topics  []topic
	generic []string

	mu     sync.RWMutex // protects following fields
	rng    *rand.Rand
	deck   []int // topics not used in this turn
	serial int
	desks  []*desk
	act    int
	roles  map[string]*piece
	busy   map[*piece]bool // stories that this act has touched
	ledger []Deed
	ended  bool // the round is over, and its end not told yet
}

// openingPerDesk is how many stories each desk has before the first act.
const openingPerDesk = 10

// New returns a newsroom with its opening stories, which the ledger lists as new
// in act 0. Equal options give equal newsrooms.
func New(o Options) *Newsroom {
	n := newEmpty(o)
	n.desks = newDesks()
	for i := range openingPerDesk {
		for j, d := range n.desks {
			age := time.Duration(openingPerDesk-i)*19*time.Minute + time.Duration(j*7+n.rng.IntN(5))*time.Minute
			p := n.compose(d, n.opened.Add(-age))
			if i == 0 && d.Kind == cards {
				p = seedCard(d)
			}
			n.publish(p)
		}
	}
	return n
}

// newEmpty is a newsroom without desks.
func newEmpty(o Options) *Newsroom {
	if o.Now == nil {
		o.Now = time.Now
	}
	n := &Newsroom{seed: o.Seed, now: o.Now, still: o.Still, rng: newRand(o.Seed, 1),
		roles: map[string]*piece{}, busy: map[*piece]bool{}}
	n.opened = n.now().UTC().Truncate(time.Second)
	n.topics, n.generic = readTopics()
	return n
}

// publish puts a story on its desk.
func (n *Newsroom) publish(p *piece) {
	p.desk.pieces = append(p.desk.pieces, p)
	n.enter(p, Deed{Event: eventNew, What: "published"})
	p.edits = 0
}

// enter writes a deed into the ledger.
func (n *Newsroom) enter(p *piece, d Deed) {
	d.Act, d.Source, d.StoryID, d.Path, d.Headline = n.act, p.desk.Name, p.id, p.path, p.headline.String()
	n.ledger = append(n.ledger, d)
	n.busy[p] = true
	p.edits++
	if s := p.sum(); !slices.Contains(p.said, s) {
		p.said = append(p.said, s)
	}
}

// Acts is how many acts a round has.
func (n *Newsroom) Acts() int { return len(script()) }

// Play plays the next act: it changes the site and enters into the ledger what
// it did. At the end of a round it does nothing, once, and ok is false; the next
// call begins another round, and so for ever. The first round goes through every
// kind of deed; those after it are made up as they go.
func (n *Newsroom) Play() (act Act, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	steps := script()
	if n.act > 0 && n.act%len(steps) == 0 && !n.ended {
		n.ended = true
		return Act{}, false
	}
	n.ended = false
	n.act++
	clear(n.busy)
	before := len(n.ledger)
	n.clear()
	title := "an ordinary hour"
	if n.act <= len(steps) {
		title = steps[n.act-1].title
		n.perform(steps[n.act-1].steps)
	} else {
		n.improvise()
	}
	n.tidy()
	return Act{N: n.act, Title: title, Deeds: slices.Clone(n.ledger[before:])}, true
}

// Truth is the ledger: what was really done, in order.
func (n *Newsroom) Truth() []Deed {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.Clone(n.ledger)
}

// Desks are the newsroom's three publications.
func (n *Newsroom) Desks() []Desk {
	var out []Desk
	for _, d := range n.desks {
		out = append(out, d.Desk)
	}
	return out
}
