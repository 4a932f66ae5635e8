package newsroom

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"time"
)

// tlsFaults are sites of https: whose certificate, or handshake, is not right.
func tlsFaults() []fault {
	with := func(alter func(*x509.Certificate)) func(*authority) (tls.Certificate, error) {
		return func(a *authority) (tls.Certificate, error) {
			c := soundCertificate()
			alter(c)
			return a.issue(c)
		}
	}
	sound := with(func(*x509.Certificate) {})
	return []fault{
		{Fault: failed("TLS: certificate expired"), secure: with(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })},
		{Fault: failed("TLS: certificate not valid yet"), secure: with(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) })},
		{Fault: failed("TLS: certificate of another host"), secure: with(func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"elsewhere.test"}
		})},
		{Fault: failed("TLS: certificate signed by nobody"), secure: func(*authority) (tls.Certificate, error) {
			stranger, err := newAuthority()
			if err != nil {
				return tls.Certificate{}, err
			}
			return stranger.issue(soundCertificate())
		}},
		{Fault: slow(failed("TLS: stalled handshake")), secure: sound, accept: func(s *faultSite, c net.Conn) { hold(s, c) }},
		{Fault: failed("TLS: hangs up in the handshake"), secure: sound, accept: func(s *faultSite, c net.Conn) {
			c.Read(make([]byte, 16)) // some of the visitor's hello
			c.Close()
		}},
		{Fault: failed("TLS: speaks plain HTTP"), secure: sound, accept: func(s *faultSite, c net.Conn) {
			say(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
			c.Close()
		}},
	}
}

// authority signs certificates for the sites.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Newsroom test authority"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return &authority{c, key, pool}, nil
}

// soundCertificate is what a certificate for a site on loopback says.
func soundCertificate() *x509.Certificate {
	return &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
}

func (a *authority) issue(c *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
