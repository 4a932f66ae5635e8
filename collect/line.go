package collect

import (
	"strings"

	"stakeout/story"
)

// Line tells a visit that brought no story in one line: its outcome, the address,
// and why.
func (s Seen) Line() string { return string(s.Outcome) + "  " + s.URL + "  " + s.Why() }

// Why is the reason of a visit that brought no story, and what happens or is to be
// done next.
func (s Seen) Why() string {
	reason, next := s.Reason, nextStep(s.Outcome)
	if rest, ok := strings.CutPrefix(reason, s.URL+": "); ok {
		reason = rest // said already
	}
	if s.Outcome == story.Failed && strings.Contains(reason, "; ") || strings.Contains(reason, "it is tried again") {
		return reason // it says its next step itself
	}
	return strings.TrimSuffix(reason+"; "+next, "; ")
}

// nextStep is what to do about an outcome.
func nextStep(o story.Outcome) string {
	switch o {
	case story.Blocked:
		return "see it in a browser: a login, `cookies: keep` or a longer `delay` may help; it is tried again later"
	case story.Unreadable:
		return "what is on record stays; `stakeout try URL` shows what is read; it is tried again later"
	case story.Gone:
		return "it is looked at again before it counts as removed"
	case story.Failed:
		return "it is tried again later"
	}
	return ""
}
