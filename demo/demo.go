// Package demo is a newsroom on loopback, watched by the real program: the real
// crawler, reader, judge and an embedded database. It holds what was recorded
// against what the newsroom's ledger says was really done.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/newsroom"
	"stakeout/store"
	"stakeout/story"
)

// Options are what a demo is made from.
type Options struct {
	Seed uint64
	Log  *slog.Logger
	// Tell is called for each visit, as it is recorded; nil tells nobody.
	Tell func(collect.Seen)
}

// Demo is a newsroom and who watches it. Close it.
type Demo struct {
	Address string // of the newsroom, http://127.0.0.1:PORT
	Folder  string // of the configuration and the database
	Store   *store.Store

	news      *newsroom.Newsroom
	server    *http.Server
	fetch     *crawler.Crawler
	collector *collect.Collector

	mu      sync.Mutex // protects following fields
	sources []*configs.Source
	seen    map[story.Key]collect.Seen
}

// Sources are the sources that the newsroom is watched as.
func (d *Demo) Sources() []*configs.Source {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sources
}

// Config is the file of the demo's configuration.
func (d *Demo) Config() string { return filepath.Join(d.Folder, "demo.yaml") }

// Reload takes up the demo's configuration as it is written now.
func (d *Demo) Reload() (*configs.Config, error) {
	cfg, err := configs.Load(d.Config(), configs.LoadOptions{})
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sources = cfg.Sources
	return cfg, nil
}

// Start opens the newsroom, and an empty database in a folder of its own.
func Start(ctx context.Context, o Options) (d *Demo, err error) {
	d = &Demo{news: newsroom.New(newsroom.Options{Seed: o.Seed}), seen: map[story.Key]collect.Seen{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if d.Folder, err = os.MkdirTemp("", "stakeout-demo-"); err != nil {
		return d, err
	}
	if err := d.serve(); err != nil {
		return d, err
	}
	if err := d.configure(); err != nil {
		return d, err
	}
	if d.Store, err = store.Open(ctx, filepath.Join(d.Folder, "demo.db"), store.Options{Log: o.Log}); err != nil {
		return d, err
	}
	d.fetch = crawler.New(crawler.Options{Log: o.Log, Usage: d.Store})
	d.collector = &collect.Collector{Fetch: d.fetch, Store: d.Store, Log: o.Log, Tell: func(s collect.Seen) {
		d.remember(s)
		if o.Tell != nil {
			o.Tell(s)
		}
	}}
	return d, nil
}

// serve opens the newsroom on loopback.
func (d *Demo) serve() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.Address = "http://" + l.Addr().String()
	d.server = &http.Server{Handler: d.news, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go d.server.Serve(l) // ends with Close
	return nil
}

// configure writes the demo's configuration, a source a desk, and reads it as
// any other.
func (d *Demo) configure() error {
	var b strings.Builder
	b.WriteString("sources:\n")
	for _, desk := range d.news.Desks() {
		fmt.Fprintf(&b, "  %s:\n    start: %s%s\n    stories: '%s'\n    schedule: '@every 2s'\n    delay: 0s\n    parallel: 4\n    private: true\n",
			desk.Name, d.Address, start(desk), desk.Stories)
	}
	if err := os.WriteFile(d.Config(), []byte(b.String()), 0o600); err != nil {
		return err
	}
	_, err := d.Reload()
	return err
}

// start is where a desk is watched: one by its feed, the others by their
// listings.
func start(desk newsroom.Desk) string {
	if desk.Kind == "wire" {
		return desk.FeedPath
	}
	return desk.ListingPath
}

// remember keeps the last visit of each story.
func (d *Demo) remember(s collect.Seen) {
	if s.Key.ID == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[s.Key] = s
}

// Acts is how many acts a round has.
func (d *Demo) Acts() int { return d.news.Acts() }

// Collect visits every story of every desk once.
func (d *Demo) Collect(ctx context.Context) error {
	for _, src := range d.Sources() {
		if src.Paused {
			continue
		}
		if _, err := d.collector.Collect(ctx, src, collect.Plan{Listed: true, Due: true, Known: true}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Play plays the newsroom's next act. ok is false once the round is over; the
// newsroom then goes on with edits of its own making.
func (d *Demo) Play() (title string, ok bool) {
	act, ok := d.news.Play()
	return act.Title, ok
}

// Close ends the newsroom and deletes the demo's folder.
func (d *Demo) Close() error {
	var errs []error
	if d.fetch != nil {
		d.fetch.Close()
	}
	if d.server != nil {
		errs = append(errs, d.server.Close())
	}
	if d.Store != nil {
		errs = append(errs, d.Store.Close())
	}
	if d.Folder != "" {
		errs = append(errs, os.RemoveAll(d.Folder))
	}
	return errors.Join(errs...)
}
