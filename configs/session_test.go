package configs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const sessionYAML = `
sources:
  a:
    start: https://a.example/
    headers: {X-Api-Key: 'Key ${KEY}', Accept-Language: de}
    cookies: {consent: all, session: '${COOKIE}'}
    auth: {user: reader, password: {file: password.txt}}
    login:
      url: https://a.example/login
      fields: {email: a@b.example, password: '${PASSWORD}'}
      success: a.logout
    proxy: 'http://me:${PROXY}@127.0.0.1:3128'
    budget: {requests: 500/h, bytes: 50 MB/d}
`

// sessionEnv are the secrets of sessionYAML.
var sessionEnv = map[string]string{"KEY": "key-4711-key", "COOKIE": "cookie/4711+x", "PASSWORD": "word-4711-word", "PROXY": "proxy4711"}

func loadSession(t *testing.T, content string) (*Config, error) {
	t.Helper()
	dir := write(t, map[string]string{"c.yaml": content, "password.txt": "from-a-file-4711\r\n", "lines.txt": "one\ntwo\n"})
	return Load(filepath.Join(dir, "c.yaml"), LoadOptions{Env: func(name string) (string, bool) {
		v, ok := sessionEnv[name]
		return v, ok
	}})
}

func TestLoadSession(t *testing.T) {
	cfg, err := loadSession(t, sessionYAML)
	if err != nil {
		t.Fatal(err)
	}
	src := cfg.Sources[0]
	s := src.Session
	if s.Headers[0].Value.Reveal() != "Key key-4711-key" || s.Cookies[1].Value.Reveal() != "cookie/4711+x" || s.Password.Reveal() != "from-a-file-4711" ||
		s.User != "reader" || s.Login.Fields[1].Value.Reveal() != "word-4711-word" || s.Login.Success != "a.logout" || !s.KeepCookies ||
		s.Proxy.String() != "http://127.0.0.1:3128" || s.ProxyAuth.Reveal() != "me:proxy4711" {
		t.Errorf("found %v, %v", s.Login, s.Proxy)
	}
	if src.Budget != (Budget{Requests: Quota{500, time.Hour}, Bytes: Quota{50e6, 24 * time.Hour}}) {
		t.Errorf("budget %+v", src.Budget)
	}
	for _, secret := range []string{"key-4711-key", "cookie/4711+x", "cookie%2F4711%2Bx", "from-a-file-4711", "word-4711-word", "proxy4711",
		"cmVhZGVyOmZyb20tYS1maWxlLTQ3MTE=" /* reader:from-a-file-4711 */} {
		if got := s.Hide("<" + secret + ">"); got != "<***>" {
			t.Errorf("%s is shown as %s", secret, got)
		}
	}
}

// However a source is printed, no secret of it is.
func TestSessionIsNeverShown(t *testing.T) {
	cfg, err := loadSession(t, sessionYAML)
	if err != nil {
		t.Fatal(err)
	}
	src := cfg.Sources[0]
	asJSON, err := json.Marshal(src.Session)
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %+v %#v %v %+v %#v %+v %s", *src, *src, *src, src.Session, src.Session, src.Session.Headers, *src.Session.Login, asJSON)
	if strings.Contains(shown, "4711") {
		t.Errorf("a secret is shown: %s", shown)
	}
}

func TestLoadSessionProblems(t *testing.T) {
	source := func(lines string) string { return "sources:\n  a:\n    start: https://a.example/\n    " + lines + "\n" }
	for _, c := range []struct{ name, content, want string }{
		{"password written out", source("auth: {user: a, password: hunter-4711}"), "auth: password: found a secret written out, expected ${VAR}"},
		{"authorization written out", source("headers: {authorization: Bearer-4711}"), "headers: authorization: found a secret written out"},
		{"cookie written out", source("cookies: {PHPSESSID: x4711}"), "cookies: PHPSESSID: found a secret written out"},
		{"field written out", source("login: {url: 'https://a.example/', fields: {user_password: x4711}, success: a}"), "found a secret written out"},
		{"proxy password written out", source("proxy: http://a:x4711@b:1"), "proxy: found a password written out"},
		{"no proxy", source("proxy: 'ftp://a:x4711@b'"), "proxy: found what is none, expected an address such as http://host:3128"},
		{"no file", source("auth: {user: a, password: {file: gone.txt}}"), "gone.txt"},
		{"two lines", source("auth: {user: a, password: {file: lines.txt}}"), "found a line break"},
		{"unset", source("headers: {x: '${GONE}'}"), "expected the environment to set GONE"},
		{"agent", source("headers: {user-agent: Mozilla}"), "who asks is said honestly"},
		{"host", source("headers: {Host: b.example}"), "this one is set by each request itself"},
		{"cookie header", source("headers: {Cookie: '${KEY}'}"), "cookies belong under `cookies`"},
		{"bad header", source("headers: {'a b': c}"), "expected a header's name"},
		{"bad cookies", source("cookies: all"), `cookies: found "all", expected keep`},
		{"no success", source("login: {url: 'https://a.example/', fields: {a: b}}"), "login: found no success"},
		{"budget without time", source("budget: {requests: 500}"), `budget: requests: found "500", expected a number of requests`},
		{"budget of nothing", source("budget: {requests: 0/h}"), `found "0/h"`},
		{"bytes without unit", source("budget: {bytes: 500/h}"), `budget: bytes: found "500/h", expected bytes`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadSession(t, c.content)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("found %v\nexpected it to say %s", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "4711") {
				t.Errorf("the message shows a secret: %v", err)
			}
		})
	}
}

func TestSecretsInAddresses(t *testing.T) {
	cfg, err := loadSession(t, "sources: {a: {start: ['https://a.example/feed?key=${KEY}', 'https://a.example/${COOKIE}/rss']}}")
	if err != nil {
		t.Fatal(err)
	}
	s := cfg.Sources[0].Session
	if got := s.Hide("https://a.example/feed?key=key-4711-key https://a.example/cookie/4711+x/rss"); strings.Contains(got, "4711") {
		t.Errorf("found %s", got)
	}
	_, err = loadSession(t, "sources: {a: {start: 'https://me:${PASSWORD}@a.example/'}}")
	if err == nil || !strings.Contains(err.Error(), "`auth` has a place for user and password") || strings.Contains(err.Error(), "4711") {
		t.Errorf("found %v", err)
	}
}

func TestCookiesKept(t *testing.T) {
	cfg, err := loadSession(t, "sources: {a: {start: 'https://a.example/', cookies: keep}, b: {start: 'https://b.example/'}}")
	if err != nil || !cfg.Sources[0].Session.KeepCookies || cfg.Sources[1].Session.KeepCookies {
		t.Errorf("found %v, %v", cfg, err)
	}
}

func TestSecretFileTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(path, make([]byte, maxSecret+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadSession(t, "sources: {a: {start: 'https://a.example/', auth: {user: a, password: {file: '"+path+"'}}}}"); err == nil || !strings.Contains(err.Error(), "at most 64 KB") {
		t.Errorf("found %v", err)
	}
}
