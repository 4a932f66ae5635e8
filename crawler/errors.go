package crawler

import (
	"context"
	"errors"
	"fmt"
)

// Kind says why a fetch came to nothing.
type Kind string

// The kinds of FetchError.
const (
	KindNetwork   Kind = "network"   // no connection, a reset, a bad certificate, broken HTTP
	KindTruncated Kind = "truncated" // the body ended early or its encoding is broken
	KindTime      Kind = "time"      // limit: more than 60 s in all
	KindSize      Kind = "size"      // limit: more than 20 MB
	KindHeader    Kind = "header"    // limit: a header of more than 256 KB
	KindRedirects Kind = "redirects" // limit: more than 10 redirects
	KindRobots    Kind = "robots"    // robots.txt disallows it, or could not be had
	KindRefused   Kind = "refused"   // not http(s), or not on the public internet
	KindLater     Kind = "later"     // the host asked to be left alone for longer than a visit may take
	KindAddress   Kind = "address"   // not a usable URL
	KindStatus    Kind = "status"    // a listing that was answered with another status than 200
	KindContent   Kind = "content"   // a listing without stories, or of no known type
	KindInternal  Kind = "internal"  // a fault of ours, contained
)

// FetchError is a fetch that came to nothing.
type FetchError struct {
	URL    string // the address asked for, the hop that failed
	Kind   Kind
	Status int   // of the last answer; 0 where there was none
	Err    error // one plain sentence
}

// Error is one line: the address and the reason.
func (e *FetchError) Error() string { return fmt.Sprintf("%s: %v", e.URL, e.Err) }

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
