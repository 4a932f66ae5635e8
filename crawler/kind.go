package crawler

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	"stakeout/crawler/listing"
	"stakeout/extract"
)

// The kinds of listing, told apart by content.
const (
	listingHTML    = "listing"
	listingFeed    = "feed"
	listingSitemap = "sitemap"
	listingJSON    = "json"
	listingStory   = "story"
	listingUnknown = ""
)

// kindOf looks at the beginning of a document for what it is.
func kindOf(body []byte, contentType string) string {
	head := bytes.TrimPrefix(body[:min(len(body), 64<<10)], []byte("\xef\xbb\xbf"))
	head = bytes.TrimLeft(wideToASCII(head), " \t\r\n\f\x00")
	switch {
	case len(head) == 0:
		return listingUnknown
	case head[0] == '{' && bytes.Contains(head, []byte("jsonfeed.org")):
		return listingFeed
	case listing.IsJSON(head):
		return listingJSON
	case bytes.HasPrefix(head, []byte("http://")), bytes.HasPrefix(head, []byte("https://")):
		return listingSitemap
	}
	switch rootElement(head) {
	case "urlset", "sitemapindex":
		return listingSitemap
	case "rss", "rdf", "feed", "channel":
		return listingFeed
	case "":
		if !strings.Contains(strings.ToLower(contentType), "html") {
			return listingUnknown
		}
	}
	if bytes.IndexByte(head[:min(len(head), 1024)], 0) >= 0 {
		return listingUnknown // binary, whatever its header says
	}
	return listingHTML
}

// wideToASCII drops the zero bytes of UTF-16, enough to find a root element.
func wideToASCII(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.HasPrefix(head, []byte("\x00<")) || bytes.HasPrefix(head, []byte("<\x00")) {
		return bytes.ReplaceAll(bytes.TrimLeft(head, "\xff\xfe"), []byte{0}, nil)
	}
	return head
}

// rootElement is the local name of the first element, lower case.
func rootElement(head []byte) string {
	for {
		i := bytes.IndexByte(head, '<')
		if i < 0 {
			return ""
		}
		head = head[i+1:]
		switch {
		case bytes.HasPrefix(head, []byte("!--")):
			end := bytes.Index(head, []byte("-->"))
			if end < 0 {
				return ""
			}
			head = head[end+3:]
		case len(head) > 0 && (head[0] == '?' || head[0] == '!'):
			if len(head) > 8 && strings.EqualFold(string(head[1:8]), "doctype") && bytes.Contains(bytes.ToLower(head[:min(len(head), 40)]), []byte("html")) {
				return "html"
			}
		default:
			name := string(head[:min(len(head), 64)])
			if end := strings.IndexAny(name, " \t\r\n/>"); end >= 0 {
				name = name[:end]
			}
			if _, local, found := strings.Cut(name, ":"); found {
				name = local
			}
			return strings.ToLower(name)
		}
	}
}

// readable makes of a listing what Colly is to read: UTF-8 and a type that says
// so, where it is HTML. What was packed as a file (sitemap.xml.gz) is unpacked.
func (x *exchange) readable(header http.Header, body []byte) []byte {
	body = unpack(body)
	x.page.Body = body
	x.kind = kindOf(body, x.page.ContentType)
	if x.kind != listingHTML {
		header.Set("Content-Type", "application/octet-stream")
		return body
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	return extract.Decode(body, x.page.ContentType)
}

// unpack gunzips a file; one that can't be, or is too large, stays as it is.
func unpack(body []byte) []byte {
	if !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxBody+1))
	if err != nil || len(plain) > maxBody {
		return body
	}
	return plain
}
