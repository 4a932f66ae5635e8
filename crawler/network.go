package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"stakeout/configs"
	"stakeout/crawler/guard"
)

// networkError grades what the HTTP client returned, and says it plainly. The
// words of one fault are always the same, so that visits that found it fold.
func networkError(u *url.URL, err error) *FetchError {
	fe := &FetchError{URL: u.String(), Kind: KindNetwork}
	var words, next string
	switch {
	case errors.Is(err, guard.ErrRefused):
		return &FetchError{URL: u.String(), Kind: KindRefused, Err: err}
	case strings.Contains(err.Error(), "server response headers exceeded"):
		// net/http has no error value for it
		return &FetchError{URL: u.String(), Kind: KindHeader, Err: fmt.Errorf("the response header is larger than %d KB", maxHeader>>10)}
	case errors.Is(err, errSlow):
		return &FetchError{URL: u.String(), Kind: KindRate, Err: errSlow}
	}
	if words, next = certificateWords(err); words == "" {
		words, next = connectionWords(err)
	}
	var op *net.OpError
	if errors.Is(err, errProxy) || errors.As(err, &op) && (op.Op == "proxyconnect" || op.Op == "socks connect") {
		if !strings.HasPrefix(words, errProxy.Error()) {
			words = "through the proxy: " + words
		}
		next = "check `proxy`, and that it runs"
	}
	fe.Err, fe.Next = &worded{words, err}, next
	return fe
}

// certificateWords says what is wrong with a certificate, and what to do; "" for
// every other error.
func certificateWords(err error) (words, next string) {
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	const day = "2006-01-02 15:04 MST"
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		if from := invalid.Cert.NotBefore; from.After(time.Now()) {
			return "its certificate is not valid before " + from.UTC().Format(day), "check this machine's clock; else only the site can mend it"
		}
		return "its certificate expired on " + invalid.Cert.NotAfter.UTC().Format(day), "only the site can renew it; check this machine's clock"
	case errors.As(err, &invalid):
		return "its certificate is not valid: " + short(invalid.Error()), "only the site can mend it"
	case errors.As(err, &host):
		return fmt.Sprintf("its certificate is for %s, not for %s", namesOf(host.Certificate), host.Host), "check the address; else only the site can mend it"
	case errors.As(err, &unknown):
		return "its certificate is signed by nobody whom this machine trusts", "where you trust the signer, SSL_CERT_FILE can name its certificate"
	}
	return "", ""
}

// namesOf are the names on a certificate, as the site wrote them: a few.
func namesOf(c *x509.Certificate) string {
	if c == nil {
		return "others"
	}
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch len(names) {
	case 0:
		return "no host"
	case 1, 2, 3:
		return short(strings.Join(names, ", "))
	}
	return short(strings.Join(names[:3], ", ")) + " and others"
}

// again is the next step where there is nothing to do.
const againLater = "it is tried again later"

// connectionWords says what became of a connection, and what to do.
func connectionWords(err error) (words, next string) {
	var name *net.DNSError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var timeout net.Error
	text := err.Error()
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return "there is no host " + short(name.Name), "check the address"
	case errors.As(err, &name):
		return "the name server gave no answer for " + short(name.Name), "check this machine's network; " + againLater
	case errors.As(err, &record):
		return "it does not speak TLS", "check whether the address begins with http://"
	case errors.As(err, &alert):
		return "it refused the TLS handshake (" + short(alert.Error()) + ")", againLater
	case strings.Contains(text, "TLS handshake timeout"):
		return "the TLS handshake took more than 15 s", againLater
	case strings.Contains(text, "timeout awaiting response headers"):
		return "it gave no answer within 30 s", againLater
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused", againLater
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was reset", againLater
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to the host", "check this machine's network; " + againLater
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no connection within 15 s", againLater
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before an answer", againLater
	}
	return short(ports.ReplaceAllString(text, "")), againLater
}

// ports matches what differs from one connection to the next.
var ports = regexp.MustCompile(`(?:read|write|dial|proxyconnect) (?:tcp|udp)[46]?(?: \S+)?: `)

// short is a site's text in one line of a message.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// refusedByProxy tells an answer of the proxy from one of the site.
func refusedByProxy(src *configs.Source, resp *http.Response) error {
	if src.Session.Proxy == nil || resp.StatusCode != http.StatusProxyAuthRequired {
		return nil
	}
	return proxyStatus(src.Session.Proxy, resp.StatusCode)
}

// proxyStatus is the error of a proxy that answers so; nil for 200.
func proxyStatus(via *url.URL, status int) error {
	switch status {
	case http.StatusOK:
		return nil
	case http.StatusProxyAuthRequired:
		return fmt.Errorf("%w %s: it wants another user or password (HTTP 407)", errProxy, via.Host)
	}
	return fmt.Errorf("%w %s: it makes no connection (HTTP %d)", errProxy, via.Host, status)
}
