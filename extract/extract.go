// Package extract reads a story from a page: bytes in, a story.Reading out.
// It is pure: no network, no database, no clock.
package extract

import "stakeout/story"

// Page is one response to read.
type Page struct {
	URL         string // the address it came from, after redirects
	ContentType string // of the response header; "" where unknown
	Body        []byte // content-encoding removed, charset as sent
}

// Template is what a source's pages taught the reader; nil for nothing yet.
type Template struct{}

// Read reads the story of a page. It never fails: what it can't read it says
// in the reading's Trouble.
func Read(p Page, r *Rules, t *Template) story.Reading { return story.Reading{URL: p.URL} }
