// Package extract reads a story from a page: bytes in, a story.Reading out.
//
// It is pure: no network, no database, no clock. What a source's rules say wins;
// fields without a rule are found from every signal the page has. It never makes
// up a story: what it can't read it says in the reading's Trouble. It is weak
// where a page says nothing in its HTML and draws its text from elsewhere.
package extract

import (
	"strings"
	"unicode/utf8"

	"stakeout/extract/wall"
	"stakeout/story"
)

// ReaderID names the automatic reader as it is now. It changes with every change
// of what the reader makes of a page.
const ReaderID = "reader-3"

// Page is one response to read.
type Page struct {
	URL         string // the address it came from, after redirects
	ContentType string // of the response header; "" where unknown
	Body        []byte // content-encoding removed, charset as sent
}

// Read reads the story of a page. It never fails: what it can't read it says
// in the reading's Trouble.
func Read(p Page, r *Rules, t *Template) story.Reading {
	t = applied(r, t)
	read := story.Reading{URL: p.URL, Rules: r.ID(), Reader: ReaderID, Template: t.ID()}
	var body []byte
	if len(p.Body) <= MaxPage+utf8.UTFMax {
		body = Decode(p.Body, p.ContentType)
	} else {
		body = p.Body // too long, whatever it is in
	}
	if reason := noPage(p, body); reason != "" {
		read.Trouble = story.Trouble{Outcome: story.Unreadable, Reason: reason}
		return read
	}
	unclosed, broken := wall.Unclosed(body)
	if broken {
		read.Trouble = story.Trouble{Outcome: story.Unreadable, Reason: "truncated: the page breaks off"}
		return read
	}
	read.Unclosed = unclosed
	d, err := parse(body, p.URL, r)
	if err != nil {
		read.Trouble = story.Trouble{Outcome: story.Unreadable, Reason: "not readable as HTML: " + err.Error()}
		return read
	}
	read.Prints, read.Deep = prints(d.root), d.deep
	x := &reader{doc: d, rules: r, template: t, read: &read}
	watched := x.lookOut()
	x.leaveOut()
	x.readFields()
	x.watched(watched)
	x.judge()
	return read
}

// judge says what is wrong with the page, last of all, from what was read. A
// page without a story yields no fields: nothing is made up from its menus.
func (x *reader) judge() {
	x.read.Trouble = wall.Recognise(x.doc.root, x.doc.url, *x.read)
	if x.read.Trouble.Outcome == "" {
		x.read.Trouble = x.shortage()
	}
	if x.read.Trouble.Outcome != "" {
		x.read.Fields, x.read.Via, x.read.ID, x.read.Next = story.Fields{}, nil, "", ""
		x.read.URL = x.doc.url
	}
}

// What a page without any headline must have to be a story all the same, one
// whose headline is unknown: bytes of text, and paragraphs.
const (
	untitled           = 1000
	untitledParagraphs = 3
)

// What a page of a section, a tag or an author is told by: a short name, hardly
// any text of its own, and cards that lead to stories.
const (
	listWords      = 3
	listParagraphs = 2
	listText       = 600 // bytes
	listCards      = 5
)

// isList reports whether a page without a word of being a story is a list of
// stories with a few words of its own.
func (x *reader) isList() bool {
	kind, _ := x.doc.meta("og:type")
	stated, _ := x.doc.metaTime(publishedMetas)
	return x.cards >= listCards && !x.rules.Has("body") && !x.rules.Has("headline") && x.card == nil &&
		len(tokens(x.read.Headline)) <= listWords && len(x.read.Body) <= listParagraphs && size(x.read.Body) < listText &&
		x.doc.article() == nil && stated == "" && !strings.HasPrefix(kind, "article")
}

// shortage is what a story must have and the reading lacks.
func (x *reader) shortage() story.Trouble {
	none := func(reason string) story.Trouble {
		return story.Trouble{Outcome: story.Unreadable, Reason: reason}
	}
	headline, body := x.read.Headline != "", len(x.read.Body) > 0
	switch {
	case x.isList():
		return none("a list of stories, not one")
	case !headline && !body:
		return none("no headline and no text")
	case !headline && x.rules.Has("headline"):
		return none("the rules for headline found nothing")
	case !headline && (size(x.read.Body) < untitled || len(x.read.Body) < untitledParagraphs):
		return none("no headline")
	case !body && x.rules.Has("body"):
		return none("the rules for body found nothing")
	case !body:
		return none("no text")
	}
	return story.Trouble{}
}
