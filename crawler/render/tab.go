package render

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// scriptTime is how long a page's scripts have, in its own time: its clock jumps
// over what it only waits for, and stands still while something is loaded.
const scriptTime = 8 * time.Second

// before is run in every document before its own scripts.
//
//go:embed before.js
var before string

// snapshot returns the page as it stands, with what stands in open shadow roots
// in its place.
//
//go:embed snapshot.js
var snapshot string

// stage is how far the document is that a tab shows.
type stage int

const (
	blank   stage = iota // nothing was loaded yet
	loading              // a document is on its way
	running              // its scripts have their time
)

// tab shows one page.
type tab struct {
	page Page
	door *door
	ctx  context.Context // chromedp's

	following sync.Mutex // held while the caller is asked for a document

	mu        sync.Mutex // protects the following fields
	main      cdp.FrameID
	documents int
	requests  int
	url       string // of the document that is shown
	stage     stage
	parsed    bool  // the document was read to its end
	expired   bool  // its scripts had their time
	err       error // why it can't be shown
	done      chan struct{}
	once      sync.Once
	work      sync.WaitGroup
	closed    bool // no more work is begun
}

// show shows a page in a profile of its own, whose only way to the network is
// the door.
func show(ctx context.Context, p *process, want Page, d *door) (Shown, error) {
	t := &tab{page: want, door: d, url: want.URL, done: make(chan struct{})}
	tabCtx, cancel := chromedp.NewContext(p.ctx, chromedp.WithListener(t.event),
		chromedp.WithNewBrowserContext(func(c *target.CreateBrowserContextParams) {
			c.ProxyServer = "http://" + d.address
			c.ProxyBypassList = "<-loopback>"
		}))
	t.ctx = tabCtx
	stop := context.AfterFunc(ctx, cancel)
	shown, err := t.run(ctx)
	stop()
	cancel()
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.work.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	shown.URL, shown.Requests = t.url, t.requests
	if t.err != nil {
		return shown, t.err
	}
	return shown, err
}

// run drives the tab from a blank page to the snapshot.
func (t *tab) run(ctx context.Context) (Shown, error) {
	if err := t.prepare(); err != nil {
		return Shown{}, fmt.Errorf("prepare the tab: %w", err)
	}
	res, err := chromedp.Call(t.ctx, page.Navigate, page.NavigateParams{URL: t.page.URL})
	if err != nil {
		return Shown{}, fmt.Errorf("open the page: %w", err)
	}
	if res.ErrorText != "" {
		return Shown{}, fmt.Errorf("open the page: %s", res.ErrorText)
	}
	timer := time.NewTimer(maxSettle)
	defer timer.Stop()
	select {
	case <-t.done:
	case <-timer.C: // what it shows by now is what is read
	case <-ctx.Done():
		return Shown{}, ctx.Err()
	}
	if err := t.failed(); err != nil {
		return Shown{}, err
	}
	html, err := t.snapshot()
	return Shown{HTML: []byte(html)}, err
}

// prepare sets the tab up before anything is loaded.
func (t *tab) prepare() error {
	if err := chromedp.Do(t.ctx); err != nil {
		return err
	}
	c := chromedp.FromContext(t.ctx)
	t.mu.Lock()
	t.main = cdp.FrameID(c.Target.TargetID)
	t.mu.Unlock()
	yes := true
	for _, step := range []error{
		call(t.ctx, fetch.Enable, fetch.EnableParams{}),
		call(t.ctx, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: yes}),
		call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: before}),
		call(t.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: t.page.UserAgent}),
		callBrowser(t.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: c.BrowserContextID}),
		t.setCookies(),
	} {
		if step != nil {
			return step
		}
	}
	return nil
}

// call is chromedp.Call for what has no answer.
func call[P, R any](ctx context.Context, c cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(ctx, c, params)
	return err
}

func callBrowser[P, R any](ctx context.Context, c cdp.Command[P, R], params P) error {
	_, err := chromedp.CallBrowser(ctx, c, params)
	return err
}

func (t *tab) setCookies() error {
	for _, c := range t.page.Cookies {
		if err := call(t.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: t.page.URL}); err != nil {
			return err
		}
	}
	return nil
}

// event takes what the browser tells; it must not wait.
func (t *tab) event(ev any) {
	switch ev := ev.(type) {
	case *fetch.EventRequestPaused:
		t.spawn(func() { t.decide(ev) })
	case *page.EventJavascriptDialogOpening:
		t.spawn(func() {
			_ = call(t.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}) // else the page waits, which has its limit
		})
	case *page.EventFrameNavigated:
		if ev.Frame.ParentID == "" && t.arrived() {
			t.spawn(t.begin)
		}
	case *page.EventDomContentEventFired:
		t.reached(func() { t.parsed = true })
	case *emulation.EventVirtualTimeBudgetExpired:
		t.reached(func() { t.expired = true })
	case *inspector.EventTargetCrashed:
		t.fail(ErrCrashed)
	}
}

// arrived notes that the document on its way is the one that is shown.
func (t *tab) arrived() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stage != loading {
		return false
	}
	t.stage, t.parsed, t.expired = running, false, false
	return true
}

// begin gives the scripts of a new document their time.
func (t *tab) begin() {
	budget := float64(scriptTime.Milliseconds())
	err := call(t.ctx, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{Policy: emulation.VirtualTimePolicyPauseIfNetworkFetchesPending, Budget: &budget})
	if err != nil && t.ctx.Err() == nil {
		t.fail(fmt.Errorf("run the page's scripts: %w", err))
	}
}

// reached notes that the document came so far; it is done when it was read and
// its scripts had their time, and no other is on its way.
func (t *tab) reached(note func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stage != running {
		return
	}
	note()
	if t.parsed && t.expired {
		t.once.Do(func() { close(t.done) })
	}
}

// spawn does work beside the events, unless the page is done.
func (t *tab) spawn(work func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.work.Go(work)
	}
}

// fail ends the page with an error; the first counts.
func (t *tab) fail(err error) {
	t.mu.Lock()
	if t.err == nil {
		t.err = err
	}
	t.mu.Unlock()
	t.once.Do(func() { close(t.done) })
}

func (t *tab) failed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// decide says what becomes of a request: the document is what was fetched for it,
// further ones are fetched by the caller, what a text doesn't need is blocked, and
// the rest goes to the door.
func (t *tab) decide(ev *fetch.EventRequestPaused) {
	u, err := url.Parse(ev.Request.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		t.refuse(ev, network.ErrorReasonBlockedByClient)
	case ev.ResourceType == network.ResourceTypeDocument && ev.FrameID == t.main:
		t.document(ev)
	case !wanted(ev.ResourceType) || isTracker(u.Hostname()):
		t.refuse(ev, network.ErrorReasonBlockedByClient)
	default:
		t.pass(ev, u)
	}
}

// wanted says which files a page is given: what its text may need.
func wanted(kind network.ResourceType) bool {
	switch kind {
	case network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch, network.ResourceTypeStylesheet, network.ResourceTypePreflight:
		return true
	}
	return false
}

func (t *tab) refuse(ev *fetch.EventRequestPaused, reason network.ErrorReason) {
	// An error says that the tab ended: nobody waits for an answer then.
	_ = call(t.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: ev.RequestID, ErrorReason: reason})
}

// pass lets a request out, by the door.
func (t *tab) pass(ev *fetch.EventRequestPaused, u *url.URL) {
	t.mu.Lock()
	t.requests++
	full := t.requests > maxRequests
	t.mu.Unlock()
	if full || t.door.full.Load() {
		t.refuse(ev, network.ErrorReasonBlockedByClient)
		t.fail(ErrTooMuch)
		return
	}
	t.door.allow(u)
	params := fetch.ContinueRequestParams{RequestID: ev.RequestID}
	if t.page.Header != nil {
		if more := t.page.Header(u); len(more) > 0 {
			params.Headers = joined(ev.Request.Headers, more)
		}
	}
	_ = call(t.ctx, fetch.ContinueRequest, params)
}

// joined are a request's headers and those that are sent besides.
func joined(own network.Headers, more http.Header) (all []*fetch.HeaderEntry) {
	for name, value := range own {
		if _, ours := more[http.CanonicalHeaderKey(name)]; !ours {
			all = append(all, &fetch.HeaderEntry{Name: name, Value: fmt.Sprint(value)})
		}
	}
	for name := range more {
		all = append(all, &fetch.HeaderEntry{Name: name, Value: more.Get(name)})
	}
	return all
}

// document answers the request for the page itself, or for one that its scripts
// lead to.
func (t *tab) document(ev *fetch.EventRequestPaused) {
	t.mu.Lock()
	t.documents++
	t.stage = loading
	number := t.documents
	t.mu.Unlock()
	answer := t.page.Document
	if number > 1 {
		if number > maxDocuments+1 {
			t.refuse(ev, network.ErrorReasonAborted)
			t.fail(ErrLeads)
			return
		}
		if ev.Request.Method != http.MethodGet {
			t.refuse(ev, network.ErrorReasonBlockedByClient) // forms are not sent
			return
		}
		var err error
		t.following.Lock() // the caller is asked for one at a time
		answer, err = t.page.Follow(t.ctx, ev.Request.URL)
		t.following.Unlock()
		if err != nil {
			t.refuse(ev, network.ErrorReasonAborted)
			t.fail(err)
			return
		}
		t.mu.Lock()
		t.url = ev.Request.URL
		t.mu.Unlock()
	}
	params := fetch.FulfillRequestParams{RequestID: ev.RequestID, ResponseCode: int64(answer.Status), Body: answer.Body,
		ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: answer.ContentType}}}
	if answer.Location != "" {
		params.ResponseHeaders = append(params.ResponseHeaders, &fetch.HeaderEntry{Name: "Location", Value: answer.Location})
	}
	if err := call(t.ctx, fetch.FulfillRequest, params); err != nil && t.ctx.Err() == nil {
		t.fail(fmt.Errorf("hand the page to the browser: %w", err))
	}
}

// snapshot reads the page as it stands, in a world where the page's own scripts
// can't have changed what anything means.
func (t *tab) snapshot() (string, error) {
	world, err := chromedp.Call(t.ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: t.main, WorldName: "reader"})
	if err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	yes := true
	res, err := chromedp.Call(t.ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: strings.Replace(snapshot, "LIMIT", fmt.Sprint(maxHTML), 1), ContextID: world.ExecutionContextID, ReturnByValue: &yes})
	if err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	var html string
	switch {
	case res.ExceptionDetails != nil:
		return "", fmt.Errorf("read the page: %s", res.ExceptionDetails.Text)
	case json.Unmarshal(res.Result.Value, &html) != nil:
		return "", errors.New("read the page: it gave no text")
	case html == "" || len(html) > maxHTML:
		return "", ErrTooLarge
	}
	return html, nil
}
