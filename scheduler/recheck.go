package scheduler

import (
	"math"
	"time"
)

// Story is what the re-check policy keeps of a story between two looks. It is a
// value: each look or listing gives another.
type Story struct {
	Kind string    `json:"kind,omitempty"` // such as KindLive; "" for any other story
	Born time.Time `json:"born"`           // when it was published, or first seen where that is unknown
	At   time.Time `json:"at"`             // of the latest look that read it
	Pace Pace      `json:"pace"`           // as of that look
	// OffAt is when it was found to have left its listings; zero while it is
	// listed, or where nothing lists stories for good.
	OffAt time.Time `json:"off_at,omitzero"`
	// HintedAt is when a listing showed another headline or time; zero for not
	// since the latest look.
	HintedAt time.Time `json:"hinted_at,omitzero"`
	// ChangedAt is when an edit was last seen; zero for never.
	ChangedAt time.Time `json:"changed_at,omitzero"`
	Edits     int       `json:"edits,omitempty"`
}

// NewStory is a story that was just read for the first time.
func NewStory(kind string, born, at time.Time) Story {
	if born.IsZero() || born.After(at) {
		born = at
	}
	return Story{Kind: kind, Born: born, At: at, Pace: start(kind)}
}

// Policy says when a source's stories are looked at again. Its zero value is
// usable; what it holds is never changed by its methods but for Learnt.
type Policy struct {
	// Zone is that of the source, by whose hours its people work. Defaults to UTC.
	Zone *time.Location
	// Learnt is what the source has taught so far. Never nil.
	Learnt *Learnt
	Floors Floors
}

// Floors are how long a story waits at most, whatever its score.
type Floors struct {
	// Young holds for a story's first week. Defaults to 24 hours.
	Young time.Duration
	// Old holds from then on. Defaults to 7 days.
	Old time.Duration
	// Retire is the age from which on a story is looked at no more. Defaults to
	// 180 days; negative for never.
	Retire time.Duration
}

// Defaults of Floors, and how long a story is young.
const (
	DefaultYoung  = 24 * time.Hour
	DefaultOld    = 7 * 24 * time.Hour
	DefaultRetire = 180 * 24 * time.Hour
	youth         = 7 * 24 * time.Hour
)

// Or is the floors, with defaults where they are unset.
func (f Floors) Or(d Floors) Floors {
	or := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	or(&f.Young, d.Young)
	or(&f.Old, d.Old)
	or(&f.Retire, d.Retire)
	return f
}

// floor is when a story is due whatever its score.
func (p *Policy) floor(s *Story) time.Time {
	f := p.Floors.Or(Floors{DefaultYoung, DefaultOld, DefaultRetire})
	if s.At.Sub(s.Born) < youth {
		return s.At.Add(f.Young)
	}
	return s.At.Add(f.Old)
}

// retired reports whether a story is looked at no more.
func (p *Policy) retired(s *Story, at time.Time) bool {
	f := p.Floors.Or(Floors{DefaultYoung, DefaultOld, DefaultRetire})
	return f.Retire > 0 && at.Sub(s.Born) >= f.Retire
}

// way follows one story on from its latest look.
type way struct {
	walk
	p     *Policy
	s     *Story
	byAge [len(ages)]float64
	trail *trail // filled where it isn't nil

	offset     time.Duration // of the zone, until zoneEnds
	zoneEnds   time.Time
	zoneChosen bool
}

func (p *Policy) way(s *Story) way {
	pace := s.Pace
	if pace.sum() == 0 {
		pace = start(s.Kind)
	}
	return way{walk: walk{at: s.At, all: pace, calm: pace}, p: p, s: s, byAge: p.Learnt.byAge(s.Kind)}
}

// clock is the hour of the day and the weekday in the source's zone.
func (w *way) clock() (hour int, day time.Weekday) {
	if !w.zoneChosen || !w.zoneEnds.IsZero() && !w.at.Before(w.zoneEnds) {
		zone := w.p.Zone
		if zone == nil {
			zone = time.UTC
		}
		local := w.at.In(zone)
		_, seconds := local.Zone()
		_, w.zoneEnds = local.ZoneBounds()
		w.offset, w.zoneChosen = time.Duration(seconds)*time.Second, true
	}
	s := w.at.Unix() + int64(w.offset/time.Second)
	return int(s / 3600 % 24), time.Weekday((s/86400 + 4) % 7)
}

// factor is what multiplies the story's rates now.
func (w *way) factor() float64 {
	hour, day := w.clock()
	f := w.byAge[ageSpan(w.at.Sub(w.s.Born).Hours())] * w.p.Learnt.Hour(hour) * w.p.Learnt.Weekday(day)
	if w.off() {
		f *= w.p.Learnt.listedNoMore()
	}
	return f
}

// off reports whether the story has left its listings by now.
func (w *way) off() bool { return !w.s.OffAt.IsZero() && !w.at.Before(w.s.OffAt) }

// next makes one stride of the given grain.
func (w *way) next(k int) {
	hour, day := w.clock()
	age, off := ageSpan(w.at.Sub(w.s.Born).Hours()), w.off()
	before := w.calm.sum()
	w.go1(k, w.factor())
	if t := w.trail; t != nil {
		c := before - w.calm.sum()
		t.hours[hour] += c
		t.weekdays[day] += c
		t.ages[age] += c
		t.all += c
		if off {
			t.off += c
		}
	}
}

// to follows the story until at, to a step.
func (w *way) to(at time.Time) {
	for {
		left := at.Sub(w.at)
		if left < step/2 {
			return
		}
		k := grain(w.at.Sub(w.s.At))
		for k > 0 && step<<k > left {
			k--
		}
		w.next(k)
	}
}

// worth is what a look would be expected to find, in edits: one that is seen as
// a version of its own, and a removal for what it weighs.
func (w *way) worth() float64 {
	x := w.edited()
	if !w.s.OffAt.IsZero() {
		x *= offWorth
	}
	if !w.s.HintedAt.IsZero() && !w.at.Before(w.s.HintedAt) {
		x = 1 - (1-x)*(1-hintTrue)
	}
	x += removalWorth * removalRate(w.at.Sub(w.s.Born).Hours()) * w.at.Sub(w.s.At).Hours()
	if w.s.OffAt.After(w.s.At) {
		x += removalWorth * leftRemoved
	}
	return x
}

// score is worth, times a power of the time unseen.
func (w *way) score() float64 {
	return w.worth() * math.Pow(max(w.at.Sub(w.s.At), step).Hours(), patience)
}

// Score is how much a look at the time is worth, to be compared with other
// stories'; Edited the chance that it finds an edit.
func (p *Policy) Score(s Story, at time.Time) (score, edited float64) {
	w := p.way(&s)
	w.to(at)
	w.at = at // less than a step away
	return w.score(), w.edited()
}

// NextAt is when a story's score will reach the threshold, or its floor comes,
// whichever is first; the zero time where the story will be retired by then.
func (p *Policy) NextAt(s Story, threshold float64) time.Time {
	at := earlier(p.crossing(s, threshold), p.floor(&s))
	if !s.HintedAt.IsZero() {
		at = earlier(at, s.HintedAt)
	}
	if p.retired(&s, at) {
		return time.Time{}
	}
	return at
}

// horizon is how far a story is followed.
const horizon = 30 * 24 * time.Hour

// crossing is when a story's score reaches the threshold; a time past the
// horizon where it doesn't.
func (p *Policy) crossing(s Story, threshold float64) time.Time {
	w := p.way(&s)
	w.next(0)
	for w.score() < threshold && w.at.Sub(s.At) < horizon {
		w.next(grain(w.at.Sub(s.At)))
	}
	return w.at
}

// Looked is the story after a look that read it, and found an edit or none.
// What the look taught is learnt.
func (p *Policy) Looked(s Story, at time.Time, edit bool) Story {
	w := p.way(&s)
	w.trail = &trail{}
	w.to(at)
	if w.at.After(s.At) {
		s.Pace = w.after(edit)
		p.Learnt.learn(s.Kind, w.trail, edit, at)
	}
	s.At, s.HintedAt = at, time.Time{}
	if edit {
		s.ChangedAt = at
		s.Edits++
	}
	return s
}

// Relisted is the story after its listings were read: it is among them, or no
// more.
func (s Story) Relisted(at time.Time, listed bool) Story {
	switch {
	case listed:
		s.OffAt = time.Time{}
	case s.OffAt.IsZero():
		s.OffAt = at
	}
	return s
}

// Hinted is the story after something read anyway showed it anew.
func (s Story) Hinted(at time.Time) Story {
	s.HintedAt = at
	return s
}
