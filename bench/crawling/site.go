package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
)

// site is the process that serves the pages.
type site struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	url    string
	client *http.Client
}

// startSite starts this program as a site of so many pages.
func startSite(pages int) (*site, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-serve", "-pages", strconv.Itoa(pages))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the site: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return &site{cmd: cmd, stdin: stdin, url: strings.TrimSpace(url), client: client}, nil
}

func (s *site) stop() {
	s.stdin.Close()
	_ = s.cmd.Wait()
}

// dials is how many connections were made to it so far, this one among them.
func (s *site) dials() (int64, error) {
	resp, err := s.client.Get(s.url + "/dials")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(text), 10, 64)
}

// serveSite is the site: it says its address on out, and serves until its input ends.
// What is under /etag/ answers that it is unchanged, what is under /plain/ sends the
// same bytes again.
func serveSite(n int, out io.Writer) error {
	bodies, tags := make([][]byte, n), make([]string, n)
	for i := range n {
		bodies[i] = page(i)
		sum := sha256.Sum256(bodies[i])
		tags[i] = `"` + hex.EncodeToString(sum[:8]) + `"`
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	base := "http://" + listener.Addr().String()
	var dials atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dials", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, dials.Load()) })
	mux.HandleFunc("GET /{kind}/sitemap.xml", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, sitemap(base+"/"+r.PathValue("kind"), n))
	})
	mux.HandleFunc("GET /{kind}/news/{n}", func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || i < 0 || i >= n {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		if r.PathValue("kind") == "etag" {
			h.Set("ETag", tags[i])
			if r.Header.Get("If-None-Match") == tags[i] {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(bodies[i])))
		_, _ = w.Write(bodies[i])
	})
	server := &http.Server{Handler: mux, ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			dials.Add(1)
		}
	}}
	fmt.Fprintln(out, base)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func sitemap(base string, n int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range n {
		fmt.Fprintf(&b, "<url><loc>%s/news/%d</loc></url>", base, i)
	}
	return b.String() + "</urlset>"
}

// page is a story's page of some 65 KB, in the shape of a newspaper's: a head with
// metadata and scripts, menus, the story, and lists of others, of which those that
// stand on every page make up half. It is to its siblings as real pages of
// one publisher are: by itself it packs to 17 %, with one of them to 9 %.
func page(n int) []byte {
	p := paper{r: rand.New(rand.NewPCG(uint64(n), 1))}
	headline := "Story " + strconv.Itoa(n) + " " + p.words(7)
	p.write(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title>`, headline)
	p.write(`<meta property="og:title" content="%s"><meta property="article:modified_time" content="2026-04-04T10:%02d:00Z">`, headline, n%60)
	p.write(`<script type="application/ld+json">{"@type":"NewsArticle","headline":%q,"datePublished":"2026-04-04T09:00:00Z"}</script>`, headline)
	p.write("<script>var config = {%s};</script></head><body><header><nav><ul>", strings.Repeat(`"key":"value",`, 300))
	for i := range 60 {
		p.write(`<li class="menu-item menu-item-%d"><a class="menu-link" href="/section/%d">%s</a></li>`, i, i, syllables[i%len(syllables)])
	}
	p.write(`</ul></nav></header><main><article id="story-%d"><h1>%s</h1>`, n, headline)
	p.write(`<div class="meta"><span class="byline">By <a href="/people/1">Ada %s</a></span>`, syllables[n%len(syllables)])
	p.write(`<time class="published" datetime="2026-04-04T09:%02d:00Z">9 am</time><span class="section">World</span><span class="agency">Example Press</span></div><div class="text">`, n%60)
	for range 20 {
		p.write(`<p>%s <a href="/topic/%d">%s</a> %s <em>%s</em>.</p>`, p.words(30), p.r.IntN(900), p.words(2), p.words(25), p.words(3))
	}
	p.write(`</div><ul class="tags"><li><a href="/tag/a">alpha</a></li><li><a href="/tag/b">beta</a></li></ul></article><aside class="related">`)
	p.cards(60)
	p.write(`</aside><aside class="most-read">`)
	p.r = rand.New(rand.NewPCG(1, 2))
	p.cards(72)
	p.write(`</aside></main><footer><ul>`)
	for i := range 30 {
		p.write(`<li><a href="/about/%d">About %d</a></li>`, i, i)
	}
	p.write(`</ul></footer></body></html>`)
	return []byte(p.b.String())
}

// paper is a page being written.
type paper struct {
	b strings.Builder
	r *rand.Rand
}

func (p *paper) write(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

// words are n words, some of them made of two.
func (p *paper) words(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(syllables[p.r.IntN(len(syllables))])
		if p.r.IntN(2) == 0 {
			b.WriteString(syllables[p.r.IntN(len(syllables))])
		}
	}
	return b.String()
}

// cards are n links to other stories.
func (p *paper) cards(n int) {
	for range n {
		k := p.r.IntN(5000)
		p.write(`<div class="card card-%d"><a class="card-link" href="/news/%d"><img class="card-image" src="/img/%d.jpg" alt="%s" width="320" height="180" loading="lazy"><h3 class="card-title">%s</h3></a><span class="card-time">%d min ago</span></div>`,
			k%7, k, k, p.words(3), p.words(8), p.r.IntN(60))
	}
}

var syllables = strings.Fields("the report said that officials from north and south met for talks on water trade ports while markets fell again after a vote in parliament which few had expected so late this spring storm power harbour city council judge price bank school union strike border river")
