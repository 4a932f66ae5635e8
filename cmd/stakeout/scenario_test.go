package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stakeout/story"
)

// scenario is how much the service is put through.
type scenario struct {
	hosts, stories int // stories of each host
	lasts          time.Duration
	killEach       time.Duration
	delay          time.Duration
	recheck        time.Duration
}

// The short form, and with STAKEOUT_LONG=1 the one that docs/benchmarks.md tells.
func scenarioOf() scenario {
	if os.Getenv("STAKEOUT_LONG") == "1" {
		return scenario{hosts: 200, stories: 25, lasts: 5 * time.Minute, killEach: 20 * time.Second, delay: time.Second, recheck: 30 * time.Second}
	}
	return scenario{hosts: 6, stories: 8, lasts: 12 * time.Second, killEach: 3 * time.Second, delay: 100 * time.Millisecond, recheck: time.Second}
}

// paper is one host: its stories are edited while they are watched, and each
// request is noted as it comes in.
type paper struct {
	mu       sync.Mutex // protects the following fields
	versions []int
	asked    []time.Time
	line     func(version int) string // what an edit alters
}

// families are counted anew with each edit.
func families(version int) string {
	return fmt.Sprintf("By the latest count %d families have asked for one of them", 100+version)
}

// named is a line that names others with each edit, as no counter does.
func named(version int) string {
	first := []string{"Ada", "Bruno", "Carla", "Dmitri", "Elena", "Farid", "Greta"}
	last := []string{"Moreau", "Okafor", "Petrov", "Quist", "Rossi", "Silva", "Tanaka", "Ulrich", "Vance", "Weber", "Yilmaz"}
	return "The caretaker " + first[version%len(first)] + " " + last[version%len(last)] + " showed the rooms on " + []string{"Monday", "Tuesday", "Friday"}[version/77%3]
}

func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, now)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.URL.Path == "/" {
		fmt.Fprint(w, "<html><body><h1>Paper</h1><ul>")
		for i := range p.versions {
			fmt.Fprintf(w, `<li><h2><a href="/story/%d">What happened at number %d of the street</a></h2></li>`, i+1, i+1)
		}
		fmt.Fprint(w, "</ul></body></html>")
		return
	}
	id, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/story/"))
	if err != nil || id < 1 || id > len(p.versions) {
		http.NotFound(w, r)
		return
	}
	fmt.Fprintf(w, `<html lang="en"><head><title>What happened</title></head><body><article><h1>What happened at number %d of the street</h1>
<p>The council met on Monday evening about the houses at number %d, which have stood empty since the winter of the storm.</p>
<p>%s, and the office expects to decide before the month is over.</p>
<p>Neighbours said that they would welcome anyone who repairs the roof, and that the garden had never been so green.</p>
</article></body></html>`, id, id, p.line(p.versions[id-1]))
}

func (p *paper) edit(i int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.versions[i]++
}

func (p *paper) version(i int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.versions[i]
}

// leastGap is the least time between two requests.
func (p *paper) leastGap() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	least := time.Hour
	for i := 1; i < len(p.asked); i++ {
		least = min(least, p.asked[i].Sub(p.asked[i-1]))
	}
	return least
}

// newsstand starts the hosts, and writes the configuration that watches them.
func newsstand(t *testing.T, s scenario) (papers []*paper, cfg string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("sources:\n")
	for i := range s.hosts {
		p := &paper{versions: make([]int, s.stories), line: families}
		server := httptest.NewServer(p)
		t.Cleanup(server.Close)
		papers = append(papers, p)
		fmt.Fprintf(&b, "  h%d: {start: '%s/', stories: '/story/(?P<id>\\d+)$', schedule: '@every %s', recheck: '@every %s', delay: %s, private: true, robots: ignore}\n",
			i, server.URL, 2*s.recheck, s.recheck, s.delay)
	}
	return papers, file(t, "c.yaml", b.String())
}

// However often the service is killed, nothing is lost and nothing doubled, and
// no host is asked sooner than its delay allows: by one life, or by two.
func TestKilledServiceLosesAndDoublesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a quarter of a minute")
	}
	s := scenarioOf()
	program := filepath.Join(t.TempDir(), "stakeout")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	papers, cfg := newsstand(t, s)
	db := filepath.Join(t.TempDir(), "s.db")
	until := time.Now().Add(s.lasts)
	edits := 0
	for n := 0; time.Now().Before(until); n++ {
		kill := start(t, program, "--config", cfg, "--db", db, "run", "--listen", "none")
		for life := time.Now().Add(s.killEach); time.Now().Before(life); {
			time.Sleep(s.killEach / 20)
			for h := range papers {
				if (edits+h)%7 == 0 {
					papers[h].edit((edits + h) % s.stories)
				}
			}
			edits++
		}
		kill()
	}
	settle(t, program, cfg, db, papers, s)
	checkPapers(t, db, papers, s)
}

// start starts the program, and returns what kills it.
func start(t *testing.T, program string, args ...string) (kill func()) {
	t.Helper()
	cmd := exec.Command(program, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Errorf("it ended by itself: %v\n%s", err, errs.String())
		}
		_ = cmd.Wait() // killed
	}
}

// settle watches without edits until every story's latest version is on record.
func settle(t *testing.T, program, cfg, db string, papers []*paper, s scenario) {
	t.Helper()
	kill := start(t, program, "--config", cfg, "--db", db, "run", "--listen", "none")
	defer kill()
	settleAs(t, db, papers, s)
}

// settleAs waits until every story's latest version is on record.
func settleAs(t *testing.T, db string, papers []*paper, s scenario) {
	t.Helper()
	for end := time.Now().Add(10*time.Second + 4*time.Duration(s.stories)*s.delay + 4*s.recheck); ; {
		missing := 0
		latest := map[string]string{}
		for _, st := range lines[story.Story](t, mustRun(t, "--db", db, "export", "--format", "jsonl")) {
			latest[st.Source+"/"+st.ID] = strings.Join(st.Body, " ")
		}
		for h, p := range papers {
			for i := range s.stories {
				if !strings.Contains(latest[fmt.Sprintf("h%d/%d", h, i+1)], fmt.Sprintf(" %d families", 100+p.version(i))) {
					missing++
				}
			}
		}
		if missing == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d stories are not on record as they stand", missing, s.hosts*s.stories)
		}
		time.Sleep(s.recheck / 2)
	}
}

// checkPapers holds what is on record against what was printed.
func checkPapers(t *testing.T, db string, papers []*paper, s scenario) {
	t.Helper()
	seen := map[string]bool{}
	stories := map[string]bool{}
	for _, v := range lines[story.Story](t, mustRun(t, "--db", db, "export", "--format", "jsonl", "--what", "versions")) {
		key := v.Source + "/" + v.ID
		stories[key] = true
		text := key + " " + strings.Join(v.Body, " ")
		if seen[text] {
			t.Errorf("a version of %s is on record twice", key)
		}
		seen[text] = true
	}
	if len(stories) != s.hosts*s.stories {
		t.Errorf("%d stories are on record, expected %d", len(stories), s.hosts*s.stories)
	}
	requests, least := 0, time.Hour
	for _, p := range papers {
		requests += len(p.asked)
		least = min(least, p.leastGap())
	}
	if least < s.delay {
		t.Errorf("two requests to a host came within %s of each other, the delay is %s", least, s.delay)
	}
	mustRun(t, "--db", db, "verify")
	t.Logf("%d hosts, %d stories, %d versions, %d requests, least gap %s", s.hosts, len(stories), len(seen), requests, least)
}
