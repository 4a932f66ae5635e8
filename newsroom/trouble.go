package newsroom

// trouble is what stands between a reader and a story; the zero value is none.
type trouble struct {
	kind  string
	until int // the last act in which it stands; 0 is for good
	since int
}

// Kinds of trouble, and the event that each is in the ledger.
const (
	captcha     = "captcha"
	consent     = "consent wall"
	unavailable = "503"
	shortBody   = "ends before its Content-Length"
	cutPage     = "cut off in mid-sentence"
	notFound    = "404"
	goneForGood = "410"
	softGone    = "says with 200 that it was not found"
	toFront     = "redirects to the front page"
)

// event is what a watcher takes a trouble for.
func (t trouble) event() string {
	switch t.kind {
	case captcha, consent:
		return eventBlocked
	case unavailable:
		return eventFailed
	case shortBody, cutPage:
		return eventUnreadable
	}
	return eventRemoved
}

// forGood reports whether a story is gone and won't come back.
func (t trouble) forGood() bool {
	return t.kind != "" && t.until == 0 && t.event() == eventRemoved
}

// confirmations is how many visits in a row must find a story gone before a
// watcher takes it for removed.
const confirmations = 3

// clear ends what was to last until the act before. A story that had been gone
// for long enough to be taken for removed is restored.
func (n *Newsroom) clear() {
	for _, d := range n.desks {
		for _, p := range d.pieces {
			t := p.trouble
			if t.kind == "" || t.until == 0 || t.until >= n.act {
				continue
			}
			p.trouble = trouble{}
			if t.event() == eventRemoved && n.act-t.since >= confirmations {
				n.enter(p, Deed{Event: eventRestored, What: "back after " + t.kind})
			}
		}
	}
}

// fall brings trouble on a story for some acts; 0 is for good.
func fall(kind string, acts int) deedFunc {
	return func(n *Newsroom, p *piece) (Deed, bool) {
		t := trouble{kind: kind, since: n.act}
		if acts > 0 {
			t.until = n.act + acts - 1
		}
		p.trouble = t
		return Deed{Event: t.event(), What: kind, Until: t.until}, true
	}
}
