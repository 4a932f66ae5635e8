// Package xmltext brings XML to UTF-8, whatever encoding it is in and whatever
// it says of that, so that one reader does for feeds and sitemaps of all kinds.
package xmltext

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// marks are the beginnings that tell an encoding: byte order marks, and how
// "<?" or "<" looks (XML 1.0, appendix F). Longer ones stand first.
var marks = []struct {
	begin string
	enc   encoding.Encoding
}{
	{"\x00\x00\xfe\xff", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
	{"\xff\xfe\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
	{"\x00\x00\x00<", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"<\x00\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
	{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	{"\x00<", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"<\x00", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\xef\xbb\xbf", unicode.UTF8BOM},
}

var (
	reDeclaration = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	reEncoding    = regexp.MustCompile(`encoding\s*=\s*["']([^"']+)["']`)
)

// ToUTF8 returns a document's text in UTF-8: by its first bytes, the charset of
// its content type, its XML declaration, in this order (RFC 7303, section 3).
// What is no text in its encoding is replaced; the declaration goes, for it
// would be wrong now. Documents that are no XML (JSON, plain text) may be given
// too.
func ToUTF8(body []byte, contentType string) []byte {
	body = bytes.TrimLeft(body, "\r\n\t ")
	enc := encodingOf(body, contentType)
	if enc != nil {
		if text, err := enc.NewDecoder().Bytes(body); err == nil {
			body = text
		}
	}
	body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	return bytes.TrimLeft(reDeclaration.ReplaceAll(body, nil), "\r\n\t \ufeff")
}

// encodingOf is the encoding to undo; nil for UTF-8.
func encodingOf(body []byte, contentType string) encoding.Encoding {
	for _, m := range marks {
		if bytes.HasPrefix(body, []byte(m.begin)) {
			return m.enc
		}
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		if enc := named(params["charset"], body); enc != nil {
			return enc
		}
	}
	if m := reEncoding.FindSubmatch(reDeclaration.Find(body)); m != nil {
		if enc := named(string(m[1]), body); enc != nil {
			return enc
		}
	}
	if !utf8.Valid(body) {
		enc, _, _ := charset.DetermineEncoding(body, "")
		return enc
	}
	return nil
}

// named looks an encoding up by its label. One of two or four bytes a character
// can't be meant: the first bytes would have told.
func named(label string, body []byte) encoding.Encoding {
	enc, name := charset.Lookup(strings.TrimSpace(label))
	if enc == nil || strings.HasPrefix(name, "utf-16") || name == "utf-8" && utf8.Valid(body) {
		return nil
	}
	if name == "utf-8" || name == "replacement" {
		return nil
	}
	return enc
}
