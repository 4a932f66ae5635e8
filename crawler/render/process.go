package render

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/chromedp/chromedp"
)

// How a browser is kept in bounds.
const (
	startTime  = 20 * time.Second
	maxPages   = 300 // that one browser shows, before it makes room for another
	watchEvery = 500 * time.Millisecond
	stopTime   = 5 * time.Second
	maxHeapMB  = 512 // of one page's scripts
)

// errGone says that the browser ended while a page was shown.
var errGone = errors.New("the browser ended")

// process is one running browser.
type process struct {
	ctx     context.Context // chromedp's; ends with the browser
	cancel  context.CancelFunc
	log     *slog.Logger
	profile string // folder

	mu    sync.Mutex // protects the following fields
	pages int        // being shown
	shown int        // in all
	old   bool       // takes no more pages, and ends with the last of them
	ended bool       // it was stopped, or is just being
	once  sync.Once
}

// start starts a browser.
func start(ctx context.Context, path string, o Options) (*process, error) {
	profile, err := os.MkdirTemp("", "stakeout-chromium-")
	if err != nil {
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), append(flags(profile), chromedp.ExecPath(path))...)
	browser, stopBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}), chromedp.WithLogf(func(string, ...any) {}))
	p := &process{ctx: browser, log: o.Log, profile: profile, cancel: func() { stopBrowser(); stopAllocator() }}
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(browser) }()
	timer := time.NewTimer(startTime)
	defer timer.Stop()
	select {
	case err = <-started:
	case <-timer.C:
		err = fmt.Errorf("it was not ready within %s", startTime)
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		go p.stop()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %s: %w", ErrStart, path, err)
	}
	o.Log.Info("browser started", "path", path)
	go p.watch(o.MaxMemory)
	return p, nil
}

// flags of Chromium: no background traffic, no way to the network but the proxy
// of each page (the one named here leads nowhere, and a name is never looked up),
// nothing of our environment, little memory.
func flags(profile string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.UserDataDir(profile),
		chromedp.NoInheritEnv,
		chromedp.Env("PATH="+os.Getenv("PATH"), "HOME="+profile, "TMPDIR="+os.TempDir(), "LANG=C.UTF-8"),
		chromedp.Flag("proxy-server", "http://127.0.0.1:9"),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,CertificateTransparencyComponentUpdater,NetworkPrediction,InterestFeedContentSuggestions"),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-notifications", true),
		chromedp.Flag("disable-speech-api", true),
		chromedp.Flag("disable-file-system", true),
		chromedp.Flag("block-new-web-contents", true),
		chromedp.Flag("disable-popup-blocking", false),
		chromedp.Flag("blink-settings", "imagesEnabled=false"),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("renderer-process-limit", "4"),
		chromedp.Flag("js-flags", fmt.Sprintf("--max-old-space-size=%d", maxHeapMB)),
		chromedp.Flag("window-size", "1280,2000"),
	)
}

// enter reports whether the browser takes one more page, and counts it.
func (p *process) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.old || p.ctx.Err() != nil || p.shown >= maxPages {
		p.retireLocked()
		return false
	}
	p.pages++
	p.shown++
	return true
}

// leave is called when a page is done.
func (p *process) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages--
	if p.old {
		p.retireLocked()
	}
}

// retireLocked has the browser end with its last page. p.mu is held.
func (p *process) retireLocked() {
	p.old = true
	if p.pages == 0 {
		go p.stop()
	}
}

// stop ends the browser, whatever it does, and removes its profile.
func (p *process) stop() {
	p.once.Do(func() {
		p.mu.Lock()
		p.old, p.ended = true, true
		p.mu.Unlock()
		bounded, cancel := context.WithTimeout(p.ctx, stopTime)
		_ = chromedp.Cancel(bounded) // what doesn't end so is killed
		cancel()
		p.cancel()
		for range 10 { // its processes may write to the end
			if os.RemoveAll(p.profile) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		p.log.Warn("a browser's profile was not removed", "path", p.profile)
	})
}

// gone reports whether the browser ended, by itself or by us.
func (p *process) gone() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended || p.ctx.Err() != nil
}

// watch ends a browser that takes too much memory.
func (p *process) watch(most int64) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			p.stop()
			return
		case <-tick.C:
		}
		used := p.memory()
		if used <= most {
			continue
		}
		p.log.Info("browser retired for its memory", "bytes", used, "most", most)
		p.mu.Lock()
		p.retireLocked()
		p.mu.Unlock()
		if used > 2*most {
			p.stop()
			return
		}
	}
}

// memory is what the browser's processes have for themselves; 0 where that can't
// be told.
func (p *process) memory() int64 {
	c := chromedp.FromContext(p.ctx)
	if c == nil || c.Browser == nil || c.Browser.Process() == nil {
		return 0
	}
	return memoryOf(c.Browser.Process().Pid)
}
