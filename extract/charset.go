package extract

import (
	"bytes"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// Decode returns a page's bytes as UTF-8, its encoding settled as browsers do:
// byte order mark, charset of the Content-Type, <meta>; where a page states
// none, valid UTF-8 is UTF-8, and anything else is detected from its bytes.
// What can't be decoded becomes U+FFFD.
func Decode(body []byte, contentType string) []byte {
	enc, certain := declared(body, contentType)
	if !certain {
		enc = detected(body)
	}
	if enc == nil || enc == encoding.Nop {
		return bytes.ToValidUTF8(trimBOM(body), []byte("\uFFFD"))
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return trimBOM(out)
}

// declared is the encoding that the page or its header states; nil stands for
// UTF-8. A page that claims another encoding but is valid UTF-8 with multi-byte
// characters was converted on its way and is read as UTF-8.
func declared(body []byte, contentType string) (encoding.Encoding, bool) {
	enc, name, certain := charset.DetermineEncoding(body, contentType)
	if !certain {
		return nil, false
	}
	if name == "utf-8" {
		return nil, true
	}
	if name != "utf-16le" && name != "utf-16be" && multiByteUTF8(body) {
		return nil, true
	}
	return enc, true
}

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

// detected guesses the encoding of a page that states none.
func detected(body []byte) encoding.Encoding {
	if utf8.Valid(body) {
		return nil
	}
	best, err := chardet.NewHtmlDetector().DetectBest(body)
	if err != nil {
		return nil
	}
	enc, err := htmlindex.Get(best.Charset)
	if err != nil {
		enc, _ = htmlindex.Get("windows-1252")
	}
	return enc
}

func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")) }
