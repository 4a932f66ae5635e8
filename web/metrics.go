package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"stakeout/store"
	"stakeout/story"
)

// desc describes a metric of ours.
func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("stakeout_"+name, help, labels, nil)
}

// Gauges say how the history is now. Counters of edits and visits begin at the
// program's start, as counters do: ask for their increase.
var (
	changesTotal = desc("changes_total", "Changes on record.")
	databaseSize = desc("database_bytes", "What the database takes on the disk.")
	messages     = desc("messages", "Messages by their state: waiting, sent of late, dead (given up).", "state")
	buildInfo    = desc("build_info", "1; what the program was built from.", "version", "revision", "go")

	storiesGauge  = desc("stories", "Stories on record.", "source")
	todayGauge    = desc("stories_today", "Stories first seen since midnight UTC.", "source")
	lastVisit     = desc("last_visit_timestamp_seconds", "The last visit of a story.", "source")
	lastSuccess   = desc("last_success_timestamp_seconds", "The last visit that read a story.", "source")
	nextRun       = desc("next_run_timestamp_seconds", "The next run of the source.", "source")
	listingLag    = desc("listing_lag_seconds", "How long the source's next run is overdue; 0 for not.", "source")
	dueGauge      = desc("due", "Addresses whose visit is due.", "source")
	dueLag        = desc("due_lag_seconds", "How long the address that waits longest has been due; 0 for none.", "source")
	waitingGauge  = desc("waiting", "Stories whose last visit brought nothing, or whose removal is not confirmed.", "source")
	troubleGauge  = desc("source_trouble", "1 where something is wrong with the source.", "source")
	recentVisits  = desc("recent_visits", "The last 24 visits by their outcome.", "source", "outcome")
	visitsTotal   = desc("visits_total", "Visits of stories by this program since its start, by outcome.", "source", "outcome")
	editsTotal    = desc("edits_total", "Changes recorded since the program's start, an edit once for each of its classes.", "source", "class", "disclosed")
	hostGap       = desc("host_least_gap_seconds", "The least time between the beginnings of two requests to the host, in 30 days.", "host")
	hostDelay     = desc("host_delay_seconds", "The delay that the host is asked with.", "host")
	hostRequests  = desc("host_requests", "Requests to the host in 30 days, retries and robots.txt among them.", "host")
	workersGauge  = desc("workers", "Workers that run rounds: that said so in the last 20 seconds.")
	workerRounds  = desc("worker_rounds", "Rounds that the worker runs.", "worker")
	leasesHeld    = desc("leases", "Leases that are held, of sources and of hosts.", "of")
	queueRounds   = desc("queue_rounds", "Rounds in the queue that workers share: waiting, running.", "state")
	queueLag      = desc("queue_lag_seconds", "How long the round that waits longest has waited; 0 for none.")
	scrapeTimeout = 10 * time.Second
)

// gauges reads the state of the history when it is asked for.
type gauges struct {
	server *server
	edits  *edits
}

// Describe names what is told.
func (g gauges) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, ch) }

// Collect tells the state of the history and of every source. What can't be read is
// told as an error, beside what can.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	b := g.server.Build
	tell(ch, buildInfo, 1, b.Version, b.Revision, b.Go)
	for _, part := range []struct {
		what *prometheus.Desc
		tell func(context.Context, chan<- prometheus.Metric) error
	}{{changesTotal, g.history}, {storiesGauge, g.sources}, {editsTotal, g.edits.collect}, {hostGap, g.hosts}, {workersGauge, g.workers}} {
		if err := part.tell(ctx, ch); err != nil {
			g.server.Log.Error("a metric can't be told", "error", err)
			ch <- prometheus.NewInvalidMetric(part.what, err)
		}
	}
	g.server.Tally.each(func(v visited, n int) { count(ch, visitsTotal, float64(n), v.source, string(v.outcome)) })
}

// tell sends a gauge.
func tell(ch chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

// count sends a counter.
func count(ch chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}

// history tells of the history as a whole.
func (g gauges) history(ctx context.Context, ch chan<- prometheus.Metric) error {
	db := g.server.Store
	last, err := db.LastChange(ctx)
	if err != nil {
		return err
	}
	count(ch, changesTotal, float64(last))
	size, err := db.Size(ctx)
	if err != nil {
		return err
	}
	tell(ch, databaseSize, float64(size))
	states, err := db.Messages(ctx)
	for state, n := range states {
		tell(ch, messages, float64(n), string(state))
	}
	return err
}

// sources tells of every source.
func (g gauges) sources(ctx context.Context, ch chan<- prometheus.Metric) error {
	now := g.server.Now()
	health, err := g.server.Store.Health(ctx, now)
	if err != nil {
		return err
	}
	for _, h := range health {
		due, since, err := g.server.Store.Backlog(ctx, h.Source, now)
		if err != nil {
			return err
		}
		tell(ch, dueGauge, float64(due), h.Source)
		tell(ch, dueLag, lag(since, now), h.Source)
		tellSource(ch, h, now)
	}
	return nil
}

// workers tells of those that run rounds, what they hold, and what waits for them.
func (g gauges) workers(ctx context.Context, ch chan<- prometheus.Metric) error {
	now := g.server.Now()
	list, err := g.server.Store.Workers(ctx, now.Add(-store.WorkerAlive))
	if err != nil {
		return err
	}
	tell(ch, workersGauge, float64(len(list)))
	for _, w := range list {
		tell(ch, workerRounds, float64(w.Rounds), w.Name)
	}
	held, err := g.server.Store.Holdings(ctx, now)
	if err != nil {
		return err
	}
	var all store.Holding
	for _, h := range held {
		all.Sources, all.Hosts = all.Sources+h.Sources, all.Hosts+h.Hosts
	}
	tell(ch, leasesHeld, float64(all.Sources), "sources")
	tell(ch, leasesHeld, float64(all.Hosts), "hosts")
	if g.server.Queue == nil {
		return nil
	}
	q, err := g.server.Queue(ctx)
	if err != nil {
		return err
	}
	tell(ch, queueRounds, float64(q.Waiting), "waiting")
	tell(ch, queueRounds, float64(q.Running), "running")
	tell(ch, queueLag, q.Longest.Seconds())
	return nil
}

func tellSource(ch chan<- prometheus.Metric, h store.SourceHealth, now time.Time) {
	tell(ch, storiesGauge, float64(h.Stories), h.Source)
	tell(ch, todayGauge, float64(h.Today), h.Source)
	tell(ch, waitingGauge, float64(h.Waiting), h.Source)
	trouble := 0.0
	if h.Trouble != "" {
		trouble = 1
	}
	tell(ch, troubleGauge, trouble, h.Source)
	if h.NextRun != nil {
		tell(ch, listingLag, lag(*h.NextRun, now), h.Source)
	}
	for d, t := range map[*prometheus.Desc]*time.Time{lastVisit: h.LastVisit, lastSuccess: h.LastSuccess, nextRun: h.NextRun} {
		if t != nil {
			tell(ch, d, float64(t.UnixMilli())/1000, h.Source)
		}
	}
	counts := map[story.Outcome]int{}
	for _, o := range h.LastVisits {
		counts[o]++
	}
	for o, n := range counts {
		tell(ch, recentVisits, float64(n), h.Source, string(o))
	}
}

// lag is how long ago a moment was, in seconds; 0 for one that is zero or to come.
func lag(t, now time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return max(0, now.Sub(t).Seconds())
}

// hosts tells how hosts were treated.
func (g gauges) hosts(ctx context.Context, ch chan<- prometheus.Metric) error {
	paces, err := g.server.Store.Paces(ctx)
	for _, p := range paces {
		tell(ch, hostRequests, float64(p.Requests), p.Host)
		tell(ch, hostDelay, p.Delay.Seconds(), p.Host)
		if p.LeastGap > 0 {
			tell(ch, hostGap, p.LeastGap.Seconds(), p.Host)
		}
	}
	return err
}

// edits counts the changes recorded since the first time that it was asked, by
// whichever program.
type edits struct {
	store *store.Store

	mu     sync.Mutex // protects the following fields
	began  bool
	cursor int64
	counts map[edited]int
}

// edited is what edits are counted by.
type edited struct{ source, class, disclosed string }

// collect counts what is new in the log, and tells the counts.
func (e *edits) collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.catchUp(ctx); err != nil {
		return err
	}
	for k, n := range e.counts {
		count(ch, editsTotal, float64(n), k.source, k.class, k.disclosed)
	}
	return nil
}

func (e *edits) catchUp(ctx context.Context) error {
	if !e.began {
		last, err := e.store.LastChange(ctx)
		if err != nil {
			return err
		}
		e.began, e.cursor, e.counts = true, last, map[edited]int{}
	}
	for c, err := range e.store.Changes(ctx, store.ChangeFilter{After: e.cursor}) {
		if err != nil {
			return err
		}
		disclosed := "no"
		if c.Disclosed {
			disclosed = "yes"
		}
		if len(c.Classes) == 0 { // a removal, a return, a move, a new story
			e.counts[edited{c.Source, string(c.Event), disclosed}]++
		}
		for _, class := range c.Classes {
			e.counts[edited{c.Source, string(class), disclosed}]++
		}
		e.cursor = c.Cursor
	}
	return nil
}

// begin notes where the log ends now, so that what comes is counted.
func (e *edits) begin(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.catchUp(ctx)
}

func (s *server) metrics() http.Handler {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	counted := &edits{store: s.Store}
	if err := counted.begin(ctx); err != nil {
		s.Log.Error("edits can't be counted yet", "error", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(gauges{s, counted}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, DisableCompression: true})
}
