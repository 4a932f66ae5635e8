package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"stakeout/configs"
	"stakeout/web"
)

// pingTime is how long a service may take to say that it is well.
const pingTime = 5 * time.Second

func (a *app) pingCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ping [HOST:PORT]",
		Short: "Ask a running service whether it is well",
		Long: `Asks the service on this machine, or at HOST:PORT, whether it is up and can read its
history: what a container's health check runs. Without HOST:PORT it asks where the
configuration's web.listen says, else at ` + configs.DefaultListen + `.
` + exitHelp,
		Example: "  stakeout ping\n  stakeout ping 127.0.0.1:9000 --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var address string
			if len(args) > 0 {
				address = args[0]
			}
			return a.ping(cmd.Context(), address)
		},
	}
}

func (a *app) ping(ctx context.Context, address string) error {
	if address == "" {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		address = cmp.Or(cfg.Web.Listen, configs.DefaultListen)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return badUsage("ping: found %q, expected HOST:PORT", address)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere, so here too
	}
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	body, err := askHealth(ctx, "http://"+net.JoinHostPort(host, port)+"/healthz")
	if err != nil {
		return withHint(fmt.Errorf("ping %s: %w", address, err), "is stakeout run up there? Its log says what is wrong")
	}
	if a.json {
		return a.printJSON(body)
	}
	var build web.Build
	if err := json.Unmarshal(body, &build); err != nil {
		return fmt.Errorf("ping %s: %w", address, err)
	}
	_, err = fmt.Fprintf(a.stdout, "%s is well: stakeout %s\n", address, build.Version)
	return err
}

// askHealth asks a service whether it is well, and returns what it says of itself.
func askHealth(ctx context.Context, url string) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it answers with HTTP %d", resp.StatusCode)
	case !json.Valid(body):
		return nil, fmt.Errorf("what answers is no stakeout")
	}
	return body, nil
}
