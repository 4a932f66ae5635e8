package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"stakeout/store"
	"stakeout/web"
)

func TestPing(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	well := httptest.NewServer(web.New(web.Options{Store: db, Build: web.Build{Version: "v9.9.9", Platform: "plan9/386"}, Access: web.Access{Passwords: []web.Grant{web.NewGrant("correct horse", web.Admin)}}}))
	defer well.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	address := strings.TrimPrefix(well.URL, "http://")
	if out := mustRun(t, "ping", address); out != address+" is well: stakeout v9.9.9\n" {
		t.Errorf("found %q", out)
	}
	t.Setenv("STAKEOUT_PASSWORD", "correct horse")
	everywhere := file(t, "c.yaml", "web: {listen: '0.0.0.0:"+address[strings.LastIndex(address, ":")+1:]+"', password: '${STAKEOUT_PASSWORD}'}\n")
	if out := mustRun(t, "--config", everywhere, "--json", "ping"); !strings.Contains(out, `"platform":"plan9/386"`) {
		t.Errorf("found %q", out)
	}
	if _, stderr, status := stakeout(t, "ping", strings.TrimPrefix(other.URL, "http://")); status != statusFailed || !strings.Contains(stderr, "HTTP 404") {
		t.Errorf("exit %d: %s", status, stderr)
	}
	if _, stderr, status := stakeout(t, "ping", "127.0.0.1"); status != statusUsage || !strings.Contains(stderr, "HOST:PORT") {
		t.Errorf("exit %d: %s", status, stderr)
	}
	if err := db.Close(); err != nil { // a history that can't be read any more
		t.Fatal(err)
	}
	if _, stderr, status := stakeout(t, "ping", address); status != statusFailed || !strings.Contains(stderr, "HTTP 503") {
		t.Errorf("exit %d: %s", status, stderr)
	}
}
