// Package prose finds a story's text in a parsed page: its paragraphs, in
// reading order, without what stands around and between them.
//
// A page is cut into blocks (runs of text that no paragraph, heading, list item
// or empty line parts). Each block is weighed by its letters, links and
// sentences, so that no language is favoured; elements are read for signs in
// their names and attributes. The part of the page with the greatest sum of
// weights is the story's; within it, blocks of other kinds than the story's own
// are left out. It does no I/O, changes nothing in the page, and is
// deterministic. It is weak where a page has no sentences at all.
package prose

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"stakeout/story"
)

// Hints are what the rest of the page says of the story. All are optional, and
// none ever becomes text: they help to tell the story from its neighbours.
type Hints struct {
	Headline    string // as shown or as in the metadata
	Description string // of meta description, og:description or JSON-LD
	ArticleBody string // JSON-LD's or microdata's, HTML or plain
	URL         string // the page's address
}

// Text is a story's text as found on a page.
type Text struct {
	Paragraphs []string
	Nodes      []*html.Node // the element of each paragraph
	Via        string       // which part of the page it was read from: "reader article"
	Ignored    []story.Ignored
	Cards      int // how many cards on the page lead to other stories
	// Score says how sure it is, from 0 to 1, that this is one story's text.
	// Below 0.3 it is more likely a list, a notice or nothing.
	Score float64
}

// Find finds the story's text in a page. It does not change doc.
func Find(doc *html.Node, h Hints) Text {
	t := find(doc, h, false)
	if t.Score < doubtful {
		if stored := find(doc, h, true); stored.Score > t.Score && stored.Score >= doubtful && stored.tells(t, h) {
			stored.Via += ", template"
			return stored
		}
	}
	return t
}

// tells reports whether a text that was stored on the page tells what the page is
// about, beyond what is shown of it: it has a word of headline or description.
// Much else is stored: consent, forms, what readers may write.
func (t Text) tells(shown Text, h Hints) bool {
	if len(shown.Paragraphs) == 0 {
		return true
	}
	said := strings.ToLower(strings.Join(slices.DeleteFunc(slices.Clone(t.Paragraphs), func(p string) bool { return slices.Contains(shown.Paragraphs, p) }), " "))
	for w := range strings.FieldsSeq(strings.ToLower(h.Headline + " " + h.Description)) {
		if w = strings.Trim(w, ".,:;!?\"'()«»„“”"); len(w) >= 5 && strings.Contains(said, w) {
			return true
		}
	}
	return false
}

// doubtful is the score under which a page's text is hardly a story.
const doubtful = 0.3

func find(doc *html.Node, h Hints, stored bool) Text {
	p := scan(doc, stored)
	if u, err := url.Parse(h.URL); err == nil {
		p.host = u.Hostname()
	}
	p.judge(h)
	r := p.chooseRoot(h)
	if r < 0 {
		return Text{}
	}
	chosen, ignored := p.choose(r, h)
	t := p.write(chosen, r)
	t.Ignored, t.Cards = ignored, p.cards
	return t
}
