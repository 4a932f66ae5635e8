package newsroom

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// bodyFaults are responses whose body is not as long as they say.
func bodyFaults() []fault {
	const chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
	chunk := func(b []byte) string { return fmt.Sprintf("%x\r\n%s\r\n", len(b), b) }
	half := func(b []byte) []byte { return b[:len(b)/2] }
	readable := Fault{Outcomes: []string{same}}
	return []fault{
		{Fault: cut("early end"), answer: raw(func(c net.Conn, good []byte) { say(c, head(len(good))+string(half(good))) })},
		{Fault: cut("early end of chunks"), answer: raw(func(c net.Conn, good []byte) { say(c, chunked+chunk(half(good))) })},
		{Fault: cut("end inside a chunk"), answer: raw(func(c net.Conn, good []byte) {
			say(c, chunked+chunk(half(good))+"ffff\r\n<p>and then")
		})},
		{Fault: unreadable("early end without a length"), answer: raw(func(c net.Conn, good []byte) {
			say(c, "HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+string(storyCut(good)))
		})},
		{Fault: unreadable("length too small"), answer: raw(func(c net.Conn, good []byte) { say(c, head(len(storyCut(good)))+string(good)) })},
		{Fault: cut("length far too large"), answer: raw(func(c net.Conn, good []byte) { say(c, head(1<<40)+string(good)) })},
		{Fault: failed("two lengths"), answer: raw(func(c net.Conn, good []byte) {
			say(c, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nContent-Length: 17\r\n\r\n%s", len(good), good))
		})},
		{Fault: failed("length below zero"), answer: raw(func(c net.Conn, good []byte) {
			say(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -5\r\n\r\n"+string(good))
		})},
		{Fault: named(readable, "length and chunks"), answer: raw(func(c net.Conn, good []byte) {
			say(c, strings.Replace(chunked, "\r\n\r\n", "\r\nContent-Length: 17\r\n\r\n", 1)+chunk(good)+"0\r\n\r\n")
		})},
		{Fault: cut("chunk size that is none"), answer: raw(func(c net.Conn, good []byte) { say(c, chunked+chunk(half(good))+"soon\r\n<p>") })},
		{Fault: cut("chunk size that overflows"), answer: raw(func(c net.Conn, good []byte) {
			say(c, chunked+chunk(half(good))+"fffffffffffffffff\r\n<p>")
		})},
		{Fault: cut("chunk longer than its size"), answer: raw(func(c net.Conn, good []byte) {
			say(c, chunked+fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good)/2, good))
		})},
		{Fault: failed("unknown transfer encoding"), answer: raw(func(c net.Conn, good []byte) {
			say(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: pigeon\r\n\r\n"+string(good))
		})},
		{Fault: unreadable("no bytes"), answer: raw(func(c net.Conn, good []byte) { say(c, head(0)) })},
		{Fault: cut("no content"), answer: status(http.StatusNoContent)},
		{Fault: cut("partial content"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(storyCut(good))-1, len(good)))
			w.WriteHeader(http.StatusPartialContent)
			w.Write(storyCut(good))
		}},
	}
}

func named(f Fault, name string) Fault {
	f.Name = name
	return f
}

// storyCut is a page up to the middle of its story.
func storyCut(good []byte) []byte {
	s := string(good)
	from := strings.Index(s, `card-body`)
	to := strings.Index(s, `card-meta`)
	if from < 0 || to < from {
		return good[:len(good)/2]
	}
	return good[:from+(to-from)/2]
}
