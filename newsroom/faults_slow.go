package newsroom

import (
	"fmt"
	"net/http"
	"strings"
)

// slowFaults are responses that take too long, or are too much.
func slowFaults() []fault {
	return []fault{
		{Fault: slow(failed("one byte a second")), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			s.drip(w, r, head(len(good))+string(good), len(head(len(good))))
		}},
		{Fault: slow(failed("headers at one byte a second")), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			s.drip(w, r, head(len(good))+string(good), 0)
		}},
		{Fault: slow(failed("stalls in body")), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			say(c, head(len(good))+string(good[:len(good)/2]))
			hold(s, c)
		}},
		{Fault: failed("endless body"), answer: endless("Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><article>", "<p>The sitting went on, and on, and on.</p>\n")},
		{Fault: failed("endless headers"), answer: endless("Content-Type: text/html\r\n", "X-More: and on, and on, and on\r\n")},
		{Fault: failed("header of 2 MB"), answer: endless("Content-Type: text/html\r\n", "X-Long: "+strings.Repeat("a", 2<<20)+"\r\n")},
		{Fault: failed("endless early hints"), answer: endless("", "\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n")},
		{Fault: failed("body of 50 MB"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Length", fmt.Sprint(50<<20))
			line := []byte(strings.Repeat("<p>One of many paragraphs.</p>\n\n", 1<<10))
			for sent := 0; sent < 50<<20 && s.ctx.Err() == nil; sent += len(line) {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}},
	}
}

// drip writes a response one byte a pace, after the first so many at once.
func (s *faultSite) drip(w http.ResponseWriter, r *http.Request, response string, atOnce int) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	say(c, response[:atOnce])
	for i := atOnce; i < len(response) && s.wait(r); i++ {
		if _, err := c.Write([]byte{response[i]}); err != nil {
			return
		}
	}
}

// endless answers with something repeated until the visitor leaves.
func endless(start, again string) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
	return func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		first := "HTTP/1.1 200 OK\r\n" + start
		if start == "" {
			first = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n"
		}
		say(c, first)
		block := []byte(strings.Repeat(again, max(1, 32<<10/len(again))))
		for s.ctx.Err() == nil {
			if _, err := c.Write(block); err != nil {
				return
			}
		}
	}
}
