package crawler

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"stakeout/configs"
)

// forwarder is an HTTP proxy on loopback that leads every name to one site.
type forwarder struct {
	*httptest.Server
	asked atomic.Int64
	auth  string // user:password that it wants; "" for none
}

func newForwarder(t *testing.T, to string) *forwarder {
	f := &forwarder{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.asked.Add(1)
		if f.auth != "" && r.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte(f.auth)) {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method == http.MethodConnect {
			tunnel(w, to)
			return
		}
		resp, err := http.Get("http://" + to + r.URL.Path)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	}))
	t.Cleanup(f.Close)
	return f
}

// tunnel joins a client's connection to a site.
func tunnel(w http.ResponseWriter, to string) {
	site, err := net.Dial("tcp", to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		site.Close()
		return
	}
	splice(client, site)
}

func splice(a, b net.Conn) {
	go func() { io.Copy(a, b); a.Close() }()
	go func() { io.Copy(b, a); b.Close() }()
}

// socksServer is a SOCKS5 proxy without passwords (RFC 1928) that leads every
// request to one site, and notes what it was asked for.
func socksServer(t *testing.T, to string) (address string, asked *atomic.Value) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	asked = &atomic.Value{}
	asked.Store("")
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveSocks(c, to, asked)
		}
	}()
	return l.Addr().String(), asked
}

func serveSocks(c net.Conn, to string, asked *atomic.Value) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(c, head); err != nil {
		return
	}
	io.ReadFull(c, make([]byte, head[1]))
	c.Write([]byte{5, 0})
	request := make([]byte, 4)
	if _, err := io.ReadFull(c, request); err != nil {
		return
	}
	var host string
	switch request[3] {
	case 1:
		ip := make([]byte, 4)
		io.ReadFull(c, ip)
		host = net.IP(ip).String()
	case 3:
		length := make([]byte, 1)
		io.ReadFull(c, length)
		name := make([]byte, length[0])
		io.ReadFull(c, name)
		host = string(name)
	}
	io.ReadFull(c, make([]byte, 2))
	asked.Store(host)
	site, err := net.Dial("tcp", to)
	if err != nil {
		c.Close()
		return
	}
	c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	splice(c, site)
}

// lookup is a name server of the test's own.
type lookup map[string]string

func (l lookup) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	if l[host] == "" {
		return nil, errors.New("no such host")
	}
	return []netip.Addr{netip.MustParseAddr(l[host])}, nil
}

// behind is a source that may reach public addresses only, through a proxy.
func behind(t *testing.T, via string) *configs.Source {
	t.Helper()
	u, err := url.Parse(via)
	if err != nil {
		t.Fatal(err)
	}
	src := source("http://public.example/")
	src.Private, src.IgnoreRobots = false, true
	if u.User != nil {
		src.Session.ProxyAuth = configs.NewSecret(u.User.String())
		u.User = nil
	}
	src.Session.Proxy = u
	return src
}

func TestProxies(t *testing.T) {
	s := newSite(t)
	s.page("/", "through")
	at := s.Listener.Addr().String()
	plain, locked := newForwarder(t, at), newForwarder(t, at)
	locked.auth = "me:p@ss"
	socks, asked := socksServer(t, at)
	for _, c := range []struct{ via, socksAsked string }{
		{plain.URL, ""},
		{"http://me:p%40ss@" + locked.Listener.Addr().String(), ""},
		{"socks5://" + socks, "8.8.8.8"},
		{"socks5h://" + socks, "public.example"},
	} {
		t.Run(c.via[:strings.Index(c.via, ":")], func(t *testing.T) {
			crawl := newCrawler(t)
			crawl.transport.pools.resolver = lookup{"public.example": "8.8.8.8"}
			p, err := crawl.FetchPage(context.Background(), behind(t, c.via), Request{URL: "http://public.example/"})
			if err != nil || string(p.Body) != "through" {
				t.Errorf("%q, error %v", p.Body, err)
			}
			if got := asked.Load(); c.socksAsked != "" && got != c.socksAsked {
				t.Errorf("the proxy was asked for %s, expected %s", got, c.socksAsked)
			}
		})
	}
}

// A secure site behind each kind of proxy is reached by its own certificate.
func TestProxiesCarryTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "secure") }))
	defer s.Close()
	at := s.Listener.Addr().String()
	socks, _ := socksServer(t, at)
	for _, via := range []string{newForwarder(t, at).URL, "socks5://" + socks, "socks5h://" + socks} {
		crawl := New(Options{Roots: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs})
		defer crawl.Close()
		crawl.transport.pools.resolver = lookup{"example.com": "8.8.8.8", "other.example": "8.8.8.8"}
		// httptest's certificate is for example.com
		if p, err := crawl.FetchPage(context.Background(), behind(t, via), Request{URL: "https://example.com/"}); err != nil || string(p.Body) != "secure" {
			t.Errorf("%s: %q, error %v", via, p.Body, err)
		}
		_, err := crawl.FetchPage(context.Background(), behind(t, via), Request{URL: "https://other.example/"})
		wantKind(t, err, KindNetwork)
		if err != nil && !strings.Contains(err.Error(), "its certificate is for example.com, *.example.com, 127.0.0.1") {
			t.Errorf("%s: %v", via, err)
		}
	}
}

// No proxy is handed what the guard refuses, in whatever spelling, nor where it
// redirects to it.
func TestGuardHoldsThroughProxies(t *testing.T) {
	s := newSite(t)
	s.page("/", "through")
	s.mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://169.254.169.254/latest")
		w.WriteHeader(http.StatusFound)
	})
	at := s.Listener.Addr().String()
	forward := newForwarder(t, at)
	socks, asked := socksServer(t, at)
	for _, via := range []string{forward.URL, "socks5://" + socks, "socks5h://" + socks} {
		crawl := newCrawler(t)
		crawl.transport.pools.resolver = lookup{"public.example": "8.8.8.8", "rebound.example": "10.0.0.1"}
		for _, host := range []string{"127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost", "router.lan", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "rebound.example"} {
			if host == "rebound.example" && strings.HasPrefix(via, "socks5h") {
				continue // names are looked up there alone
			}
			asked.Store("")
			before := forward.asked.Load()
			_, err := crawl.FetchPage(context.Background(), behind(t, via), Request{URL: "http://" + host + "/"})
			wantKind(t, err, KindRefused)
			if got := asked.Load(); got != "" || forward.asked.Load() != before {
				t.Errorf("%s: the proxy was asked for %s (%v)", via, host, got)
			}
		}
		if strings.HasPrefix(via, "http:") {
			continue // this one doesn't pass redirects on
		}
		_, err := crawl.FetchPage(context.Background(), behind(t, via), Request{URL: "http://public.example/away"})
		wantKind(t, err, KindRefused)
	}
}

func TestProxyFaults(t *testing.T) {
	s := newSite(t)
	s.page("/", "through")
	locked := newForwarder(t, s.Listener.Addr().String())
	locked.auth = "me:right-4711"
	dead := "127.0.0.1:1"
	for _, c := range []struct{ via, url, want string }{
		{"http://me:wrong-4711@" + locked.Listener.Addr().String(), "http://public.example/", "it wants another user or password (HTTP 407)"},
		{"http://me:wrong-4711@" + locked.Listener.Addr().String(), "https://public.example/", "it wants another user or password (HTTP 407)"},
		{"http://" + dead, "http://public.example/", "through the proxy: the connection was refused; check `proxy`"},
		{"http://" + dead, "https://public.example/", "through the proxy: the connection was refused; check `proxy`"},
		{"socks5://" + dead, "http://public.example/", "through the proxy: the connection was refused; check `proxy`"},
		{"socks5h://" + dead, "http://public.example/", "through the proxy: the connection was refused; check `proxy`"},
	} {
		crawl := newCrawler(t)
		crawl.transport.pools.resolver = lookup{"public.example": "8.8.8.8"}
		_, err := crawl.FetchPage(context.Background(), behind(t, c.via), Request{URL: c.url})
		wantKind(t, err, KindNetwork)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s to %s: %v, expected it to say %q and no password", c.via[:5], c.url, err, c.want)
		}
	}
}
