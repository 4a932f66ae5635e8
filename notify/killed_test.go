package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/story"
)

// killedEnv names the folder of a history and a configuration; where it is set this
// program tells of it until it is killed.
const killedEnv = "STAKEOUT_TEST_TELL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedEnv); dir != "" {
		if err := tellUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fast is how many times faster than the world's a telling program's clock goes, so
// that the gaps between its tries are short.
const fast = 1200

func tellUntilKilled(dir string) error {
	cfg, err := configs.Load(filepath.Join(dir, "c.yaml"), configs.LoadOptions{})
	if err != nil {
		return err
	}
	db, err := store.Open(context.Background(), filepath.Join(dir, "h.db"), store.Options{})
	if err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, "c.yaml"))
	if err != nil {
		return err
	}
	now := func() time.Time { return begin.Add(time.Since(info.ModTime()) * fast) }
	n := Notifier{Store: db, Rules: cfg.Notify, Log: slog.New(slog.DiscardHandler), Now: now, Tick: 5 * time.Millisecond}
	return n.Run(context.Background())
}

// receiver takes messages by their IDs, each once, and fails or hangs now and then.
type receiver struct {
	mu      sync.Mutex // protects following fields
	sick    bool
	posts   int
	seen    map[string]string // what came under an ID
	changes map[string]map[int64]int
	bad     []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // killed while it sent
	}
	var m struct {
		Data struct {
			Rule    string
			Changes []struct{ Cursor int64 }
		}
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts++
	if r.sick && rand.N(4) == 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	id, said := req.Header.Get("webhook-id"), fmt.Sprint(m.Data)
	if before, ok := r.seen[id]; ok {
		if before != said {
			r.bad = append(r.bad, fmt.Sprintf("%s said %s, then %s", id, before, said))
		}
	} else {
		r.seen[id] = said
		if r.changes[m.Data.Rule] == nil {
			r.changes[m.Data.Rule] = map[int64]int{}
		}
		for _, c := range m.Data.Changes {
			r.changes[m.Data.Rule][c.Cursor]++
		}
	}
	if r.sick && rand.N(4) == 0 {
		w.WriteHeader(http.StatusBadGateway) // it took it, and says that it didn't
	}
}

func (r *receiver) missing(rules, changes int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := rules * changes
	for _, taken := range r.changes {
		n -= len(taken)
	}
	return n
}

// A program that tells is killed at random moments, fifty times in the long form:
// a receiver that follows the IDs takes each change once by each rule, at once, in
// digests and behind a limit.
func TestKilledProgramTellsEachChangeOnce(t *testing.T) {
	kills := 8
	switch {
	case os.Getenv("STAKEOUT_LONG") != "":
		kills = 50
	case testing.Short():
		kills = 2
	}
	r := &receiver{sick: true, seen: map[string]string{}, changes: map[string]map[int64]int{}}
	server := httptest.NewServer(r)
	defer server.Close()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "c.yaml"), strings.ReplaceAll("notify:\n  once: {to: ADDR}\n  digest: {to: ADDR, digest: '*/5 * * * *'}\n  limit: {to: ADDR, limit: 5}\n", "ADDR", server.URL))
	w := &tower{t: t, clock: begin}
	db, err := store.Open(t.Context(), filepath.Join(dir, "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	cfg, err := configs.Load(filepath.Join(dir, "c.yaml"), configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w.Notifier = &Notifier{Store: db, Rules: cfg.Notify, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return begin }}
	w.once() // the rules are new: what follows is told
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	start := func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Env, cmd.Stderr = append(os.Environ(), killedEnv+"="+dir), os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	n := 0
	for range kills {
		cmd := start()
		for range 4 {
			n++
			w.tell(fmt.Sprint(n), 1, "12 dead", "")
			w.tell(fmt.Sprint(n), 2, "14 dead", story.Fact)
			time.Sleep(rand.N(60 * time.Millisecond))
		}
		time.Sleep(rand.N(100 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
	}
	r.mu.Lock()
	r.sick = false
	r.mu.Unlock()
	last := start()
	for deadline := time.Now().Add(2 * time.Minute); r.missing(3, n) > 0 && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
		if _, err := db.Revive(t.Context(), "", begin); err != nil {
			t.Fatal(err)
		}
	}
	if err := last.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = last.Wait() // killed
	r.mu.Lock()
	defer r.mu.Unlock()
	for rule, taken := range r.changes {
		for cursor, times := range taken {
			if times != 1 {
				t.Errorf("rule %s: change %d came under %d IDs", rule, cursor, times)
			}
		}
		if len(taken) != n {
			t.Errorf("rule %s: %d of %d changes came", rule, len(taken), n)
		}
	}
	if len(r.changes) != 3 || len(r.bad) > 0 {
		t.Errorf("%d rules told; %q", len(r.changes), r.bad)
	}
	t.Logf("%d kills, %d changes by 3 rules, %d posts of %d messages", kills, n, r.posts, len(r.seen))
}
