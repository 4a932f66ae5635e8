package notify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"stakeout/configs"
	"stakeout/history"
	"stakeout/store"
	"stakeout/story"
)

// gaps are how long a message that could not be delivered waits for each next try;
// behind the last it is given up, some three days after the first.
var gaps = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour}

const (
	keepSent  = 7 * 24 * time.Hour // how long it is remembered that a message was sent
	sendFor   = 30 * time.Second   // how long one try may take
	sendBatch = 5000
)

// errGone is a target that says that it will never listen again.
var errGone = errors.New("the target is gone for good")

// sendDue begins to send what is due, to each target apart: one that fails or hangs
// holds up no other. settle waits for the end.
func (n *Notifier) sendDue(ctx context.Context) error {
	// Before the history is asked: what is being sent now may be sent by then.
	n.mu.Lock()
	sending := maps.Clone(n.busy)
	n.mu.Unlock()
	due, err := n.Store.Deliveries(ctx, store.Waiting, n.now(), sendBatch)
	if err != nil {
		return err
	}
	lists := map[string][]store.Delivery{}
	for _, d := range due {
		key := d.Rule + "\x00" + d.Target
		lists[key] = append(lists[key], d)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for key, list := range lists {
		if sending[key] {
			continue
		}
		if n.busy == nil {
			n.busy = map[string]bool{}
		}
		n.busy[key] = true
		n.sending.Go(func() {
			err := n.sendTo(ctx, list)
			n.mu.Lock()
			defer n.mu.Unlock()
			delete(n.busy, key)
			n.failed = errors.Join(n.failed, err)
		})
	}
	return nil
}

// sendTo sends what is due at one target, in turn, until one message fails: what is
// behind it would, too.
func (n *Notifier) sendTo(ctx context.Context, list []store.Delivery) error {
	for _, d := range list {
		if ctx.Err() != nil {
			return nil // they are due again when the program is
		}
		if sent, err := n.deliver(ctx, d); err != nil || !sent {
			return err
		}
	}
	return nil
}

// settle waits until nothing is being sent any more.
func (n *Notifier) settle() error {
	n.sending.Wait()
	return n.takeFailed()
}

// takeFailed is what went wrong in the history while messages were sent.
func (n *Notifier) takeFailed() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	err := n.failed
	n.failed = nil
	return err
}

// deliver tries one message once, and writes down what came of it; goOn is whether
// the target's next one is worth a try.
func (n *Notifier) deliver(ctx context.Context, d store.Delivery) (goOn bool, err error) {
	err = n.try(ctx, d)
	if ctx.Err() != nil {
		return false, nil // it is due again when the program is
	}
	goOn = err == nil || errors.Is(err, errGone)
	now := n.now()
	d.Tries++
	switch {
	case err == nil:
		d.State, d.Error = store.Sent, ""
	case errors.Is(err, errGone) || d.Tries > len(gaps):
		d.State, d.Error = store.Dead, safe(err, n.rules())
		n.Log.Warn("message given up", "rule", d.Rule, "target", d.Target, "error", d.Error)
	default:
		d.Due, d.Error = now.Add(gaps[d.Tries-1]), safe(err, n.rules())
		n.Log.Info("message not delivered", "rule", d.Rule, "target", d.Target, "tries", d.Tries, "error", d.Error)
	}
	return goOn, n.Store.Delivered(ctx, d, now, keepSent)
}

// safe is an error without anything secret in it: libraries put addresses into
// theirs.
func safe(err error, rules []configs.Notify) string {
	text := err.Error()
	for _, r := range rules {
		for _, to := range append([]configs.Secret{r.Secret}, r.To...) {
			if s := to.Reveal(); s != "" {
				text = strings.ReplaceAll(text, s, "***")
				if _, rest, ok := strings.Cut(s, "://"); ok && len(rest) > 3 {
					text = strings.ReplaceAll(text, rest, "***")
				}
			}
		}
	}
	return text
}

func (n *Notifier) try(ctx context.Context, d store.Delivery) error {
	for _, rule := range n.rules() {
		if rule.Name != d.Rule {
			continue
		}
		for _, t := range targets(rule) {
			if t.Name != d.Target {
				continue
			}
			m, err := n.message(ctx, rule, d)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, sendFor)
			defer cancel()
			if n.Sender != nil {
				return n.Sender(ctx, t, m)
			}
			return Send(ctx, t, m)
		}
	}
	return fmt.Errorf("%w: the configuration has no rule %s with the target %s any more", errGone, d.Rule, d.Target)
}

// message words a delivery.
func (n *Notifier) message(ctx context.Context, rule configs.Notify, d store.Delivery) (Message, error) {
	m := Message{ID: d.ID, Rule: rule.Name, At: n.now(), Title: "stakeout", Text: d.Text}
	for i, cursor := range d.Cursors {
		if i == maxChanges {
			break
		}
		for c, err := range history.Changes(ctx, n.Store, history.Query{After: cursor - 1, Upto: cursor}) {
			if err != nil {
				return m, err
			}
			m.Changes = append(m.Changes, c)
		}
	}
	if len(m.Changes) == 0 {
		return m, nil
	}
	return m, word(&m, rule, len(d.Cursors)-len(m.Changes))
}

// Test sends a message to every target of the rules, and says what came of each.
func (n *Notifier) Test(ctx context.Context, tell func(rule, target string, err error)) {
	for _, rule := range n.rules() {
		for _, t := range targets(rule) {
			m := Message{ID: messageID("test", rule.Name, t.Name, n.now().String()), Rule: rule.Name, At: n.now(), Title: "stakeout: a test", test: true,
				Text: "This is how stakeout tells of rule " + rule.Name + ".", Changes: []story.Change{}}
			sendCtx, cancel := context.WithTimeout(ctx, sendFor)
			send := n.Sender
			if send == nil {
				send = Send
			}
			err := send(sendCtx, t, m)
			cancel()
			if err != nil {
				err = errors.New(safe(err, n.rules()))
			}
			tell(rule.Name, t.Name, err)
		}
	}
}
