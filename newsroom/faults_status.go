package newsroom

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// statusFaults are the statuses from 400 to 599 that are in use, and some that
// nobody has heard of.
func statusFaults() []fault {
	var out []fault
	for code := 400; code < 600; code++ {
		rare := []int{420, 440, 444, 450, 460, 498, 499, 509, 520, 521, 522, 523, 524, 525, 526, 527, 530, 598, 599}
		if http.StatusText(code) != "" || slices.Contains(rare, code) {
			out = append(out, fault{Fault: Fault{Name: fmt.Sprintf("status %d", code), Outcomes: outcomesOf(code)}, answer: status(code)})
		}
	}
	later := func(name string, code int, value func() string) fault {
		return fault{Fault: failed(name), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header().Set("Retry-After", value())
			status(code)(s, w, r, good)
		}}
	}
	always := func(s string) func() string { return func() string { return s } }
	return append(out,
		later("429 with a second to wait", 429, always("1")),
		later("429 with a date to wait for", 429, func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) }),
		later("503 with a century to wait", 503, always("3153600000")),
		later("503 with a date long past", 503, always("Tue, 01 Apr 2003 10:00:00 GMT")),
		later("503 with a wait that is none", 503, always("soon")),
		later("503 with less than no wait", 503, always("-30")),
		fault{Fault: failed("status 999"), answer: raw(rawStatus("HTTP/1.1 999 Request denied"))},
		fault{Fault: failed("status 099"), answer: raw(rawStatus("HTTP/1.1 099 Early"))},
		fault{Fault: failed("status 20000"), answer: raw(rawStatus("HTTP/1.1 20000 Very OK"))},
	)
}

// rawStatus answers with a status line as it stands.
func rawStatus(line string) func(net.Conn, []byte) {
	return func(c net.Conn, good []byte) {
		say(c, line+"\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
	}
}

// outcomesOf is what a visit answered with a status comes to.
func outcomesOf(code int) []string {
	switch code {
	case http.StatusNotFound, http.StatusGone:
		return []string{eventRemoved}
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusUnavailableForLegalReasons, http.StatusProxyAuthRequired:
		return []string{eventBlocked, eventFailed}
	}
	return []string{eventFailed}
}

// slicesByName sorts faults by name, so that they come in one order.
func slicesByName(l []fault) {
	slices.SortFunc(l, func(a, b fault) int { return strings.Compare(a.Name, b.Name) })
}
