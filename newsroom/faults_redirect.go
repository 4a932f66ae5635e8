package newsroom

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// hops is where redirects lead to that stay on the site.
const hops = "/hop/"

// redirectFaults lead nowhere, in circles, or to where no visitor may go. All
// addresses of machines are of this one, on ports that nobody listens on: a
// visitor that follows them harms no one.
func redirectFaults() []fault {
	lost := func(name string) Fault {
		return Fault{Name: name, Outcomes: []string{eventFailed, eventUnreadable, eventBlocked}}
	}
	out := []fault{
		{Fault: failed("redirects to itself"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}},
		{Fault: failed("redirects in a circle"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
			n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, hops)) // 0 for the story itself
			http.Redirect(w, r, fmt.Sprintf("%s%d", hops, n%3+1), http.StatusFound)
		}},
		{Fault: failed("redirects without end"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
			n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, hops))
			http.Redirect(w, r, fmt.Sprintf("%s%d", hops, n+1), http.StatusMovedPermanently)
		}},
		{Fault: Fault{Name: "redirects to the front page", Outcomes: []string{eventRemoved}}, answer: location("/")},
		{Fault: lost("redirects nowhere"), answer: status(http.StatusFound)},
		{Fault: lost("redirects to an empty address"), answer: location("")},
		{Fault: failed("redirects to no address"), answer: location("http://[half:an:address/")},
		{Fault: failed("redirects to an address of 100 kB"), answer: location("/" + strings.Repeat("long", 25_000))},
		{Fault: Fault{Name: "redirects to another story", Outcomes: []string{eventUnreadable}}, answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, s.cards.All()[1].Path, http.StatusFound)
		}},
		{Fault: Fault{Name: "redirects to a login", Outcomes: []string{eventBlocked}}, answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
			if !strings.HasPrefix(r.URL.Path, hops) {
				http.Redirect(w, r, hops+"login?return=story", http.StatusFound)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, `<html><head><title>Log in</title></head><body><h1>Log in to read on</h1><form action="/login" method="post"><input name="user"><input name="password" type="password"><button>Log in</button></form></body></html>`)
		}},
	}
	for name, to := range map[string]string{
		"a private address":                 "http://127.0.0.2:1/",
		"a private address in octal":        "http://0177.0.0.1:1/",
		"a private address in hexadecimal":  "http://0x7f000001:1/",
		"a private address as one number":   "http://2130706433:1/",
		"a private address in IPv6":         "http://[::1]:1/",
		"a private address as IPv4 in IPv6": "http://[::ffff:127.0.0.1]:1/",
		"the unspecified address":           "http://0.0.0.0:1/",
		"file:":                             "file:///etc/hostname",
		"javascript:":                       "javascript:alert(1)",
		"data:":                             "data:text/html,<h1>hello</h1>",
		"ftp:":                              "ftp://127.0.0.1:1/story",
	} {
		out = append(out, fault{Fault: lost("redirects to " + name), answer: location(to)})
	}
	slicesByName(out)
	return out
}

// location answers with a redirect to an address as it stands.
func location(to string) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
	return func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}
