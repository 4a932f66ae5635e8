package newsroom

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"sync"
)

// encodingFaults lie about how the body is compressed, or abuse it.
func encodingFaults() []fault {
	return []fault{
		{Fault: cut("gzip cut off"), answer: encoded("gzip", func(good []byte) []byte {
			z := zipped(good)
			return z[:len(z)*2/3]
		})},
		{Fault: cut("gzip with a wrong checksum"), answer: encoded("gzip", func(good []byte) []byte {
			z := zipped(good)
			z[len(z)-6] ^= 0xff
			return z
		})},
		{Fault: loose("gzip that is none"), answer: encoded("gzip", func(good []byte) []byte { return good })},
		{Fault: loose("gzip with more behind it"), answer: encoded("gzip", func(good []byte) []byte {
			return append(zipped(good), "trailing garbage"...)
		})},
		{Fault: unreadable("gzip that nobody mentions"), answer: encoded("", zipped)},
		{Fault: failed("gzip bomb"), answer: encoded("gzip", func([]byte) []byte { return bomb() })},
		{Fault: cut("gzip bomb in a gzip"), answer: encoded("gzip, gzip", func([]byte) []byte { return zipped(bomb()) })},
		{Fault: loose("unknown encoding"), answer: encoded("pigeon", func(good []byte) []byte { return good })},
		{Fault: loose("charset called an encoding"), answer: encoded("utf-8", func(good []byte) []byte { return good })},
		{Fault: loose("br that is none"), answer: encoded("br", func(good []byte) []byte { return good })},
		{Fault: loose("zstd that is none"), answer: encoded("zstd", func(good []byte) []byte { return good })},
	}
}

// encoded answers with a body and what Content-Encoding is said of it; "" says
// nothing.
func encoded(encoding string, body func(good []byte) []byte) func(*faultSite, http.ResponseWriter, *http.Request, []byte) {
	return func(s *faultSite, w http.ResponseWriter, r *http.Request, good []byte) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.Write(body(good)) // an error means that the visitor has left
	}
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b) // writing to memory can't fail
	z.Close()
	return out.Bytes()
}

// bomb is some 200 kB of gzip that unpack to 200 MB, made once.
var bomb = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is constant
	}
	io.WriteString(z, "<html><body><article><p>")
	block := bytes.Repeat([]byte("a "), 512<<10)
	for range 200 {
		z.Write(block)
	}
	z.Close()
	return out.Bytes()
})
