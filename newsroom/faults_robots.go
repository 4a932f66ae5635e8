package newsroom

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// robotsFaults are the states that a robots.txt can be in. Where it lets a
// visitor in (RFC 9309: an absent one, or a client error, allows everything) the
// story is recorded; where it forbids, or can't be had, the site is left alone.
func robotsFaults() []fault {
	in := func(name string) Fault {
		return Fault{Name: "robots.txt: " + name, Outcomes: []string{eventNew}, FromStart: true}
	}
	out := func(name string) Fault {
		return Fault{Name: "robots.txt: " + name, Outcomes: []string{noVisit, eventBlocked, eventFailed}, FromStart: true}
	}
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			fmt.Fprint(w, text)
		}
	}
	const nobody = "User-agent: *\nDisallow: /\n"
	list := []fault{
		{Fault: in("empty"), robots: says("")},
		{Fault: in("allows"), robots: says("User-agent: *\nDisallow:\n")},
		{Fault: out("forbids"), robots: says(nobody)},
		{Fault: out("forbids, behind a byte order mark"), robots: says("\ufeff" + nobody)},
		{Fault: out("forbids, with lines that end in CR"), robots: says(strings.ReplaceAll(nobody, "\n", "\r"))},
		{Fault: out("forbids, in odd spelling"), robots: says("user-AGENT:*\ndisallow :/  # keep out\n")},
		{Fault: in("forbids others"), robots: says("User-agent: otherbot\nDisallow: /\n")},
		{Fault: in("forbids, but for stories"), robots: says("User-agent: *\nDisallow: /\nAllow: /en/intel\n")},
		{Fault: in("a page of HTML"), robots: says("<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>")},
		{Fault: in("random bytes"), robots: says(string(noise(4 << 10)))},
		{Fault: in("forbids, but only after 2 MB"), robots: says(strings.Repeat("# nothing to see on this line either\n", 2<<20/37) + nobody)},
		{Fault: in("asks for a pause"), robots: says("User-agent: *\nCrawl-delay: 0.1\nDisallow:\n")},
		{Fault: in("redirects to one that allows"), robots: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/en/intel/feed.xml", http.StatusFound)
		}},
		{Fault: Fault{Name: "robots.txt: redirects in a circle", Outcomes: []string{eventNew, noVisit, eventBlocked, eventFailed}, FromStart: true}, robots: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/robots.txt", http.StatusFound)
		}},
		{Fault: out("reset"), robots: func(w http.ResponseWriter, r *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				reset(c)
			}
		}},
	}
	list = append(list, fault{Fault: slow(out("silent")), robots: func(w http.ResponseWriter, r *http.Request) {
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			defer c.Close()
			_, _ = c.Read(make([]byte, 1)) // until the visitor leaves
		}
	}}, fault{Fault: out("without end"), robots: func(w http.ResponseWriter, r *http.Request) {
		line := strings.Repeat("# and so on\n", 1<<10)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, line); err != nil {
				return
			}
		}
	}}, fault{Fault: out("a gzip bomb"), robots: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb())
	}}, fault{Fault: out("cut off"), robots: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, nobody)
	}}, fault{Fault: Fault{Name: "robots.txt: redirects to file:", Outcomes: []string{eventNew, noVisit, eventBlocked, eventFailed}, FromStart: true}, robots: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(http.StatusFound)
	}})
	for _, code := range []int{401, 403, 404, 410, 418} {
		list = append(list, fault{Fault: in(fmt.Sprint("status ", code)), robots: func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }})
	}
	// Whether "too many requests" is a client error that allows all, or a
	// reason to stay away, is a visitor's choice.
	list = append(list, fault{Fault: Fault{Name: "robots.txt: status 429", Outcomes: []string{eventNew, noVisit, eventBlocked, eventFailed}, FromStart: true},
		robots: func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }})
	for _, code := range []int{500, 502, 503, 599} {
		list = append(list, fault{Fault: out(fmt.Sprint("status ", code)), robots: func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }})
	}
	return list
}
