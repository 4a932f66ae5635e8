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
func (a *app) reloadOnHangUp(ctx context.Context, service *collect.Service, cur *current, log *slog.Logger) {
	hangUp := make(chan os.Signal, 1)
	signal.Notify(hangUp, syscall.SIGHUP)
	defer signal.Stop(hangUp)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangUp:
			_ = a.reload(ctx, service, cur, log) // logged there
		}
	}
}
