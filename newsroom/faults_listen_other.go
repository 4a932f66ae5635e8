//go:build !unix

package newsroom

import (
	"io"
	"net"
)

// blackhole takes an address and never answers there. Connections come about all
// the same: these systems have no queue that can be filled.
func blackhole(address string) (io.Closer, error) { return net.Listen("tcp4", address) }

// refuse leaves an address to itself; another program may take it.
func refuse(address string) (io.Closer, error) { return io.NopCloser(nil), nil }
