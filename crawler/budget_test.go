package crawler

import (
	"context"
	"strings"
	"testing"
	"time"

	"stakeout/configs"
)

func TestBudgets(t *testing.T) {
	s := newSite(t)
	s.page("/", strings.Repeat("x", 1000))
	s.body("/robots.txt", "text/plain", "User-agent: *\nDisallow: /private")
	now := time.Date(2026, 4, 4, 12, 0, 30, 0, time.UTC)
	for _, c := range []struct {
		name   string
		budget configs.Budget
		pages  int // that it is enough for
		freed  time.Duration
	}{
		{"requests", configs.Budget{Requests: configs.Quota{Amount: 4, Per: time.Hour}}, 3, time.Hour + 30*time.Second},
		{"bytes", configs.Budget{Bytes: configs.Quota{Amount: 2500, Per: 24 * time.Hour}}, 3, 24*time.Hour + 30*time.Second},
		{"both", configs.Budget{Requests: configs.Quota{Amount: 100, Per: time.Minute}, Bytes: configs.Quota{Amount: 1, Per: time.Hour}}, 0, time.Hour + 30*time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := now
			crawl := New(Options{Now: func() time.Time { return clock }})
			defer crawl.Close()
			src, free := source(s.URL), source(s.URL)
			src.Budget, free.Name = c.budget, "free"
			get := func(src *configs.Source) error {
				_, err := crawl.FetchPage(context.Background(), src, Request{URL: s.URL + "/"})
				return err
			}
			for n := range c.pages {
				if err := get(src); err != nil {
					t.Fatalf("page %d: %v", n+1, err)
				}
			}
			err := get(src)
			wantKind(t, err, KindBudget)
			until, used := IsBudget(err)
			if want := now.Truncate(time.Minute).Add(c.freed - 30*time.Second + time.Minute); !used || !until.Equal(want) {
				t.Errorf("until %s, expected %s: %v", until, want, err)
			}
			if err := get(free); err != nil {
				t.Errorf("another source of the host: %v", err)
			}
			if clock = until; get(src) != nil {
				t.Errorf("at %s: %v", until, get(src))
			}
		})
	}
}

// A budget that ends with robots.txt says so, and keeps no other source away.
func TestBudgetIsNoFaultOfRobots(t *testing.T) {
	s := newSite(t)
	s.page("/", "x")
	c := newCrawler(t)
	src, free := source(s.URL), source(s.URL)
	src.Budget, free.Name = configs.Budget{Requests: configs.Quota{Amount: 1, Per: time.Hour}}, "free"
	if err := c.transport.usage.Use(context.Background(), src.Name, time.Now(), 1, 0); err != nil {
		t.Fatal(err)
	}
	_, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/"})
	wantKind(t, err, KindBudget)
	if _, err := c.FetchPage(context.Background(), free, Request{URL: s.URL + "/"}); err != nil {
		t.Error(err)
	}
}
