package extract

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
)

// MaxPage is the most bytes of a page that are read, decoded.
const MaxPage = 20 << 20

// MaxTags is the most tags of a page that are read: parsed, each costs some 150
// bytes, and a story of a million words has fewer.
const MaxTags = 300_000

// noPage says why a response is no page to read; "" where it is one.
func noPage(p Page, body []byte) string {
	switch kind, _, _ := mime.ParseMediaType(p.ContentType); {
	case len(bytes.TrimSpace(body)) == 0:
		return "the page is empty"
	case len(body) > MaxPage:
		return fmt.Sprintf("the page has %d MB, more than the limit of %d", len(body)>>20, MaxPage>>20)
	case strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "video/"), strings.HasPrefix(kind, "audio/"),
		strings.HasPrefix(kind, "font/"), kind == "application/pdf", kind == "application/zip", kind == "application/json":
		return "not a page: " + kind
	case isBinary(body):
		return "not a page: binary data"
	}
	if tags := bytes.Count(body, []byte("<")); tags > MaxTags {
		return fmt.Sprintf("the page has %d tags, more than the limit of %d", tags, MaxTags)
	}
	return ""
}

// isBinary reports whether the beginning of a body is no text: marks of common
// file types, or many control characters.
func isBinary(body []byte) bool {
	head := body[:min(len(body), 1024)]
	for _, magic := range []string{"%PDF-", "\x89PNG", "GIF8", "\xff\xd8\xff", "PK\x03\x04", "\x1f\x8b", "RIFF", "\x7fELF", "\x00\x00\x01\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	control := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			control++
		}
	}
	return control*20 > len(head)
}
