package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"stakeout/notify"
	"stakeout/store"
	"stakeout/terminal"
)

func (a *app) notifyCommand() *cobra.Command {
	var test, retry bool
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "Messages that wait or could not be delivered; test the rules",
		Long: `Lists the messages that wait to be sent, and those that were given up after some
three days of trying. stakeout run sends them, by the rules under notify in the
configuration.

--test sends a message to every target of every rule now. --retry makes what was
given up due again.
` + exitHelp,
		Example: "  stakeout notify\n  stakeout notify --test\n  stakeout notify --retry",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case test:
				return a.testNotify(cmd.Context())
			case retry:
				return a.retryNotify(cmd.Context())
			}
			return a.withHistory(cmd.Context(), func(db *store.Store) error { return a.listDeliveries(cmd.Context(), db) })
		},
	}
	cmd.Flags().BoolVar(&test, "test", false, "send a message to every target")
	cmd.Flags().BoolVar(&retry, "retry", false, "try again what was given up")
	cmd.MarkFlagsMutuallyExclusive("test", "retry")
	return cmd
}

func (a *app) testNotify(ctx context.Context) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if len(cfg.Notify) == 0 {
		return withHint(badUsage("the configuration has no notify rules"), "notify: {desk: {to: 'ntfy://ntfy.sh/your-topic'}}")
	}
	failed := 0
	n := notify.Notifier{Rules: cfg.Notify, Log: a.log()}
	n.Test(ctx, func(rule, target string, err error) {
		if err == nil {
			fmt.Fprintf(a.stdout, "%s  %s  sent\n", rule, target)
			return
		}
		failed++
		fmt.Fprintf(a.stdout, "%s  %s  %s\n", rule, target, terminal.Safe(err.Error()))
	})
	if failed > 0 {
		return fmt.Errorf("notify: %d targets could not be told", failed)
	}
	return nil
}

func (a *app) retryNotify(ctx context.Context) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return a.withWritableHistory(ctx, cfg, func(db *store.Store) error {
		n, err := db.Revive(ctx, "", time.Now())
		if err == nil {
			fmt.Fprintf(a.stderr, "%d messages are due again; stakeout run sends them\n", n)
		}
		return err
	})
}

// deliveryJSON is a message as `notify --json` lists it.
type deliveryJSON struct {
	ID      string              `json:"id"`
	Rule    string              `json:"rule"`
	Target  string              `json:"target"`
	State   store.DeliveryState `json:"state"`
	Changes []int64             `json:"changes"`
	Due     time.Time           `json:"due"`
	Tries   int                 `json:"tries"`
	Error   string              `json:"error,omitempty"`
}

func (a *app) listDeliveries(ctx context.Context, db *store.Store) error {
	out := a.out()
	var errs []error
	for _, state := range []store.DeliveryState{store.Waiting, store.Dead} {
		list, err := db.Deliveries(ctx, state, time.Time{}, 1000)
		if err != nil {
			return err
		}
		for _, d := range list {
			if a.json {
				errs = append(errs, a.printJSON(deliveryJSON{d.ID, d.Rule, d.Target, d.State, d.Cursors, d.Due, d.Tries, d.Error}))
				continue
			}
			when := "due " + when(d.Due)
			if d.State == store.Dead {
				when = "given up"
			}
			fmt.Fprintf(out, "%s  %s  %s  %d edits, %d tries  %s\n", d.Rule, d.Target, when, len(d.Cursors), d.Tries, out.Set(terminal.Quiet, terminal.Safe(d.Error)))
		}
		if len(list) == 0 && !a.json {
			fmt.Fprintf(a.stderr, "no message is %s\n", map[store.DeliveryState]string{store.Waiting: "waiting", store.Dead: "given up"}[state])
		}
	}
	return errors.Join(errs...)
}
