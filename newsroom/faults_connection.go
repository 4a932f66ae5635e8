package newsroom

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

func failed(name string) Fault { return Fault{Name: name, Outcomes: []string{eventFailed}} }

func unreadable(name string) Fault {
	return Fault{Name: name, Outcomes: []string{eventUnreadable}}
}

// cut is a response that began well: a visitor may call it unreadable, or failed.
func cut(name string) Fault {
	return Fault{Name: name, Outcomes: []string{eventUnreadable, eventFailed}}
}

// loose is a response that a forgiving visitor reads, and a strict one refuses.
func loose(name string) Fault {
	return Fault{Name: name, Outcomes: []string{same, eventUnreadable, eventFailed}}
}

func slow(f Fault) Fault {
	f.Slow = true
	return f
}

// connectionFaults go wrong before or below HTTP.
func connectionFaults() []fault {
	return []fault{
		{Fault: failed("refused"), listen: refuse},
		{Fault: slow(failed("blackhole")), listen: blackhole},
		{Fault: slow(failed("silent")), accept: func(s *faultSite, c net.Conn) { hold(s, c) }},
		{Fault: failed("hangs up"), accept: func(s *faultSite, c net.Conn) { c.Close() }},
		{Fault: failed("reset at once"), accept: func(s *faultSite, c net.Conn) { reset(c) }},
		{Fault: failed("speaks another protocol"), accept: func(s *faultSite, c net.Conn) {
			say(c, "220 mail.test ESMTP ready\r\n")
			c.Close()
		}},
		{Fault: failed("reset before headers"), answer: raw(func(c net.Conn, good []byte) { reset(c) })},
		{Fault: failed("reset in headers"), answer: raw(func(c net.Conn, good []byte) {
			say(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Half: ")
			reset(c)
		})},
		{Fault: cut("reset after headers"), answer: raw(func(c net.Conn, good []byte) {
			say(c, head(len(good)))
			reset(c)
		})},
		{Fault: cut("reset in body"), answer: raw(func(c net.Conn, good []byte) {
			say(c, head(len(good))+string(good[:len(good)/2]))
			reset(c)
		})},
		{Fault: failed("headers without end"), answer: raw(func(c net.Conn, good []byte) {
			say(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
			c.Close()
		})},
		{Fault: failed("no status line"), answer: raw(func(c net.Conn, good []byte) {
			say(c, "Content-Type: text/html\r\n\r\n"+string(good))
			c.Close()
		})},
		{Fault: failed("garbage"), answer: raw(func(c net.Conn, good []byte) {
			say(c, strings.Repeat("\x00\xff\x16\x03", 4000))
			c.Close()
		})},
	}
}

// raw makes an answer of what is written to the connection itself.
func raw(do func(c net.Conn, good []byte)) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
	return func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return // the visitor has left
		}
		defer c.Close()
		do(c, good)
	}
}

// head is a sound response's head, for a body of so many bytes.
func head(length int) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", length)
}

// say writes to a visitor, who may have left.
func say(c net.Conn, s string) { io.WriteString(c, s) }

// reset ends a connection with a TCP reset instead of an orderly end.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetLinger(0) // else it ends in order, which is a fault too
	}
	c.Close()
}

// hold keeps a connection open and silent until the visitor leaves or the site
// closes.
func hold(s *faultSite, c net.Conn) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		io.Copy(io.Discard, bufio.NewReader(c))
	}()
	select {
	case <-gone:
	case <-s.ctx.Done():
	}
	c.Close()
	<-gone
}
