// Package wall recognises pages that stand in a story's place: captchas, bot
// challenges, consent, login and pay walls, error pages and "not found" pages
// that the server sends as if all were well, and pages that break off.
//
// It goes by what the page says of itself in its title, its headings and its
// few words, and by the marks of the common challenges; a page that has a
// story's text is never taken for a wall because of words in that text.
package wall

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stakeout/story"
)

// Sizes in characters that tell a page with a story from a notice.
const (
	notice  = 1500 // a page with less visible text outside of links is at most a notice
	heading = 90   // a heading of a notice is not longer
	text    = 900  // a story with more text than this is a story, whatever its marks
	oneLine = 120  // what a challenge says besides its heading is not longer
	teaser  = 400  // a paywalled story with less text is only a teaser
)

// Recognise says what stands in the story's place; the zero Trouble where
// nothing does. r is what the reader made of the page.
func Recognise(doc *html.Node, url string, r story.Reading) story.Trouble {
	body := 0
	for _, s := range r.Body {
		body += utf8.RuneCountInString(s)
	}
	p := look(doc, body < text)
	small := p.words < notice && body < text
	switch {
	case p.saysGone(r, body):
		return story.Trouble{Outcome: story.Gone, Reason: "the page says so: " + quote(p.gone)}
	case small && p.challenge != "" && !(marked(r) && p.storyLike(r)):
		return story.Trouble{Outcome: story.Blocked, Reason: "bot challenge: " + p.challenge}
	}
	if !small || marked(r) {
		return story.Trouble{}
	}
	for _, kind := range kinds {
		if said := p.says(kind.phrases, kind.anywhere); said != "" {
			return story.Trouble{Outcome: kind.outcome, Reason: kind.name + ": the page says " + quote(said)}
		}
	}
	if p.password && body < teaser {
		return story.Trouble{Outcome: story.Blocked, Reason: "login wall: the page asks for a password"}
	}
	if body < teaser {
		if said := p.says(paywallPhrases, true); said != "" {
			return story.Trouble{Outcome: story.Blocked, Reason: "paywall: the page says " + quote(said)}
		}
	}
	return story.Trouble{}
}

// marked reports whether a page says of its text what only a story's page says;
// a day in its address is not said by the page.
func marked(r story.Reading) bool {
	dated := r.Published != "" && !strings.HasPrefix(r.Via["published"], "url")
	return len(r.Body) > 0 && (r.ID != "" || dated || len(r.Authors) > 0 || r.Credibility != "")
}

// storyLike reports whether a page with the mark of a challenge has a story all the
// same, as one whose comment form asks for a captcha: neither its title nor a
// heading says challenge, and the text is more than a line.
func (p *page) storyLike(r story.Reading) bool {
	for _, kind := range kinds[:2] {
		if p.says(kind.phrases, false) != "" {
			return false
		}
	}
	letters := 0
	for _, s := range r.Body {
		if among(s, kinds[0].phrases) {
			return false
		}
		letters += utf8.RuneCountInString(s)
	}
	return letters >= oneLine
}

func quote(s string) string {
	if r := []rune(s); len(r) > 80 {
		s = string(r[:79]) + "…"
	}
	return `"` + s + `"`
}

// page is what a walk over a page gathers.
type page struct {
	closely   bool // the rest than title and headings is gathered too
	title     string
	headings  []string // h1 and h2, as readers see them
	texts     []string // of blocks outside of links, in lower case
	words     int      // characters of visible text outside of links
	challenge string   // the mark of a bot challenge; "" for none
	password  bool     // a form asks for a password
	gone      string   // the heading that says so
}

// look gathers what a page says; of one that has a story's text, its title and
// headings alone.
func look(doc *html.Node, closely bool) *page {
	p := &page{closely: closely}
	p.walk(doc, false)
	return p
}

// walk gathers below a node; linked is inside a link.
func (p *page) walk(n *html.Node, linked bool) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Style, atom.Noscript, atom.Template, atom.Svg:
			p.mark(n)
			return
		case atom.Script:
			p.mark(n)
			return
		case atom.Title:
			if p.title == "" {
				p.title = plainText(n)
			}
			return
		case atom.H1, atom.H2:
			p.headings = append(p.headings, plainText(n))
		case atom.A:
			linked = true
		case atom.Input:
			if strings.EqualFold(attr(n, "type"), "password") {
				p.password = true
			}
		}
		p.mark(n)
	}
	if n.Type == html.TextNode && !linked && p.closely {
		if s := strings.TrimSpace(n.Data); s != "" {
			p.words += utf8.RuneCountInString(s)
			if p.words < 4*notice {
				p.texts = append(p.texts, strings.ToLower(story.Normal(s)))
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c, linked)
	}
}

// mark takes down the marks of a bot challenge.
func (p *page) mark(n *html.Node) {
	if p.challenge != "" || !p.closely {
		return
	}
	for _, key := range [...]string{"class", "id", "src", "action", "name"} {
		v := strings.ToLower(attr(n, key))
		if v == "" {
			continue
		}
		for _, m := range challengeMarks {
			if strings.Contains(v, m) {
				p.challenge = m
				return
			}
		}
	}
}

// saysGone reports whether the page's heading says that the story is gone, or
// its title does and no heading says otherwise. Of a page that has what only a
// story's page has, nothing else in the heading counts.
func (p *page) saysGone(r story.Reading, body int) bool {
	said := 0
	isGone := func(h string) bool { return mostly(h, gonePhrases) }
	if marked(r) {
		isGone = func(h string) bool { return wholly(h, gonePhrases) }
	}
	for i, h := range append([]string{p.title}, p.headings...) {
		if i > 3 {
			break
		}
		if isGone(h) && utf8.RuneCountInString(h) <= heading {
			said++
			if p.gone == "" || i > 0 {
				p.gone = h
			}
		}
	}
	switch {
	case said >= 2:
		return body < 4*text || len(p.headings) > 0 && isGone(p.headings[0]) && utf8.RuneCountInString(p.headings[0]) < 50
	case said == 1:
		if r.Headline == p.gone && wholly(p.gone, gonePhrases) && utf8.RuneCountInString(p.gone) < 50 {
			return true // whatever text was left on the page
		}
		return body < text && (p.words < 2*notice || len(p.headings) == 0 || isGone(p.headings[0]))
	}
	if p.words < notice && body < teaser && !marked(r) {
		for _, t := range p.texts {
			if len(t) < 200 && among(t, goneSentences) {
				p.gone = t
				return true
			}
		}
	}
	return false
}

// among reports whether a text has one of phrases.
func among(s string, phrases []string) bool {
	s = strings.ToLower(story.Normal(s))
	for _, phrase := range phrases {
		if strings.Contains(s, phrase) {
			return true
		}
	}
	return false
}

// Shares of a heading that a notice's words must make up, so that a headline
// which happens to have them is no notice.
const (
	most      = 0.55
	nearlyAll = 0.85 // of one that stands over a byline or a date
)

// mostly reports whether a heading, or a part of it that a separator sets off,
// is made up of phrases and of the words that notices are made of.
func mostly(s string, phrases []string) bool {
	s = strings.ToLower(story.Normal(s))
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("|·•«»", r) }) {
		for _, piece := range strings.Split(part, " - ") {
			if piece = strings.TrimSpace(piece); piece != "" && covered(piece, phrases) >= most && among(piece, phrases) {
				return true
			}
		}
	}
	return false
}

// wholly is mostly for headings that stand over a story: nearly all of it must be
// phrases and the words of notices, and a colon sets nothing off.
func wholly(s string, phrases []string) bool {
	s, _, _ = strings.Cut(strings.ToLower(story.Normal(s)), " | ")
	s, _, _ = strings.Cut(s, " - ")
	return s != "" && covered(s, phrases) >= nearlyAll && among(s, phrases)
}

// covered is the share of a text's bytes that phrases and a notice's own words
// make up.
func covered(s string, phrases []string) float64 {
	marks := make([]bool, len(s))
	for _, list := range [][]string{phrases, noticeWords} {
		for _, phrase := range list {
			for from := 0; ; {
				i := strings.Index(s[from:], phrase)
				if i < 0 {
					break
				}
				for k := range len(phrase) {
					marks[from+i+k] = true
				}
				from += i + len(phrase)
			}
		}
	}
	n := 0
	for _, m := range marks {
		if m {
			n++
		}
	}
	return float64(n) / float64(len(s))
}

// says returns the first of the title, the headings and, where anywhere, the
// texts that has one of phrases; "" for none.
func (p *page) says(phrases []string, anywhere bool) string {
	for _, h := range append([]string{p.title}, p.headings...) {
		if mostly(h, phrases) {
			return h
		}
	}
	if anywhere {
		for _, t := range p.texts {
			if among(t, phrases) {
				return t
			}
		}
	}
	return ""
}

// Unclosed reports whether a page opens its document and ends without closing
// it; broken, whether it moreover ends inside a tag or a text, as one that was
// cut off does.
func Unclosed(body []byte) (unclosed, broken bool) {
	tail := bytes.ToLower(body[max(0, len(body)-4096):])
	if bytes.Contains(tail, []byte("</html")) || bytes.Contains(tail, []byte("</body")) {
		return false, false
	}
	head := bytes.ToLower(body[:min(len(body), 16384)])
	if !bytes.Contains(head, []byte("<html")) && !bytes.Contains(head, []byte("<body")) {
		return false, false
	}
	if whole := bytes.ToLower(body); bytes.Contains(whole, []byte("</html")) || bytes.Contains(whole, []byte("</body")) {
		return false, false
	}
	return true, !bytes.HasSuffix(bytes.TrimSpace(body), []byte(">"))
}

func plainText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return story.Normal(b.String())
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
