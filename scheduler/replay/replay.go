package replay

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"stakeout/scheduler"
)

// Options say what is played, and by which policy.
type Options struct {
	From    time.Time
	Days    int           // of which stories are published and edits count
	Budget  float64       // re-checks an hour, over all hosts
	Tick    time.Duration // between two choices
	HostGap time.Duration // between two looks at one host
	// Listing is how often the listing is read, which is free: it shows hints, and
	// which stories are still on it.
	Listing time.Duration
	// Learn is how many days before From the policy may learn from, by looks of
	// its own within the same budget.
	Learn int
	// Strict ends a story with its listing, unread edits and all. Else its page
	// can still be read, as it could be.
	Strict bool
	Policy string // one of Policies
}

// Policies are the names that Options.Policy takes: the service's own, and the
// known ones that it is compared with.
var Policies = []string{"ours", "uniform", "newsdiffs", "nutch"}

// Result is what a policy caught, and what it asked for.
type Result struct {
	Stories, Fetches, Edits, Seen  int
	Delays                         []time.Duration // from each edit to the next look, in order; Never for none
	Removals, RemovalsWithin24Hour int
}

// Never is the delay of an edit after which nobody looked.
const Never = time.Duration(math.MaxInt64)

// SeenPercent is how many of the edits were seen as versions of their own.
func (r *Result) SeenPercent() float64 { return percent(r.Seen, r.Edits) }

// RemovedPercent is how many of the removals were seen within 24 hours; NaN
// where the trace has none.
func (r *Result) RemovedPercent() float64 { return percent(r.RemovalsWithin24Hour, r.Removals) }

// FetchesPerVersion is what a version costs.
func (r *Result) FetchesPerVersion() float64 { return float64(r.Fetches) / float64(r.Seen) }

// Delay is a quantile of the delays, in seconds; +Inf where nobody looked.
func (r *Result) Delay(q float64) float64 {
	if len(r.Delays) == 0 {
		return math.NaN()
	}
	d := r.Delays[int(float64(len(r.Delays)-1)*q)]
	if d == Never {
		return math.Inf(1)
	}
	return d.Seconds()
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }

// chooser is a re-check policy as the world sees it.
type chooser interface {
	// publish tells of a story that was just read for the first time.
	publish(p *page, now time.Time)
	// listed tells what the listing shows of a story.
	listed(p *page, now time.Time, on, hint bool)
	// choose lists who is looked at now, the most urgent first: n at most.
	choose(now time.Time, n int) []*page
	// looked tells what a look found.
	looked(p *page, at time.Time, edit bool)
	// drop tells that a story needn't be looked at any more.
	drop(p *page)
}

// page is a story in the world, and how far it was seen.
type page struct {
	*Story
	at      time.Time // of the latest look
	edits   int       // how many of its edits that look saw
	off     bool      // the listing was read without it
	removed bool
	row     scheduler.Row // for ours
	peer    peer          // for the others
}

// Play plays the trace.
func Play(t *Trace, o Options) (*Result, error) {
	if o.Days < 1 || o.Budget <= 0 || o.Tick <= 0 || o.HostGap < 0 || o.Listing <= 0 {
		return nil, fmt.Errorf("found %d days, a budget of %g an hour, a tick of %s, a listing each %s; expected more than nothing", o.Days, o.Budget, o.Tick, o.Listing)
	}
	until := o.From.AddDate(0, 0, o.Days)
	learnt := &scheduler.Learnt{}
	if o.Policy == "ours" && o.Learn > 0 {
		w := newWorld(t, o, newOurs(learnt, o.Budget), o.From.AddDate(0, 0, -o.Learn), o.From)
		w.play()
	}
	c, err := newChooser(o, learnt)
	if err != nil {
		return nil, err
	}
	w := newWorld(t, o, c, o.From, until)
	if len(w.coming) == 0 {
		return nil, fmt.Errorf("the trace has no story between %s and %s", o.From.Format(time.DateOnly), until.Format(time.DateOnly))
	}
	w.play()
	return w.result(), nil
}

func newChooser(o Options, learnt *scheduler.Learnt) (chooser, error) {
	if o.Policy == "ours" {
		return newOurs(learnt, o.Budget), nil
	}
	if p, ok := peers[o.Policy]; ok {
		return &ladder{policy: p, budget: scheduler.Budget{PerHour: o.Budget}}, nil
	}
	return nil, fmt.Errorf("found policy %q, expected one of %v", o.Policy, Policies)
}

// world is the virtual time in which a policy looks at pages.
type world struct {
	o           Options
	chooser     chooser
	from, until time.Time
	perHost     int // looks that fit into a tick
	removals    bool
	coming      []*page // not published yet
	pages       []*page // published
	live        []*page // that may be looked at
	fetches     int
	seen        int
	delays      []time.Duration
	removedSeen int
}

func newWorld(t *Trace, o Options, c chooser, from, until time.Time) *world {
	w := &world{o: o, chooser: c, from: from, until: until, removals: t.Removals, perHost: math.MaxInt32}
	if o.HostGap > 0 {
		w.perHost = max(1, int(o.Tick/o.HostGap))
	}
	begin, _ := slices.BinarySearchFunc(t.Stories, from, func(s *Story, at time.Time) int { return s.Published.Compare(at) })
	for _, s := range t.Stories[begin:] {
		if !s.Published.Before(until) {
			break
		}
		w.coming = append(w.coming, &page{Story: s, at: s.Published})
	}
	return w
}

func (w *world) play() {
	listing := w.from
	for now := w.from; now.Before(w.until); now = now.Add(w.o.Tick) {
		for len(w.coming) > 0 && !w.coming[0].Published.After(now) {
			p := w.coming[0]
			w.coming = w.coming[1:]
			w.pages, w.live = append(w.pages, p), append(w.live, p)
			w.chooser.publish(p, now)
		}
		if !now.Before(listing) {
			w.readListing(listing.Add(-w.o.Listing), now)
			listing = listing.Add(w.o.Listing)
		}
		w.look(now)
	}
}

// readListing shows what the listing does since the one before.
func (w *world) readListing(before, now time.Time) {
	kept := w.live[:0]
	for _, p := range w.live {
		on := !now.After(p.LastListed)
		switch {
		case p.removed, !on && w.o.Strict:
			w.chooser.drop(p)
			continue
		case p.off && !w.removals && p.at.After(p.LastListed):
			// Of a story that was read after it left, the trace knows nothing.
			w.chooser.drop(p)
			continue
		}
		kept = append(kept, p)
		hint := slices.ContainsFunc(p.Hints, func(t time.Time) bool { return t.After(before) && !t.After(now) })
		if on == p.off || hint {
			w.chooser.listed(p, now, on, hint)
		}
		p.off = !on
	}
	w.live = kept
}

// look makes the looks of a tick, each host's with its gap between them.
func (w *world) look(now time.Time) {
	hosts := map[string]int{}
	for _, p := range w.chooser.choose(now, w.perHost) {
		n := hosts[p.Host]
		if n == w.perHost {
			continue
		}
		hosts[p.Host]++
		w.fetch(p, now.Add(time.Duration(n)*w.o.HostGap))
	}
}

// fetch is a request for a page, and tells the policy what it found.
func (w *world) fetch(p *page, at time.Time) {
	w.fetches++
	if !p.Removed.IsZero() && !p.Removed.After(at) {
		if !p.removed && at.Sub(p.Removed) <= 24*time.Hour {
			w.removedSeen++
		}
		p.removed = true
		w.chooser.drop(p)
		return
	}
	n := sort.Search(len(p.Edits), func(i int) bool { return p.Edits[i].After(at) })
	edit := n > p.edits
	if edit {
		w.seen++
	}
	for _, e := range p.Edits[p.edits:n] {
		w.delays = append(w.delays, at.Sub(e))
	}
	p.edits, p.at = n, at
	w.chooser.looked(p, at, edit)
}

func (w *world) result() *Result {
	r := &Result{Stories: len(w.pages), Fetches: w.fetches, Seen: w.seen, Delays: w.delays, RemovalsWithin24Hour: w.removedSeen}
	for _, p := range w.pages {
		for _, e := range p.Edits {
			if e.Before(w.until) && (p.Removed.IsZero() || e.Before(p.Removed)) {
				r.Edits++
			}
		}
		if !p.Removed.IsZero() && p.Removed.Before(w.until) {
			r.Removals++
		}
	}
	for len(r.Delays) < r.Edits {
		r.Delays = append(r.Delays, Never)
	}
	slices.Sort(r.Delays)
	return r
}
