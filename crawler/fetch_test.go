package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// fetch gets a path of a site that allows it.
func fetch(t *testing.T, s *site, path string) (Page, error) {
	t.Helper()
	return newCrawler(t).FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + path})
}

// wantKind fails unless err is a FetchError of a kind, on one line.
func wantKind(t *testing.T, err error, kind Kind) {
	t.Helper()
	var fe *FetchError
	if !errors.As(err, &fe) {
		t.Fatalf("error %v, expected a FetchError of kind %s", err, kind)
	}
	if fe.Kind != kind {
		t.Errorf("kind %s, expected %s: %v", fe.Kind, kind, err)
	}
	if msg := err.Error(); strings.Contains(msg, "\n") || !strings.HasPrefix(msg, fe.URL) {
		t.Errorf("message %q: expected one line that begins with the URL", msg)
	}
}

func TestFetchPageStatuses(t *testing.T) {
	s := newSite(t)
	for _, status := range []int{200, 203, 204, 404, 410, 403, 401, 451, 500, 502, 503} {
		s.mux.HandleFunc(fmt.Sprintf("/%d", status), func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			if status != 204 {
				fmt.Fprint(w, "said")
			}
		})
	}
	for _, status := range []int{200, 203, 204, 404, 410, 403, 401, 451, 500, 502, 503} {
		path := fmt.Sprintf("/%d", status)
		p, err := fetch(t, s, path)
		if err != nil {
			t.Errorf("%d: %v", status, err)
			continue
		}
		tries := 1
		if status >= 500 {
			tries = 3
		}
		if p.Status != status || p.Attempts != tries || s.count(path) != tries {
			t.Errorf("%d: status %d, %d attempts, %d requests, expected %d", status, p.Status, p.Attempts, s.count(path), tries)
		}
		if status != 204 && string(p.Body) != "said" {
			t.Errorf("%d: body %q", status, p.Body)
		}
	}
}

func TestFetchPageKeepsBytesAsSent(t *testing.T) {
	s := newSite(t)
	s.body("/latin", "text/html; charset=iso-8859-1", "<p>caf\xe9</p>")
	s.body("/broken", "text/html", "\xff\xfe\x00<p>\xc3\x28")
	s.body("/empty", "text/html", "")
	for path, want := range map[string]string{"/latin": "<p>caf\xe9</p>", "/broken": "\xff\xfe\x00<p>\xc3\x28", "/empty": ""} {
		p, err := fetch(t, s, path)
		if err != nil || string(p.Body) != want {
			t.Errorf("%s: body %q, error %v, expected %q", path, p.Body, err, want)
		}
	}
	if p, _ := fetch(t, s, "/latin"); p.ContentType != "text/html; charset=iso-8859-1" || p.WireBytes != 11 {
		t.Errorf("content type %q, %d bytes", p.ContentType, p.WireBytes)
	}
}

func TestFetchPageNotModified(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"a"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "new")
	})
	p, err := newCrawler(t).FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/", ETag: `"a"`, LastModified: "Sat, 04 Apr 2026 21:26:49 GMT"})
	if err != nil || !p.NotModified || p.Status != 304 || p.Attempts != 1 {
		t.Errorf("page %+v, error %v", p, err)
	}
}

func TestFetchPageEncodings(t *testing.T) {
	text := strings.Repeat("All of it. ", 5000)
	s := newSite(t)
	pack := map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	}
	for name, writer := range pack {
		var packed bytes.Buffer
		z := writer(&packed)
		io.WriteString(z, text)
		z.Close()
		serve := func(path string, body []byte) {
			s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", name)
				w.Write(body)
			})
		}
		serve("/"+name, packed.Bytes())
		serve("/cut-"+name, packed.Bytes()[:packed.Len()/2])
		serve("/plain-"+name, []byte("<p>never packed</p>"))
		p, err := fetch(t, s, "/"+name)
		if err != nil || string(p.Body) != text || p.WireBytes != int64(packed.Len()) {
			t.Errorf("%s: %d bytes of %d, %d on the wire, error %v", name, len(p.Body), len(text), p.WireBytes, err)
		}
		_, err = fetch(t, s, "/cut-"+name)
		wantKind(t, err, KindTruncated)
		if p, err := fetch(t, s, "/plain-"+name); err != nil || string(p.Body) != "<p>never packed</p>" {
			t.Errorf("%s that is none: body %q, error %v", name, p.Body, err)
		}
	}
}

func TestFetchPageLimits(t *testing.T) {
	s := newSite(t)
	block := bytes.Repeat([]byte("x"), 1<<20)
	s.mux.HandleFunc("/50MB", func(w http.ResponseWriter, r *http.Request) {
		for range 50 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	s.mux.HandleFunc("/announced", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(50<<20))
		w.Write(block)
	})
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 200 {
		z.Write(block)
	}
	z.Close()
	s.mux.HandleFunc("/bomb", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb.Bytes())
	})
	s.mux.HandleFunc("/header", func(w http.ResponseWriter, r *http.Request) {
		for i := range 200 {
			w.Header().Set(fmt.Sprintf("X-Long-%d", i), strings.Repeat("h", 10<<10))
		}
	})
	s.mux.HandleFunc("/20MB", func(w http.ResponseWriter, r *http.Request) {
		for range 20 {
			w.Write(block)
		}
	})
	for path, kind := range map[string]Kind{"/50MB": KindSize, "/announced": KindWire, "/bomb": KindRatio, "/header": KindHeader} {
		t.Run(path[1:], func(t *testing.T) {
			p, err := fetch(t, s, path)
			wantKind(t, err, kind)
			if p.Attempts != 1 || p.Body != nil {
				t.Errorf("%d attempts, %d bytes kept", p.Attempts, len(p.Body))
			}
		})
	}
	if p, err := fetch(t, s, "/20MB"); err != nil || len(p.Body) != 20<<20 {
		t.Errorf("20 MB: %d bytes, error %v", len(p.Body), err)
	}
}

func TestFetchPageCutBody(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/length", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		io.WriteString(w, "<h1>Half a")
	})
	s.mux.HandleFunc("/chunks", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "<h1>Half a")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	for _, path := range []string{"/length", "/chunks"} {
		p, err := fetch(t, s, path)
		wantKind(t, err, KindTruncated)
		if p.Body != nil || s.count(path) != 3 {
			t.Errorf("%s: body %q, %d requests", path, p.Body, s.count(path))
		}
	}
}

func TestFetchPageRecovers(t *testing.T) {
	s := newSite(t)
	n := 0
	s.mux.HandleFunc("/story", func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 3 {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, "at last")
	})
	p, err := newCrawler(t).FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/story"})
	if err != nil || string(p.Body) != "at last" || p.Attempts != 3 {
		t.Errorf("page %+v, error %v", p, err)
	}
}

func TestFetchPageRefusedConnection(t *testing.T) {
	s := newSite(t)
	s.Close()
	p, err := fetch(t, s, "/")
	wantKind(t, err, KindRobots) // robots.txt could not be had: the first thing asked for
	src := source(s.URL)
	src.IgnoreRobots = true
	p, err = newCrawler(t).FetchPage(context.Background(), src, Request{URL: s.URL + "/"})
	wantKind(t, err, KindNetwork)
	if p.Attempts != 3 {
		t.Errorf("%d attempts", p.Attempts)
	}
}

func TestFetchPageSlowBody(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := io.WriteString(w, "x"); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	c := newCrawler(t)
	src := source(s.URL)
	src.IgnoreRobots = true
	x := c.exchange(src, s.URL+"/", pageTries)
	x.left = 100 * time.Millisecond
	wantKind(t, c.visit(context.Background(), x, http.Header{}, callbacks{}), KindTime)

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.FetchPage(ctx, src, Request{URL: s.URL + "/"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ended: error %v", err)
	}
}

func TestFetchPageRedirects(t *testing.T) {
	s := newSite(t)
	to := func(path, location string) {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Location", location); w.WriteHeader(302) })
	}
	to("/a", "/b")
	to("/b", "/c#part")
	s.page("/c", "there")
	to("/loop", "/loop2")
	to("/loop2", "/loop")
	to("/file", "file:///etc/passwd")
	to("/data", "data:text/html,x")
	to("/nowhere", "")
	p, err := fetch(t, s, "/a")
	if err != nil || p.FinalURL != s.URL+"/c" || p.URL != s.URL+"/a" || p.Status != 200 || p.Attempts != 3 {
		t.Errorf("page %+v, error %v", p, err)
	}
	_, err = fetch(t, s, "/loop")
	wantKind(t, err, KindRedirects)
	_, err = fetch(t, s, "/file")
	wantKind(t, err, KindRefused)
	_, err = fetch(t, s, "/data")
	wantKind(t, err, KindRefused)
	if p, err := fetch(t, s, "/nowhere"); err != nil || p.Status != 302 {
		t.Errorf("without location: status %d, error %v", p.Status, err)
	}
}

func TestFetchPageRefusesPrivateAddresses(t *testing.T) {
	s := newSite(t)
	s.page("/", "secret")
	src := source(s.URL)
	src.Private = false
	c := newCrawler(t)
	for _, host := range []string{"127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1"} {
		u := "http://" + host + s.URL[strings.LastIndex(s.URL, ":"):]
		_, err := c.FetchPage(context.Background(), src, Request{URL: u})
		wantKind(t, err, KindRefused)
	}
	if n := s.count("/") + s.count("/robots.txt"); n != 0 {
		t.Errorf("%d requests reached the private address", n)
	}
}

func TestConnectionsOfPrivateSourcesAreNotLent(t *testing.T) {
	s := newSite(t)
	s.page("/", "secret")
	c := newCrawler(t)
	if _, err := c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/"}); err != nil {
		t.Fatal(err)
	}
	src := source(s.URL)
	src.Name, src.Private = "other", false
	_, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/"})
	wantKind(t, err, KindRefused)
}

func TestRetryAfter(t *testing.T) {
	s := newSite(t)
	serve := func(path string, status int, after string) {
		n := 0
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				w.Header().Set("Retry-After", after)
				w.WriteHeader(status)
			}
		})
	}
	serve("/soon", 429, "1")
	serve("/long", 503, "3600")
	serve("/date", 429, time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
	begun := time.Now()
	p, err := fetch(t, s, "/soon")
	if err != nil || p.Status != 200 || p.Attempts != 2 || time.Since(begun) < time.Second {
		t.Errorf("status %d after %s and %d attempts, error %v", p.Status, time.Since(begun), p.Attempts, err)
	}
	for path, status := range map[string]int{"/long": 503, "/date": 429} {
		c := newCrawler(t)
		_, err := c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + path})
		wantKind(t, err, KindLater)
		var fe *FetchError
		if errors.As(err, &fe); fe.Status != status || !strings.Contains(err.Error(), "1h0m0s") && !strings.Contains(err.Error(), "59m5") {
			t.Errorf("%s: status %d, message %q", path, fe.Status, err)
		}
		// the host is left alone from now on, by everyone
		before := s.count(path)
		_, err = c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + path})
		wantKind(t, err, KindLater)
		if s.count(path) != before {
			t.Errorf("%s was asked again", path)
		}
	}
}

func TestFetchPageContainsPanics(t *testing.T) {
	s := newSite(t)
	s.page("/", "x")
	c := newCrawler(t)
	x := c.exchange(source(s.URL), s.URL+"/", 1)
	x.session = nil // nothing can be fetched so
	wantKind(t, c.visit(context.Background(), x, http.Header{}, callbacks{}), KindInternal)
}

func TestUserAgentIsHonest(t *testing.T) {
	s := newSite(t)
	var agent string
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { agent = r.UserAgent() })
	t.Setenv("COLLY_USER_AGENT", "Mozilla/5.0")
	t.Setenv("COLLY_MAX_BODY_SIZE", "1")
	if _, err := fetch(t, s, "/"); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(agent, "stakeout/") || !strings.HasSuffix(agent, " (+test@example.org)") {
		t.Errorf("User-Agent %q", agent)
	}
}

func TestCookiesLastForOneRequest(t *testing.T) {
	s := newSite(t)
	s.mux.HandleFunc("/wall", func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("seen"); err == nil && c.Value == "1" {
			fmt.Fprint(w, "behind the wall")
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
		http.Redirect(w, r, "/wall", http.StatusFound)
	})
	c := newCrawler(t)
	for range 2 {
		p, err := c.FetchPage(context.Background(), source(s.URL), Request{URL: s.URL + "/wall"})
		if err != nil || string(p.Body) != "behind the wall" || p.Attempts != 2 {
			t.Errorf("%q after %d requests, error %v", p.Body, p.Attempts, err)
		}
	}
}

func TestFetchPageTLS(t *testing.T) {
	for _, version := range []int{1, 2} {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }))
		s.EnableHTTP2 = version == 2
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		defer s.Close()
		src := source(s.URL)
		src.IgnoreRobots = true
		c := newCrawler(t)
		p, err := c.FetchPage(context.Background(), src, Request{URL: s.URL + "/"})
		wantKind(t, err, KindNetwork)
		if p.Attempts != 1 {
			t.Errorf("a certificate that nobody knows was tried %d times", p.Attempts)
		}
		c = New(Options{Roots: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs})
		defer c.Close()
		p, err = c.FetchPage(context.Background(), src, Request{URL: s.URL + "/"})
		if want := fmt.Sprintf("HTTP/%d.%d", version, version%2); err != nil || string(p.Body) != want {
			t.Errorf("%q, error %v, expected %s", p.Body, err, want)
		}
	}
}

// TestFetchPageBrokenHTTP drives answers that net/http/httptest can't give.
func TestFetchPageBrokenHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		kind   Kind
	}{
		"closed at once":    {"", KindNetwork},
		"no HTTP":           {"SSH-2.0-OpenSSH_9.6\r\n", KindNetwork},
		"header cut":        {"HTTP/1.1 200 OK\r\nContent-Ty", KindNetwork},
		"bad length":        {"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", KindNetwork},
		"two lengths":       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", KindNetwork},
		"short body":        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", KindTruncated},
		"broken chunks":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", KindTruncated},
		"chunks cut":        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", KindTruncated},
		"unknown encoding":  {"HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\nContent-Length: 1\r\n\r\nx", KindTruncated},
		"many encodings":    {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, gzip, gzip\r\nContent-Length: 1\r\n\r\nx", KindTruncated},
		"bad location":      {"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n", KindNetwork},
		"broken gzip":       {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff", KindTruncated},
		"status without it": {"HTTP/1.1 nope OK\r\n\r\n", KindNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					go func() {
						defer conn.Close()
						_, _ = conn.Read(make([]byte, 4096))
						_, _ = io.WriteString(conn, c.answer)
					}()
				}
			}()
			src := source("http://" + l.Addr().String())
			src.IgnoreRobots = true
			p, err := newCrawler(t).FetchPage(context.Background(), src, Request{URL: src.Start[0] + "/"})
			wantKind(t, err, c.kind)
			if p.Body != nil {
				t.Errorf("%d bytes of a broken answer are kept", len(p.Body))
			}
		})
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	s := newSite(t)
	s.page("/ok", "fine")
	s.status("/503", 503)
	s.mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	before := runtime.NumGoroutine()
	c := New(Options{})
	c.transport.backoff = time.Millisecond
	for i := range 60 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(1+i)*time.Millisecond)
		for _, path := range []string{"/ok", "/503", "/cut"} {
			_, _ = c.FetchPage(ctx, source(s.URL), Request{URL: s.URL + path})
		}
		cancel()
	}
	c.Close()
	s.CloseClientConnections()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
