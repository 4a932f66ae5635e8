package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Access says who may come in. The zero value lets in whoever reaches the address
// it is served at, and is meant for loopback.
type Access struct {
	// Password opens everything; "" asks for none.
	Password string
	// Tokens open the API and the feeds for reading, as bearer tokens.
	Tokens []string
	// UserHeader is a header in which a proxy before this program names the user it
	// let in; "" for none. Whoever can reach the program past the proxy can set it.
	UserHeader string
	// Hosts are the names that the program answers to, beside localhost and IP
	// addresses.
	Hosts []string
}

// Open reports whether anybody may come in.
func (a Access) Open() bool { return a.Password == "" && len(a.Tokens) == 0 && a.UserHeader == "" }

// sessionLife is how long a login holds, and sessionCookie its name.
const (
	sessionLife   = 14 * 24 * time.Hour
	sessionCookie = "stakeout"
)

// Logins that fail: so many from one address in a while, then it waits.
const (
	mostFailures  = 5
	failureWindow = 5 * time.Minute
)

// sessions are the logins that hold. They end with the program.
type sessions struct {
	now      func() time.Time
	mu       sync.Mutex // protects all below
	until    map[[32]byte]time.Time
	failures map[string][]time.Time // by address
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, until: map[[32]byte]time.Time{}, failures: map[string][]time.Time{}}
}

// begin starts a session and returns its secret.
func (s *sessions) begin() string {
	secret := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, until := range s.until {
		if s.now().After(until) {
			delete(s.until, k)
		}
	}
	s.until[sha256.Sum256([]byte(secret))] = s.now().Add(sessionLife)
	return secret
}

func (s *sessions) holds(secret string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.until[sha256.Sum256([]byte(secret))]
	return ok && s.now().Before(until)
}

func (s *sessions) end(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.until, sha256.Sum256([]byte(secret)))
}

// mayTry reports whether an address may try a password once more.
func (s *sessions) mayTry(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	recent := s.failures[address][:0]
	for _, at := range s.failures[address] {
		if s.now().Sub(at) < failureWindow {
			recent = append(recent, at)
		}
	}
	s.failures[address] = recent
	if len(recent) == 0 {
		delete(s.failures, address)
	}
	return len(recent) < mostFailures
}

func (s *sessions) failed(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failures) > 10_000 {
		clear(s.failures)
	}
	s.failures[address] = append(s.failures[address], s.now())
}

// guard lets in who may come in.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !ownHost(r.Host, s.Access.Hosts):
			s.problem(w, r, http.StatusMisdirectedRequest, "this program doesn't answer to the name "+r.Host+"; web.hosts in the configuration lists those that it does")
		case s.open(r) || s.known(r):
			next.ServeHTTP(w, r)
		case wantsPage(r):
			http.Redirect(w, r, "/login?to="+escapeQuery(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="stakeout"`)
			s.problem(w, r, http.StatusUnauthorized, "a password or a token is needed")
		}
	})
}

// open reports whether anybody may see what is asked for.
func (s *server) open(r *http.Request) bool {
	return s.Access.Open() || r.URL.Path == "/login" || r.URL.Path == "/healthz" || strings.HasPrefix(r.URL.Path, "/static/")
}

// known reports whether a request comes from someone who may come in.
func (s *server) known(r *http.Request) bool {
	if s.Access.UserHeader != "" && r.Header.Get(s.Access.UserHeader) != "" {
		return true
	}
	if c, err := r.Cookie(sessionCookie); err == nil && s.Access.Password != "" && s.sessions.holds(c.Value) {
		return true
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	found := false
	for _, t := range s.Access.Tokens {
		found = sameSecret(t, token) || found
	}
	return found
}

func sameSecret(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return a != "" && subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// logIn takes a password and begins a session.
func (s *server) logIn(w http.ResponseWriter, r *http.Request) {
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	if !s.sessions.mayTry(address) {
		w.Header().Set("Retry-After", "300")
		s.loginPage(w, r, http.StatusTooManyRequests, "Too many tries from here. Wait five minutes.")
		return
	}
	if !sameSecret(s.Access.Password, r.FormValue("password")) {
		s.sessions.failed(address)
		s.loginPage(w, r, http.StatusUnauthorized, "That is not the password.")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: s.sessions.begin(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https", MaxAge: int(sessionLife.Seconds())})
	http.Redirect(w, r, ownPath(r.FormValue("to")), http.StatusSeeOther)
}

func (s *server) logOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err == nil {
		s.sessions.end(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1})
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// ownPath is a path of this site; "/" for anything that leads elsewhere.
func ownPath(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return to
}

// wantsPage reports whether a person is asking, who can be shown a login.
func wantsPage(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")
}
