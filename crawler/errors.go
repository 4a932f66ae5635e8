package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says why a fetch came to nothing.
type Kind string

// The kinds of FetchError. Those of a limit name it in their message.
const (
	KindNetwork   Kind = "network"   // no connection, a reset, a bad certificate, broken HTTP
	KindTruncated Kind = "truncated" // the body ended early or its encoding is broken
	KindTime      Kind = "time"      // limit: more than 60 s in all
	KindRate      Kind = "rate"      // limit: fewer than 100 bytes a second, over 20 s
	KindSize      Kind = "size"      // limit: more than 20 MB, decoded
	KindWire      Kind = "wire"      // limit: more than 20 MB, as sent
	KindRatio     Kind = "ratio"     // limit: more than 250 bytes decoded for each one sent, past 10 MB
	KindHeader    Kind = "header"    // limit: a header of more than 256 KB
	KindRedirects Kind = "redirects" // limit: more than 10 redirects
	KindLength    Kind = "length"    // limit: an address of more than 4,096 bytes
	KindPath      Kind = "path"      // limit: a path that repeats a part of itself more than 4 times
	KindCalendar  Kind = "calendar"  // limit: listings of one date after another without anything new
	KindPages     Kind = "pages"     // limit: more than 20,000 listings in one run
	KindBudget    Kind = "budget"    // limit: the source's own
	KindRobots    Kind = "robots"    // robots.txt disallows it, or could not be had
	KindRefused   Kind = "refused"   // not http(s), or not on the public internet
	KindLater     Kind = "later"     // the host asked to be left alone for longer than a visit may take
	KindLogin     Kind = "login"     // the login form did not let us in
	KindRender    Kind = "render"    // the browser could not show it, or there is none
	KindAddress   Kind = "address"   // not a usable URL
	KindStatus    Kind = "status"    // a listing that was answered with another status than 200
	KindContent   Kind = "content"   // a listing without stories, or of no known type
	KindInternal  Kind = "internal"  // a fault of ours, contained
)

// isLimit reports whether a fetch of this kind was ended by a limit.
func (k Kind) isLimit() bool {
	switch k {
	case KindTime, KindRate, KindSize, KindWire, KindRatio, KindHeader, KindRedirects, KindLength, KindPath, KindCalendar, KindPages, KindBudget:
		return true
	}
	return false
}

// next is what to do about a fetch of this kind.
func (k Kind) next() string {
	switch k {
	case KindNetwork, KindTruncated, KindTime, KindRate:
		return againLater
	case KindSize, KindWire, KindRatio, KindHeader:
		return "nothing of it is taken; `stories` can leave such addresses out"
	case KindRedirects:
		return "see in a browser where it leads; `cookies: keep` helps where a site wants its cookies back"
	case KindLength, KindPath, KindCalendar, KindPages:
		return "`stories`, `next` and `pages` say how far links are followed"
	case KindBudget:
		return "wait, or raise `budget`"
	case KindLater:
		return "it waits until then by itself"
	case KindStatus:
		return "see in a browser what it answers; " + againLater
	case KindInternal:
		return "please report it"
	}
	return "" // the reason says it
}

// FetchError is a fetch that came to nothing.
type FetchError struct {
	URL    string // the address asked for, the hop that failed
	Kind   Kind
	Status int       // of the last answer; 0 where there was none
	Err    error     // one plain sentence
	Next   string    // what to do about it; "" for what the kind says
	Until  time.Time // of KindBudget and KindLater: not before
}

// Error is one line: the address, the reason with the name of the limit where it
// was one, and the next step.
func (e *FetchError) Error() string {
	line := fmt.Sprintf("%s: %v", e.URL, e.Err)
	if e.Kind.isLimit() {
		line += fmt.Sprintf(" (limit: %s)", e.Kind)
	}
	if next := cmp.Or(e.Next, e.Kind.next()); next != "" && !errors.Is(e.Err, context.Canceled) {
		line += "; " + next
	}
	return line
}

// Unwrap returns the reason.
func (e *FetchError) Unwrap() error { return e.Err }

// asFetchError finds the FetchError in what Colly returned, or makes one.
// A context that ended stays recognisable by errors.Is.
func asFetchError(err error, url string) error {
	var fe *FetchError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fe):
		return fe
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &FetchError{URL: url, Kind: KindTime, Err: err}
	}
	return &FetchError{URL: url, Kind: KindNetwork, Err: err}
}

// isOfSource reports whether another source might have fetched it.
func (e *FetchError) isOfSource() bool { return e.Kind == KindRefused || e.Kind == KindBudget }

// IsBudget reports whether an error is that of a source whose budget is used up,
// and until when.
func IsBudget(err error) (until time.Time, is bool) {
	var fe *FetchError
	if errors.As(err, &fe) && fe.Kind == KindBudget {
		return fe.Until, true
	}
	return time.Time{}, false
}
