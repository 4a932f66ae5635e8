package scheduler

import (
	"fmt"
	"strings"
	"time"
)

// Why says why a story's next look is when it is, in words that follow "next look
// in 12 min, ". now is when they are read.
func (p *Policy) Why(s Story, next, now time.Time) string {
	if !s.HintedAt.IsZero() && !next.Before(s.HintedAt) {
		return "because something hints at an edit"
	}
	about := "it is " + Age(now.Sub(s.Born)) + " old"
	switch {
	case s.Edits > 0 && s.At.Sub(s.ChangedAt) < 6*time.Hour:
		about = "it changed " + Age(now.Sub(s.ChangedAt)) + " ago"
	case !s.OffAt.IsZero():
		about = "it has left its listings"
	}
	if !next.Before(p.floor(&s)) {
		return "because " + about + ", and no story waits longer than that"
	}
	_, edited := p.Score(s, next)
	return fmt.Sprintf("because %s and is edited %s: by then an edit is %s likely", about, often(p.rateAt(s, s.At)), percent(edited))
}

// rateAt is how many edits an hour are expected of a story at a time soon after
// its latest look.
func (p *Policy) rateAt(s Story, at time.Time) float64 {
	w := p.way(&s)
	w.at = at
	return s.Pace.Rate() * w.factor()
}

// often writes a rate as people say it.
func often(perHour float64) string {
	switch {
	case perHour >= 0.95:
		return fmt.Sprintf("about %.0f times an hour", perHour)
	case perHour >= 1.0/36:
		return fmt.Sprintf("about once in %s", Age(time.Duration(float64(time.Hour)/perHour)))
	case perHour >= 1.0/(60*24):
		return fmt.Sprintf("about once in %.0f days", 1/perHour/24)
	}
	return "hardly any more"
}

func percent(p float64) string {
	if p < 0.01 {
		return "less than 1 %"
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// Tell says in words what a source's looks have taught; "" for nothing worth
// telling yet.
func (l *Learnt) Tell() string {
	if l.Looks < 50 || l.Edits < 10 {
		return ""
	}
	parts := []string{fmt.Sprintf("%d looks found %d edits", l.Looks, l.Edits)}
	best, worst := 0, 0
	for h := range 24 {
		if l.Hour(h) > l.Hour(best) {
			best = h
		}
		if l.Hour(h) < l.Hour(worst) {
			worst = h
		}
	}
	if r := l.Hour(best) / l.Hour(worst); r >= 1.5 {
		parts = append(parts, fmt.Sprintf("most at %02d h, %.1f times as many as at %02d h", best, r, worst))
	}
	if o := l.Off; o.Expected >= 5 {
		parts = append(parts, fmt.Sprintf("off its listings a story is edited %s as often", percent(l.listedNoMore())))
	}
	return strings.Join(parts, "; ")
}
