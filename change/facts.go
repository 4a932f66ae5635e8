package change

import (
	"slices"

	"stakeout/story"
)

// found is a thing with a type in a text, and where it stands in bytes.
type found struct {
	kind     story.FactKind
	text     string
	key      string // the same for two that say the same
	from, to int
	value    *float64
	unit     string
}

// factsOf lists what differs in a field of what has a type, before and after. Of
// a paragraph that came or went whole only the indicators count: everything else
// in it is part of its news.
func factsOf(f story.FieldChange, lang string) []story.TypedFact {
	switch {
	case f.IsList || f.Class == story.Reordered:
		return nil
	case f.Field == "credibility":
		return []story.TypedFact{{Kind: story.FactCredibility, Old: f.Old, New: f.New}}
	case f.Field == "published":
		return []story.TypedFact{{Kind: story.FactDate, Old: f.Old, New: f.New}}
	}
	whole := f.Old == "" || f.New == ""
	find := func(s string) []found {
		indicators := indicatorsIn(s)
		if whole {
			return indicators
		}
		return append(indicators, quantitiesIn(s, lang, indicators)...)
	}
	return paired(touched(f.Words, find(f.Old), find(f.New)))
}

// touchedAt is what of both texts' things a place where they differ touches.
type touchedAt struct{ old, new []touch }

type touch struct {
	found
	beside bool // nothing of it differs, it only stands beside what came or went
}

// touched gathers what the places where two texts differ touch, but for what
// both sides have.
func touched(words []story.Word, old, new []found) []touchedAt {
	var out []touchedAt
	oldSide, newSide := newSeeker(old), newSeeker(new)
	i, j := 0, 0
	for k := 0; k < len(words); {
		if words[k].Op == story.Kept {
			i, j = i+len(words[k].Text), j+len(words[k].Text)
			k++
			continue
		}
		oldFrom, newFrom := i, j
		for ; k < len(words) && words[k].Op != story.Kept; k++ {
			if words[k].Op == story.Dropped {
				i += len(words[k].Text)
			} else {
				j += len(words[k].Text)
			}
		}
		out = append(out, touchedAt{oldSide.within(oldFrom, i), newSide.within(newFrom, j)})
	}
	return withoutCommon(out)
}

// seeker goes through the things of a text in order.
type seeker struct {
	all  []found
	next int
}

func newSeeker(all []found) *seeker {
	slices.SortFunc(all, func(a, b found) int { return a.from - b.from })
	return &seeker{all: all}
}

// within lists what overlaps a range; of an empty range, what ends or begins
// there. Ranges come in order; each thing is listed once, where it is first
// touched.
func (s *seeker) within(from, to int) []touch {
	var out []touch
	for ; s.next < len(s.all) && s.all[s.next].from <= to+1; s.next++ {
		t := touch{found: s.all[s.next]}
		switch {
		case t.from < to && from < t.to:
		case from == to && from-1 <= t.to:
			t.beside = t.from >= from || t.to <= from
		case t.from >= to:
			return out
		default:
			continue
		}
		out = append(out, t)
	}
	return out
}

// withoutCommon takes away what was only moved: on one side here, on the other
// there.
func withoutCommon(places []touchedAt) []touchedAt {
	count := map[string]int{}
	for _, p := range places {
		for _, f := range p.new {
			count[string(f.kind)+f.key]++
		}
	}
	kept := map[string]int{}
	for k := range places {
		places[k].old = slices.DeleteFunc(places[k].old, func(f touch) bool {
			id := string(f.kind) + f.key
			if count[id] == 0 {
				return false
			}
			count[id]--
			kept[id]++
			return true
		})
	}
	for k := range places {
		places[k].new = slices.DeleteFunc(places[k].new, func(f touch) bool {
			id := string(f.kind) + f.key
			if kept[id] == 0 {
				return false
			}
			kept[id]--
			return true
		})
	}
	return places
}

// paired puts before and after together, kind by kind, in order.
func paired(places []touchedAt) []story.TypedFact {
	var out []story.TypedFact
	for _, p := range places {
		news := map[story.FactKind][]touch{}
		for _, b := range p.new {
			news[b.kind] = append(news[b.kind], b)
		}
		for _, a := range p.old {
			switch left := news[a.kind]; {
			case len(left) > 0:
				out = append(out, fact(a.found, left[0].found))
				news[a.kind] = left[1:]
			case !a.beside:
				out = append(out, fact(a.found, found{kind: a.kind, unit: a.unit}))
			}
		}
		for _, b := range p.new {
			if left := news[b.kind]; len(left) > 0 && left[0].from == b.from {
				news[b.kind] = left[1:]
				if !b.beside {
					out = append(out, fact(found{kind: b.kind, unit: b.unit}, b.found))
				}
			}
		}
	}
	return out
}

func fact(a, b found) story.TypedFact {
	f := story.TypedFact{Kind: a.kind, Old: a.text, New: b.text, OldValue: a.value, NewValue: b.value}
	if a.unit == b.unit {
		f.Unit = a.unit
	}
	return f
}
