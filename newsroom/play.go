package newsroom

import (
	"fmt"
	"slices"
)

// perform does the steps of an act.
func (n *Newsroom) perform(steps []step) {
	for _, s := range steps {
		d := n.desk(s.desk)
		if s.do == nil {
			n.publish(n.compose(d, n.now().UTC().Truncate(1e9)))
			continue
		}
		n.do(d, s)
	}
}

// do finds a story that a step can be done to, and does it. The prose holds
// every kind of spot, so there is one.
func (n *Newsroom) do(d *desk, s step) {
	if p := n.roles[s.role]; s.role != "" && p != nil {
		if deed, ok := s.do(n, p); ok {
			n.enter(p, deed)
			return
		}
		panic(fmt.Sprintf("newsroom: act %d: the step of %q can't be done", n.act, s.role))
	}
	for _, p := range n.free(d) {
		if deed, ok := s.do(n, p); ok {
			if s.role != "" {
				n.roles[s.role] = p
				p.role = s.role
			}
			n.enter(p, deed)
			return
		}
	}
	panic(fmt.Sprintf("newsroom: act %d: no story of %s for a step", n.act, d.Name))
}

// free lists a desk's stories that an act may still touch: no part in the
// script, nothing done to it in this act, no trouble, and not the one that is
// printed to the letter. Those come first to which least was done.
func (n *Newsroom) free(d *desk) []*piece {
	var out []*piece
	for _, p := range d.pieces {
		if !n.busy[p] && p.role == "" && p.trouble.kind == "" && !p.exact {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *piece) int { return a.edits - b.edits })
	return out
}

func (n *Newsroom) desk(name string) *desk {
	for _, d := range n.desks {
		if d.Name == name {
			return d
		}
	}
	panic("newsroom: no desk " + name)
}

// edits are those of every class, in turn.
var edits = []func() []edit{
	func() []edit { return []edit{reword(fact, number)} },
	func() []edit { return []edit{reword(wording, word)} },
	func() []edit { return []edit{grow()} },
	func() []edit { return []edit{correct(number)} },
	func() []edit { return []edit{reword(typo, spelling)} },
	func() []edit { return []edit{tag("Follow-up")} },
	func() []edit { return []edit{shrink()} },
	func() []edit { return []edit{reorder()} },
	func() []edit { return []edit{reword(fact, person)} },
	func() []edit { return []edit{retitle(wording, word)} },
	func() []edit { return []edit{reword(fact, quotation)} },
	func() []edit { return []edit{credit("disputed")} },
	func() []edit { return []edit{reword(fact, negation)} },
	func() []edit { return []edit{reword(fact, place)} },
	func() []edit { return []edit{credit("confirmed")} },
	func() []edit { return []edit{reword(fact, weekday, date)} },
	func() []edit { return []edit{putBack()} },
	func() []edit { return []edit{retract()} },
	func() []edit { return []edit{reword(fact, inWords)} },
	func() []edit { return []edit{retitle(fact, number)} },
}

// mishaps are what else befalls stories in the rounds after the first.
var mishaps = []func() deedFunc{
	redesign,
	func() deedFunc { return fall(captcha, 2) },
	func() deedFunc { return fall(unavailable, 1) },
	func() deedFunc { return fall(shortBody, 1) },
	func() deedFunc { return fall(goneForGood, 0) },
}

// Bounds of the endless rounds: how many stories a desk keeps, and how many acts
// a story stays on record once it is gone for good.
const (
	mostLive   = 40
	remembered = 30
)

// improvise makes up an act of a later round.
func (n *Newsroom) improvise() {
	clear(n.roles)
	for _, d := range n.desks {
		for _, p := range d.pieces {
			p.role = ""
		}
	}
	if n.rng.IntN(2) == 0 {
		d := n.desks[n.rng.IntN(len(n.desks))]
		n.publish(n.compose(d, n.now().UTC().Truncate(1e9)))
	}
	for range 1 + n.rng.IntN(3) {
		d := n.desks[n.rng.IntN(len(n.desks))]
		if n.rng.IntN(5) == 0 {
			n.attempt(d, mishaps[n.rng.IntN(len(mishaps))]())
			continue
		}
		n.attempt(d, revise(edits[n.rng.IntN(len(edits))]()...))
	}
}

// attempt does a deed to some story of a desk, where there is one for it.
func (n *Newsroom) attempt(d *desk, do deedFunc) bool {
	pieces := n.free(d)
	n.rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	for _, p := range pieces {
		if deed, ok := do(n, p); ok {
			n.enter(p, deed)
			return true
		}
	}
	return false
}

// tidy takes the oldest story of a crowded desk down, and forgets those that
// have been gone for long, so that a newsroom can play for days.
func (n *Newsroom) tidy() {
	for _, d := range n.desks {
		live := 0
		kept := d.pieces[:0:0]
		for _, p := range d.pieces {
			if p.trouble.forGood() && n.act-p.trouble.since > remembered {
				continue // an address that nobody knows is a 404 too
			}
			if !p.trouble.forGood() {
				live++
			}
			kept = append(kept, p)
		}
		d.pieces = kept
		if old := n.free(d); live > mostLive && len(old) > 0 {
			oldest := old[0]
			for _, p := range old {
				if p.published.Before(oldest.published) {
					oldest = p
				}
			}
			deed, _ := fall(goneForGood, 0)(n, oldest)
			n.enter(oldest, deed)
		}
	}
}
