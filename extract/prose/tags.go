package prose

import (
	"golang.org/x/net/html/atom"
)

// unread are elements whose text is no part of what a page says.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true,
	atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Audio: true, atom.Video: true,
	atom.Canvas: true, atom.Svg: true, atom.Button: true, atom.Select: true, atom.Option: true,
	atom.Textarea: true, atom.Input: true, atom.Datalist: true, atom.Rt: true, atom.Rp: true,
	atom.Img: true, atom.Noframes: true, atom.Noembed: true, atom.Map: true, atom.Progress: true,
	atom.Meter: true, atom.Applet: true,
}

// blockTags are elements that part the text around them.
var blockTags = map[atom.Atom]bool{
	atom.Html: true, atom.Body: true, atom.Address: true, atom.Article: true, atom.Aside: true,
	atom.Blockquote: true, atom.Center: true, atom.Details: true, atom.Dialog: true, atom.Dd: true,
	atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true,
	atom.Figure: true, atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Header: true, atom.Hgroup: true, atom.Hr: true,
	atom.Li: true, atom.Main: true, atom.Menu: true, atom.Nav: true, atom.Ol: true, atom.P: true,
	atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true,
	atom.Thead: true, atom.Tfoot: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Ul: true,
	atom.Caption: true, atom.Legend: true, atom.Dir: true, atom.Listing: true, atom.Xmp: true,
}

var leafTags = map[atom.Atom]bool{
	atom.P: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Td: true,
	atom.Th: true, atom.Tr: true, atom.Tbody: true, atom.Thead: true, atom.Table: true,
	atom.Blockquote: true, atom.Pre: true,
}

// dense reports whether a rune is of a script written without spaces, where a
// character says about as much as two letters.
func dense(r rune) bool {
	return r >= 0x1100 && (r <= 0x11FF || r >= 0x2E80 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7AF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0xFF66 && r <= 0xFF9F || r >= 0x20000 && r <= 0x3FFFF)
}

// closes reports whether a rune closes what was quoted or put in brackets.
func closes(r rune) bool {
	switch r {
	case '"', '”', '’', '\'', '»', ')', '“', '›', ']', '%':
		return true
	}
	return false
}

// ends reports whether a rune ends a sentence wherever it stands.
func ends(r rune) bool {
	switch r {
	case '!', '?', '。', '！', '？', '．', '।', '۔', '؟', '…', '։', '።', '။', '។':
		return true
	}
	return false
}
