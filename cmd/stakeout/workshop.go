package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/crawler"
	"stakeout/web"
)

// current is the configuration as it was last taken up.
type current struct {
	cfg atomic.Pointer[configs.Config]
}

func newCurrent(cfg *configs.Config) *current {
	c := &current{}
	c.cfg.Store(cfg)
	return c
}

func (c *current) sources() []*configs.Source { return c.cfg.Load().Sources }

func (c *current) exports() []configs.Export { return c.cfg.Load().Exports }

func (c *current) notify() []configs.Notify { return c.cfg.Load().Notify }

func (c *current) zones(source string) *time.Location { return zones(c.cfg.Load())(source) }

// workshop lets the page of a service look at sites and change its configuration.
func (a *app) workshop(fetch *crawler.Crawler, service *collect.Service, cur *current, log *slog.Logger) *web.Workshop {
	return &web.Workshop{Path: a.configPath, Fetch: fetch, Reload: func(ctx context.Context) error {
		return a.reload(ctx, service, cur, log)
	}}
}

// reload takes up the configuration as it is now; one that is wrong changes
// nothing.
func (a *app) reload(ctx context.Context, service *collect.Service, cur *current, log *slog.Logger) error {
	cfg, err := a.config()
	if err == nil {
		err = refuseRenamed(ctx, service.Collector.Store, cfg.Sources)
	}
	if err != nil {
		log.Error("the configuration is wrong, the old one is kept", "error", err)
		return err
	}
	service.Reload(cfg.Sources)
	cur.cfg.Store(cfg)
	log.Info("the configuration was read again", "sources", len(cfg.Sources), "exports", len(cfg.Exports), "notify", len(cfg.Notify))
	return nil
}
