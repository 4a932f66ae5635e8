package newsroom

import (
	"fmt"
	"net/http"
	"time"
)

// cacheFaults are validators that lie.
func cacheFaults() []fault {
	still := func(name string) Fault { return Fault{Name: name, Outcomes: []string{same}} }
	tagged := func(tag func(r *http.Request) string) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
		return func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header().Set("ETag", tag(r))
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(good)
		}
	}
	return []fault{
		{Fault: Fault{Name: "304 that nobody asked for", Outcomes: []string{eventFailed, eventUnreadable, same}}, answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, _ []byte) {
			w.WriteHeader(http.StatusNotModified)
		}},
		{Fault: still("ETag that is another each time"), answer: tagged(func(*http.Request) string { return fmt.Sprintf(`"%d"`, time.Now().UnixNano()) })},
		{Fault: Fault{Name: "ETag that stays though the story changed", Outcomes: []string{changed}}, edited: true, answer: tagged(func(r *http.Request) string {
			if sent := r.Header.Get("If-None-Match"); sent != "" {
				return sent
			}
			return `"the-same-for-ever"`
		})},
		{Fault: still("ETag without quotes"), answer: tagged(func(*http.Request) string { return "a,b\" W/*" })},
		{Fault: still("ETag of 8 kB"), answer: tagged(func(*http.Request) string { return fmt.Sprintf(`"%08192d"`, 1) })},
		{Fault: still("Last-Modified in the future"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header().Set("Last-Modified", time.Now().AddDate(10, 0, 0).UTC().Format(http.TimeFormat))
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(good)
		}},
		{Fault: still("Last-Modified that is none"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header().Set("Last-Modified", "yesterday, around noon")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(good)
		}},
	}
}
