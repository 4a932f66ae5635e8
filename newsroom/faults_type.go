package newsroom

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"
)

// typeFaults lie about what the body is, or are another page than the story's.
func typeFaults() []fault {
	const page = "text/html; charset=utf-8"
	still := func(name string) Fault { return Fault{Name: name, Outcomes: []string{same}} }
	keep := func(good []byte) []byte { return good }
	return []fault{
		{Fault: unreadable("PDF called HTML"), answer: typed(page, func([]byte) []byte {
			return append([]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"), noise(8<<10)...)
		})},
		{Fault: unreadable("picture called HTML"), answer: typed(page, func([]byte) []byte {
			return append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), noise(8<<10)...)
		})},
		{Fault: unreadable("random bytes"), answer: typed(page, func([]byte) []byte { return noise(32 << 10) })},
		{Fault: unreadable("JSON called HTML"), answer: typed(page, func([]byte) []byte { return []byte(`{"error": {"code": 17, "message": "upstream"}}`) })},
		{Fault: unreadable("a PDF"), answer: typed("application/pdf", func([]byte) []byte { return append([]byte("%PDF-1.7\n"), noise(8<<10)...) })},
		{Fault: loose("HTML called a picture"), answer: typed("image/png", keep)},
		{Fault: loose("HTML called JSON"), answer: typed("application/json", keep)},
		{Fault: loose("HTML called plain text"), answer: typed("text/plain", keep)},
		{Fault: loose("type that is none"), answer: typed(";;;/", keep)},
		{Fault: still("no type"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			w.Header()["Content-Type"] = nil
			w.Write(good)
		}},
		{Fault: still("unknown charset"), answer: typed("text/html; charset=x-klingon", keep)},
		{Fault: still("charset of another alphabet"), answer: typed("text/html; charset=windows-1251", keep)},
		{Fault: loose("UTF-8 called UTF-16"), answer: typed("text/html; charset=utf-16", keep)},
		{Fault: loose("UTF-16 called UTF-8"), answer: typed(page, func(good []byte) []byte { return inUTF16(string(good), false) })},
		{Fault: still("UTF-16 with a mark, called UTF-8"), answer: typed(page, func(good []byte) []byte { return inUTF16(string(good), true) })},
		{Fault: still("bytes that are no UTF-8"), answer: typed(page, func(good []byte) []byte {
			return bytes.Replace(good, []byte("</footer>"), []byte("\xff\xfe\xc3\x28</footer>"), 1)
		})},
		{Fault: loose("100,000 nested tags"), answer: typed(page, func(good []byte) []byte {
			return bytes.Replace(good, []byte("<main>"), []byte("<main>"+strings.Repeat("<div>", 100_000)), 1)
		})},
		{Fault: unreadable("another story"), answer: func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
			other := r.Clone(r.Context())
			other.URL.Path = s.cards.All()[1].Path
			s.cards.ServeHTTP(w, other)
		}},
		{Fault: unreadable("the layout without a story"), answer: typed(page, func(good []byte) []byte {
			from, to := bytes.Index(good, []byte("<article")), bytes.Index(good, []byte("</article>"))
			return append(good[:from:from], good[to:]...)
		})},
		{Fault: unreadable("the story without its text"), answer: typed(page, func(good []byte) []byte {
			from, to := bytes.Index(good, []byte(`<div class="card-body">`)), bytes.Index(good, []byte(`<ul class="card-meta`))
			return append(good[:from:from], good[to:]...)
		})},
		{Fault: unreadable("an error page with 200"), answer: typed(page, func([]byte) []byte {
			return []byte("<html><head><title>Error</title></head><body><h1>Database error</h1><p>Could not connect to the database.</p></body></html>")
		})},
	}
}

// typed answers with a body of a stated type.
func typed(contentType string, body func(good []byte) []byte) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
	return func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
		w.Header().Set("Content-Type", contentType)
		w.Write(body(good)) // an error means that the visitor has left
	}
}

// noise is n bytes in which there is nothing to read, always the same.
func noise(n int) []byte {
	rng := newRand(4, 4)
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.UintN(256))
	}
	return b
}

// inUTF16 is a text in little-endian UTF-16, with or without a byte order mark.
func inUTF16(s string, mark bool) []byte {
	var out []byte
	if mark {
		out = append(out, 0xff, 0xfe)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// status answers with a status and a short page.
func status(code int) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
	return func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		fmt.Fprintf(w, "<html><head><title>%d</title></head><body><h1>%d %s</h1></body></html>", code, code, http.StatusText(code))
	}
}
