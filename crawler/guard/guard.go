// Package guard refuses connections to addresses that are not on the public
// internet, so that no link, redirect or name server can make us ask a machine
// of our own network for anything. It looks at the resolved address at the
// moment of the dial: what a name resolved to a moment before doesn't matter.
package guard

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// ErrRefused is wrapped by every refusal; it is never temporary.
var ErrRefused = errors.New("the address is not on the public internet")

// special lists what netip.Addr has no method for, from the registries of RFC
// 6890: IANA IPv4 and IPv6 Special-Purpose Address Registry.
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
)

// Prefixes whose addresses carry an IPv4 address, which is what is reached.
var (
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
	sixTo = netip.MustParsePrefix("2002::/16")
)

func prefixes(list ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(list))
	for i, s := range list {
		ps[i] = netip.MustParsePrefix(s)
	}
	return ps
}

// Check returns an error that wraps ErrRefused unless a is a public unicast
// address. IPv4 addresses inside IPv6 ones are judged by themselves.
func Check(a netip.Addr) error {
	if !public(a) {
		return fmt.Errorf("%s: %w (`private: true` or --private allows it)", a, ErrRefused)
	}
	return nil
}

func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	b := a.As16()
	switch {
	case nat64.Contains(a):
		return public(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo.Contains(a):
		return public(netip.AddrFrom4([4]byte(b[2:6])))
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Control is a net.Dialer's Control: it refuses the dial by its resolved
// address.
func Control(network, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%s: %w", address, ErrRefused)
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("%s: %w", address, ErrRefused)
	}
	return Check(a)
}
