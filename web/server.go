// Package web serves what is on record: the page, the API, feeds, events, and the
// past of an address (RFC 7089). It reads the history; the little that it writes is
// what people mark. It knows nothing of how the history comes about.
//
// It answers to loopback alone unless it is told otherwise, and shows page text as
// text only: a copy of a page is shown without scripts, forms and remote loads.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/story"
)

// Options say what is served, and to whom.
type Options struct {
	Store *store.Store
	// Sources are the sources of the configuration as it is now.
	Sources func() []*configs.Source
	// Build names the program, for /healthz, archives and the page's foot.
	Build
	Access Access
	// Workshop lets the page look at sites and change the configuration; nil only
	// reads.
	Workshop *Workshop
	Log      *slog.Logger
	// Tally counts visits, for /metrics; nil where nobody visits.
	Tally *Tally
	// NextLook says when a story is looked at next, and why then; "" for never. Nil
	// where nobody knows.
	NextLook func(ctx context.Context, key story.Key) (string, error)
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Queue tells of the rounds in the queue that workers share; nil where they share
	// none.
	Queue func(context.Context) (Queue, error)
	// Poll is how often live views look for changes. Defaults to a second.
	Poll time.Duration
}

// Queue is how many rounds wait and run, and how long one has waited.
type Queue struct {
	Waiting, Running int
	Longest          time.Duration
}

// server answers requests. Its fields are set once.
type server struct {
	Options
	sessions *sessions
	routes   *http.ServeMux
	kept     kept
	looked   looked
	counted  counted
	marking  sync.Mutex // held from reading a mark to writing it back
}

// New returns the handler of everything that is served.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	if o.Sources == nil {
		o.Sources = func() []*configs.Source { return nil }
	}
	s := &server{Options: o, sessions: newSessions(o.Now), routes: http.NewServeMux()}
	s.routeAPI()
	s.routeFeeds()
	s.routePages()
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1000), gzhttp.ExceptContentTypes([]string{"text/event-stream"}))
	if err != nil {
		panic(err) // of constant options
	}
	guarded := http.NewCrossOriginProtection().Handler(s.guard(http.HandlerFunc(s.route)))
	return s.recovered(headers(compress(guarded)))
}

// route takes the addresses with an address in their path first: the mux would
// clean the two slashes of https:// away.
func (s *server) route(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	for prefix, serve := range map[string]func(http.ResponseWriter, *http.Request, string){
		"/timemap/link/": s.timemap, "/memento/": s.memento, "/timegate/": s.timegate, "/api/stories/": s.apiStory,
	} {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			if r.Method != http.MethodGet && r.Method != http.MethodHead {
				w.Header().Set("Allow", "GET, HEAD")
				s.problem(w, r, http.StatusMethodNotAllowed, "only GET is served here")
				return
			}
			if r.URL.RawQuery != "" && prefix != "/api/stories/" {
				rest += "?" + r.URL.RawQuery
			}
			serve(w, r, rest)
			return
		}
	}
	s.routes.ServeHTTP(w, r)
}

// recovered turns a panic into an answer, and a line in the log.
func (s *server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				s.Log.Error("request failed", "path", r.URL.Path, "error", v)
				s.problem(w, r, http.StatusInternalServerError, "something went wrong here; the log says what")
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// headers are those of every answer: nothing is loaded from elsewhere, nothing is
// framed, nothing guessed.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// ownHost reports whether a request names a host that this program answers to:
// another page's script that makes its name lead here doesn't (DNS rebinding).
func ownHost(host string, names []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if ip := net.ParseIP(name); ip != nil {
		return true // an address can't be rebound
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || slices.Contains(names, name)
}
