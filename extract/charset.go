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
	if enc := guessed(body[:min(len(body), 256<<10)]); enc != nil {
		return enc
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

// guessed asks the detector; nil where it names no encoding that pages are in.
func guessed(body []byte) encoding.Encoding {
	best := likeliest(body)
	if western[best.Charset] && !central[best.Language] {
		if foreign := foreignWords(body); len(foreign) > 0 {
			best = likeliest(foreign)
		}
	}
	name := strings.Replace(best.Charset, "GB-18030", "GB18030", 1)
	if central[best.Language] && western[name] {
		// It knows the words of these languages in ISO 8859-2, and calls that -1.
		name = "iso-8859-2"
		if hasC1(body) {
			name = "windows-1250"
		}
	}
	enc, err := htmlindex.Get(name)
	if err != nil || wide(enc) {
		return nil
	}
	return enc
}

// likeliest is the detector's best guess; none has a charset of "".
func likeliest(text []byte) chardet.Result {
	guesses, err := chardet.NewHtmlDetector().DetectAll(text)
	if err != nil || len(guesses) == 0 {
		return chardet.Result{}
	}
	// The detector's order of equal guesses differs from run to run.
	sort.Slice(guesses, func(i, j int) bool {
		a, b := guesses[i], guesses[j]
		return a.Confidence > b.Confidence || a.Confidence == b.Confidence && a.Charset < b.Charset
	})
	return guesses[0]
}

// western are the encodings that the detector takes pages for whose ASCII
// outweighs what isn't.
var western = map[string]bool{"ISO-8859-1": true, "windows-1252": true, "ISO-8859-9": true, "windows-1254": true}

// central are the languages that are written in ISO 8859-2 or windows-1250.
var central = map[string]bool{"cs": true, "hu": true, "pl": true, "ro": true}

// hasC1 reports whether text has bytes from 0x80 to 0x9F, which stand for letters
// and quotes in the windows encodings and for nothing in ISO 8859.
func hasC1(body []byte) bool {
	for _, b := range body {
		if b >= 0x80 && b <= 0x9F {
			return true
		}
	}
	return false
}

// foreignWords are the words of a page that have hardly an ASCII letter, as all
// have that aren't written in Latin letters, where there are enough of them: a
// page's markup, and its English, say nothing of its encoding. nil where there
// are few.
func foreignWords(body []byte) []byte {
	const enough = 20
	var out []byte
	words, accented := 0, 0
	for word := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r < 'A' || r > 'Z' && r < 'a' || r > 'z' && r < utf8.RuneSelf }) {
		high := 0
		for _, b := range word {
			if b >= utf8.RuneSelf {
				high++
			}
		}
		switch {
		case high*4 >= len(word)*3 && high > 1:
			words++
			out = append(append(out, word...), ' ')
		case high > 0:
			accented++
		}
	}
	if words < enough || words < 2*accented {
		return nil
	}
	return out
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
