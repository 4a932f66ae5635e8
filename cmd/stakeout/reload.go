package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"stakeout/collect"
)

// reloadOnHangUp takes up a changed configuration at each SIGHUP, until ctx ends.
func (a *app) reloadOnHangUp(ctx context.Context, service *collect.Service, log *slog.Logger) {
	hangUp := make(chan os.Signal, 1)
	signal.Notify(hangUp, syscall.SIGHUP)
	defer signal.Stop(hangUp)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangUp:
			a.reload(ctx, service, log)
		}
	}
}

// reload takes up the configuration as it is now; one that is wrong changes
// nothing.
func (a *app) reload(ctx context.Context, service *collect.Service, log *slog.Logger) {
	cfg, err := a.config()
	if err == nil {
		err = refuseRenamed(ctx, service.Collector.Store, cfg.Sources)
	}
	if err != nil {
		log.Error("the configuration is wrong, the old one is kept", "error", err)
		return
	}
	service.Reload(cfg.Sources)
	log.Info("the configuration was read again", "sources", len(cfg.Sources))
}
