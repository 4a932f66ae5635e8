package listing

import "strings"

// leastText is how many bytes of text a page has at least that says anything
// without its scripts.
const leastText = 300

// Scripted reports whether a page looks as if its scripts alone filled it: it
// has some, and next to no text and links.
func (p *Page) Scripted() bool {
	if len(p.links) > 3 || p.doc.Find("script[src], script[type=module]").Length() == 0 {
		return false
	}
	body := p.doc.Find("body").Clone()
	body.Find("script, style, noscript, template").Remove()
	return len(strings.Join(strings.Fields(body.Text()), " ")) < leastText
}
