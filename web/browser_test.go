package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"stakeout/crawler/render"
	"stakeout/story"
	"stakeout/web"
)

// What people see and do, in a real browser, with several tabs of one.
func TestInBrowser(t *testing.T) {
	browser := chromium(t)
	t.Run("views", func(t *testing.T) { viewsInBrowser(t, browser) })
	t.Run("the walk", func(t *testing.T) { walkInBrowser(t, browser) })
	t.Run("the first run", func(t *testing.T) { firstRunInBrowser(t, browser) })
	t.Run("the rule editor", func(t *testing.T) { rulesInBrowser(t, browser) })
	t.Run("much", func(t *testing.T) { muchInBrowser(t, browser) })
	t.Run("keys", func(t *testing.T) { keysInBrowser(t, browser) })
	t.Run("hostile text", func(t *testing.T) { hostileInBrowser(t, browser) })
	t.Run("pages as they came", func(t *testing.T) { rawInBrowser(t, browser) })
}

// chromium is one browser for a test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := render.Find()
	if err != nil {
		missing(t, "no Chromium: apt-get install chromium")
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))...)
	quiet := func(string, ...any) {}
	browser, closeAll := chromedp.NewContext(allocator, chromedp.WithErrorf(quiet), chromedp.WithLogf(quiet))
	t.Cleanup(func() {
		_ = chromedp.Cancel(browser) // waits, so that its profile can be deleted
		closeAll()
		stop()
	})
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// missing skips a test for want of a tool, or fails it where tools must be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("STAKEOUT_TOOLS_REQUIRED") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// shared reads files of the shared data, or skips the test.
func shared(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "data", filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("STAKEOUT_DATA_REQUIRED") == "1" {
			t.Fatalf("no %s in ../shared/data", pattern)
		}
		t.Skipf("no %s in ../shared/data", pattern)
	}
	var out []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

// tab is one page of the browser, and what it did that it mustn't.
type tab struct {
	context.Context
	t    *testing.T
	home string // the one origin that it may ask

	mu      sync.Mutex // protects what follows
	url     string     // being shown; its own status is no error of the console
	faults  []string   // errors of the console, dialogs
	foreign map[network.RequestID]string
}

func newTab(t *testing.T, browser context.Context, home string, width int64) *tab {
	t.Helper()
	b := &tab{t: t, home: home, foreign: map[network.RequestID]string{}}
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithListener(b.heard))
	limited, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(func() { stop(); closeTab() })
	b.Context = limited
	if err := errors.Join(
		call(b, network.Enable, network.EnableParams{}),
		call(b, log.Enable, cdp.Empty{}),
		call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500}),
	); err != nil {
		t.Fatal(err)
	}
	return b
}

func call[P, R any](ctx context.Context, c cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(ctx, c, params)
	return err
}

// heard takes what the browser tells of the tab.
func (b *tab) heard(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !strings.HasPrefix(u, b.home+"/") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
			b.foreign[ev.RequestID] = u
		}
	case *network.EventLoadingFailed:
		if ev.BlockedReason != "" { // it never left
			delete(b.foreign, ev.RequestID)
		}
	case *page.EventJavascriptDialogOpening:
		b.faults = append(b.faults, "a dialog: "+ev.Message)
		go func() { _ = call(b, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}) }()
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "thrown: "+ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == "error" {
			b.faults = append(b.faults, "console.error")
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == "error" && (ev.Entry.URL != b.url) {
			b.faults = append(b.faults, "the console: "+ev.Entry.Text)
		}
	}
}

// misdeeds returns what was heard since the last time.
func (b *tab) misdeeds() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.faults
	for _, u := range b.foreign {
		out = append(out, "a request elsewhere: "+u)
	}
	b.faults = nil
	clear(b.foreign)
	return out
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.mu.Lock()
	b.url = b.home + path
	b.mu.Unlock()
	b.do(chromedp.Navigate(b.home + path))
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		b.t.Fatalf("%s: %v", b.url, err)
	}
}

// eval evaluates a script in a tab, and waits for its promise.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v of %s", b.url, err, script[:min(len(script), 200)])
	}
	return v
}

// until waits for something to become true of the page.
func (b *tab) until(what string) {
	b.t.Helper()
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); time.Sleep(15 * time.Millisecond) {
		// An error is of a page that is just being left.
		if came, err := chromedp.Run(b, chromedp.Evaluate[bool]("!!("+what+")")); err == nil && came {
			return
		}
	}
	b.t.Errorf("%s: never came: %s", b.url, what)
}

// arrive waits until the tab is at an address that holds a text, and loaded.
func (b *tab) arrive(text string) {
	b.t.Helper()
	for end := time.Now().Add(8 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		at, err := chromedp.Run(b, chromedp.Evaluate[string]("document.readyState === 'complete' ? location.href : ''"))
		if err == nil && strings.Contains(at, text) {
			b.mu.Lock()
			b.url = at
			b.mu.Unlock()
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("the tab is at %s, expected %s: %v", at, text, err)
		}
	}
}

func (b *tab) scheme(name string) {
	b.t.Helper()
	if err := call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}); err != nil {
		b.t.Fatal(err)
	}
}

// axe returns the serious faults that axe-core finds, one a line. In the dark only
// colours can differ.
func (b *tab) axe(source, scheme string) string {
	b.t.Helper()
	b.scheme(scheme)
	only := ""
	if scheme == "dark" {
		only = ", runOnly: ['color-contrast', 'link-in-text-block']"
	} else {
		b.do(chromedp.Evaluate[chromedp.Void](source))
	}
	return eval[string](b, `axe.run(document, {resultTypes: ['violations'], iframes: false, preload: false`+only+`}).then(r => r.violations
		.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + n.failureSummary.replace(/\s+/g, ' ')).join(' | ')).join('\n'))`)
}

// walked is a desk with something in every view.
func walked(t *testing.T) *desk {
	d := floods(t)
	long := strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4)
	for n := 1; n <= 20; n++ {
		d.tell("wire-with-a-rather-long-name", "https://news.example/"+long, n, long+" sails", fmt.Sprintf("It carries %d people to %s.", n*10, long), "It is a ship.")
	}
	d.tell("wire", "2", 2, "Lender in talks", "The lender said so on Monday.")
	d.post("/marks/4", map[string][]string{"starred": {"1"}, "label": {"ask"}, "note": {"ask the coast guard " + long}})
	d.post("/filters", map[string][]string{"name": {"Silent numbers"}, "filter": {"class:fact disclosed:no"}})
	return d
}

// Each view, at the width of a desk and of a phone, light and dark: usable by
// everyone as far as axe-core can tell, within the screen, without an error, and
// asking nobody else.
func viewsInBrowser(t *testing.T, browser context.Context) {
	source, err := os.ReadFile(filepath.Join("..", ".ci", "node", "node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, fs.ErrNotExist) {
		missing(t, "no axe-core: npm ci --prefix .ci/node")
	} else if err != nil {
		t.Fatal(err)
	}
	d := walked(t)
	long := "/stories/wire-with-a-rather-long-name/https:%2F%2Fnews.example%2F" + strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4)
	paths := []string{"/", "/?view=all", "/?view=all&q=class:fact", "/?q=class:correction", "/stories", "/stories/wire/1", long + "?look=sides", long + "?look=inline", long + "?look=text", long + "?look=page",
		"/sources", "/sources/wire", "/watch", "/rules", "/search?q=ferry", "/search", "/login", "/nothing"}
	empty := newDesk(t, web.Access{})
	shop := newShop(t, web.Access{})
	shop.post("/watch/start", map[string][]string{"text": {"sources:\n  a:\n    start: https://a.example/\n    schedule: '@hourly'\n    budget: {requests: 100/h}\n    fields:\n      body: .old p\n"}})
	breakLayout(t, shop.db)
	for _, width := range []int64{1440, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b := newTab(t, browser, d.URL, width)
			for _, path := range paths {
				b.open(path)
				b.check(string(source), path, width)
			}
			b.open("/?view=all&q=class:fact")
			for _, menu := range []string{"Export what I see", "Follow"} {
				b.press(menu)
				b.check(string(source), menu, width)
			}
			b = newTab(t, browser, shop.URL, width)
			for _, path := range []string{"/watch", "/sources", "/sources/a", "/rules?source=a&field=body", "/rules?source=a&field=headline&n=5"} {
				b.open(path)
				b.check(string(source), path, width)
			}
			b = newTab(t, browser, empty.URL, width)
			b.open("/")
			b.check(string(source), "the first run", width)
		})
	}
}

// check holds a view against what every view must be.
func (b *tab) check(source, name string, width int64) {
	b.t.Helper()
	if wide := eval[int64](b, "document.documentElement.scrollWidth"); wide > width {
		b.t.Errorf("%s: %d px wide on %d: %s", name, wide, width, eval[string](b, `[...document.querySelectorAll('main *, header *')].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.wide, .hidden')).slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join(' | ')`))
	}
	for _, scheme := range []string{"light", "dark"} {
		if found := b.axe(source, scheme); found != "" {
			b.t.Errorf("%s, %s: %s", name, scheme, found)
		}
	}
	for _, m := range b.misdeeds() {
		b.t.Errorf("%s: %s", name, m)
	}
}

// A person works through the list by keys alone; what they mark stays marked, and
// news comes without the list moving under them.
func keysInBrowser(t *testing.T, browser context.Context) {
	d := walked(t)
	b := newTab(t, browser, d.URL, 1440)
	b.open("/?view=all")
	on := func() int {
		return eval[int](b, "[...document.querySelectorAll('.edit')].findIndex(e => e.classList.contains('on') && e.contains(document.activeElement))")
	}
	for _, step := range []struct {
		key  string
		want int
	}{{"j", 0}, {"j", 1}, {"j", 2}, {"k", 1}, {"k", 0}, {"k", 0}, {"j", 1}} {
		if b.do(chromedp.KeyEvent(step.key)); on() != step.want {
			t.Fatalf("after %s: entry %d, expected %d", step.key, on(), step.want)
		}
	}
	const second = "document.querySelectorAll('.edit')[1]"
	marked := func(mark string) string {
		return second + ".querySelector('[data-mark=" + mark + "] button').ariaPressed"
	}
	was := eval[[]string](b, "["+marked("starred")+","+marked("seen")+"]")
	b.do(chromedp.KeyEvent("s"), chromedp.KeyEvent("x"))
	for i, mark := range []string{"starred", "seen"} {
		b.until(marked(mark) + " !== '" + was[i] + "'")
	}
	b.do(chromedp.Reload())
	if now := eval[[]string](b, "["+marked("starred")+","+marked("seen")+"]"); now[0] == was[0] || now[1] == was[1] {
		t.Errorf("marks after a reload: %v, before: %v", now, was)
	}

	b.do(chromedp.Evaluate[chromedp.Void]("scrollTo({top: 0, behavior: 'instant'})"))
	const top = "document.querySelector('.edit').getBoundingClientRect().top"
	count, before := eval[int](b, "document.querySelectorAll('.edit').length"), eval[float64](b, top)
	d.tell("wire", "2", 3, "Lender in talks", "The lender said so on Tuesday.")
	b.until("!document.getElementById('news').hidden")
	if after := eval[float64](b, top); after != before || eval[int](b, "document.querySelectorAll('.edit').length") != count {
		t.Errorf("the list moved from %v to %v when news came", before, after)
	}
	if said := eval[string](b, "document.getElementById('news').innerText"); !strings.HasPrefix(said, "1 more edit") {
		t.Errorf("news: %q", said)
	}
	b.do(chromedp.KeyEvent("/"))
	if id := eval[string](b, "document.activeElement.id"); id != "search" {
		t.Errorf("/ leads to %q", id)
	}
	b.do(chromedp.Evaluate[chromedp.Void]("document.activeElement.blur()"), chromedp.KeyEvent("j"))
	want := eval[string](b, "document.activeElement.href")
	b.do(chromedp.KeyEvent("\r"))
	ctx, stop := context.WithTimeout(b, 5*time.Second)
	defer stop()
	for at := ""; at != want; {
		var err error
		if at, err = chromedp.Run(ctx, chromedp.Location()); err != nil {
			t.Fatalf("Enter leads to %s, expected %s: %v", at, want, err)
		}
	}
	for _, m := range b.misdeeds() {
		t.Error(m)
	}
}

// hostile are texts that people collected to break programs that show them.
func hostile(t *testing.T) []string {
	var texts, naughty []string
	if err := json.Unmarshal([]byte(shared(t, "strings/blns.json")[0]), &naughty); err != nil {
		t.Fatal(err)
	}
	for _, group := range [][]string{naughty, shared(t, "feeds/feedparser/wellformed/sanitize/*.xml")} {
		for some := range slices.Chunk(group, 80) {
			texts = append(texts, html.UnescapeString(strings.Join(some, " "))) // markup in a feed is escaped
		}
	}
	return texts
}

// Whatever a headline, a paragraph, a name or a page says, it is shown, and does
// nothing: no dialog, no request elsewhere, no frame or script of its own.
func hostileInBrowser(t *testing.T, browser context.Context) {
	texts := hostile(t)
	d := newDesk(t, web.Access{})
	for i, text := range texts {
		id := fmt.Sprint(i)
		d.tell("s", id, 1, text, text, "12 people")
		d.tell("s", id, 2, text+" again", "14 people", text)
	}
	t.Run("views", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, browser, d.URL, 1440)
		paths := []string{"/?view=all", "/?view=all&sort=weight", "/stories", "/search?q=script", "/sources"}
		for i := range texts {
			paths = append(paths, fmt.Sprintf("/stories/s/%d?look=%s", i, []string{"sides", "inline", "text"}[i%3]))
		}
		for _, path := range paths {
			b.open(path)
			b.unharmed(path)
		}
	})
	t.Run("copies to press", func(t *testing.T) {
		t.Parallel()
		s := newShop(t, web.Access{})
		s.texts = map[story.Key]story.Fields{}
		s.post("/watch/start", map[string][]string{"text": {"sources:\n  s:\n    start: https://news.example/\n"}})
		b := newTab(t, browser, s.URL, 1440)
		for i, text := range texts {
			id := fmt.Sprint(i)
			s.tell("s", id, 1, text, text, "12 people")
			path := "/rules/page?source=s&field=body&page=story:" + id
			if status, _, _ := s.get(path); status != 200 {
				t.Errorf("%s: %d", path, status)
			}
			b.open(path)
			for _, m := range b.misdeeds() {
				t.Errorf("%s: %s", path, m)
			}
			b.open("/rules?source=s&field=body&page=story:" + id)
			for _, m := range b.misdeeds() {
				t.Errorf("the editor of %s: %s", id, m)
			}
		}
	})
	t.Run("pages as they came", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, browser, d.URL, 1440)
		for i := range texts {
			path := fmt.Sprintf("/raw/s/%d/versions/1", i)
			b.open(path)
			for _, m := range b.misdeeds() {
				if !strings.HasPrefix(m, "the console:") { // which says what was refused
					t.Errorf("%s: %s", path, m)
				}
			}
		}
	})
}

// unharmed holds a view of hostile text against what it must be: whole, quiet, and
// with no element that isn't ours.
func (b *tab) unharmed(path string) {
	b.t.Helper()
	for _, m := range b.misdeeds() {
		b.t.Errorf("%s: %s", path, m)
	}
	if n := eval[int](b, "document.querySelectorAll('script:not([src=\"/static/desk.js\"]), iframe, object, embed, img, svg:not(.plot), svg script, main style, main link, main base, main meta').length"); n > 0 {
		b.t.Errorf("%s: %d elements that aren't ours", path, n)
	}
	if !eval[bool](b, "document.querySelector('header nav a') !== null && document.querySelector('main') !== null") {
		b.t.Errorf("%s: the page is broken", path)
	}
}

// Ten thousand changes, and a story of two hundred versions: every view stays small,
// within the screen, and a person gets through it.
func muchInBrowser(t *testing.T, browser context.Context) {
	d := newDesk(t, web.Access{})
	for n := 1; n <= 200; n++ {
		d.tell("wire", "long", n, "The count goes on", fmt.Sprintf("At least %d people came, officials said.", n), "The sea was rough.", fmt.Sprintf("Sentence %d is new. It stays.", n/10))
	}
	per := 49
	if testing.Short() {
		per = 2
	}
	for id := range 200 {
		for n := 1; n <= per; n++ {
			d.tell("post", fmt.Sprint(id), n, fmt.Sprintf("Story %d", id), fmt.Sprintf("It counts %d.", n*7+id), "The rest.")
		}
	}
	long := "/stories/wire/long"
	for _, width := range []int64{1440, 390} {
		b := newTab(t, browser, d.URL, width)
		for _, path := range []string{"/", "/?view=all&sort=weight", "/stories", "/sources", "/sources/post", long, long + "?look=text", long + "?to=100&from=3&look=inline"} {
			b.open(path)
			if wide := eval[int64](b, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s: %d px wide on %d", path, wide, width)
			}
			if size := eval[int](b, "performance.getEntriesByType('navigation')[0].transferSize"); size > 60_000 {
				t.Errorf("%s: %d bytes were sent, expected 60 KB at most", path, size)
			}
		}
		b.open(long)
		if n := eval[int](b, "document.querySelectorAll('.rail a').length"); n == 0 || n > 24 {
			t.Errorf("%d versions on the line", n)
		}
		b.do(chromedp.Evaluate[chromedp.Void]("(e => { e.value = 57; e.dispatchEvent(new Event('change')) })(document.getElementById('scrub'))"))
		b.arrive("to=57")
		if said := eval[string](b, "document.querySelector('.sides, .text').innerText"); !strings.Contains(said, "At least 57 people") {
			t.Errorf("version 57 says %s", said)
		}
		b.open("/")
		edits := eval[int](b, "document.querySelectorAll('.edit').length")
		b.press("Older edits")
		b.arrive("before=")
		if edits == 0 || eval[int](b, "document.querySelectorAll('.edit').length") == 0 {
			t.Error("no older edits")
		}
		for _, m := range b.misdeeds() {
			t.Error(m)
		}
	}
}
