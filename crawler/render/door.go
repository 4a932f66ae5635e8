package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// door is the only way from one page to the network: an HTTP proxy on loopback
// that dials as the page's Network says, and counts. It opens for the hosts of
// requests that were decided on, so that the browser can't call ahead where
// nothing may be asked for. It lasts as long as the page.
type door struct {
	network Network
	server  *http.Server
	address string
	ctx     context.Context // ends with the door
	end     context.CancelFunc
	conns   sync.WaitGroup

	mu   sync.Mutex // protects open
	open map[string]bool

	bytes   atomic.Int64 // that came in
	refused atomic.Int64
	full    atomic.Bool // more came than may
}

func openDoor(page Page) (*door, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the browser's proxy: %w", err)
	}
	ctx, end := context.WithCancel(context.Background())
	d := &door{network: page.Network, address: l.Addr().String(), ctx: ctx, end: end, open: map[string]bool{}}
	d.server = &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go d.server.Serve(l) // ends with close
	return d, nil
}

func (d *door) close() {
	d.end()
	d.server.Close()
	d.conns.Wait()
}

// allow opens the door to the host of a request.
func (d *door) allow(u *url.URL) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open[hostPort(u)] = true
}

// opens reports whether the door is open to a host.
func (d *door) opens(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open[strings.ToLower(address)]
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return strings.ToLower(net.JoinHostPort(u.Hostname(), port))
}

// ServeHTTP implements http.Handler: CONNECT for TLS and WebSockets, absolute
// addresses for the rest; everything else comes from no browser of ours.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect && d.opens(r.Host):
		d.connect(w, r)
	case r.URL.Scheme == "http" && r.URL.Host != "" && d.opens(hostPort(r.URL)):
		d.forward(w, r)
	case r.Method == http.MethodConnect, r.URL.Scheme == "http":
		w.WriteHeader(http.StatusForbidden)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// forward makes a request that is not encrypted.
func (d *door) forward(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)()
	out := r.Clone(ctx)
	out.RequestURI = ""
	for _, name := range []string{"Proxy-Connection", "Proxy-Authorization", "Connection", "Keep-Alive", "Te", "Trailer", "Upgrade"} {
		out.Header.Del(name)
	}
	resp, err := d.network.HTTP.RoundTrip(out)
	if err != nil {
		d.refused.Add(1)
		panic(http.ErrAbortHandler) // an answer of ours would be taken for the site's
	}
	defer resp.Body.Close()
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.Header().Del("Connection")
	w.WriteHeader(resp.StatusCode)
	flushing := http.NewResponseController(w)
	buffer := make([]byte, 32<<10)
	for {
		n, err := resp.Body.Read(buffer)
		if n > 0 && (d.count(n) != nil || write(w, buffer[:n]) != nil) {
			return
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				panic(http.ErrAbortHandler) // the browser is to see that it was cut
			}
			return
		}
		_ = flushing.Flush() // where it can't, the end does
	}
}

func write(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}

// connect joins the browser to a host, for what it does not show us.
func (d *door) connect(w http.ResponseWriter, r *http.Request) {
	site, err := d.network.Dial(r.Context(), r.Host)
	if err != nil {
		d.refused.Add(1)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusOK)
	browser, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		site.Close()
		return
	}
	stop := context.AfterFunc(d.ctx, func() { site.Close(); browser.Close() })
	d.conns.Go(func() {
		defer stop()
		done := make(chan struct{})
		go func() {
			io.Copy(site, browser)
			site.Close()
			close(done)
		}()
		io.Copy(browser, &counted{site, d})
		browser.Close()
		site.Close()
		<-done
	})
}

// errFull ends what loads too much.
var errFull = errors.New("more than a page may load")

// count counts what came in.
func (d *door) count(n int) error {
	if d.bytes.Add(int64(n)) > maxBytes {
		d.full.Store(true)
		return errFull
	}
	return nil
}

// counted counts what is read from a connection.
type counted struct {
	net.Conn
	door *door
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if full := c.door.count(n); full != nil {
		return 0, full
	}
	return n, err
}
