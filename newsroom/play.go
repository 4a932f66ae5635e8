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

// ordinary are the deeds of the rounds after the first. Those that come more
// often stand here more often.
var ordinary = []func() deedFunc{
	func() deedFunc { return revise(reword(fact, number)) },
	func() deedFunc { return revise(reword(fact, number, inWords)) },
	func() deedFunc { return revise(reword(fact, person)) },
	func() deedFunc { return revise(reword(fact, place)) },
	func() deedFunc { return revise(reword(fact, weekday, date)) },
	func() deedFunc { return revise(reword(fact, quotation)) },
	func() deedFunc { return revise(reword(fact, negation)) },
	func() deedFunc { return revise(reword(wording, word)) },
	func() deedFunc { return revise(reword(typo, spelling)) },
	func() deedFunc { return revise(retitle(wording, word)) },
	func() deedFunc { return revise(correct(number)) },
	func() deedFunc { return revise(grow()) },
	func() deedFunc { return revise(shrink()) },
	func() deedFunc { return revise(putBack()) },
	func() deedFunc { return revise(reorder()) },
	func() deedFunc { return revise(credit("confirmed")) },
	func() deedFunc { return revise(credit("disputed")) },
	func() deedFunc { return revise(tag("Follow-up")) },
	func() deedFunc { return revise(retract()) },
	func() deedFunc { return redesign() },
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
		n.attempt(n.desks[n.rng.IntN(len(n.desks))], ordinary[n.rng.IntN(len(ordinary))]())
	}
}

// attempt does a deed to some story of a desk, where there is one for it.
func (n *Newsroom) attempt(d *desk, do deedFunc) {
	pieces := n.free(d)
	n.rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	for _, p := range pieces {
		if deed, ok := do(n, p); ok {
			n.enter(p, deed)
			return
		}
	}
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
