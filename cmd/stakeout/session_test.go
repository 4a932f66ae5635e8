package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// memberSite is a newspaper that shows its stories to those who log in, send a
// key and a password, and come with a cookie. It says all of that back.
func memberSite(t *testing.T) (site *httptest.Server, asked *atomic.Int64) {
	asked = &atomic.Int64{}
	mux := http.NewServeMux()
	body := strings.Repeat("The council met on Monday and voted for the bridge that it had put off for nine years. ", 5)
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.PostFormValue("password") == "form-4711-word" {
			http.SetCookie(w, &http.Cookie{Name: "in", Value: "yes", Path: "/"})
			fmt.Fprint(w, "<a class=logout>Log out</a>")
			return
		}
		fmt.Fprint(w, "<form method=post><input name=email><input name=password type=password></form>")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		user, password, _ := r.BasicAuth()
		if _, err := r.Cookie("in"); err != nil || r.Header.Get("X-Key") != "key-4711-key" || user != "me" || password != "basic-4711-word" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if c, err := r.Cookie("session"); err == nil {
			w.Header().Set("X-Echo", r.Header.Get("X-Key")+" "+c.Value)
		}
		if r.URL.Path == "/" || r.URL.Query().Get("token") == "token-4711-feed" {
			for i := range 6 {
				fmt.Fprintf(w, "<h2><a href='/news/%d'>The council votes for bridge number %d</a></h2>", i, i)
			}
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "next", Value: "set-4711-by-site"})
		fmt.Fprintf(w, "<html><h1>The council votes for the bridge at %s</h1><article><p>%s</p><p>You sent %s and %s as %s.</p></article></html>",
			r.URL.Path, body, r.Header.Get("X-Key"), r.Header.Get("Authorization"), password)
	})
	mux.HandleFunc("/robots.txt", http.NotFound)
	site = httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site, asked
}

// memberSource writes the configuration of a source of memberSite.
func memberSource(t *testing.T, site, more string) string {
	t.Helper()
	t.Setenv("STAKEOUT_KEY", "key-4711-key")
	t.Setenv("STAKEOUT_WORD", "basic-4711-word")
	t.Setenv("STAKEOUT_TOKEN", "token-4711-feed")
	t.Setenv("STAKEOUT_COOKIE", "cookie-4711-sent")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "word"), []byte("form-4711-word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "c.yaml")
	content := fmt.Sprintf(`
sources:
  s:
    start: ['%s/', '%s/feed?token=${STAKEOUT_TOKEN}']
    stories: '/news/(?P<id>\d+)$'
    private: true
    delay: 0s
    headers: {X-Key: '${STAKEOUT_KEY}'}
    cookies: {session: '${STAKEOUT_COOKIE}'}
    auth: {user: me, password: '${STAKEOUT_WORD}'}
    login:
      url: %s/login
      fields: {email: me@a.example, password: {file: word}}
      success: a.logout
%s`, site, site, site, more)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is secret is found nowhere: not in the database's files, the log, what is
// printed, nor in any export, though the site says it all back.
func TestSecretsAreKeptNowhere(t *testing.T) {
	site, _ := memberSite(t)
	config := memberSource(t, site.URL, "")
	dir := t.TempDir()
	db := filepath.Join(dir, "s.db")
	stdout, stderr, status := stakeout(t, "--config", config, "--db", db, "--verbose", "crawl")
	if status != statusDone || !strings.Contains(stdout, "6 new") {
		t.Fatalf("exit %d\n%s%s", status, stdout, stderr)
	}
	shown := stdout + stderr
	for _, args := range [][]string{{"check"}, {"show", "s/1", "--json"}, {"log", "s/1", "--json"}, {"sources", "--json"}, {"sources", "--politeness"},
		{"try", site.URL + "/news/2", "--source", "s"}, {"search", "council"}, {"search", "4711"}} {
		out, errs, _ := stakeout(t, append([]string{"--config", config, "--db", db}, args...)...)
		shown += out + errs
	}
	if !strings.Contains(shown, "You sent *** and Basic *** as ***.") {
		t.Error("the page's words are not as expected")
	}
	for _, format := range []string{"jsonl", "csv", "md", "html", "parquet", "xlsx", "atom", "stix", "misp", "warc"} {
		mustRun(t, "--config", config, "--db", db, "export", "--format", format, "-o", filepath.Join(dir, "out-"+format))
	}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		shown += string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"key-4711", "basic-4711", "cookie-4711", "form-4711", "token-4711", "set-4711", "bWU6YmFzaWMtNDcxMS13b3Jk" /* me:basic-4711-word */} {
		if i := strings.Index(shown, secret); i >= 0 {
			t.Errorf("%s is kept: …%q…", secret, shown[max(0, i-200):min(len(shown), i+50)])
		}
	}
}

// A budget holds over several runs of the program, and leaves the rest due.
func TestBudgetHoldsOverRuns(t *testing.T) {
	site, asked := memberSite(t)
	config := memberSource(t, site.URL, "    budget: {requests: 7/h, bytes: 50MB/d}\n")
	db := filepath.Join(t.TempDir(), "s.db")
	left := 0
	for run := range 3 {
		stdout, stderr, _ := stakeout(t, "--config", config, "--db", db, "--json", "crawl")
		if strings.Contains(stdout, `"left":"`) && strings.Contains(stdout, "budget of 7 requests in an hour is used up") && !strings.Contains(stdout, `"failed":0`) {
			t.Errorf("run %d: %s%s", run, stdout, stderr)
		}
		if strings.Contains(stdout, `"left":"`) {
			left++
		}
	}
	// robots.txt, the login's two and the two listings belong to the seven.
	if n := asked.Load(); n != 4 || left != 3 {
		t.Errorf("%d requests beyond the login, %d runs that left some, expected 4 and 3", n, left)
	}
	if _, _, status := stakeout(t, "--config", config, "--db", db, "crawl"); status != statusFailed {
		t.Errorf("a source of which nothing can be read: exit %d", status)
	}
}

func TestSourcesPoliteness(t *testing.T) {
	site, _ := memberSite(t)
	config := memberSource(t, site.URL, "    schedule: '@hourly'\n")
	content, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(strings.Replace(string(content), "delay: 0s", "delay: 30ms", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(t.TempDir(), "s.db")
	mustRun(t, "--config", config, "--db", db, "crawl")
	var pace hostPace
	if err := json.Unmarshal([]byte(mustRun(t, "--config", config, "--db", db, "--json", "sources", "--politeness")), &pace); err != nil {
		t.Fatal(err)
	}
	if pace.LeastGap == nil || *pace.LeastGap < 0.030 || pace.Requests < 9 || pace.Delay != 0.030 || "http://"+pace.Host != site.URL {
		t.Errorf("found %+v", pace)
	}
}
