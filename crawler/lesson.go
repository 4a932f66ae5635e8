package crawler

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"time"

	"stakeout/crawler/robots"
)

// lesson is what a host taught: how slowly it wants to be asked, that it is left alone
// for a while, its robots.txt. Programs that share a host hand it on.
type lesson struct {
	Slower   time.Duration           `json:"slower,omitempty"`
	AskDelay time.Duration           `json:"ask_delay,omitempty"`
	Until    time.Time               `json:"until,omitzero"`
	Why      string                  `json:"why,omitempty"`
	Silent   int                     `json:"silent,omitempty"`
	Sick     int                     `json:"sick,omitempty"`
	Rests    int                     `json:"rests,omitempty"`
	Robots   map[string]robotsLesson `json:"robots,omitempty"` // by origin
}

// robotsLesson is a robots.txt, or why it could not be had, and until when that holds.
type robotsLesson struct {
	Until  time.Time `json:"until"`
	Text   string    `json:"text,omitempty"`
	Failed string    `json:"failed,omitempty"`
}

// mostRobots is how long a robots.txt is handed on; a longer one each program fetches.
const mostRobots = 64 << 10 // bytes

// lesson is what the host has taught. h.mu is held.
func (h *host) lesson() lesson {
	return lesson{h.slower, h.askDelay, h.until, h.why, h.silent, h.sick, h.rests, h.robots}
}

func (l lesson) equal(o lesson) bool {
	return l.Slower == o.Slower && l.AskDelay == o.AskDelay && l.Until.Equal(o.Until) && l.Silent == o.Silent && l.Sick == o.Sick && l.Rests == o.Rests && maps.Equal(l.Robots, o.Robots)
}

// tell hands on what changed. h.mu is held.
func (h *host) tell() {
	l := h.lesson()
	if h.gate == nil || l.equal(h.told) {
		return
	}
	l.Robots = maps.Clone(l.Robots)
	h.told = l
	if text, err := json.Marshal(l); err == nil {
		h.gate.Taught(h.name, text)
	}
}

// recall takes in what the host taught another program. What can't be read is learnt
// anew.
func (h *host) recall(text []byte) {
	var l lesson
	if json.Unmarshal(text, &l) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slower, h.askDelay, h.until, h.why = l.Slower, max(l.AskDelay, h.askDelay), l.Until, l.Why
	h.silent, h.sick, h.rests = l.Silent, l.Sick, l.Rests
	for origin, r := range l.Robots {
		h.putRobots(origin, r)
	}
	h.told = l
}

// putRobots keeps a robots.txt. h.mu is held.
func (h *host) putRobots(origin string, r robotsLesson) {
	if h.robots == nil {
		h.robots = map[string]robotsLesson{}
	}
	h.robots[origin] = r
}

// teachRobots hands on a robots.txt that was fetched.
func (h *host) teachRobots(origin string, r robotsLesson) {
	if h.gate == nil || len(r.Text) > mostRobots {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.putRobots(origin, r)
	h.tell()
}

// knownRobots is a robots.txt that another program fetched and that still holds.
func (h *host) knownRobots(u *url.URL, origin string, now time.Time) (file *robots.File, until time.Time, err error) {
	h.mu.Lock()
	r, ok := h.robots[origin]
	h.mu.Unlock()
	switch {
	case !ok || !now.Before(r.Until):
		return nil, time.Time{}, nil
	case r.Failed != "":
		return nil, r.Until, unreachable(u.String(), 0, errors.New(r.Failed))
	}
	return robots.Parse([]byte(r.Text)), r.Until, nil
}
