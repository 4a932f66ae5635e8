package replay

import (
	"slices"
	"time"

	"stakeout/scheduler"
)

// peer is what the known policies keep of a page.
type peer struct {
	edited   time.Time     // when its newest edit was seen
	interval time.Duration // of nutch
}

// policy is a known policy: it says how urgent a look is, and learns from one.
type policy struct {
	urgency func(p *page, now time.Time) float64
	looked  func(p *page, unseen time.Duration, edit bool)
}

var peers = map[string]policy{
	// Each page as often as any other.
	"uniform": {urgency: func(p *page, now time.Time) float64 { return now.Sub(p.at).Hours() }},
	// By the time since the newest edit: each 15 minutes up to 3 hours, hourly up
	// to a day, each 3 hours up to a week, then each 3 days, then monthly; the one
	// that is latest for its interval comes first (newsdiffs.org, scraper.py).
	"newsdiffs": {urgency: func(p *page, now time.Time) float64 {
		since := p.Published
		if !p.peer.edited.IsZero() {
			since = p.peer.edited
		}
		return float64(now.Sub(p.at)) / float64(newsdiffs(now.Sub(since)))
	}},
	// Each page has an interval, which grows by 0.4 of itself where a look finds
	// nothing, and shrinks by 0.2 where it finds an edit (Apache Nutch,
	// AdaptiveFetchSchedule, its default rates).
	"nutch": {
		urgency: func(p *page, now time.Time) float64 {
			return float64(now.Sub(p.at)) / float64(p.peer.every())
		},
		looked: func(p *page, _ time.Duration, edit bool) {
			rate := 1.4
			if edit {
				rate = 0.8
			}
			p.peer.interval = max(time.Minute, time.Duration(float64(p.peer.every())*rate))
		},
	},
}

// every is nutch's interval; a page begins with an hour.
func (p *peer) every() time.Duration {
	if p.interval == 0 {
		p.interval = time.Hour
	}
	return p.interval
}

func newsdiffs(since time.Duration) time.Duration {
	const day = 24 * time.Hour
	switch {
	case since < 3*time.Hour:
		return 15 * time.Minute
	case since < day:
		return time.Hour
	case since < 7*day:
		return 3 * time.Hour
	case since < 30*day:
		return 3 * day
	}
	return 30 * day
}

// ladder looks at what a known policy finds most urgent, of all that is listed.
type ladder struct {
	policy policy
	budget scheduler.Budget
	pages  []*page
}

func (l *ladder) publish(p *page, _ time.Time)           { l.pages = append(l.pages, p) }
func (l *ladder) listed(_ *page, _ time.Time, _, _ bool) {}

func (l *ladder) drop(p *page) {
	l.pages = slices.DeleteFunc(l.pages, func(q *page) bool { return q == p })
}

func (l *ladder) choose(now time.Time, n int) []*page {
	n = min(n, l.budget.Left(now))
	if n <= 0 {
		return nil
	}
	type scored struct {
		p *page
		v float64
	}
	var list []scored
	for _, p := range l.pages {
		if now.After(p.at) && !now.After(p.LastListed) {
			list = append(list, scored{p, l.policy.urgency(p, now)})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		switch {
		case a.v > b.v:
			return -1
		case a.v < b.v:
			return 1
		}
		return 0
	})
	var chosen []*page
	for _, s := range list[:min(n, len(list))] {
		chosen = append(chosen, s.p)
	}
	return chosen
}

func (l *ladder) looked(p *page, at time.Time, edit bool) {
	l.budget.Spend(1)
	if l.policy.looked != nil {
		l.policy.looked(p, at.Sub(p.at), edit)
	}
	if edit {
		p.peer.edited = at
	}
}
