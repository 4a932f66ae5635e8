package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stakeout/configs"
	"stakeout/store"
	"stakeout/story"
)

var begin = time.Date(2026, 4, 5, 8, 0, 0, 0, time.UTC)

// tower is a notifier over a history, with a clock of its own and a list of what
// it sent.
type tower struct {
	*Notifier
	t     *testing.T
	clock time.Time
	mu    sync.Mutex // protects following fields
	sent  []Message
	fail  func(t Target, m Message) error
}

func newTower(t *testing.T, rules string) *tower {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &tower{t: t, clock: begin}
	w.Notifier = &Notifier{Store: db, Rules: rulesOf(t, rules), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return w.clock }, Sender: w.send}
	return w
}

func rulesOf(t *testing.T, text string) []configs.Notify {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, "notify:\n"+text)
	cfg, err := configs.Load(path, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Notify
}

func (w *tower) send(_ context.Context, t Target, m Message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		if err := w.fail(t, m); err != nil {
			return err
		}
	}
	w.sent = append(w.sent, m)
	return nil
}

// tell records an edit of a story.
func (w *tower) tell(id string, number int, headline string, class story.Class) {
	w.t.Helper()
	address := "https://example.org/" + id
	r := store.Result{
		Visit: store.Visit{Source: "wire", URL: address, FinalURL: address, Key: story.Key{Source: "wire", ID: id}, Kind: store.KindStory, At: w.clock, Status: 200, Outcome: story.New},
		From:  number - 1, Print: headline, Reading: &story.Reading{ID: id, URL: address, Fields: story.Fields{Headline: headline}},
		Change: &story.Change{Event: story.EventNew, Headline: headline, URL: address},
	}
	if number > 1 {
		r.Outcome = story.Changed
		r.Change = &story.Change{Event: story.EventChanged, Headline: headline, URL: address, Classes: []story.Class{class}, Fields: []story.FieldChange{{Field: "headline", Class: class,
			Old: "12 dead", New: "14 dead", Words: []story.Word{{Op: story.Dropped, Text: "12"}, {Op: story.Inserted, Text: "14"}, {Op: story.Kept, Text: " dead"}}}}}
	}
	if _, err := w.Store.Record(w.t.Context(), r); err != nil {
		w.t.Fatal(err)
	}
}

func (w *tower) once() {
	w.t.Helper()
	if err := w.Once(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *tower) wantSent(n int) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.sent) != n {
		w.t.Errorf("%d messages sent, expected %d: %+v", len(w.sent), n, w.sent)
	}
}

func TestChangesAreToldOnce(t *testing.T) {
	w := newTower(t, "  desk: {when: 'class:fact', to: 'test://a'}\n  all: {to: 'test://b'}\n")
	w.tell("1", 1, "12 dead", "")
	w.once() // a new rule tells nothing of what was
	w.tell("2", 1, "River rises", "")
	w.tell("1", 2, "14 dead", story.Fact)
	w.tell("2", 2, "River rises.", story.Typo)
	w.once()
	w.once()
	w.wantSent(3)
	if m := w.sent[0]; m.Rule != "desk" && m.Rule != "all" || !strings.Contains(m.Text, "[-12-] {+14+} dead") || !strings.Contains(m.Text, "https://example.org/1") || !strings.HasPrefix(m.Title, "fact: 14 dead") {
		t.Errorf("message %+v", m)
	}
}

func TestMessagesAreTriedAgainUnderTheSameID(t *testing.T) {
	w := newTower(t, "  desk: {to: ['test://a', 'test2://b']}\n")
	w.once()
	w.tell("1", 1, "12 dead", "")
	w.tell("1", 2, "14 dead", story.Fact)
	var tried []string
	w.fail = func(target Target, m Message) error {
		if target.Name == "test" {
			tried = append(tried, m.ID)
			return errors.New("no route to test://a")
		}
		return nil
	}
	for range 12 {
		w.once()
		w.clock = w.clock.Add(25 * time.Hour)
	}
	w.wantSent(1) // the other target is not held up
	if len(tried) != len(gaps)+1 || tried[0] != tried[len(tried)-1] {
		t.Errorf("tried %d times as %q", len(tried), tried)
	}
	dead, err := w.Store.Deliveries(t.Context(), store.Dead, time.Time{}, 9)
	if err != nil || len(dead) != 1 || strings.Contains(dead[0].Error, "test://a") {
		t.Errorf("given up: %+v, %v", dead, err)
	}
	w.fail = nil
	if n, err := w.Store.Revive(t.Context(), "desk", w.clock); n != 1 || err != nil {
		t.Errorf("revived %d, %v", n, err)
	}
	w.once()
	w.wantSent(2)
}

// Whatever a program dies between, each change reaches a receiver that follows the
// IDs exactly once.
func TestKilledAnywhereEachIsReceivedOnce(t *testing.T) {
	w := newTower(t, "  desk: {to: 'test://a'}\n")
	w.once()
	received := map[string]int{}
	died := errors.New("killed")
	n := 0
	w.fail = func(_ Target, m Message) error {
		n++
		switch n % 3 {
		case 0: // before it was sent
			return died
		case 1: // sent, and killed before that was written down
			received[m.ID]++
			return died
		}
		received[m.ID]++
		return nil
	}
	for i := range 50 {
		w.tell(fmt.Sprint(i), 1, "12 dead", "")
		w.tell(fmt.Sprint(i), 2, "14 dead", story.Fact)
		// a new program on the same history
		w.Notifier = &Notifier{Store: w.Store, Rules: w.Rules, Log: w.Log, Now: w.Now, Sender: w.Sender}
		w.once()
		w.clock = w.clock.Add(time.Minute)
	}
	for range 60 {
		w.once()
		w.clock = w.clock.Add(5 * time.Hour)
	}
	if len(received) != 50 {
		t.Errorf("%d of 50 changes received", len(received))
	}
}

func TestDigestQuietAndLimit(t *testing.T) {
	t.Run("digest", func(t *testing.T) {
		w := newTower(t, "  desk: {to: 'test://a', digest: '0 12 * * *'}\n")
		w.once()
		for i := range 3 {
			w.tell(fmt.Sprint(i), 1, "12 dead", "")
			w.tell(fmt.Sprint(i), 2, "14 dead", story.Fact)
			w.once()
			w.clock = w.clock.Add(time.Minute)
		}
		w.wantSent(0)
		w.clock = time.Date(2026, 4, 5, 12, 0, 1, 0, time.UTC)
		w.once()
		w.wantSent(1)
		if len(w.sent) == 1 && (len(w.sent[0].Changes) != 3 || !strings.Contains(w.sent[0].Title, "3 edits")) {
			t.Errorf("digest %+v", w.sent[0])
		}
	})
	t.Run("quiet", func(t *testing.T) {
		w := newTower(t, "  desk: {to: 'test://a', quiet: '22:00-07:00 Europe/Paris'}\n")
		w.clock = time.Date(2026, 4, 5, 21, 0, 0, 0, time.UTC) // 23:00 in Paris
		w.once()
		w.tell("1", 1, "12 dead", "")
		w.tell("1", 2, "14 dead", story.Fact)
		w.once()
		w.wantSent(0)
		w.clock = time.Date(2026, 4, 6, 5, 0, 1, 0, time.UTC)
		w.once()
		w.wantSent(1)
	})
	t.Run("limit", func(t *testing.T) {
		w := newTower(t, "  desk: {to: 'test://a', limit: 2}\n")
		w.once()
		for i := range 6 {
			w.tell(fmt.Sprint(i), 1, "12 dead", "")
			w.tell(fmt.Sprint(i), 2, "14 dead", story.Fact)
		}
		w.once()
		w.wantSent(2)
		w.clock = w.clock.Add(time.Hour + time.Second)
		w.once()
		w.wantSent(3)
		if last := w.sent[len(w.sent)-1]; len(last.Changes) != 4 {
			t.Errorf("the rest came as %+v", last)
		}
	})
}

func TestRulesAreReadAgain(t *testing.T) {
	w := newTower(t, "  desk: {to: 'test://a'}\n")
	rules := w.Rules
	w.Current = func() []configs.Notify { return rules }
	w.once()
	rules = rulesOf(t, "  desk: {to: 'test://a', when: 'class:typo'}\n  other: {to: 'test://b'}\n")
	w.once() // the other one is new: it tells of what comes
	w.tell("1", 1, "12 dead", "")
	w.tell("1", 2, "14 dead", story.Fact)
	w.once()
	w.wantSent(1)
	if len(w.sent) == 1 && w.sent[0].Rule != "other" {
		t.Errorf("told by %s", w.sent[0].Rule)
	}
}

func TestTemplate(t *testing.T) {
	w := newTower(t, "  desk: {to: 'test://a', template: '{{range .Changes}}{{.Title}} | {{.Words}} | {{.Silent}}{{end}}'}\n  bad: {to: 'test://b', template: '{{(index .Changes 1).Title}}'}\n")
	w.once()
	w.tell("1", 1, "12 dead", "")
	w.tell("1", 2, "14 dead", story.Fact)
	w.once()
	w.wantSent(2)
	for _, m := range w.sent {
		if want := map[string]string{"desk": "fact | [-12-] {+14+} dead | true", "bad": "has an error"}[m.Rule]; !strings.Contains(m.Text, want) {
			t.Errorf("%s: %s", m.Rule, m.Text)
		}
	}
}

func TestTroubleIsToldOnceAndItsEnd(t *testing.T) {
	w := newTower(t, "  desk: {to: 'test://a', trouble: true, when: 'class:correction'}\n")
	ctx := t.Context()
	for _, step := range []struct {
		problem string
		sent    int
	}{{"", 0}, {"listing: HTTP 500", 1}, {"listing: HTTP 503", 1}, {"", 2}, {"", 2}} {
		if err := w.Store.Ran(ctx, "wire", w.clock, step.problem); err != nil {
			t.Fatal(err)
		}
		w.once()
		w.clock = w.clock.Add(time.Minute)
		w.wantSent(step.sent)
	}
	if !strings.Contains(w.sent[0].Text, "HTTP 500") || !strings.Contains(w.sent[1].Text, "well again") {
		t.Errorf("told %+v", w.sent)
	}
}

// Webhooks are signed as the standard's own library checks them.
func TestWebhookIsSigned(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	checker, err := webhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	status := make(chan int, 10)
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = checker.Verify(body, r.Header)
		}
		if err != nil {
			t.Error(err)
		}
		got = append(got, string(body))
		w.WriteHeader(<-status)
	}))
	defer server.Close()
	target := Target{"test", configs.NewSecret(server.URL), configs.NewSecret(secret)}
	m := Message{ID: "msg_1", Rule: "desk", Title: "fact", Text: "12 → 14", At: time.Now(), Changes: []story.Change{{Source: "wire", ID: "1", Event: story.EventChanged}}}
	for _, c := range []struct {
		status int
		ok     bool
		gone   bool
	}{{200, true, false}, {204, true, false}, {500, false, false}, {302, false, false}, {410, false, true}} {
		status <- c.status
		if err := Send(t.Context(), target, m); (err == nil) != c.ok || errors.Is(err, errGone) != c.gone {
			t.Errorf("HTTP %d: %v", c.status, err)
		}
	}
	if !strings.Contains(got[0], `"type":"changes"`) || !strings.Contains(got[0], `"id":"1"`) {
		t.Errorf("sent %s", got[0])
	}
}

func TestReceiverThatHangs(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := Send(ctx, Target{"test", configs.NewSecret(server.URL), configs.Secret{}}, Message{ID: "1"}); err == nil {
		t.Error("a receiver that hangs was taken for one that heard")
	}
}

// A receiver that hangs holds up no other, and one that answers 500 for an hour gets
// everything behind it, each message under one ID.
func TestReceiversInTrouble(t *testing.T) {
	release := make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer hangs.Close()
	defer close(release)
	var mu sync.Mutex // protects following fields
	down, tried, taken, clock := true, map[string]int{}, map[string]int{}, begin
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		tried[r.Header.Get("webhook-id")]++
		if down {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		taken[r.Header.Get("webhook-id")]++
	}))
	defer failing.Close()
	heard := make(chan string, 100)
	well := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard <- r.Header.Get("webhook-id") }))
	defer well.Close()
	w := newTower(t, "  a: {to: '"+hangs.URL+"'}\n  b: {to: '"+failing.URL+"'}\n  c: {to: '"+well.URL+"'}\n")
	w.Notifier = &Notifier{Store: w.Store, Rules: w.Rules, Log: w.Log, Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return clock
	}}
	ctx, cancel := context.WithCancel(t.Context())
	look := func() {
		t.Helper()
		if err := w.look(ctx); err != nil {
			t.Fatal(err)
		}
	}
	defer w.settle()
	defer cancel()
	look()
	for minute := range 180 {
		if minute < 5 {
			w.tell(fmt.Sprint(minute), 1, "12 dead", "")
			w.tell(fmt.Sprint(minute), 2, "14 dead", story.Fact)
			look()
			select {
			case <-heard:
			case <-time.After(10 * time.Second):
				t.Fatal("a receiver that hangs holds up another")
			}
		}
		mu.Lock()
		down = minute < 60
		mu.Unlock()
		for n := range 3 {
			if look(); n < 2 {
				time.Sleep(time.Millisecond)
			}
		}
		w.clock = w.clock.Add(time.Minute)
		mu.Lock()
		clock = w.clock
		mu.Unlock()
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		mu.Lock()
		n := len(taken)
		mu.Unlock()
		if n == 5 || time.Now().After(deadline) {
			break
		}
		look()
		time.Sleep(5 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(tried) != 5 || len(taken) != 5 {
		t.Errorf("%d messages tried, %d taken, expected 5", len(tried), len(taken))
	}
	for id, n := range tried {
		if n > 6 || taken[id] > 1 {
			t.Errorf("%s was sent %d times in 3 hours, and taken %d times", id, n, taken[id])
		}
	}
}

// A redirect is no way to make the service send elsewhere.
func TestRedirectsAreNotFollowed(t *testing.T) {
	private := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was sent here", r.URL) }))
	defer private.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		public := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, private.URL+"/admin", status)
		}))
		for _, address := range []string{public.URL, "generic+" + public.URL + "/hook?template=json", "slack+" + public.URL} {
			if err := Send(t.Context(), Target{"x", configs.NewSecret(address), configs.Secret{}}, Message{ID: "1", Title: "t", Text: "x"}); err == nil {
				t.Errorf("%d to %s: taken for delivered", status, address)
			}
		}
		public.Close()
	}
}

// What comes under an ID that was sent, or may have been, is a message of its own.
func TestNothingIsAddedToWhatWasTried(t *testing.T) {
	w := newTower(t, "  desk: {to: 'test://a', digest: '0 12 * * *'}\n")
	w.once()
	w.fail = func(Target, Message) error { return errors.New("no answer, though it arrived") }
	for i := range 3 {
		w.clock = begin
		w.tell(fmt.Sprint(i), 1, "12 dead", "")
		w.tell(fmt.Sprint(i), 2, "14 dead", story.Fact)
		w.once()
		w.clock = time.Date(2026, 4, 5, 12, 0, 1, 0, time.UTC) // and back again, as clocks do
		if i == 1 {
			w.fail = nil
			w.clock = w.clock.Add(time.Hour)
		}
		w.once()
	}
	told := map[string]int{}
	for _, m := range w.sent {
		told[m.ID] += len(m.Changes)
	}
	if len(told) != 3 || len(w.sent) != 3 {
		t.Errorf("told %v, expected three messages of one change", told)
	}
}

func TestServicesOfShoutrrr(t *testing.T) {
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = string(b)
	}))
	defer server.Close()
	address := "generic+" + server.URL + "/hook?template=json"
	if err := Send(t.Context(), Target{"generic", configs.NewSecret(address), configs.Secret{}}, Message{ID: "1", Title: "fact", Text: "12 → 14"}); err != nil || !strings.Contains(got, "12 → 14") {
		t.Errorf("sent %q, %v", got, err)
	}
	if err := Send(t.Context(), Target{"x", configs.NewSecret("nosuch://x"), configs.Secret{}}, Message{}); err == nil {
		t.Error("a service that nobody knows: expected an error")
	}
}

func TestNothingSecretIsNamed(t *testing.T) {
	rule := configs.Notify{Name: "r", To: []configs.Secret{configs.NewSecret("slack://token-A/token-B"), configs.NewSecret("https://user:pass@hooks.example/x?key=1"), configs.NewSecret("https://hooks.example/y")}}
	var names []string
	for _, target := range targets(rule) {
		names = append(names, target.Name)
	}
	if got := strings.Join(names, ", "); got != "slack, https://hooks.example, https://hooks.example #2" {
		t.Errorf("targets are named %s", got)
	}
	if got := safe(errors.New("dial slack://token-A/token-B: token-A/token-B refused"), []configs.Notify{rule}); strings.Contains(got, "token") {
		t.Errorf("an error says %s", got)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
