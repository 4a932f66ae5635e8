package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nicholas-fedor/shoutrrr"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"stakeout/story"
)

// Send sends a message to a target: a webhook, where its address begins with http,
// else a service that shoutrrr knows.
func Send(ctx context.Context, t Target, m Message) error {
	if strings.HasPrefix(t.Address.Reveal(), "http://") || strings.HasPrefix(t.Address.Reveal(), "https://") {
		return post(ctx, t, m)
	}
	return shout(ctx, t, m)
}

// webhookJSON is what a webhook is sent.
type webhookJSON struct {
	Type      string    `json:"type"` // "changes", "source" or "test"
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

type webhookData struct {
	Rule    string         `json:"rule"`
	Title   string         `json:"title"`
	Text    string         `json:"text"`
	Changes []story.Change `json:"changes"`
}

// client follows no redirect: what is signed for one address is for no other.
var client = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// post sends a webhook, signed as Standard Webhooks has it
// (https://www.standardwebhooks.com): a receiver that remembers webhook-id takes
// each message once.
func post(ctx context.Context, t Target, m Message) error {
	kind := "changes"
	switch {
	case m.test:
		kind = "test"
	case len(m.Changes) == 0:
		kind = "source"
	}
	if m.Changes == nil {
		m.Changes = []story.Change{}
	}
	body, err := json.Marshal(webhookJSON{kind, m.At.UTC(), webhookData{m.Rule, m.Title, m.Text, m.Changes}})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Address.Reveal(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "stakeout")
	sign(r.Header, t.Secret.Reveal(), m.ID, m.At, body)
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 64<<10); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case resp.StatusCode == http.StatusGone:
		return fmt.Errorf("%w: HTTP 410", errGone)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return fmt.Errorf("found HTTP %d, expected 2xx", resp.StatusCode)
	}
	return nil
}

// sign adds the headers of Standard Webhooks; without a secret the ID and time
// alone. A secret that begins with whsec_ is base64 behind it.
func sign(h http.Header, secret, id string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	if secret == "" {
		return
	}
	key := []byte(secret)
	if coded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if decoded, err := base64.StdEncoding.DecodeString(coded); err == nil {
			key = decoded
		}
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, stamp, body)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// noRedirects keeps the services of shoutrrr that use Go's own client from following
// redirects, into the private network perhaps. There is no other way to tell them;
// the service uses that client for nothing else.
var noRedirects = sync.OnceFunc(func() {
	http.DefaultClient.CheckRedirect = func(*http.Request, []*http.Request) error {
		return errors.New("found a redirect, which is not followed; expected the address that it leads to")
	}
})

// shout sends through shoutrrr, which knows mail, chats and push services.
func shout(ctx context.Context, t Target, m Message) error {
	noRedirects()
	sender, err := shoutrrr.CreateSender(t.Address.Reveal())
	if err != nil {
		return err
	}
	sender.Timeout = sendFor
	done := make(chan error, 1)
	go func() {
		done <- errors.Join(sender.Send(m.Text, &types.Params{"title": m.Title})...)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err() // what was under way may still arrive: at least once
	}
}
