package web

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"stakeout/story"
)

// gauges reads the state of the history when it is asked for: nothing is counted
// in memory, so a restart changes no number.
type gauges struct {
	server *server
}

var (
	changesTotal  = prometheus.NewDesc("stakeout_changes_total", "Changes on record.", nil, nil)
	storiesGauge  = prometheus.NewDesc("stakeout_stories", "Stories on record.", []string{"source"}, nil)
	todayGauge    = prometheus.NewDesc("stakeout_stories_today", "Stories first seen since midnight UTC.", []string{"source"}, nil)
	lastVisit     = prometheus.NewDesc("stakeout_last_visit_timestamp_seconds", "The last visit of a story.", []string{"source"}, nil)
	lastSuccess   = prometheus.NewDesc("stakeout_last_success_timestamp_seconds", "The last visit that read a story.", []string{"source"}, nil)
	nextRun       = prometheus.NewDesc("stakeout_next_run_timestamp_seconds", "The next run of the source.", []string{"source"}, nil)
	waitingGauge  = prometheus.NewDesc("stakeout_waiting", "Stories whose last visit brought nothing, or whose removal is not confirmed.", []string{"source"}, nil)
	troubleGauge  = prometheus.NewDesc("stakeout_source_trouble", "1 where something is wrong with the source.", []string{"source"}, nil)
	recentVisits  = prometheus.NewDesc("stakeout_recent_visits", "The last 24 visits by their outcome.", []string{"source", "outcome"}, nil)
	scrapeTimeout = 10 * time.Second
)

// Describe names what is told.
func (g gauges) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, ch) }

// Collect tells the state of every source.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	last, err := g.server.Store.LastChange(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(changesTotal, err)
		return
	}
	ch <- prometheus.MustNewConstMetric(changesTotal, prometheus.CounterValue, float64(last))
	health, err := g.server.Store.Health(ctx, g.server.Now())
	if err != nil {
		ch <- prometheus.NewInvalidMetric(storiesGauge, err)
		return
	}
	for _, h := range health {
		gauge := func(d *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, h.Source)
		}
		gauge(storiesGauge, float64(h.Stories))
		gauge(todayGauge, float64(h.Today))
		gauge(waitingGauge, float64(h.Waiting))
		trouble := 0.0
		if h.Trouble != "" {
			trouble = 1
		}
		gauge(troubleGauge, trouble)
		for d, t := range map[*prometheus.Desc]*time.Time{lastVisit: h.LastVisit, lastSuccess: h.LastSuccess, nextRun: h.NextRun} {
			if t != nil {
				gauge(d, float64(t.UnixMilli())/1000)
			}
		}
		counts := map[story.Outcome]int{}
		for _, o := range h.LastVisits {
			counts[o]++
		}
		for o, n := range counts {
			ch <- prometheus.MustNewConstMetric(recentVisits, prometheus.GaugeValue, float64(n), h.Source, string(o))
		}
	}
}

func (s *server) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(gauges{s}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, DisableCompression: true})
}
