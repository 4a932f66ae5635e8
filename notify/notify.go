// Package notify tells people of changes, by the rules of the configuration. The
// log of changes is its outbox: a rule has a cursor in it, and moves it in the same
// transaction that writes the messages. Whenever the program dies, each change is
// told at least once, always under the same ID.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"stakeout/configs"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// Notifier tells. Its fields are set once, before Run.
type Notifier struct {
	Store *store.Store
	Rules []configs.Notify
	// Current gives the rules as they are by now, in place of Rules; nil for those.
	Current func() []configs.Notify
	Log     *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Tick is how often it looks for what to tell. Defaults to 2 s.
	Tick time.Duration
	// Sender sends a message. Defaults to Send.
	Sender func(ctx context.Context, t Target, m Message) error

	sending sync.WaitGroup
	mu      sync.Mutex      // protects following fields
	busy    map[string]bool // the targets that something is being sent to
	failed  error           // what went wrong in the history meanwhile
}

// Target is one address of a rule.
type Target struct {
	Name    string // tells nothing secret
	Address configs.Secret
	Secret  configs.Secret // signs webhooks
}

// Message is what one target is told.
type Message struct {
	ID    string // the same however often it is sent
	Rule  string
	Title string
	Text  string
	At    time.Time
	// Changes are what the message tells of; none where it tells of a source.
	Changes []story.Change
	test    bool
}

// maxChanges is how many changes one look through the log takes up, and one
// message tells in full.
const maxChanges = 200

func (n *Notifier) rules() []configs.Notify {
	if n.Current != nil {
		return n.Current()
	}
	return n.Rules
}

func (n *Notifier) now() time.Time {
	if n.Now != nil {
		return n.Now()
	}
	return time.Now()
}

// Run tells until ctx ends.
func (n *Notifier) Run(ctx context.Context) error {
	if n.Tick == 0 {
		n.Tick = 2 * time.Second
	}
	tick := time.NewTicker(n.Tick)
	defer tick.Stop()
	defer n.sending.Wait()
	for {
		if err := errors.Join(n.takeFailed(), n.look(ctx)); err != nil && ctx.Err() == nil {
			if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrClosed) {
				return err
			}
			n.Log.Warn("notifications", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once makes messages of what is new in the log, and sends what is due.
func (n *Notifier) Once(ctx context.Context) error {
	return errors.Join(n.look(ctx), n.settle())
}

// look makes messages of what is new in the log, and begins to send what is due.
func (n *Notifier) look(ctx context.Context) error {
	for _, rule := range n.rules() {
		if err := n.plan(ctx, rule); err != nil {
			return fmt.Errorf("notify %s: %w", rule.Name, err)
		}
	}
	if err := n.planTrouble(ctx); err != nil {
		return err
	}
	return n.sendDue(ctx)
}

// targets are a rule's targets. A name is the scheme and host, numbered where
// several are alike: what follows may be a password.
func targets(rule configs.Notify) []Target {
	var out []Target
	seen := map[string]int{}
	for _, to := range rule.To {
		name := "?"
		if u, err := url.Parse(to.Reveal()); err == nil {
			name = u.Scheme
			if strings.HasPrefix(u.Scheme, "http") || u.Scheme == "ntfy" || u.Scheme == "smtp" {
				name += "://" + u.Hostname()
			}
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s #%d", name, seen[name])
		}
		out = append(out, Target{name, to, rule.Secret})
	}
	return out
}

// plan looks through the log behind a rule's cursor, and writes the messages that
// it finds.
func (n *Notifier) plan(ctx context.Context, rule configs.Notify) error {
	last, err := n.Store.LastChange(ctx)
	if err != nil {
		return err
	}
	from, known, err := n.Store.NotifyCursor(ctx, rule.Name)
	if err != nil {
		return err
	}
	if !known {
		// A new rule tells of what comes, not of all that was.
		return n.Store.Enqueue(ctx, rule.Name, 0, last, nil)
	}
	if last <= from {
		return nil
	}
	var cursors []int64
	upto := last
	for c, err := range history.Changes(ctx, n.Store, history.Query{Filter: rule.When, After: from, Upto: last}) {
		if err != nil {
			return err
		}
		if c.Event == story.EventNew && !rule.When.Has("event") {
			continue
		}
		if cursors = append(cursors, c.Cursor); len(cursors) == maxChanges {
			upto = c.Cursor
			break
		}
	}
	list, err := n.deliveries(ctx, rule, cursors)
	if err != nil {
		return err
	}
	return n.Store.Enqueue(ctx, rule.Name, from, upto, list)
}

// deliveries are the messages that tell of changes: one each, or together where the
// rule gathers them, or more came than it may tell in an hour.
func (n *Notifier) deliveries(ctx context.Context, rule configs.Notify, cursors []int64) ([]store.Delivery, error) {
	now := n.now()
	var out []store.Delivery
	for _, t := range targets(rule) {
		room := len(cursors)
		if rule.Limit > 0 {
			sent, err := n.Store.SentSince(ctx, rule.Name, t.Name, now.Add(-time.Hour))
			if err != nil {
				return nil, err
			}
			room = max(0, rule.Limit-sent)
		}
		for i, c := range cursors {
			due, together := rule.Quiet.End(now), ""
			switch {
			case rule.Digest != nil:
				due = rule.Quiet.End(rule.Digest.Next(now))
				together = "digest " + due.UTC().Format(time.RFC3339)
			case i >= room:
				due = rule.Quiet.End(now.Truncate(time.Hour).Add(time.Hour))
				together = "more " + due.UTC().Format(time.RFC3339)
			case due.After(now):
				together = "quiet " + due.UTC().Format(time.RFC3339)
			default:
				together = fmt.Sprint("change ", c)
			}
			out = append(out, store.Delivery{ID: messageID(rule.Name, t.Name, together), Rule: rule.Name, Target: t.Name, Cursors: []int64{c}, Due: due, At: now})
		}
	}
	return out, nil
}

// ids is the namespace of messages' IDs (RFC 9562, version 5).
var ids = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://stakeout.invalid/notify"))

func messageID(parts ...string) string {
	return uuid.NewSHA1(ids, []byte(strings.Join(parts, "\x00"))).String()
}

// planTrouble tells of sources that broke, once, and when they are well again.
func (n *Notifier) planTrouble(ctx context.Context) error {
	var rules []configs.Notify
	for _, r := range n.rules() {
		if r.Trouble {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	health, err := n.Store.Health(ctx, n.now())
	if err != nil {
		return err
	}
	for _, h := range health {
		told, err := n.Store.ToldTrouble(ctx, h.Source)
		if err != nil {
			return err
		}
		if (told == "") == (h.Trouble == "") {
			continue // well as before, or in trouble still: said once
		}
		if err := n.tellTrouble(ctx, rules, h.Source, h.Trouble); err != nil {
			return err
		}
	}
	return nil
}

func (n *Notifier) tellTrouble(ctx context.Context, rules []configs.Notify, source, trouble string) error {
	text, now := source+" is well again.", n.now()
	if trouble != "" {
		text = source + " needs you: " + trouble
	}
	var list []store.Delivery
	for _, rule := range rules {
		for _, t := range targets(rule) {
			list = append(list, store.Delivery{ID: messageID(rule.Name, t.Name, "source", source, now.UTC().Format(time.RFC3339Nano)),
				Rule: rule.Name, Target: t.Name, Text: text, Cursors: []int64{}, Due: rule.Quiet.End(now), At: now})
		}
	}
	return n.Store.TellTrouble(ctx, source, trouble, now, list)
}
