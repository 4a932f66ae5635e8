package render

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// withChromium returns a Browser, or skips the test where there is no Chromium.
func withChromium(t *testing.T, o Options) *Browser {
	t.Helper()
	if _, err := Find(); err != nil {
		if os.Getenv("STAKEOUT_TOOLS_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skipf("%v: %s", err, HowToGet)
	}
	b := New(o)
	t.Cleanup(b.Close)
	return b
}

// site is one on loopback that notes what was asked of it.
type site struct {
	*httptest.Server
	mux *http.ServeMux

	mu    sync.Mutex // protects asked
	asked []string
}

func newSite(t *testing.T, pages map[string]string) *site {
	t.Helper()
	s := &site{mux: http.NewServeMux()}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.Path)
		s.mu.Unlock()
		s.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	for path, body := range pages {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(path, ".js"):
				w.Header().Set("Content-Type", "text/javascript")
			case strings.HasSuffix(path, ".json"):
				w.Header().Set("Content-Type", "application/json")
			}
			fmt.Fprint(w, body)
		})
	}
	return s
}

func (s *site) wasAsked(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if a == path {
			return true
		}
	}
	return false
}

// open is a Network without a guard.
func open() Network {
	return Network{Dial: func(ctx context.Context, address string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}, HTTP: http.DefaultTransport}
}

// page is a page of a site as it would be fetched.
func (s *site) page(path, html string) Page {
	return Page{
		URL: s.URL + path, Document: Document{Status: 200, ContentType: "text/html; charset=utf-8", Body: []byte(html)},
		UserAgent: "stakeout/test", Network: open(),
		Follow: func(ctx context.Context, address string) (Document, error) {
			return Document{}, fmt.Errorf("led to %s", address)
		},
	}
}

func TestRenderReadsWhatScriptsWrite(t *testing.T) {
	b := withChromium(t, Options{})
	s := newSite(t, map[string]string{
		"/app.js":     `fetch("/story.json").then(r => r.json()).then(s => { document.querySelector("main").innerHTML = "<h1>" + s.headline + "</h1><p>" + s.text + "</p>" })`,
		"/story.json": `{"headline": "The bridge opens", "text": "It took nine years."}`,
		"/module.js":  `import {text} from "/part.js"; document.querySelector("main").textContent = text`,
		"/part.js":    `export const text = "A module's text."`,
	})
	slowly := func(wait, pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			time.Sleep(wait)
			fmt.Fprint(w, `document.querySelector("main").textContent`)
			w.(http.Flusher).Flush()
			time.Sleep(pause)
			fmt.Fprint(w, `="Slowly it came"`)
		}
	}
	s.mux.HandleFunc("/slow", slowly(1500*time.Millisecond, 0))
	s.mux.HandleFunc("/pause", slowly(0, 1500*time.Millisecond))
	for _, c := range []struct{ name, html, want string }{
		{"slow", `<main></main><script>fetch("/slow").then(r => r.text()).then(eval)</script>`, "<main>Slowly it came</main>"},
		{"slow body", `<main></main><script>fetch("/pause").then(r => r.text()).then(eval)</script>`, "<main>Slowly it came</main>"},
		{"slow script", `<main></main><script src="/slow"></script>`, "<main>Slowly it came</main>"},
		{"slow script body", `<main></main><script async src="/pause"></script>`, "<main>Slowly it came</main>"},
		{"slow request", `<main></main><script>const x = new XMLHttpRequest(); x.open("GET", "/pause"); x.onload = () => eval(x.responseText); x.send()</script>`, "<main>Slowly it came</main>"},
		{"fetched", `<main>Loading</main><script src="/app.js"></script>`, "<h1>The bridge opens</h1><p>It took nine years.</p>"},
		{"module", `<main></main><script type=module src="/module.js"></script>`, "A module's text."},
		{"late", `<main></main><script>setTimeout(() => { document.querySelector("main").textContent = "Late it came." }, 3000)</script>`, "Late it came."},
		{"step by step", `<main></main><script>addEventListener("load", () => setTimeout(() => fetch("/story.json").then(r => r.json()).then(s => setTimeout(() => document.querySelector("main").textContent = s.text, 700)), 500))</script>`, "<main>It took nine years.</main>"},
		{"each frame", `<main></main><script>let n = 0; const f = () => { if (++n < 30) requestAnimationFrame(f); else document.querySelector("main").textContent = n + " frames" }; requestAnimationFrame(f)</script>`, "30 frames"},
		{"observer", `<main></main><div style="height:300px"></div><p id=x></p><script>new IntersectionObserver(e => { if (e[0].isIntersecting) document.querySelector("main").textContent = "Seen." }).observe(document.querySelector("#x"))</script>`, "Seen."},
		{"shadow", `<x-story><b slot=h>Headline</b></x-story><script>customElements.define("x-story", class extends HTMLElement { constructor() { super(); this.attachShadow({mode: "open"}).innerHTML = "<style>p{}</style><h1><slot name=h></slot></h1><p>In the shadow.</p>" } })</script>`, "<h1><b slot=\"h\">Headline</b></h1><p>In the shadow.</p>"},
		{"alert", `<main></main><script>alert("Hello"); confirm("?"); document.querySelector("main").textContent = "After the alert."</script>`, "After the alert."},
		{"agent", `<main></main><script>document.querySelector("main").textContent = navigator.userAgent</script>`, "<main>stakeout/test</main>"},
		{"charset", `<main></main><script>document.querySelector("main").textContent = "Zoë – 北京"</script>`, "<main>Zoë – 北京</main>"},
		{"without scripts", `<noscript>Enable scripts</noscript><main>Plain.</main>`, "<body><main>Plain.</main></body>"},
		{"forever busy", `<main>There.</main><script>setInterval(() => fetch("/story.json"), 50)</script>`, "<main>There.</main>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shown, err := b.Render(t.Context(), s.page("/a", c.html))
			if err != nil || !strings.Contains(string(shown.HTML), c.want) {
				t.Errorf("%s, error %v, expected %s", shown.HTML, err, c.want)
			}
		})
	}
}

func TestRenderLoadsNoImagesNorTrackers(t *testing.T) {
	b := withChromium(t, Options{})
	s := newSite(t, map[string]string{"/s.js": "", "/f.html": "", "/i.png": "", "/v.mp4": "", "/c.css": ""})
	html := `<link rel=stylesheet href=/c.css><link rel=icon href=/favicon.ico><img src=/i.png><video src=/v.mp4 autoplay></video><iframe src=/f.html></iframe><script src=/s.js></script>
		<style>@font-face { font-family: x; src: url(/x.woff) } body { font-family: x; background: url(/b.png) }</style><p>Text`
	shown, err := b.Render(t.Context(), s.page("/", html))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"/s.js": true, "/c.css": true, "/i.png": false, "/v.mp4": false, "/f.html": false, "/x.woff": false, "/b.png": false} {
		if s.wasAsked(path) != want {
			t.Errorf("%s: asked %t", path, !want)
		}
	}
	if shown.Requests < 2 || shown.Requests > 3 {
		t.Errorf("%d requests", shown.Requests)
	}
	for host, want := range map[string]bool{"www.google-analytics.com": true, "google-analytics.com": true, "notgoogle-analytics.com": false, "news.example": false, "": false} {
		if isTracker(host) != want {
			t.Errorf("%s: a tracker %t", host, !want)
		}
	}
}

// Nothing gets out but by the page's own network, whatever a script tries.
func TestRenderHasNoOtherWayOut(t *testing.T) {
	b := withChromium(t, Options{})
	var hits atomic.Int64
	private := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hits.Add(1) }))
	defer private.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	go func() {
		for buffer := make([]byte, 2048); ; {
			n, from, err := udp.ReadFrom(buffer)
			if err != nil {
				return
			}
			t.Logf("%d bytes of UDP from %s", n, from)
			hits.Add(1)
		}
	}()
	s := newSite(t, nil)
	page := s.page("/", strings.NewReplacer("URL", private.URL, "HOST", private.Listener.Addr().String(), "UDP", udp.LocalAddr().String()).Replace(`<p>Text</p>
		<script src="URL/a.js"></script><link rel=stylesheet href="URL/c.css"><link rel=preload as=script href="URL/p.js"><link rel=dns-prefetch href="//HOST"><link rel=preconnect href="URL">
		<img src="URL/i.png"><iframe src="URL/f"></iframe><object data="URL/o"></object><embed src="URL/e">
		<script>
			const tried = [];
			const attempt = (name, f) => { try { f(); tried.push(name) } catch (e) { tried.push(name + " " + e) } };
			attempt("fetch", () => fetch("URL/fetch", {mode: "no-cors"}).catch(() => {}));
			attempt("xhr", () => { const x = new XMLHttpRequest(); x.open("GET", "URL/xhr"); x.send() });
			attempt("beacon", () => navigator.sendBeacon("URL/beacon", "x"));
			attempt("socket", () => new WebSocket("ws://HOST/ws"));
			attempt("events", () => new EventSource("URL/events"));
			attempt("worker", () => new Worker(URL.createObjectURL(new Blob(["fetch('URL/worker', {mode: 'no-cors'}); importScripts('URL/w.js')"]))));
			attempt("popup", () => window.open("URL/popup"));
			attempt("webrtc", () => { const c = new RTCPeerConnection({iceServers: [{urls: "stun:UDP"}]}); c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o)) });
			attempt("transport", () => new WebTransport("https://UDP/"));
			attempt("prerender", () => { const r = document.createElement("script"); r.type = "speculationrules"; r.textContent = JSON.stringify({prefetch: [{urls: ["URL/spec"]}]}); document.head.append(r) });
			document.querySelector("p").textContent += tried.join("; ");
		</script>`))
	var refused atomic.Int64
	page.Network = Network{Dial: func(context.Context, string) (net.Conn, error) {
		refused.Add(1)
		return nil, errors.New("refused")
	}, HTTP: roundTrip(func(r *http.Request) (*http.Response, error) {
		refused.Add(1)
		return nil, errors.New("refused")
	})}
	shown, err := b.Render(t.Context(), page)
	if err != nil || !strings.Contains(string(shown.HTML), "Text") {
		t.Fatalf("%s, error %v", shown.HTML, err)
	}
	time.Sleep(500 * time.Millisecond)
	if hits.Load() != 0 || refused.Load() == 0 || shown.Refused == 0 {
		t.Errorf("%d requests got out, %d were refused (%d)", hits.Load(), refused.Load(), shown.Refused)
	}
	t.Logf("%d refused; %s", refused.Load(), shown.HTML[strings.Index(string(shown.HTML), "Text"):][:400])
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What a page's scripts lead to is fetched by the caller, who may refuse it.
func TestRenderFollowsByTheCaller(t *testing.T) {
	b := withChromium(t, Options{})
	s := newSite(t, nil)
	to := func(path string) string { return `<script>location.href = "` + path + `"</script>` }
	answers := map[string]Document{
		s.URL + "/next":  {Status: 302, Location: "/there"},
		s.URL + "/there": {Status: 200, ContentType: "text/html", Body: []byte("<p>Arrived.")},
		s.URL + "/loop":  {Status: 200, ContentType: "text/html", Body: []byte(to("/loop?"))},
	}
	follow := func(_ context.Context, address string) (Document, error) {
		plain, _, _ := strings.Cut(address, "?")
		d, ok := answers[plain]
		if !ok {
			return Document{}, errors.New("robots.txt disallows it")
		}
		if plain == s.URL+"/loop" {
			d.Body = []byte(to(fmt.Sprintf("/loop?%d", time.Now().UnixNano())))
		}
		return d, nil
	}
	for _, c := range []struct {
		path, want, url string
		err             error
	}{
		{"/next", "<p>Arrived.", s.URL + "/there", nil},
		{"/loop", "", "", ErrLeads},
		{"/forbidden", "", "", errors.New("robots.txt disallows it")},
	} {
		page := s.page("/", "<p>First."+to(c.path))
		page.Follow = follow
		shown, err := b.Render(t.Context(), page)
		if c.err != nil {
			if err == nil || err.Error() != c.err.Error() {
				t.Errorf("%s: error %v, expected %v", c.path, err, c.err)
			}
			continue
		}
		if err != nil || !strings.Contains(string(shown.HTML), c.want) || shown.URL != c.url {
			t.Errorf("%s: %s at %s, error %v", c.path, shown.HTML, shown.URL, err)
		}
	}
	if len(s.asked) > 0 {
		t.Errorf("the browser itself asked for %v", s.asked)
	}
}

func TestRenderSendsCookiesAndHeaders(t *testing.T) {
	b := withChromium(t, Options{})
	s := newSite(t, nil)
	var got http.Header
	s.mux.HandleFunc("/api", func(w http.ResponseWriter, r *http.Request) { got = r.Header.Clone() })
	page := s.page("/", `<script>fetch("/api", {headers: {"X-Own": "1"}})</script>`)
	page.Cookies = []*http.Cookie{{Name: "in", Value: "yes"}}
	page.Header = func(*url.URL) http.Header { return http.Header{"X-Key": {"4711"}} }
	if _, err := b.Render(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if got.Get("Cookie") != "in=yes" || got.Get("X-Key") != "4711" || got.Get("X-Own") != "1" || got.Get("User-Agent") != "stakeout/test" {
		t.Errorf("the site was sent %v", got)
	}
	// The next page begins without what this one had.
	got = nil
	if _, err := b.Render(t.Context(), s.page("/", `<script>fetch("/api")</script>`)); err != nil || got.Get("Cookie") != "" {
		t.Errorf("the next page sent %v, error %v", got, err)
	}
}

func TestRenderEndsWhatIsTooMuch(t *testing.T) {
	b := withChromium(t, Options{})
	s := newSite(t, nil)
	s.mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) {
		for block := make([]byte, 1<<20); r.Context().Err() == nil; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	s.mux.HandleFunc("/x", func(w http.ResponseWriter, r *http.Request) {})
	for _, c := range []struct {
		name, html string
		want       error
	}{
		{"bytes", `<script>fetch("/big").then(r => r.arrayBuffer())</script>`, ErrTooMuch},
		{"files", `<script>for (let i = 0; i < 600; i++) fetch("/x?" + i)</script>`, ErrTooMuch},
		{"html", `<script>document.documentElement.append(new Comment("x".repeat(25e6)))</script>`, ErrTooLarge},
		{"crash", `<script>const a = []; for (;;) a.push(new Array(1e6).fill(Math.random()))</script>`, ErrCrashed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := b.Render(t.Context(), s.page("/", c.html)); !errors.Is(err, c.want) {
				t.Errorf("error %v, expected %v", err, c.want)
			}
			shown, err := b.Render(t.Context(), s.page("/", "<p>Well.</p>"))
			if err != nil || !strings.Contains(string(shown.HTML), "Well.") {
				t.Errorf("the page after: %s, error %v", shown.HTML, err)
			}
		})
	}
}

// A script without end is ended with the time that the caller gives.
func TestRenderEndsWithItsContext(t *testing.T) {
	b := withChromium(t, Options{Tabs: 1})
	s := newSite(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	begun := time.Now()
	if _, err := b.Render(ctx, s.page("/", "<script>for (;;);</script>")); err == nil || time.Since(begun) > 20*time.Second {
		t.Errorf("error %v after %s", err, time.Since(begun))
	}
	shown, err := b.Render(t.Context(), s.page("/", "<p>Well.</p>"))
	if err != nil || !strings.Contains(string(shown.HTML), "Well.") {
		t.Errorf("the page after: %s, error %v", shown.HTML, err)
	}
}

// A browser that has grown makes room for another; what it leaves behind is
// nothing.
func TestRenderRestartsABrowserThatGrew(t *testing.T) {
	measured := withChromium(t, Options{})
	s := newSite(t, nil)
	if _, err := measured.Render(t.Context(), s.page("/", "<p>Well.</p>")); err != nil {
		t.Fatal(err)
	}
	used := measured.now.memory()
	if used == 0 {
		t.Skip("this system doesn't tell what a process has")
	}
	b := withChromium(t, Options{MaxMemory: used * 7 / 10}) // more than it has, and not twice as much
	for range 3 {
		shown, err := b.Render(t.Context(), s.page("/", "<p>Well.</p>"))
		if err != nil || !strings.Contains(string(shown.HTML), "Well.") {
			t.Fatalf("%s, error %v", shown.HTML, err)
		}
		time.Sleep(2 * watchEvery)
	}
	b.mu.Lock()
	starts, last := b.starts, b.now
	b.mu.Unlock()
	if starts < 2 {
		t.Errorf("%d browsers were started", starts)
	}
	b.Close()
	if _, err := os.Stat(last.profile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its profile is left: %v", err)
	}
	if _, err := b.Render(t.Context(), s.page("/", "x")); err == nil {
		t.Error("a closed browser shows a page")
	}
}

func TestMemoryOfAProcess(t *testing.T) {
	if memoryOf(os.Getpid()) == 0 {
		t.Skip("this system doesn't tell what a process has")
	}
	held := make([]byte, 64<<20)
	for i := range held {
		held[i] = byte(i)
	}
	if got := memoryOf(os.Getpid()); got < 64<<20 || got > 4<<30 {
		t.Errorf("%d bytes, %d of them held", got, len(held))
	}
}

// A page of https: is one to its scripts, and its files go by the door, too.
func TestRenderSecurePage(t *testing.T) {
	b := withChromium(t, Options{})
	dialled := make(chan string, 10)
	shown, err := b.Render(t.Context(), Page{
		URL: "https://news.example/story", UserAgent: "stakeout/test",
		Document: Document{Status: 200, ContentType: "text/html", Body: []byte(`<p></p><script src="https://files.example/app.js"></script>
			<script>document.querySelector("p").textContent = isSecureContext + " " + location.href</script>`)},
		Network: Network{Dial: func(_ context.Context, address string) (net.Conn, error) {
			dialled <- address
			return nil, errors.New("refused")
		}},
	})
	if err != nil || !strings.Contains(string(shown.HTML), "<p>true https://news.example/story</p>") {
		t.Fatalf("%s, error %v", shown.HTML, err)
	}
	select {
	case address := <-dialled:
		if address != "files.example:443" {
			t.Errorf("dialled %s", address)
		}
	case <-time.After(5 * time.Second):
		t.Error("its script was not asked for")
	}
}
