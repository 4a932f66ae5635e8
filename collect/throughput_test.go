package collect

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/internal/testpg"
	"stakeout/scheduler"
	"stakeout/scheduler/river"
	"stakeout/store"
	"stakeout/story"
)

// TestThroughput measures how many stories a second workers on one Postgres look at
// while all of them are due: plan, queue, leases and every row of a visit, with pages
// that come from memory, unchanged, each from a host of its own that has no delay.
//
//	STAKEOUT_WORKERS=1,2,4 STAKEOUT_STORIES=1000000 STAKEOUT_HOSTS=10000 go test ./collect -run Throughput -v -timeout 3h
func TestThroughput(t *testing.T) {
	if address := os.Getenv("STAKEOUT_WORKER_OF"); address != "" {
		workThrough(t, address)
		return
	}
	counts := os.Getenv("STAKEOUT_WORKERS")
	if counts == "" {
		t.Skip("a measurement: STAKEOUT_WORKERS=1,2,4 runs it")
	}
	stories, hosts := number(t, "STAKEOUT_STORIES", 1_000_000), number(t, "STAKEOUT_HOSTS", 10_000)
	server := testpg.Shared(t)
	address := server.Database(t)
	db, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	begun := time.Now()
	plant(t, db, address, stories, hosts)
	t.Logf("%d stories on %d hosts, made in %s", stories, hosts, time.Since(begun).Round(time.Second))
	for _, count := range strings.Split(counts, ",") {
		n, err := strconv.Atoi(count)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d workers: %s", n, throughputOf(t, address, n))
	}
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}

// plant records one story, and copies its rows: what is measured is what a look at a
// story costs, and the hashes of these aren't looked at.
func plant(t *testing.T, db *store.Store, address string, stories, hosts int) {
	t.Helper()
	body := []byte("<h1>The ferry sank</h1><p>Twelve people were on board.")
	reading := story.Reading{ID: "first", URL: "http://first.example/1", Rules: "r", Reader: "auto",
		Fields: story.Fields{Headline: "The ferry sank", Body: []string{"Twelve people were on board."}}}
	at := time.Now().Add(-48 * time.Hour)
	if _, err := db.Record(t.Context(), store.Result{Visit: store.Visit{Source: "first", URL: reading.URL, FinalURL: reading.URL, Key: story.Key{Source: "first", ID: "first"}, Kind: store.KindStory, At: at, Status: 200, Outcome: story.New},
		Pages: []store.Page{{URL: reading.URL, ContentType: "text/html", Body: body}}, Reading: &reading, Change: &story.Change{Event: story.EventNew}}); err != nil {
		t.Fatal(err)
	}
	sql := fmt.Sprintf(`SET session_replication_role = replica;
INSERT INTO sources (name, stories, next_run_at, last_run_at) SELECT 'h' || g, %[1]d / %[2]d, 4102444800000, 1 FROM generate_series(0, %[2]d - 1) g;
INSERT INTO stories (story_id, source, id, url, headline, status, latest, first_seen_at, last_seen_at, changed_at)
 SELECT 1000000 + g, 'h' || g %% %[2]d, 's' || g, 'http://h' || g %% %[2]d || '.example/' || g, s.headline, s.status, 1, s.first_seen_at, s.last_seen_at, s.changed_at FROM stories s, generate_series(0, %[1]d - 1) g WHERE s.source = 'first';
INSERT INTO versions (version_id, story_id, number, at, url, print, content_hash, prev_hash, hash)
 SELECT 1000000 + g, 1000000 + g, 1, v.at, v.url, v.print, v.content_hash, v.prev_hash, v.hash FROM (SELECT * FROM versions ORDER BY version_id LIMIT 1) v, generate_series(0, %[1]d - 1) g;
INSERT INTO readings (version_id, ordinal, at, zstd, hash) SELECT 1000000 + g, 1, r.at, r.zstd, r.hash FROM (SELECT * FROM readings ORDER BY reading_id LIMIT 1) r, generate_series(0, %[1]d - 1) g;
INSERT INTO version_pages (version_id, ordinal, page_id, url, content_type) SELECT 1000000 + g, 1, p.page_id, p.url, p.content_type FROM (SELECT * FROM version_pages LIMIT 1) p, generate_series(0, %[1]d - 1) g;
INSERT INTO addresses (source, url, host, story_id, via, found_at, next_at) SELECT 'h' || g %% %[2]d, 'http://h' || g %% %[2]d || '.example/' || g, 'h' || g %% %[2]d || '.example', 1000000 + g, '', 1, 1000 + g FROM generate_series(0, %[1]d - 1) g;
ANALYZE;`, stories, hosts)
	cmd := exec.CommandContext(t.Context(), "psql", "-q", "-v", "ON_ERROR_STOP=1", address)
	cmd.Stdin = strings.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// throughputOf runs workers in processes of their own for a while, and says what they did.
func throughputOf(t *testing.T, address string, n int) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	outs := make([]bytes.Buffer, n)
	cmds := make([]*exec.Cmd, n)
	for i := range cmds {
		cmds[i] = exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestThroughput$")
		cmds[i].Env = append(os.Environ(), "STAKEOUT_WORKER_OF="+address)
		cmds[i].Stdout, cmds[i].Stderr = &outs[i], os.Stderr
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	visits, cpu := 0, time.Duration(0)
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, outs[i].String())
		}
		for line := bufio.NewScanner(&outs[i]); line.Scan(); {
			var one int
			if _, err := fmt.Sscanf(line.Text(), "visited %d", &one); err == nil {
				visits += one
			}
		}
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return fmt.Sprintf("%.0f stories a second, %s of the processor for each in the workers", float64(visits)/measureFor.Seconds(), (cpu / time.Duration(max(visits, 1))).Round(time.Microsecond))
}

// measureFor is how long is counted, once workers had some seconds to begin.
const measureFor = 30 * time.Second

// workThrough is one worker.
func workThrough(t *testing.T, address string) {
	db, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	leases := NewLeases(db)
	engine, err := river.Open(t.Context(), address, river.Options{Workers: Rounds, Worker: leases.Worker()})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	schedule, err := scheduler.ParseSchedule("@yearly")
	if err != nil {
		t.Fatal(err)
	}
	hourly, err := scheduler.ParseSchedule("@hourly")
	if err != nil {
		t.Fatal(err)
	}
	var sources []*configs.Source
	for i := range number(t, "STAKEOUT_HOSTS", 10_000) {
		sources = append(sources, &configs.Source{Name: fmt.Sprintf("h%d", i), Schedule: schedule, Parallel: 1, Recheck: configs.Recheck{Schedule: hourly}})
	}
	begin := time.Now().Add(10 * time.Second)
	ctx, stop := context.WithDeadline(t.Context(), begin.Add(measureFor))
	defer stop()
	visits := make(chan time.Time, 1<<20)
	c := &Collector{Fetch: unchanged{leases}, Store: db, Leases: leases, Log: slog.New(slog.DiscardHandler), Tell: func(Seen) { visits <- time.Now() }}
	s := Service{Collector: c, Sources: sources, Engine: engine, Shared: true, Log: slog.New(slog.DiscardHandler)}
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	close(visits)
	n := 0
	for at := range visits {
		if at.After(begin) {
			n++
		}
	}
	fmt.Printf("visited %d\n", n)
}

// unchanged is a network whose pages are as they were; its hosts are shared as others.
type unchanged struct{ leases *Leases }

func (u unchanged) FetchPage(ctx context.Context, _ *configs.Source, r crawler.Request) (crawler.Page, error) {
	host, _, _ := strings.Cut(strings.TrimPrefix(r.URL, "http://"), "/")
	if _, err := u.leases.Enter(ctx, host, 0); err != nil {
		return crawler.Page{}, err
	}
	return crawler.Page{URL: r.URL, FinalURL: r.URL, Status: http.StatusNotModified, NotModified: true, At: time.Now()}, nil
}

func (unchanged) Discover(context.Context, *configs.Source, func(crawler.Link) error) (crawler.Listing, error) {
	return crawler.Listing{}, nil
}

func (u unchanged) DiscoverScheduled(ctx context.Context, src *configs.Source, yield func(crawler.Link) error) (crawler.Listing, error) {
	return u.Discover(ctx, src, yield)
}
