package newsroom

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Layouts are those that Cards can print: the three of the newsroom's desks, and
// four more shapes of labels and values.
var Layouts = []string{cards, newspaper, wire, "table", "spans", "siblings", "plain"}

// CardsOptions are what a site of cards is made from.
type CardsOptions struct {
	// Count is how many cards there are. Defaults to 200.
	Count int
	// Layout is one of Layouts. Defaults to "cards".
	Layout string
	// PerPage is how many cards a page of the listing has. Defaults to 20.
	PerPage int
	Options
}

// Card is one story as its page prints it.
type Card struct {
	ID, Path  string
	Headline  string
	Body      []string
	Publisher string
	Sector    string
	// Tags are printed by every layout, Credibility by cards only, Authors by
	// newspaper and wire.
	Tags        []string
	Credibility string
	Authors     []string
	Published   time.Time
}

// Cards is a site of one desk for tests: as many stories as they like, which
// change when told to. An http.Handler, safe for concurrent use.
type Cards struct {
	n *Newsroom
	d *desk
}

// NewCards returns a site of cards.
func NewCards(o CardsOptions) *Cards {
	if o.Count == 0 {
		o.Count = 200
	}
	if o.Layout == "" {
		o.Layout = cards
	}
	if o.PerPage == 0 {
		o.PerPage = 20
	}
	if !slices.Contains(Layouts, o.Layout) {
		panic(fmt.Sprintf("newsroom: no layout %q, there are %s", o.Layout, strings.Join(Layouts, ", ")))
	}
	c := &Cards{n: newEmpty(o.Options)}
	for _, d := range newDesks() {
		if d.Kind == o.Layout || d.Kind == cards && c.d == nil {
			c.d = d
		}
	}
	c.d.Kind, c.d.perPage = o.Layout, o.PerPage
	c.n.desks = []*desk{c.d}
	for i := range o.Count {
		c.n.publish(c.n.compose(c.d, c.n.opened.Add(-time.Duration(o.Count-i)*7*time.Minute)))
	}
	return c
}

// ServeHTTP serves the listing, the cards, a feed and a sitemap.
func (c *Cards) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.n.ServeHTTP(w, r) }

// Desk says where the cards are listed and how their addresses look.
func (c *Cards) Desk() Desk { return c.d.Desk }

// Truth is what was done to the cards, in order; Revise and Edit count as an act
// each.
func (c *Cards) Truth() []Deed { return c.n.Truth() }

// All are the cards as they are now, oldest first.
func (c *Cards) All() []Card {
	c.n.mu.RLock()
	defer c.n.mu.RUnlock()
	out := make([]Card, len(c.d.pieces))
	for i, p := range c.d.pieces {
		out[i] = p.card()
	}
	return out
}

func (p *piece) card() Card {
	return Card{p.id, p.path, p.headline.String(), p.body(), p.publisher, p.sector, slices.Clone(p.tags),
		p.credibility, slices.Clone(p.authors), p.published}
}

// Edit lets f alter the card of an ID; false where there is none. ID and Path
// stay as they are. The ledger knows the fields that differ, not their classes.
func (c *Cards) Edit(id string, f func(*Card)) bool {
	c.n.mu.Lock()
	defer c.n.mu.Unlock()
	i := slices.IndexFunc(c.d.pieces, func(p *piece) bool { return p.id == id })
	if i < 0 {
		return false
	}
	c.begin()
	deed, _ := revise(func(n *Newsroom, p *piece) ([]string, string, bool) {
		card := p.card()
		f(&card)
		p.set(card)
		return nil, "edited by hand", true
	})(c.n, c.d.pieces[i])
	c.n.enter(c.d.pieces[i], deed)
	return true
}

// set prints a card's words in place of the story's own.
func (p *piece) set(c Card) {
	if c.Headline != p.headline.String() {
		p.headline = text{{literal: c.Headline}}
	}
	if !slices.Equal(c.Body, p.body()) {
		p.paragraphs = nil
		for _, s := range c.Body {
			p.paragraphs = append(p.paragraphs, paragraph{tag: "p", text: text{{literal: s}}})
		}
	}
	p.publisher, p.sector, p.tags, p.credibility, p.authors, p.published = c.Publisher, c.Sector, c.Tags, c.Credibility, c.Authors, c.Published
}

// Revise makes count edits, each on a card of its own that has had none, going
// through the classes in turn, and returns what it did. Fewer where the cards
// don't suffice.
func (c *Cards) Revise(count int) []Deed {
	c.n.mu.Lock()
	defer c.n.mu.Unlock()
	c.begin()
	before := len(c.n.ledger)
	for i := 0; i < count; i++ {
		edited := false
		for turn := 0; turn < len(edits) && !edited; turn++ {
			edited = c.n.attempt(c.d, revise(edits[(i+turn)%len(edits)]()...))
		}
	}
	return slices.Clone(c.n.ledger[before:])
}

func (c *Cards) begin() {
	c.n.act++
	for p := range c.n.busy {
		if p.edits == 0 {
			delete(c.n.busy, p)
		}
	}
}
