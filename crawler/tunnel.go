package crawler

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"stakeout/configs"
)

// dial connects to "host:port" as the source's requests do: by the guard, and
// through its proxy where it has one.
func (p *pools) dial(ctx context.Context, src *configs.Source, address string) (net.Conn, error) {
	if err := p.judge(ctx, src, &url.URL{Host: address}); err != nil {
		return nil, err
	}
	via := src.Session.Proxy
	if via == nil || isSocks(via) {
		return p.dialThrough(src)(ctx, "tcp", address)
	}
	return tunnelThrough(ctx, withUser(via, src.Session.ProxyAuth), address, p.roots)
}

// roundTrip makes a request that no exchange stands behind, such as a script's.
type roundTrip struct {
	pools *pools
	src   *configs.Source
}

// RoundTrip implements http.RoundTripper.
func (r roundTrip) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := r.pools.judge(req.Context(), r.src, req.URL); err != nil {
		return nil, err
	}
	return r.pools.get(r.src).RoundTrip(req)
}

// tunnelThrough has an HTTP proxy connect to an address.
func tunnelThrough(ctx context.Context, via *url.URL, address string, roots *x509.CertPool) (net.Conn, error) {
	port := via.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[via.Scheme]
	}
	conn, err := dialer(true).DialContext(ctx, "tcp", net.JoinHostPort(via.Hostname(), port))
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", errProxy, via.Host, err)
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if via.Scheme == "https" {
		conn = tls.Client(conn, &tls.Config{ServerName: via.Hostname(), RootCAs: roots})
	}
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
	if via.User != nil {
		password, _ := via.User.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(via.User.Username()+":"+password)))
	}
	if err := req.Write(conn); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%w %s: %w", errProxy, via.Host, err)
	}
	// A site speaks only after the browser did: nothing of it is in the buffer.
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), req)
	if err == nil {
		err = proxyStatus(via, resp.StatusCode)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
