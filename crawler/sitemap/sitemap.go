// Package sitemap reads sitemaps, their indexes and the news extension, as XML,
// gzip or plain text (sitemaps.org, protocol 0.9). It fetches nothing.
//
// It is lenient: namespaces don't matter, broken XML is read up to where it
// breaks, and what it holds in memory is bounded.
package sitemap

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"stakeout/crawler/xmltext"
	"stakeout/story"
	"stakeout/weburl"
)

// MaxEntries is how many entries of one file are taken, as the protocol has it.
const MaxEntries = 50000

// ErrNoSitemap is a document that is no sitemap; it is not temporary.
var ErrNoSitemap = errors.New("not a sitemap")

// Sitemap is one file: of pages, or of further sitemaps.
type Sitemap struct {
	Index   bool
	Entries []Entry
}

// Entry is one page, or one further sitemap. What is not stated is zero.
type Entry struct {
	URL       string // absolute, not canonical
	Modified  time.Time
	News      bool // the entry has the news extension
	Title     string
	Published time.Time
}

// Parse reads a sitemap that was fetched from url, of the given content type (""
// if unknown).
func Parse(url string, body []byte, contentType string) (*Sitemap, error) {
	text := xmltext.ToUTF8(body, contentType)
	if bytes.HasPrefix(text, []byte("http://")) || bytes.HasPrefix(text, []byte("https://")) {
		return parseText(url, text)
	}
	return parseXML(url, text)
}

func parseText(url string, text []byte) (*Sitemap, error) {
	s := &Sitemap{}
	for line := range bytes.Lines(text) {
		address := strings.TrimSpace(string(line))
		if address == "" {
			continue
		}
		u, err := weburl.Resolve(url, address)
		if err != nil || strings.ContainsAny(address, " <>") {
			return nil, ErrNoSitemap
		}
		if s.add(Entry{URL: u}); len(s.Entries) == MaxEntries {
			break
		}
	}
	return s, nil
}

func (s *Sitemap) add(e Entry) {
	if e.URL != "" {
		s.Entries = append(s.Entries, e)
	}
}

// parseXML reads urlset and sitemapindex. An error in the middle ends the
// reading; what came before it counts.
func parseXML(url string, body []byte) (*Sitemap, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	p := xmlReader{url: url}
	for {
		token, err := d.RawToken()
		if err != nil {
			if p.sitemap == nil {
				return nil, ErrNoSitemap
			}
			if !errors.Is(err, io.EOF) && len(p.sitemap.Entries) == 0 {
				return nil, fmt.Errorf("reading the sitemap: %w", err)
			}
			return p.sitemap, nil
		}
		if done := p.token(token); done || p.sitemap == nil && p.depth > 0 {
			break
		}
	}
	if p.sitemap == nil {
		return nil, ErrNoSitemap
	}
	return p.sitemap, nil
}

// xmlReader holds what is carried from token to token.
type xmlReader struct {
	url     string
	sitemap *Sitemap
	depth   int
	entry   *Entry
	field   string
	prefix  string
	text    strings.Builder
}

// token takes in one token; it returns true when enough was read.
func (p *xmlReader) token(t xml.Token) (done bool) {
	switch t := t.(type) {
	case xml.StartElement:
		p.depth++
		p.start(strings.ToLower(t.Name.Local), strings.ToLower(t.Name.Space))
	case xml.CharData:
		if p.field != "" && p.text.Len() < weburl.MaxLength {
			p.text.Write(t)
		}
	case xml.EndElement:
		p.end(strings.ToLower(t.Name.Local))
	}
	return p.sitemap != nil && len(p.sitemap.Entries) >= MaxEntries
}

func (p *xmlReader) start(name, prefix string) {
	p.text.Reset()
	p.field, p.prefix = name, prefix
	switch name {
	case "urlset", "sitemapindex":
		if p.sitemap == nil {
			p.sitemap = &Sitemap{Index: name == "sitemapindex"}
		}
	case "url", "sitemap":
		p.entry = &Entry{}
	case "news":
		if p.entry != nil {
			p.entry.News = true
		}
	}
}

func (p *xmlReader) end(name string) {
	value := strings.TrimSpace(p.text.String())
	p.text.Reset()
	field := p.field
	p.field = ""
	switch {
	case name == "url" || name == "sitemap":
		if p.sitemap != nil && p.entry != nil {
			if p.entry.URL == "" && field == name && value != "" {
				p.entry.URL, _ = weburl.Resolve(p.url, value) // some leave <loc> out
			}
			p.sitemap.add(*p.entry)
		}
		p.entry = nil
		return
	case p.entry == nil || field != name || value == "":
		return
	}
	switch name {
	case "loc":
		// image:loc and video's kind are not the page
		if p.entry.URL == "" && p.prefix != "image" && p.prefix != "video" {
			p.entry.URL, _ = weburl.Resolve(p.url, value)
		}
	case "lastmod":
		p.entry.Modified = parseTime(value)
	case "title":
		if p.entry.News {
			p.entry.Title = story.Plain(value)
		}
	case "publication_date": // a video has one too
		if p.entry.News {
			p.entry.Published = parseTime(value)
		}
	}
}

// layouts are the forms of W3C Datetime, and what is written in their place.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700",
	"2006-01-02T15:04:05-0700", "2006-01-02 15:04", "2006-01-02", "2006-01", "2006", time.RFC1123Z, time.RFC1123,
}

func parseTime(s string) time.Time {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
