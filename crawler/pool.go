package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"golang.org/x/net/proxy"

	"stakeout/configs"
	"stakeout/crawler/guard"
)

// pools keeps connections apart that must not be lent to one another: those of
// sources that may reach private addresses, and those through each proxy.
type pools struct {
	resolver guard.Resolver
	roots    *x509.CertPool // nil for the machine's

	mu  sync.Mutex // protects all
	all map[poolKey]*http.Transport
}

type poolKey struct {
	private     bool
	proxy, auth string
}

const (
	dialTime = 15 * time.Second
	keptIdle = 90 * time.Second
)

// dialer dials for a source: by the guard, unless it may reach private addresses.
func dialer(private bool) *net.Dialer {
	d := &net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	if !private {
		d.Control = guard.Control
	}
	return d
}

// get returns the connections for a source.
func (p *pools) get(src *configs.Source) *http.Transport {
	key := poolKey{private: src.Private}
	if via := src.Session.Proxy; via != nil {
		key.proxy, key.auth = via.String(), src.Session.ProxyAuth.Reveal()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[poolKey]*http.Transport{}
	}
	if p.all[key] == nil {
		p.all[key] = p.open(src)
	}
	return p.all[key]
}

func (p *pools) open(src *configs.Source) *http.Transport {
	t := &http.Transport{
		Proxy:                  nil, // the environment's would dial for us, past the guard
		DialContext:            p.dialThrough(src),
		TLSClientConfig:        &tls.Config{RootCAs: p.roots},
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // readBody undoes it, and counts
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        keptIdle,
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}
	if via := src.Session.Proxy; via != nil && !isSocks(via) {
		t.Proxy = http.ProxyURL(withUser(via, src.Session.ProxyAuth))
		t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			return proxyStatus(via, resp.StatusCode)
		}
	}
	return t
}

func isSocks(u *url.URL) bool { return u.Scheme == "socks5" || u.Scheme == "socks5h" }

// withUser is a proxy's address with its user and password.
func withUser(via *url.URL, auth configs.Secret) *url.URL {
	whole := *via
	if auth.Reveal() != "" {
		if parsed, err := url.Parse("//" + auth.Reveal() + "@host"); err == nil {
			whole.User = parsed.User
		}
	}
	return &whole
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialThrough returns how a source's connections are made: straight, or to its
// proxy, which may stand on a private address, for the operator named it.
func (p *pools) dialThrough(src *configs.Source) dialFunc {
	via := src.Session.Proxy
	if via == nil {
		return dialer(src.Private).DialContext
	}
	if !isSocks(via) {
		return dialer(true).DialContext
	}
	return p.dialSocks(via, src)
}

// errProxy is wrapped by what goes wrong on the way to a target behind a proxy.
var errProxy = errors.New("through the proxy")

// dialSocks dials through a SOCKS5 proxy. With socks5 names are looked up here,
// so that the proxy is handed an address that was judged; with socks5h there.
func (p *pools) dialSocks(via *url.URL, src *configs.Source) dialFunc {
	var auth *proxy.Auth
	if user := withUser(via, src.Session.ProxyAuth).User; user != nil {
		password, _ := user.Password()
		auth = &proxy.Auth{User: user.Username(), Password: password}
	}
	address := via.Host
	if via.Port() == "" {
		address = net.JoinHostPort(via.Hostname(), "1080")
	}
	socks, err := proxy.SOCKS5("tcp", address, auth, dialer(true))
	return func(ctx context.Context, network, target string) (net.Conn, error) {
		if err != nil {
			return nil, err
		}
		targets, err := p.targets(ctx, via, src.Private, target)
		if err != nil {
			return nil, err
		}
		for _, t := range targets {
			var conn net.Conn
			if conn, err = socks.(proxy.ContextDialer).DialContext(ctx, network, t); err == nil {
				return conn, nil
			}
		}
		return nil, fmt.Errorf("%w %s: %w", errProxy, via.Host, err)
	}
}

// targets are what a SOCKS proxy is asked for, in turn.
func (p *pools) targets(ctx context.Context, via *url.URL, private bool, target string) ([]string, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	if via.Scheme == "socks5h" {
		return []string{target}, nil // fetch judged the name
	}
	var found []netip.Addr
	if private {
		found, err = p.resolver.LookupNetIP(ctx, "ip", host)
	} else {
		found, err = guard.Resolve(ctx, p.resolver, host)
	}
	if err != nil {
		return nil, err
	}
	var targets []string
	for _, a := range found {
		targets = append(targets, net.JoinHostPort(a.Unmap().String(), port))
	}
	return targets, nil
}

// judge says whether a proxy may be handed an address: the guard can't see what
// it dials. Where it looks names up itself, so do we, to refuse those that lead
// to private addresses; it may still be told something else.
func (p *pools) judge(ctx context.Context, src *configs.Source, u *url.URL) error {
	via := src.Session.Proxy
	switch {
	case via == nil || src.Private || via.Scheme == "socks5":
		return nil
	case via.Scheme == "socks5h": // no name is to be looked up here
		return guard.CheckName(u.Hostname())
	}
	return guard.CheckHost(ctx, p.resolver, u.Hostname())
}

func (p *pools) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.all {
		t.CloseIdleConnections()
	}
}
