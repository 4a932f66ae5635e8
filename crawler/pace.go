package crawler

import (
	"cmp"
	"slices"
	"time"
)

// Pace is how a host was treated since the Crawler began.
type Pace struct {
	Host     string
	Requests int           // retries, redirects and robots.txt among them
	LeastGap time.Duration // between the beginnings of two requests; 0 for fewer than two
	Delay    time.Duration // what is kept now, by configuration, robots.txt and the host's answers
	Until    time.Time     // it is left alone until then; past or zero where it isn't
	Why      string        // and the reason
}

// Paces returns the pace of every host asked so far, in order of their names.
func (c *Crawler) Paces() []Pace {
	h := &c.transport.hosts
	h.mu.Lock()
	paces := make([]Pace, 0, len(h.all))
	for _, one := range h.all {
		paces = append(paces, one.pace())
	}
	h.mu.Unlock()
	slices.SortFunc(paces, func(a, b Pace) int { return cmp.Compare(a.Host, b.Host) })
	return paces
}

func (h *host) pace() Pace {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Pace{Host: h.name, Requests: h.requests, LeastGap: h.leastGap, Delay: h.gap(), Until: h.until, Why: h.why}
}
