package extract

import (
	"bytes"
	"mime"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// maxPrescan is how far into a page a <meta> is looked for, in bytes. Browsers
// look at 1,024 first and read the page again when one stands later in the head.
const maxPrescan = 64 << 10

// Decode returns a page's bytes as UTF-8, its encoding settled as browsers do:
// byte order mark, charset of the Content-Type, <meta>; where a page states
// none, valid UTF-8 is UTF-8, and anything else is detected from its bytes.
// What can't be decoded becomes U+FFFD.
func Decode(body []byte, contentType string) []byte {
	enc, stated := statedEncoding(body, contentType)
	if (!stated || encodingName(enc) == "utf-8") && zeroes(body) == nil && utf8.Valid(body) {
		return trimBOM(body) // nearly all pages
	}
	switch {
	case !stated:
		enc = detected(body)
	case encodingName(enc) != "utf-8" && !wide(enc) && multiByteUTF8(body):
		// Converted on its way: in another encoding text is hardly ever valid UTF-8.
		enc = unicode.UTF8
	case encodingName(enc) == "utf-8" && !mostlyUTF8(body):
		enc = detected(body)
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		out = body
	}
	return bytes.ToValidUTF8(trimBOM(out), []byte("\uFFFD"))
}

// statedEncoding is the encoding that the page or its header states.
func statedEncoding(body []byte, contentType string) (encoding.Encoding, bool) {
	switch {
	case bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")):
		return unicode.UTF8, true
	case bytes.HasPrefix(body, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	case bytes.HasPrefix(body, []byte("\xFF\xFE")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		if enc, err := htmlindex.Get(strings.TrimSpace(params["charset"])); err == nil {
			return enc, true
		}
	}
	return metaEncoding(body[:min(len(body), maxPrescan)])
}

// encodingName is an encoding's name in the Encoding standard.
func encodingName(enc encoding.Encoding) string {
	name, err := htmlindex.Name(enc)
	if err != nil {
		return ""
	}
	return name
}

// wide reports whether an encoding has two bytes or more a character.
func wide(enc encoding.Encoding) bool { return strings.HasPrefix(encodingName(enc), "utf-16") }

// multiByteUTF8 reports whether body is valid UTF-8 with at least eight
// multi-byte characters, which text in another encoding hardly ever is.
func multiByteUTF8(body []byte) bool {
	if !utf8.Valid(body) {
		return false
	}
	n := 0
	for _, b := range body {
		if b >= 0xC2 {
			if n++; n >= 8 {
				return true
			}
		}
	}
	return false
}

// mostlyUTF8 reports whether body, which claims to be UTF-8, has no more than a
// few bytes that are not.
func mostlyUTF8(body []byte) bool {
	if utf8.Valid(body) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		i += size
	}
	return bad <= good+2
}

// detected guesses the encoding of a page that states none.
func detected(body []byte) encoding.Encoding {
	if enc := zeroes(body); enc != nil {
		return enc
	}
	if utf8.Valid(body) || len(body) == 0 {
		return unicode.UTF8
	}
	guesses, err := chardet.NewHtmlDetector().DetectAll(body[:min(len(body), 256<<10)])
	if err == nil && len(guesses) > 0 {
		// The detector's order of equal guesses differs from run to run.
		sort.Slice(guesses, func(i, j int) bool {
			a, b := guesses[i], guesses[j]
			return a.Confidence > b.Confidence || a.Confidence == b.Confidence && a.Charset < b.Charset
		})
		name := strings.Replace(guesses[0].Charset, "GB-18030", "GB18030", 1)
		if enc, err := htmlindex.Get(name); err == nil && !wide(enc) {
			return enc
		}
	}
	if mostlyUTF8(body) {
		return unicode.UTF8
	}
	enc, err := htmlindex.Get("windows-1252")
	if err != nil {
		return unicode.UTF8
	}
	return enc
}

// zeroes tells UTF-16 without a byte order mark by its zero bytes, of which markup
// has one in each character; nil where it is none.
func zeroes(body []byte) encoding.Encoding {
	head := body[:min(len(body), 512)&^1]
	even, odd := 0, 0
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	switch n := len(head) / 2; {
	case n >= 8 && odd*10 > n*4 && even*10 < n:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case n >= 8 && even*10 > n*4 && odd*10 < n:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")) }
