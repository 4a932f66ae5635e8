// Package robots reads robots.txt and answers what it allows, by RFC 9309. It
// fetches nothing.
//
// Beyond the RFC it reads what is common: Crawl-delay, Sitemap, misspelt
// directives, a directive without its colon.
package robots

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// MaxBytes is how much of a file is read; RFC 9309 section 2.5 asks for at
// least 500 KiB.
const MaxBytes = 512 << 10

// maxLine bounds one line, as other readers of the format do.
const maxLine = 16 << 10

// File is a robots.txt as read. The zero value allows everything.
type File struct {
	groups []group
	// Sitemaps are the addresses named, as written, each once.
	Sitemaps []string
}

// group is the rules that follow one run of user-agent lines.
type group struct {
	agents []string // product tokens, lower case; "*" for everyone
	rules  []rule
	delay  time.Duration // negative where none is set
}

type rule struct {
	allow   bool
	pattern string
}

// Parse reads a robots.txt; it never fails, what can't be understood is left
// out. UTF-16 is read where a byte order mark says so.
func Parse(body []byte) *File {
	if len(body) > MaxBytes {
		body = body[:MaxBytes]
	}
	p := parser{file: &File{}}
	for _, line := range lines(decode(body)) {
		p.line(line)
	}
	return p.file
}

// decode drops a byte order mark and turns UTF-16 into UTF-8.
func decode(b []byte) []byte {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return utf16Bytes(b[2:], 0, 1)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return utf16Bytes(b[2:], 1, 0)
	}
	return b
}

func utf16Bytes(b []byte, low, high int) []byte {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i+low])|uint16(b[i+high])<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

// lines splits at LF, CR and CRLF, and cuts lines that are too long.
func lines(b []byte) []string {
	all := strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' || r == '\r' })
	for i, l := range all {
		if len(l) > maxLine {
			all[i] = l[:maxLine]
		}
	}
	return all
}

// parser holds what is carried from line to line.
type parser struct {
	file    *File
	inRules bool // the current group has had a rule: a user-agent begins another
}

func (p *parser) line(line string) {
	key, value, ok := directive(line)
	if !ok {
		return
	}
	switch key {
	case "user-agent", "useragent", "user agent":
		p.agent(value)
	case "allow":
		p.rule(true, value)
	case "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "desallow":
		p.rule(false, value)
	case "crawl-delay", "crawldelay", "crawl delay":
		p.delay(value)
	case "sitemap", "site-map":
		p.sitemap(value)
	}
}

// directive splits a line at its colon, or at its only white space.
func directive(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.TrimSpace(line)
	if key, value, ok = strings.Cut(line, ":"); !ok {
		words := strings.Fields(line)
		if len(words) != 2 {
			return "", "", false
		}
		key, value = words[0], words[1]
	}
	key = strings.ToLower(strings.TrimSpace(key))
	return key, strings.TrimSpace(value), key != ""
}

func (p *parser) agent(value string) {
	if p.inRules || len(p.file.groups) == 0 {
		p.file.groups = append(p.file.groups, group{delay: -1})
		p.inRules = false
	}
	g := &p.file.groups[len(p.file.groups)-1]
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		g.agents = append(g.agents, "*")
		return
	}
	if token := productToken(value); token != "" {
		g.agents = append(g.agents, strings.ToLower(token))
	}
}

// productToken is the beginning of s that may be a product's name (RFC 9309,
// section 2.2.1).
func productToken(s string) string {
	for i := range len(s) {
		c := s[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if c != '-' && c != '_' {
				return s[:i]
			}
		}
	}
	return s
}

func (p *parser) rule(allow bool, value string) {
	if len(p.file.groups) == 0 {
		return
	}
	p.inRules = true
	g := &p.file.groups[len(p.file.groups)-1]
	g.rules = append(g.rules, rule{allow, escape(value)})
	if dir, found := strings.CutSuffix(value, "/index.htm"); allow && found {
		g.rules = append(g.rules, rule{allow, escape(dir) + "/$"})
	} else if dir, found := strings.CutSuffix(value, "/index.html"); allow && found {
		g.rules = append(g.rules, rule{allow, escape(dir) + "/$"})
	}
}

// delay reads seconds, which may have a fraction; it is no rule of RFC 9309 and
// so ends no run of user-agent lines.
func (p *parser) delay(value string) {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || len(p.file.groups) == 0 || math.IsNaN(seconds) || seconds < 0 {
		return
	}
	g := &p.file.groups[len(p.file.groups)-1]
	g.delay = time.Duration(min(seconds, 1e6) * float64(time.Second))
}

func (p *parser) sitemap(value string) {
	if value == "" {
		return
	}
	for _, s := range p.file.Sitemaps {
		if s == value {
			return
		}
	}
	p.file.Sitemaps = append(p.file.Sitemaps, value)
}
