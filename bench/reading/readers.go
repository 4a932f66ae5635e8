package main

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"time"

	readeck "codeberg.org/readeck/go-readability/v2"
	traf "github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"stakeout/extract"
	"stakeout/story"
)

// A reader reads a story from a page.
type reader struct {
	name string
	read func(address string, page []byte) (story.Reading, error)
}

var readers = []reader{
	{"stakeout", ours},
	{"go-trafilatura, fallback on", trafilatura},
	{"go-readability", readability},
}

func ours(address string, page []byte) (story.Reading, error) {
	return extract.Read(extract.Page{URL: address, Body: page}, nil, nil), nil
}

// trafilatura is go-trafilatura as its README recommends it for precision and
// recall alike, comments left out.
func trafilatura(address string, page []byte) (story.Reading, error) {
	u, err := url.Parse(address)
	if err != nil {
		return story.Reading{}, err
	}
	got, err := traf.Extract(bytes.NewReader(extract.Decode(page, "")), traf.Options{OriginalURL: u, EnableFallback: true, ExcludeComments: true})
	if err != nil {
		return story.Reading{}, err
	}
	m := got.Metadata
	return story.Reading{Fields: story.Fields{
		Headline: m.Title, Authors: parted(m.Author), Tags: m.Tags, Published: momentOf(m.Date), Body: paragraphs(got.ContentText),
	}}, nil
}

// readability is readeck's go-readability with its defaults. It gives no tags, and
// times as it finds them.
func readability(address string, page []byte) (story.Reading, error) {
	u, err := url.Parse(address)
	if err != nil {
		return story.Reading{}, err
	}
	got, err := readeck.FromReader(bytes.NewReader(extract.Decode(page, "")), u)
	if err != nil {
		return story.Reading{}, err
	}
	read := story.Reading{Fields: story.Fields{Headline: got.Title(), Authors: parted(got.Byline())}}
	if t, err := got.PublishedTime(); err == nil {
		read.Published = momentOf(t)
	}
	if got.Node != nil {
		read.Body = paragraphs(text(got.Node))
	}
	return read, nil
}

// What a line of names begins with, and what parts its names.
var (
	by     = regexp.MustCompile(`(?i)^(?:by|von|par|por|di)\s+`)
	parter = regexp.MustCompile(`[,;]|\s(?:and|und|et|y|e|&)\s`)
)

// parted makes names of a line of them, in the way that scores the libraries
// highest: both may give a byline as it is printed.
func parted(s string) []string {
	var out []string
	for _, name := range parter.Split(by.ReplaceAllString(s, ""), -1) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// momentOf is a time as the libraries give it. Midnight in UTC may stand for a day,
// which the measures know.
func momentOf(t time.Time) story.Moment {
	if t.IsZero() {
		return ""
	}
	return story.At(t)
}

func paragraphs(s string) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// text is the text below n, block by block.
func text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		switch n.Data {
		case "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "tr", "br", "pre":
			b.WriteByte('\n')
		}
	}
	walk(n)
	return b.String()
}
