package prose

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sign is what an element's tag, names and attributes say of its role.
type sign uint32

const (
	hidden sign = 1 << iota
	navigation
	advert
	related
	comments
	sharing
	newsletter
	paywall
	caption
	media
	byline
	bio
	tags
	cookies
	counter
	form
	asideBox
	footer
	widget
	infobox
	picture
	concealed // hidden by its name, which may be a state it is not in
	overlay   // lies over the page when asked for

	lead
	teaser   // a lead, or one of a list of cards
	note     // an editor's: a correction, a clarification
	bodyName // named as the story's text
	bodyProp // marked up as the story's text
	articleTag
	mainTag
	headerTag
	heading

	noiseSigns = hidden | navigation | advert | related | comments | sharing | newsletter | paywall |
		caption | media | byline | bio | tags | cookies | counter | form | asideBox | footer | widget | infobox | picture | concealed | overlay
)

// why says in words what a sign of noise stands for.
var why = []string{
	"hidden", "navigation", "advertisement", "related stories", "comments", "share buttons",
	"newsletter box", "paywall notice", "caption", "media", "byline", "biography", "tag list",
	"cookie notice", "counter", "form", "aside", "footer", "widget", "infobox", "picture", "hidden", "overlay",
}

// reason is the first noise sign's words.
func (s sign) reason() string {
	for i, w := range why {
		if s&(1<<i) != 0 {
			return w
		}
	}
	return "boilerplate"
}

// read reads the signs of an element, and a hash of its tag and class, by which
// elements of one kind are told.
func read(n *html.Node) (sign, uint64) {
	s := tagSigns[n.DataAtom]
	shape := hash(offset64, n.Data)
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for _, name := range strings.Fields(a.Val) {
				shape ^= hash(prime64, letters(name))
				s |= nameSigns(name, true)
			}
		case "id", "data-component", "data-testid", "data-type", "data-module", "data-component-name",
			"data-area", "data-block", "data-name", "data-section", "data-element", "data-t", "data-qa", "data-widget":
			s |= nameSigns(a.Val, false)
		case "role":
			s |= roleSigns[a.Val]
		case "itemprop", "property":
			s |= propSigns[strings.ToLower(a.Val)]
		case "hidden":
			s |= hidden
		case "aria-hidden":
			if a.Val == "true" && n.DataAtom != atom.P {
				s |= hidden // a dialog or an icon; a paragraph is so only for screen readers
			}
		case "style":
			if st := strings.ReplaceAll(strings.ToLower(a.Val), " ", ""); strings.Contains(st, "display:none") ||
				strings.Contains(st, "visibility:hidden") {
				s |= hidden
			} else if strings.Contains(st, "%") && strings.Contains(st, "top:") && strings.Contains(st, "left:") {
				s |= picture // a graphic's words, each at its place
			}
		case "rel":
			if a.Val == "author" {
				s |= byline
			} else if a.Val == "tag" || a.Val == "category tag" {
				s |= tags
			}
		}
	}
	switch {
	case s&heading != 0:
		s &^= noiseSigns &^ headingNoise
	case n.DataAtom == atom.P:
		s &^= paywall | concealed // what a wall covers is the story's
	}
	return s, shape
}

// headingNoise are the signs that a heading itself can bear; others, such as an
// anchor for a table of contents, are not about it.
const headingNoise = hidden | concealed | overlay | advert | related | comments | newsletter | sharing

var tagSigns = map[atom.Atom]sign{
	atom.Nav: navigation, atom.Menu: navigation, atom.Aside: asideBox, atom.Footer: footer,
	atom.Figure: caption, atom.Figcaption: caption, atom.Caption: caption, atom.Form: form,
	atom.Dialog: hidden, atom.Address: byline, atom.Article: articleTag, atom.Main: mainTag,
	atom.Header: headerTag, atom.Hgroup: headerTag, atom.Legend: form, atom.Label: form,
	atom.H1: heading, atom.H2: heading, atom.H3: heading, atom.H4: heading, atom.H5: heading, atom.H6: heading,
}

var roleSigns = map[string]sign{
	"navigation": navigation, "menu": navigation, "menubar": navigation, "complementary": asideBox,
	"contentinfo": footer, "search": form, "dialog": hidden, "alertdialog": hidden, "banner": navigation,
	"main": mainTag, "article": articleTag, "form": form, "tooltip": hidden, "tablist": navigation,
	"tab": navigation, "toolbar": navigation, "note": 0,
}

var propSigns = map[string]sign{
	"articlebody": bodyProp, "schema:articlebody": bodyProp, "content:encoded": bodyProp,
	"reviewbody": bodyProp, "text": bodyName, "description": lead, "alternativeheadline": lead,
	"schema:description": lead, "author": byline, "creator": byline, "datepublished": byline,
	"datemodified": byline, "keywords": tags, "caption": caption, "copyrightholder": caption,
	"image": caption, "video": media, "comment": comments, "breadcrumb": navigation,
	"publisher": byline, "aggregaterating": counter, "interactionstatistic": counter,
	"articlesection": byline,
}
