package guard

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// Resolver looks up the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// localEndings are those of names that never lead to the public internet (RFC
// 6761, 6762, 8375, ICANN's resolution on .internal), and those that routers and
// companies use so.
var localEndings = []string{"localhost", "local", "internal", "home.arpa", "lan", "home", "corp", "intranet", "localdomain"}

// CheckName judges a host that someone else, a proxy, will look up and dial: what
// can be told from its name. Literal addresses are judged in every spelling
// (octal, hex, one number, IPv6), and names without a dot or with an ending for
// local use are refused. The error wraps ErrRefused.
func CheckName(host string) error {
	bare := strings.Trim(host, "[]")
	if a, err := netip.ParseAddr(bare); err == nil {
		return Check(a)
	}
	// As browsers do: what ends in a number is an IPv4 address, or nothing.
	u, err := whatwg.Parse("http://" + bare + "/")
	if err != nil {
		return fmt.Errorf("%s: %w: it is no host's name", host, ErrRefused)
	}
	name := strings.TrimSuffix(u.Hostname(), ".")
	if a, err := netip.ParseAddr(name); err == nil {
		return Check(a)
	}
	_, _, dotted := strings.Cut(name, ".")
	if !dotted {
		return refusedName(host)
	}
	for _, ending := range localEndings {
		if strings.HasSuffix(name, "."+ending) {
			return refusedName(host)
		}
	}
	return nil
}

func refusedName(host string) error {
	return fmt.Errorf("%s: %w (`private: true` or --private allows it)", host, ErrRefused)
}

// CheckHost is CheckName, and looks the name up besides: one that leads, as far
// as our own name server knows, to an address that is not public is refused. A
// name that can't be looked up passes: behind some proxies there is no name
// server to ask.
func CheckHost(ctx context.Context, r Resolver, host string) error {
	if _, err := Resolve(ctx, r, host); errors.Is(err, ErrRefused) {
		return err
	}
	return nil
}

// Resolve looks a host up and returns its addresses, all of them public, for
// someone else to dial. An error that doesn't wrap ErrRefused is the name
// server's.
func Resolve(ctx context.Context, r Resolver, host string) ([]netip.Addr, error) {
	if err := CheckName(host); err != nil {
		return nil, err
	}
	addresses, err := r.LookupNetIP(ctx, "ip", strings.Trim(host, "[]"))
	if err != nil {
		return nil, err
	}
	for _, a := range addresses {
		if err := Check(a); err != nil {
			return nil, fmt.Errorf("%s: %w", host, err)
		}
	}
	return addresses, nil
}
