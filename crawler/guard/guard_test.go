package guard

import (
	"context"
	"errors"
	"net/netip"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, a := range []string{"1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2606:4700::1111",
		"2a00:1450:4001:800::200e", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"} {
		if err := Check(netip.MustParseAddr(a)); err != nil {
			t.Errorf("%s: %v, expected it allowed", a, err)
		}
	}
	for _, a := range []string{"127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
		"0.0.0.0", "0.1.2.3", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "2001::1", "100::1", "5f00::1", "3fff::1",
		"::ffff:127.0.0.1", "::ffff:10.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1"} {
		if err := Check(netip.MustParseAddr(a)); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, expected it refused", a, err)
		}
	}
}

func TestControl(t *testing.T) {
	for address, refused := range map[string]bool{"8.8.8.8:80": false, "[2606:4700::1111]:443": false, "127.0.0.1:80": true, "[::1]:80": true, "[fe80::1%eth0]:80": true, "name:80": true, "": true} {
		if err := Control("tcp", address, nil); errors.Is(err, ErrRefused) != refused {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// names is a name server of the test's own.
type names map[string]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a, err := netip.ParseAddr(host)
	if err == nil {
		return []netip.Addr{a}, nil
	}
	if n[host] == "" {
		return nil, errors.New("no such host")
	}
	return []netip.Addr{netip.MustParseAddr("1.1.1.1"), netip.MustParseAddr(n[host])}, nil
}

func TestCheckHost(t *testing.T) {
	known := names{"public.example": "8.8.8.8", "rebound.example": "127.0.0.1", "mapped.example": "::ffff:10.0.0.1"}
	for _, host := range []string{"public.example", "unknown.example", "8.8.8.8", "[2606:4700::1111]", "134744072" /* 8.8.8.8 */, "a.local.example", "PUBLIC.example."} {
		if err := CheckHost(context.Background(), known, host); err != nil {
			t.Errorf("%s: %v, expected it allowed", host, err)
		}
	}
	for _, host := range []string{"rebound.example", "mapped.example", "127.0.0.1", "[::1]", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "0", "1.2.3.4.5", "256.1.1.1",
		"localhost", "LOCALHOST.", "a.localhost", "printer.local", "metadata.google.internal", "intranet", "router.lan", "nas.home.arpa", "", "a b", "１２７.0.0.1", "169.254.169.254", "[64:ff9b::7f00:1]"} {
		if err := CheckHost(context.Background(), known, host); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, expected it refused", host, err)
		}
	}
	if _, err := Resolve(context.Background(), known, "unknown.example"); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("a name that nobody knows: %v, expected the name server's error", err)
	}
}
