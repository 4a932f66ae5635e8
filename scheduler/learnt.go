package scheduler

import "time"

// Learnt is what a source's own looks have taught: how much more or less often
// than believed its stories are edited, by the hour of the day, the weekday, age
// and kind, and once they have left its listings. The zero value has learnt
// nothing. It is kept as JSON.
type Learnt struct {
	// Zone is the time zone of Hours and Weekdays, as time.LoadLocation takes it;
	// "" for UTC.
	Zone     string                       `json:"zone,omitempty"`
	Hours    [24]Tally                    `json:"hours"`
	Weekdays [7]Tally                     `json:"weekdays"`       // from Sunday
	Ages     map[string]*[len(ages)]Tally `json:"ages,omitempty"` // by kind
	Off      Tally                        `json:"off"`
	// Threshold is the score from which on a story is looked at, as the budget
	// has set it; 0 for not yet.
	Threshold float64   `json:"threshold,omitempty"`
	Looks     int       `json:"looks"`
	Edits     int       `json:"edits"`
	At        time.Time `json:"at,omitzero"` // of the newest look that is in it
}

// Tally holds how many edits were expected and how many were seen.
type Tally struct {
	Seen     float64 `json:"seen"`
	Expected float64 `json:"expected"`
}

// In is what was learnt, by the clock of a zone: in another one than before, the
// hours are learnt anew.
func (l *Learnt) In(zone *time.Location) *Learnt {
	if name := zone.String(); l.Zone != name {
		l.Zone, l.Hours, l.Weekdays = name, [24]Tally{}, [7]Tally{}
	}
	return l
}

// Location is the zone by whose clock hours were learnt.
func (l *Learnt) Location() *time.Location {
	if zone, err := time.LoadLocation(l.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// How many edits must be seen until they weigh as much as what was believed.
const (
	trustHour = 20
	trustAge  = 10
	trustOff  = 3
)

// factor is how much more often than believed edits came.
func (t Tally) factor(trust float64) float64 { return (t.Seen + trust) / (t.Expected + trust) }

// add takes down that a chance arose, and whether an edit came of it. What was
// expected is taken back to what was believed before anything was learnt.
func (t *Tally) add(chance, edits, trust float64) {
	f := t.factor(trust)
	t.Seen += edits
	t.Expected += chance / f
}

func (t *Tally) fade(by float64) {
	t.Seen *= by
	t.Expected *= by
}

// Hour is how much more often than on average the source's stories are edited in
// an hour of the day, in its zone.
func (l *Learnt) Hour(h int) float64 { return hourFactor[h] * l.Hours[h].factor(trustHour) }

// Weekday is how much more often than on average they are edited on a weekday.
func (l *Learnt) Weekday(d time.Weekday) float64 { return l.Weekdays[d].factor(trustHour) }

// listedNoMore is how much more often stories are edited that no listing names.
func (l *Learnt) listedNoMore() float64 { return offFactor * l.Off.factor(trustOff) }

// byAge is how often stories of a kind are edited, by spans of their age.
func (l *Learnt) byAge(kind string) (f [len(ages)]float64) {
	f = *ageFactor(kind)
	if t := l.Ages[kind]; t != nil {
		for i := range f {
			f[i] *= t[i].factor(trustAge)
		}
	}
	return f
}

// trail is where, on a story's way to a look, the chance of an edit arose.
type trail struct {
	hours    [24]float64
	weekdays [7]float64
	ages     [len(ages)]float64
	off      float64
	all      float64
}

// learn takes down a look: where the chance of an edit arose, and whether one
// came.
func (l *Learnt) learn(kind string, t *trail, edit bool, at time.Time) {
	l.fade(at)
	l.Looks++
	var share float64 // of the edit that each bit of chance has earned
	if edit {
		l.Edits++
		if t.all > 0 {
			share = 1 / t.all
		}
	}
	add := func(to *Tally, chance, trust float64) {
		if chance > 0 {
			to.add(chance, chance*share, trust)
		}
	}
	if l.Ages == nil {
		l.Ages = map[string]*[len(ages)]Tally{}
	}
	if l.Ages[kind] == nil {
		l.Ages[kind] = &[len(ages)]Tally{}
	}
	for i, c := range t.hours {
		add(&l.Hours[i], c, trustHour)
	}
	for i, c := range t.weekdays {
		add(&l.Weekdays[i], c, trustHour)
	}
	for i, c := range t.ages {
		add(&l.Ages[kind][i], c, trustAge)
	}
	add(&l.Off, t.off, trustOff)
}

// fadeEvery is how often what was learnt is made to count less.
const fadeEvery = 24 * time.Hour

// fade lets what was seen count less with time.
func (l *Learnt) fade(now time.Time) {
	if l.At.IsZero() {
		l.At = now
	}
	by := 1.0
	for ; now.Sub(l.At) >= fadeEvery; l.At = l.At.Add(fadeEvery) {
		by *= fadedADay
	}
	if by == 1 {
		return
	}
	for i := range l.Hours {
		l.Hours[i].fade(by)
	}
	for i := range l.Weekdays {
		l.Weekdays[i].fade(by)
	}
	for _, t := range l.Ages {
		for i := range t {
			t[i].fade(by)
		}
	}
	l.Off.fade(by)
}

// fadedADay is 2^(-1/60): half in sixty days.
const fadedADay = 0.98851402035
