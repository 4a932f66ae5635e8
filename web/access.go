package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Access says who may come in, and what they may do there. The zero value lets in
// whoever reaches the address it is served at, and is meant for loopback.
type Access struct {
	// Passwords, each with the role that it opens.
	Passwords []Grant
	// Tokens open the API and the feeds: as bearer tokens, or as the password of
	// basic authentication, which feed readers know.
	Tokens []Grant
	// UserHeader is a header in which a proxy before this program names the user it
	// let in; "" for none. Whoever can reach the program past the proxy can set it.
	// Users are their roles; where it is empty all are admins, else those that it
	// doesn't name only read.
	UserHeader string
	Users      map[string]Role
	// Hosts are the names that the program answers to, beside localhost and IP
	// addresses.
	Hosts []string
}

// Grant is what opens a role: a secret, kept as its hash alone.
type Grant struct {
	sum  [32]byte
	Role Role
}

// NewGrant grants a role to who knows a secret; "sha256:" and 64 hexadecimal figures
// stand for the secret with that hash.
func NewGrant(secret string, role Role) Grant {
	if figures, ok := strings.CutPrefix(secret, hashed); ok {
		if sum, err := hex.DecodeString(figures); err == nil && len(sum) == sha256.Size {
			return Grant{[32]byte(sum), role}
		}
	}
	return Grant{sha256.Sum256([]byte(secret)), role}
}

// hashed begins a secret that is written as its hash.
const hashed = "sha256:"

// granted is the role that a secret opens. It takes as long for a wrong one.
func granted(grants []Grant, secret string) Role {
	role, sum := Nobody, sha256.Sum256([]byte(secret))
	for _, g := range grants {
		if subtle.ConstantTimeCompare(g.sum[:], sum[:]) == 1 && secret != "" {
			role = max(role, g.Role)
		}
	}
	return role
}

// Open reports whether anybody may come in.
func (a Access) Open() bool {
	return len(a.Passwords) == 0 && len(a.Tokens) == 0 && a.UserHeader == ""
}

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
	held     map[[32]byte]session
	failures map[string][]time.Time // by address
}

// session is a login: until when it holds, and what it lets do.
type session struct {
	until time.Time
	role  Role
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, held: map[[32]byte]session{}, failures: map[string][]time.Time{}}
}

// begin starts a session and returns its secret.
func (s *sessions) begin(role Role) string {
	secret := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, one := range s.held {
		if s.now().After(one.until) {
			delete(s.held, k)
		}
	}
	s.held[sha256.Sum256([]byte(secret))] = session{s.now().Add(sessionLife), role}
	return secret
}

// role is what a session lets do; Nobody where it doesn't hold.
func (s *sessions) role(secret string) Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.held[sha256.Sum256([]byte(secret))]
	if !s.now().Before(one.until) {
		return Nobody
	}
	return one.role
}

func (s *sessions) end(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, sha256.Sum256([]byte(secret)))
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
		case s.role(r) > Nobody:
			next.ServeHTTP(w, withRole(r, s.role(r)))
		case s.free(r):
			next.ServeHTTP(w, r)
		case wantsPage(r):
			http.Redirect(w, r, "/login?to="+escapeQuery(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="stakeout"`)
			s.problem(w, r, http.StatusUnauthorized, "a password or a token is needed")
		}
	})
}

// free reports whether anybody may see what is asked for.
func (s *server) free(r *http.Request) bool {
	return r.URL.Path == "/login" || r.URL.Path == "/healthz" || strings.HasPrefix(r.URL.Path, "/static/")
}

// role is what whoever asks may do; Nobody for those who may not come in.
func (s *server) role(r *http.Request) Role {
	if s.Access.Open() {
		return Admin
	}
	if user := r.Header.Get(s.Access.UserHeader); s.Access.UserHeader != "" && user != "" {
		if len(s.Access.Users) == 0 {
			return Admin
		}
		return max(Reader, s.Access.Users[user])
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		if role := s.sessions.role(c.Value); role > Nobody {
			return role
		}
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, token, _ = r.BasicAuth()
	}
	return granted(s.Access.Tokens, token)
}

// logIn takes a password and begins a session.
func (s *server) logIn(w http.ResponseWriter, r *http.Request) {
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	if !s.sessions.mayTry(address) {
		w.Header().Set("Retry-After", "300")
		s.loginPage(w, r, http.StatusTooManyRequests, "Too many tries from here. Wait five minutes.")
		return
	}
	role := granted(s.Access.Passwords, r.FormValue("password"))
	if role == Nobody {
		s.sessions.failed(address)
		s.loginPage(w, r, http.StatusUnauthorized, "That is not the password.")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: s.sessions.begin(role), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
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
