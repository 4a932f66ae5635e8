//go:build unix

package newsroom

import (
	"errors"
	"io"
	"net"
	"syscall"
	"time"
)

// blackhole takes an address in a way that no connection to it ever comes about:
// a listener whose queue is full and never emptied, so that the system drops
// what knocks.
func blackhole(address string) (io.Closer, error) {
	h, err := bind(address)
	if err != nil {
		return nil, err
	}
	if err := syscall.Listen(h.fd, 0); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	const plenty = 16 // more than the shortest queue that a system keeps
	for range plenty {
		c, err := net.DialTimeout("tcp4", address, 50*time.Millisecond)
		if err != nil {
			break
		}
		h.stuffing = append(h.stuffing, c)
	}
	return h, nil
}

// refuse takes an address and doesn't listen there, so that connections to it
// are refused and nobody else can have it.
func refuse(address string) (io.Closer, error) { return bind(address) }

// bind takes an address.
func bind(address string) (*hole, error) {
	at, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	h := &hole{fd: fd}
	to := &syscall.SockaddrInet4{Port: at.Port}
	copy(to.Addr[:], at.IP.To4())
	err = errors.Join(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1), syscall.Bind(fd, to))
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// hole is an address taken, and what its queue is stuffed with.
type hole struct {
	fd       int
	stuffing []net.Conn
}

// Close ends it.
func (h *hole) Close() error {
	for _, c := range h.stuffing {
		c.Close() // nobody listens
	}
	return syscall.Close(h.fd)
}
