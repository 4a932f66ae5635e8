package web_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"stakeout/store"
	"stakeout/story"
	"stakeout/web"
)

// measured is a page over a history in which there is something of everything, and
// what /metrics tells of it.
func measured(t *testing.T) string {
	t.Helper()
	d := newDesk(t, web.Access{})
	var tally web.Tally
	server := httptest.NewServer(web.New(web.Options{Store: d.db, Build: web.Build{Version: "v1.2.3", Go: "go1.26"}, Tally: &tally,
		Queue: func(context.Context) (web.Queue, error) {
			return web.Queue{Waiting: 4, Running: 3, Longest: 1500 * time.Millisecond}, nil
		},
		Now: func() time.Time { return begin.Add(24 * time.Hour) }}))
	defer server.Close()
	d.tell("wire", "1", 1, "Harbour reopens", "The harbour reopened on Monday, and 41 boats left.")
	d.tell("wire", "1", 2, "Harbour reopens", "The harbour reopened on Monday, and 42 boats left.")
	if err := d.db.SetNextRun(t.Context(), "wire", begin.Add(23*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.Found(t.Context(), "wire", []store.Link{{URL: "https://news.example/2"}}, begin.Add(22*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := d.db.PutPaces(t.Context(), []store.Pace{{Host: "news.example", Began: begin, At: begin.Add(time.Hour), Requests: 7, LeastGap: 2100 * time.Millisecond, Delay: 2 * time.Second}}); err != nil {
		t.Fatal(err)
	}
	at := begin.Add(24 * time.Hour)
	if err := d.db.PutWorker(t.Context(), store.Worker{Name: "one/7", Began: begin, At: at, Rounds: 3}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"news.example", store.SourceLease("wire")} {
		if _, _, _, err := d.db.Take(t.Context(), name, store.Lease{Holder: "one 7 x y", Until: at.Add(time.Second)}, nil, at); err != nil {
			t.Fatal(err)
		}
	}
	tally.Visit("wire", story.New)
	tally.Visit("wire", story.Same)
	tally.Visit("wire", story.Same)
	resp, err := server.Client().Get(server.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestMetricsAnswerARunnersQuestions(t *testing.T) {
	body := measured(t)
	for _, want := range []string{
		`stakeout_build_info{go="go1.26",revision="",version="v1.2.3"} 1`,
		"stakeout_changes_total 2", `stakeout_stories{source="wire"} 1`,
		`stakeout_edits_total{class="new",disclosed="no",source="wire"} 1`,
		`stakeout_edits_total{class="fact",disclosed="no",source="wire"} 1`,
		`stakeout_visits_total{outcome="same",source="wire"} 2`, `stakeout_visits_total{outcome="new",source="wire"} 1`,
		`stakeout_listing_lag_seconds{source="wire"} 3600`,
		`stakeout_due{source="wire"} 1`, `stakeout_due_lag_seconds{source="wire"} 7200`,
		`stakeout_host_least_gap_seconds{host="news.example"} 2.1`, `stakeout_host_delay_seconds{host="news.example"} 2`, `stakeout_host_requests{host="news.example"} 7`,
		`stakeout_workers 1`, `stakeout_worker_rounds{worker="one/7"} 3`, `stakeout_leases{of="sources"} 1`, `stakeout_leases{of="hosts"} 1`,
		`stakeout_queue_rounds{state="waiting"} 4`, `stakeout_queue_rounds{state="running"} 3`, `stakeout_queue_lag_seconds 1.5`,
		`stakeout_messages{state="dead"} 0`, `stakeout_source_trouble{source="wire"} 0`,
	} {
		if !strings.Contains(body, "\n"+want+"\n") {
			t.Errorf("/metrics doesn't say %s", want)
		}
	}
	if m := regexp.MustCompile(`\nstakeout_database_bytes (\S+)\n`).FindStringSubmatch(body); m == nil || m[1] == "0" {
		t.Errorf("the database's size is %v", m)
	}
	if t.Failed() {
		t.Log(body)
	}
}

// nameOfMetric finds the names of our metrics in a text.
var nameOfMetric = regexp.MustCompile(`stakeout_[a-z_]+[a-z]`)

// Every metric that the dashboard, the alerts and the documentation name is one that
// is told, and the documentation names them all.
func TestMetricsNamedElsewhereAreTold(t *testing.T) {
	told := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (stakeout_\S+) `).FindAllStringSubmatch(measured(t), -1) {
		told[m[1]] = true
	}
	if len(told) < 20 {
		t.Fatalf("found %d metrics: %v", len(told), slices.Sorted(maps.Keys(told)))
	}
	for _, path := range []string{"../deploy/grafana-dashboard.json", "../deploy/prometheus-alerts.yaml", "../docs/running.md"} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		for _, name := range nameOfMetric.FindAllString(string(content), -1) {
			if named[name] = true; !told[name] {
				t.Errorf("%s names %s, which /metrics doesn't tell", path, name)
			}
		}
		if len(named) < 8 {
			t.Errorf("%s names %v alone", path, named)
		}
		if strings.HasSuffix(path, ".md") {
			for name := range told {
				if !named[name] {
					t.Errorf("%s doesn't explain %s", path, name)
				}
			}
		}
	}
}

// Prometheus takes the alerts, and every query of the dashboard.
func TestAlertsAndDashboardAreRight(t *testing.T) {
	content, err := os.ReadFile("../deploy/grafana-dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(content, &board); err != nil {
		t.Fatal(err)
	}
	type rule struct{ Record, Expr string }
	var rules []rule
	ids := map[int]bool{}
	for _, p := range board.Panels {
		if ids[p.ID] || p.Title == "" || len(p.Targets) == 0 {
			t.Errorf("panel %d, %q, has no title, no query, or the ID of another", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, q := range p.Targets {
			rules = append(rules, rule{"query", strings.ReplaceAll(q.Expr, "$source", ".*")})
		}
	}
	queries, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "queries.yaml")
	if err := os.WriteFile(path, queries, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("STAKEOUT_TOOLS_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skip("promtool is not here: apt-get install prometheus")
	}
	for _, path := range []string{"../deploy/prometheus-alerts.yaml", path} {
		if out, err := exec.CommandContext(t.Context(), promtool, "check", "rules", "--lint=none", path).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
