package collect

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/scheduler"
	"stakeout/store"
)

// What a host taught one program, the next one keeps to: its robots.txt, asked for
// once, the delay that this asks for, and when it wants to be left alone.
func TestWhatAHostTaughtGoesWithItsLease(t *testing.T) {
	one, two := openTwice(t)
	var mu sync.Mutex // protects the following variables
	var asked []string
	var last time.Time
	least := time.Hour
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		if r.URL.Path == "/2" || r.URL.Path == "/3" {
			least = min(least, time.Since(last))
		}
		last = time.Now()
		mu.Unlock()
		switch r.URL.Path {
		case "/robots.txt":
			_, _ = w.Write([]byte("User-agent: *\nCrawl-delay: 0.3\nDisallow: /closed\n"))
		case "/busy":
			w.Header().Set("Retry-After", "300")
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			_, _ = w.Write([]byte("<p>something to read</p>"))
		}
	}))
	defer server.Close()
	src := &configs.Source{Name: "s", Private: true, Parallel: 1}
	crawlers := map[*Leases]*crawler.Crawler{}
	get := func(l *Leases, path string) error {
		if crawlers[l] == nil {
			crawlers[l] = crawler.New(crawler.Options{Gate: l})
			t.Cleanup(crawlers[l].Close)
		}
		_, err := crawlers[l].FetchPage(t.Context(), src, crawler.Request{URL: server.URL + path})
		return err
	}
	handOver := func(l *Leases) {
		t.Helper()
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := get(one, "/1"); err != nil {
		t.Fatal(err)
	}
	handOver(one)
	if err := get(two, "/closed"); err == nil || !strings.Contains(err.Error(), "robots.txt disallows") {
		t.Errorf("a closed path: %v", err)
	}
	if err := get(two, "/2"); err != nil {
		t.Fatal(err)
	}
	if err := get(two, "/3"); err != nil {
		t.Fatal(err)
	}
	handOver(two)
	if err := get(one, "/busy"); err == nil {
		t.Error("a busy host answered")
	}
	handOver(one)
	if err := get(two, "/4"); err == nil || !strings.Contains(err.Error(), "left alone until") {
		t.Errorf("a host that wants to be left alone: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if least < 300*time.Millisecond {
		t.Errorf("two requests came within %s, the host asked for 0.3 s", least)
	}
	if got := strings.Join(asked, " "); got != "/robots.txt /1 /2 /3 /busy" {
		t.Errorf("asked for %s", got)
	}
}

// A host that isn't asked any more is given back by itself.
func TestIdleHostsAreGivenBack(t *testing.T) {
	one, two := openTwice(t)
	one.holder = "elsewhere 1 x y"
	if _, err := one.Enter(t.Context(), "h", 0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var leaving sync.WaitGroup
	leaving.Go(func() {
		if err := one.Leave(ctx); err != nil {
			t.Error(err)
		}
	})
	begun := time.Now()
	if _, err := two.Enter(t.Context(), "h", 0); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > leaseFor/2 {
		t.Errorf("the other waited %s for a host that nobody asked", took)
	}
	stop()
	leaving.Wait()
}

// A worker says that it runs, and what it watches.
func TestWorkersReport(t *testing.T) {
	one, _ := openTwice(t)
	ctx, stop := context.WithCancel(t.Context())
	schedule, err := scheduler.ParseSchedule("@hourly")
	if err != nil {
		t.Fatal(err)
	}
	src := &configs.Source{Name: "s", Schedule: schedule}
	s := Service{Collector: &Collector{Store: one.store, Leases: one}, Shared: true, Version: "1.2"}
	s.Reload([]*configs.Source{src})
	var reporting sync.WaitGroup
	reporting.Go(func() {
		if err := s.report(ctx); err != nil {
			t.Error(err)
		}
	})
	var workers []store.Worker
	for end := time.Now().Add(5 * time.Second); len(workers) == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var err error
		if workers, err = one.store.Workers(t.Context(), time.Now().Add(-store.WorkerAlive)); err != nil {
			t.Fatal(err)
		}
	}
	if len(workers) != 1 || workers[0].Sources != 1 || workers[0].Version != "1.2" || workers[0].Name != one.Worker() {
		t.Errorf("found %+v", workers)
	}
	stop()
	reporting.Wait()
	if watched, err := one.store.Watched(t.Context(), time.Now().Add(-time.Minute)); err != nil || !watched["s"] {
		t.Errorf("watched: %v, %v", watched, err)
	}
	if workers, err := one.store.Workers(t.Context(), time.Time{}); err != nil || len(workers) != 0 {
		t.Errorf("ended: %+v, %v", workers, err)
	}
}
