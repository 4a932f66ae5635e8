package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stakeout/configs"
)

func secretPair(name, value string) configs.Pair {
	return configs.Pair{Name: name, Value: configs.NewSecret(value)}
}

func TestSessionSendsHeadersAndPassword(t *testing.T) {
	s, other := newSite(t), newSite(t)
	var own, foreign http.Header
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { own = r.Header })
	s.mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL+"/", http.StatusFound) })
	other.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { foreign = r.Header })
	src := source(s.URL)
	src.Session = configs.Session{Headers: []configs.Pair{secretPair("X-Api-Key", "key-4711")}, User: "me", Password: configs.NewSecret("word-4711"),
		KeepCookies: true, Cookies: []configs.Pair{secretPair("sid", "cookie-4711")}}
	c := newCrawler(t)
	for _, path := range []string{"/", "/away"} {
		if _, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + path}); err != nil {
			t.Fatal(err)
		}
	}
	user, password, _ := (&http.Request{Header: own}).BasicAuth()
	if own.Get("X-Api-Key") != "key-4711" || user != "me" || password != "word-4711" || own.Get("Cookie") != "sid=cookie-4711" || !strings.HasPrefix(own.Get("User-Agent"), "stakeout/") {
		t.Errorf("the site was sent %v", own)
	}
	if got := fmt.Sprint(foreign); strings.Contains(got, "key-4711") || foreign.Get("Authorization") != "" {
		t.Errorf("another site was sent %s", got)
	}
}

// Ports of one host share their cookies (RFC 6265), hosts and sources don't.
func TestSessionKeepsCookiesBySource(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/p", func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("n"); err == nil {
			fmt.Fprint(w, "with "+c.Value)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "n", Value: "1"})
	})
	c := newCrawler(t)
	read := func(src *configs.Source) string {
		p, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/p"})
		if err != nil {
			t.Fatal(err)
		}
		if p.Header.Get("Set-Cookie") != "" {
			t.Error("the site's cookie is among what is recorded")
		}
		return string(p.Body)
	}
	keeping, another, forgetful := source(s.URL), source(s.URL), source(s.URL)
	keeping.Name, another.Name, forgetful.Name = "a", "b", "c"
	keeping.Session.KeepCookies, another.Session.KeepCookies = true, true
	for i, want := range []struct {
		src  *configs.Source
		body string
	}{{keeping, ""}, {keeping, "with 1"}, {another, ""}, {forgetful, ""}, {forgetful, ""}, {keeping, "with 1"}} {
		if got := read(want.src); got != want.body {
			t.Errorf("request %d, of source %s: %q, expected %q", i, want.src.Name, got, want.body)
		}
	}
}

// members is a site of which only members see the stories.
type members struct {
	*site
	password string
	logins   atomic.Int64
	valid    atomic.Value // the cookie that counts
}

func newMembers(t *testing.T) *members {
	m := &members{site: newSite(t), password: "word-4711"}
	m.valid.Store("")
	m.mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			http.SetCookie(w, &http.Cookie{Name: "csrf", Value: "t0k3n"})
			fmt.Fprint(w, `<form action=/search><input name=q></form>
				<form method=post action="/enter?next=/home"><input type=hidden name=csrf value=t0k3n><input name=email value=nobody>
				<input type=password name=pw><input type=checkbox name=stay checked><input type=checkbox name=news><button name=go value=in>Log in</button></form>`)
			return
		}
		http.NotFound(w, r)
	})
	m.mux.HandleFunc("/enter", func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Cookie("csrf")
		r.ParseForm()
		got := r.PostForm.Encode()
		want := url.Values{"csrf": {"t0k3n"}, "email": {"a@b.example"}, "pw": {m.password}, "stay": {"on"}, "go": {"in"}}.Encode()
		if c == nil || got != want || r.URL.RawQuery != "next=/home" {
			t.Logf("refused: %s", got)
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		session := fmt.Sprintf("s%d", m.logins.Add(1))
		m.valid.Store(session)
		http.SetCookie(w, &http.Cookie{Name: "session", Value: session, Path: "/", HttpOnly: true})
		http.Redirect(w, r, "/home", http.StatusSeeOther)
	})
	m.mux.HandleFunc("/home", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<a class=logout>Log out</a>") })
	return m
}

// story serves a path to members; others get what out says.
func (m *members) story(path string, out http.HandlerFunc) {
	m.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("session"); err != nil || c.Value != m.valid.Load() {
			out(w, r)
			return
		}
		fmt.Fprint(w, "<a class=logout>Log out</a><p>The story.")
	})
}

func (m *members) source() *configs.Source {
	src := source(m.URL)
	src.Session = configs.Session{KeepCookies: true, Login: &configs.Login{
		URL: m.URL + "/login", Success: "a.logout",
		Fields: []configs.Pair{secretPair("email", "a@b.example"), secretPair("pw", m.password)},
	}}
	return src
}

func TestLoginLetsUsIn(t *testing.T) {
	m := newMembers(t)
	looks := map[string]http.HandlerFunc{
		"/401":      func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"/redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login?back=1", http.StatusFound) },
		"/form": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `Members only. <form method=post><input name=email><input type="password" name=pw></form>`)
		},
	}
	for path, out := range looks {
		m.story(path, out)
	}
	c, src := newCrawler(t), m.source()
	want := int64(0)
	for path := range looks {
		for _, turn := range []string{"logged in", "logged out meanwhile", "still in"} {
			if turn == "logged out meanwhile" {
				m.valid.Store("another")
				want++
			}
			p, err := c.FetchPage(context.Background(), src, Request{URL: m.URL + path})
			if err != nil || !strings.Contains(string(p.Body), "The story.") {
				t.Errorf("%s, %s: %q, error %v", path, turn, p.Body, err)
			}
		}
	}
	if got := m.logins.Load(); got != want+1 {
		t.Errorf("%d logins, expected %d", got, want+1)
	}
}

// A page that looks logged out whatever is done doesn't set off logins for ever.
func TestLoginsAreFew(t *testing.T) {
	m := newMembers(t)
	m.mux.HandleFunc("/never", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) })
	c, src := newCrawler(t), m.source()
	for range 20 {
		p, err := c.FetchPage(context.Background(), src, Request{URL: m.URL + "/never"})
		if err != nil || p.Status != http.StatusForbidden {
			t.Fatalf("status %d, error %v", p.Status, err)
		}
	}
	if got := m.logins.Load(); got > maxLogins {
		t.Errorf("%d logins", got)
	}
}

func TestLoginThatFails(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter func(m *members, l *configs.Login)
		want  string
	}{
		{"wrong password", func(m *members, _ *configs.Login) { m.password = "another" }, "so it did not let us in"},
		{"no form", func(m *members, l *configs.Login) { l.URL = m.URL + "/home" }, "has no form with a field named email"},
		{"page gone", func(m *members, l *configs.Login) { l.URL = m.URL + "/gone" }, "HTTP 404"},
		{"form to elsewhere", func(m *members, l *configs.Login) {
			m.page("/phish", `<form method=post action="https://elsewhere.example/"><input name=email></form>`)
			l.URL = m.URL + "/phish"
		}, "none of the source's own addresses"},
		{"passed on to elsewhere", func(m *members, l *configs.Login) {
			m.page("/pass", `<form method=post action=/on><input name=email></form>`)
			m.mux.HandleFunc("/on", func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://elsewhere.example/", http.StatusTemporaryRedirect)
			})
			l.URL = m.URL + "/pass"
		}, "none of the source's own addresses"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMembers(t)
			m.story("/story", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
			src := m.source()
			c.alter(m, src.Session.Login)
			crawl := newCrawler(t)
			for range 3 {
				_, err := crawl.FetchPage(context.Background(), src, Request{URL: m.URL + "/story"})
				wantKind(t, err, KindLogin)
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("found %v, expected it to say %q", err, c.want)
				}
			}
			if n := m.count("/enter?next=/home"); n > 1 || m.count("/story") > 0 {
				t.Errorf("the form was sent %d times, the story asked for %d times", n, m.count("/story"))
			}
		})
	}
}

// A site that says our secrets back gets them neither into errors nor into what
// is recorded nor into the log.
func TestSessionHidesSecrets(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", r.Header.Get("X-Api-Key"))
		if r.URL.Path == "/busy" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprint(w, "you sent "+r.Header.Get("X-Api-Key"))
	})
	s.mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/from?key="+url.QueryEscape(r.Header.Get("X-Api-Key")), http.StatusFound)
	})
	s.mux.HandleFunc("/ftp", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "ftp://host/"+r.Header.Get("X-Api-Key"), http.StatusFound)
	})
	t.Setenv("STAKEOUT_TEST_KEY", "key/4711+secret")
	src := loadSource(t, "headers: {X-Api-Key: '${STAKEOUT_TEST_KEY}'}", s.URL)
	var log bytes.Buffer
	c := New(Options{Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	defer c.Close()
	c.transport.backoff = time.Millisecond
	for _, path := range []string{"/", "/to", "/ftp", "/busy"} {
		p, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + path})
		if shown := fmt.Sprintf("%+v %s %v", p, p.Body, err); strings.Contains(shown, "4711") {
			t.Errorf("%s shows it: %s", path, shown)
		}
		if path == "/" && string(p.Body) != "you sent ***" {
			t.Errorf("body %q", p.Body)
		}
		var fe *FetchError
		if path == "/ftp" && (!errors.As(err, &fe) || fe.Kind != KindRefused) {
			t.Errorf("%s: error %v", path, err)
		}
	}
	if strings.Contains(log.String(), "4711") {
		t.Errorf("logged: %s", log.String())
	}
}
