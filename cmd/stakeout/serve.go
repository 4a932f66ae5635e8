package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"stakeout/collect"
	"stakeout/configs"
	"stakeout/store"
	"stakeout/story"
	"stakeout/web"
)

// noPage is the address that serves nothing.
const noPage = "none"

// page is the service's page and API while they are served.
type page struct {
	server  *http.Server
	Address string
}

// serve begins to serve the page and the API at an address. To others than this
// machine they are served only where a password, tokens or a proxy guard them.
func (a *app) serve(ctx context.Context, address string, cur *current, shop *web.Workshop, db *store.Store, log *slog.Logger) (*page, error) {
	access := accessOf(cur.cfg.Load().Web)
	if !loopback(address) && access.Open() {
		return nil, withHint(badUsage("listen %s: found an address that others reach, and nothing that keeps them out", address),
			"set web.password in the configuration, or listen at 127.0.0.1")
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen %s: %w", address, err)
	}
	handler := web.New(web.Options{Store: db, Sources: cur.sources, Build: buildOf(), Tally: &a.tally, Queue: a.queue, Access: access, Workshop: shop, NextLook: nextLook(db), Log: log})
	p := &page{server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }}, Address: "http://" + l.Addr().String() + "/"}
	go func() {
		if err := p.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the page is no longer served", "error", err)
		}
	}()
	return p, nil
}

// close ends what is being served; nil is closed already.
func (p *page) close() error {
	if p == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := p.server.Shutdown(ctx); err != nil {
		return p.server.Close() // streams that don't end by themselves
	}
	return nil
}

func accessOf(w configs.Web) web.Access {
	out := web.Access{UserHeader: w.UserHeader, Hosts: w.Hosts, Users: map[string]web.Role{}}
	if p := w.Password.Reveal(); p != "" {
		out.Passwords = append(out.Passwords, web.NewGrant(p, web.Admin))
	}
	for role, p := range w.Passwords {
		out.Passwords = append(out.Passwords, web.NewGrant(p.Reveal(), web.RoleOf(role)))
	}
	for _, t := range w.Tokens {
		out.Tokens = append(out.Tokens, web.NewGrant(t.Secret.Reveal(), web.RoleOf(t.Role)))
	}
	for user, role := range w.Users {
		out.Users[user] = web.RoleOf(role)
	}
	return out
}

// loopback reports whether an address is reached from this machine alone.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// nextLook says when a story is looked at next, and why then.
func nextLook(db *store.Store) func(context.Context, story.Key) (string, error) {
	return func(ctx context.Context, key story.Key) (string, error) {
		now := time.Now()
		look, err := collect.ExplainLook(ctx, db, key, now)
		if err != nil || look == nil {
			return "", err
		}
		return "next look " + soon(look.At, now) + ", " + look.Why, nil
	}
}

func soon(at, now time.Time) string {
	if !at.After(now) {
		return "now"
	}
	return "in " + until(&at, now)
}
