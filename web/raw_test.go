package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stakeout/web"
)

// trap is a server that nothing must ask.
type trap struct {
	*httptest.Server
	mu    sync.Mutex // protects asked
	asked []string
}

func newTrap(t *testing.T) *trap {
	s := &trap{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.URL.Path)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *trap) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.asked
	s.asked = nil
	return out
}

// bait is a page that loads, posts, frames and runs whatever it can; TRAP stands for
// the address that it would tell.
const bait = `<script src=TRAP/script></script><script>fetch('TRAP/inline');fetch('/seen',{method:'POST',body:new URLSearchParams({upto:9})});alert(1)</script>
<img src=TRAP/img onerror="fetch('TRAP/onerror')"><img srcset="TRAP/srcset 1x"><picture><source srcset=TRAP/source><img></picture><svg onload="fetch('TRAP/svg')"><image href=TRAP/svgimage /></svg>
<link rel=stylesheet href=TRAP/style><link rel=prefetch href=TRAP/prefetch><link rel=preload as=image href=TRAP/preload><link rel=icon href=TRAP/icon>
<style>@import url(TRAP/import); body{background:url(TRAP/background)} @font-face{font-family:f;src:url(TRAP/font)} p{font-family:f}</style><p style="background:url(TRAP/inline-style)">text
<iframe src=TRAP/frame></iframe><iframe srcdoc="<img src=TRAP/srcdoc>"></iframe><object data=TRAP/object></object><embed src=TRAP/embed><video src=TRAP/video autoplay poster=TRAP/poster></video><audio src=TRAP/audio autoplay></audio>
<input type=image src=TRAP/input><body background=TRAP/body onload="fetch('TRAP/onload')"><table background=TRAP/table><tr><td>x</table>
<details open ontoggle="fetch('TRAP/toggle')"><summary>x</summary></details><input autofocus onfocus="fetch('TRAP/focus')"><marquee onstart="fetch('TRAP/marquee')">x</marquee>
<form id=f action=TRAP/form method=post><button>x</button></form><script>document.getElementById('f').submit()</script><meta http-equiv=refresh content="0;url=TRAP/refresh"><base href=TRAP/base/><a href=TRAP/link target=_top ping=TRAP/ping>read on</a>`

// The page as it came is looked at, and does nothing: on its own, and in its frame.
func rawInBrowser(t *testing.T, browser context.Context) {
	d, away := newDesk(t, web.Access{}), newTrap(t)
	text := strings.ReplaceAll(bait, "TRAP", away.URL)
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, text)
	}))
	defer bare.Close()
	d.tell("s", "1", 1, text, "text")
	b := newTab(t, browser, d.URL, 1440)
	show := func(address string) {
		b.do(chromedp.Navigate(address), chromedp.Sleep(300*time.Millisecond))
	}
	if show(bare.URL); len(away.take()) == 0 {
		t.Fatal("the bait doesn't bite on a page without guard")
	}
	b.do(chromedp.Navigate("about:blank"), chromedp.Sleep(100*time.Millisecond))
	away.take()
	b.misdeeds()
	for _, path := range []string{"/raw/s/1/versions/1", "/stories/s/1?look=page", "/memento/20260405090000/https://news.example/1"} {
		show(d.URL + path)
		if asked := away.take(); len(asked) > 0 {
			t.Errorf("%s asked elsewhere for %v", path, asked)
		}
		for _, m := range b.misdeeds() {
			if strings.HasPrefix(m, "a dialog") || strings.HasPrefix(m, "thrown") {
				t.Errorf("%s: %s", path, m)
			}
		}
		if at, err := chromedp.Run(b, chromedp.Location()); err != nil || at != d.URL+path {
			t.Errorf("%s led to %s, %v", path, at, err)
		}
	}
}
