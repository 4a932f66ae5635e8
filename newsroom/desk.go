package newsroom

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Desk is one publication of the newsroom, and for a watcher one source.
type Desk struct {
	Name string // the source's name in the ledger
	// ListingPath is the desk's front page, of several pages; FeedPath its RSS
	// feed, SitemapPath its news sitemap.
	ListingPath, FeedPath, SitemapPath string
	// Stories is a regular expression for the addresses of its stories, whose
	// group "id" is the story's ID.
	Stories string
	// Kind is the layout: "cards", "newspaper" or "wire".
	Kind string
}

// The three layouts.
const (
	cards     = "cards"
	newspaper = "newspaper"
	wire      = "wire"
)

// desk is a Desk and its stories.
type desk struct {
	Desk
	title   string   // what the publication calls itself
	pieces  []*piece // oldest first
	perPage int      // stories on one page of the listing
}

func newDesks() []*desk {
	return []*desk{
		{Desk: Desk{"intel", "/en/intel", "/en/intel/feed.xml", "/en/intel/news-sitemap.xml", `/en/intel/(?P<id>\d+)$`, cards},
			title: "Signal Cards", perPage: 6},
		{Desk: Desk{"courier", "/courier/", "/courier/rss.xml", "/courier/news-sitemap.xml", `/courier/\d{4}/\d\d/\d\d/[a-z0-9-]+-(?P<id>\d{6})$`, newspaper},
			title: "The Brindlemoor Courier", perPage: 8},
		{Desk: Desk{"wire", "/wire/", "/wire/latest.rss", "/wire/news-sitemap.xml", `/wire/item/(?P<id>[A-Z]{2}\d{4})$`, wire},
			title: "Meridian Wire", perPage: 10},
	}
}

// piece is one story as the desk has it now.
type piece struct {
	desk     *desk
	id, path string
	former   []string // paths that it had before, which redirect

	headline   text
	shareTitle string // what the page tells social networks; "" for the headline
	paragraphs []paragraph
	spare      []paragraph // not printed yet
	taken      []paragraph // printed once, taken out since, with where it stood
	spots      []*spot

	sector, publisher, credibility string
	tags, authors                  []string
	published, updated             time.Time

	exact    bool   // printed to the letter: no edit, no typographic churn
	plainer  bool   // redesigned, for nobody to see
	curly    bool   // set with typographic quotes from now on
	stated   string // the URL that the card states; "" for its own
	revision int
	edited   time.Time // of the last revision
	edits    int       // how many deeds it has seen
	role     string    // its part in the script; "" for none
	said     []string  // what its versions said, oldest first

	trouble trouble
}

// paragraph is a block of the body: "p", "h2", "li" or "blockquote".
type paragraph struct {
	tag  string
	text text
	at   int // where it stood before it was taken out
}

// The pieces of a story's text that an edit moves.
func (p *piece) body() []string {
	out := make([]string, len(p.paragraphs))
	for i, x := range p.paragraphs {
		out[i] = x.text.String()
	}
	return out
}

// field is one field of a story, flat.
type field struct{ name, value string }

// fields are what a reader of the story's page can tell, in the contract's
// order. A time of update says nothing of the story itself.
func (p *piece) fields() []field {
	return []field{
		{"headline", p.headline.String()},
		{"body", strings.Join(p.body(), "\n")},
		{"authors", strings.Join(p.authors, "; ")},
		{"publisher", p.publisher},
		{"sector", p.sector},
		{"tags", strings.Join(p.tags, "; ")},
		{"credibility", p.credibility},
		{"published", p.published.Format(time.RFC3339)},
	}
}

// sum is what a version says, as one string.
func (p *piece) sum() string { return fmt.Sprint(p.fields()) }

// compose writes a new story on a topic, published at a time.
func (n *Newsroom) compose(d *desk, at time.Time) *piece {
	t := n.nextTopic()
	w := newWriter(n.rng)
	p := &piece{desk: d, published: at, edited: at, sector: t.sector, revision: 1}
	p.headline = w.write(t.headlines[n.rng.IntN(len(t.headlines))])
	p.paragraphs = n.choose(w, t)
	for _, i := range n.rng.Perm(len(n.generic))[:3] {
		p.spare = append(p.spare, paragraph{tag: "p", text: w.write(n.generic[i])})
	}
	for _, tag := range strings.Split(w.write(t.tags).String(), ",") {
		p.tags = append(p.tags, strings.TrimSpace(tag))
	}
	p.spots = w.spots
	n.sign(p, w)
	n.file(p)
	return p
}

// nextTopic goes through all topics before one comes again.
func (n *Newsroom) nextTopic() topic {
	if len(n.deck) == 0 {
		n.deck = n.rng.Perm(len(n.topics))
	}
	t := n.topics[n.deck[0]]
	n.deck = n.deck[1:]
	return t
}

// choose writes a topic's lead and most of its paragraphs, in their
// order, and sometimes one that fits any topic, or a subheading.
func (n *Newsroom) choose(w *writer, t topic) []paragraph {
	out := []paragraph{{tag: "p", text: w.write(t.lead)}}
	dropped := map[int]bool{}
	for range 1 + n.rng.IntN(3) {
		if i := n.rng.IntN(len(t.paragraphs)); !strings.Contains(t.paragraphs[i], "{"+quotation+":") {
			dropped[i] = true
		}
	}
	for i, template := range t.paragraphs {
		x := w.write(template) // dropped ones too: others may refer to their spots
		if !dropped[i] && !n.prints(x.String()) {
			out = append(out, paragraph{tag: "p", text: x})
		}
	}
	if len(out) < 7 && n.rng.IntN(2) == 0 {
		if x := w.write(n.generic[n.rng.IntN(len(n.generic))]); !n.prints(x.String()) {
			out = append(out, paragraph{tag: "p", text: x})
		}
	}
	return out
}

// prints reports whether some recent story has a paragraph already.
func (n *Newsroom) prints(s string) bool {
	for _, d := range n.desks {
		for _, p := range d.pieces[max(0, len(d.pieces)-mostLive):] {
			if slices.Contains(p.body(), s) {
				return true
			}
		}
	}
	return false
}

// sign gives a story what its desk prints besides the text.
func (n *Newsroom) sign(p *piece, w *writer) {
	switch p.desk.Kind {
	default:
		p.publisher = outlets[n.rng.IntN(len(outlets))]
		p.credibility = []string{"unverified", "developing", "unverified", "confirmed"}[n.rng.IntN(4)]
	case newspaper:
		p.publisher = p.desk.title
		p.authors = []string{w.deal("first") + " " + w.deal("last")}
		if n.rng.IntN(3) == 0 {
			p.authors = append(p.authors, w.deal("first")+" "+w.deal("last"))
		}
	case wire:
		p.publisher = p.desk.title
		p.authors = []string{w.deal("first") + " " + w.deal("last")}
	}
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// file gives a story its ID and address.
func (n *Newsroom) file(p *piece) {
	n.serial += 1 + n.rng.IntN(3)
	switch p.desk.Kind {
	default:
		p.id = fmt.Sprint(50200 + n.serial)
		p.path = "/en/intel/" + p.id
	case newspaper:
		p.id = fmt.Sprint(610000 + n.serial*7)
		p.path = p.slugPath()
	case wire:
		p.id = fmt.Sprintf("MW%04d", 2000+n.serial)
		p.path = "/wire/item/" + p.id
	}
}

// slugPath is a newspaper's address for a story, made of its headline.
func (p *piece) slugPath() string {
	slug := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(p.headline.String()), "-"), "-")
	return fmt.Sprintf("/courier/%s/%s-%s", p.published.Format("2006/01/02"), slug, p.id)
}

// newRand is the newsroom's source of chance: the same for the same numbers.
func newRand(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }
