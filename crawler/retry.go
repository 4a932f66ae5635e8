package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// again decides whether a try that ended so is followed by another, and after
// how long. It notes failed tries in the exchange and, where a host asked for
// patience, holds the host's other requests back too.
func (t *transport) again(u *url.URL, x *exchange, a *answer, err error) (wait time.Duration, again bool) {
	if !retriable(a, err) {
		return 0, false
	}
	x.failed++
	wait = t.backoff << (x.failed - 1)
	wait += time.Duration(rand.Int64N(int64(wait)/2 + 1))
	if a != nil {
		if after, ok := retryAfter(a.header, time.Now()); ok {
			t.hosts.get(hostKey(u)).pause(time.Now().Add(min(after, maxPause)), fmt.Sprintf("the host asked for it (HTTP %d)", a.status))
			wait = max(wait, after)
		}
	}
	return wait, x.failed < x.tries && wait < x.left
}

// maxPause is the longest that one answer can keep us from a host.
const maxPause = 24 * time.Hour

// retriable reports whether another try may go better.
func retriable(a *answer, err error) bool {
	if err == nil {
		return a.status == http.StatusTooManyRequests || a.status >= 500 && a.status != http.StatusNotImplemented
	}
	var cert *tls.CertificateVerificationError
	var name *net.DNSError
	var fe *FetchError
	switch {
	case errors.Is(err, context.Canceled), errors.As(err, &cert), errors.As(err, &name) && name.IsNotFound:
		return false
	}
	return errors.As(err, &fe) && (fe.Kind == KindNetwork || fe.Kind == KindTruncated)
}

// retryAfter reads a Retry-After header, in seconds or as a date (RFC 9110,
// section 10.2.3).
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseInt(v, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), 1e9)) * time.Second, true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	return max(at.Sub(now), 0), true
}

// tooLong is the failure of an answer that asks to come back later than a visit
// may take; nil for every other.
func tooLong(u *url.URL, x *exchange, a *answer) error {
	if a == nil || a.status != http.StatusTooManyRequests && a.status < 500 {
		return nil
	}
	after, ok := retryAfter(a.header, time.Now())
	if !ok || after < x.left {
		return nil
	}
	return &FetchError{URL: u.String(), Kind: KindLater, Status: a.status,
		Err: fmt.Errorf("HTTP %d, and the host asks to come back in %s", a.status, after.Round(time.Second))}
}
